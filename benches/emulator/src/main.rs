//! One client with several connections and a million deliveries by default: deliveries per second, memory,
//! and whether every delivery is counted.

use std::{env, error::Error, fs, time::Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use telecrm_emulator::{Emulator, MAX_DELIVERIES};
use tokio::{net::TcpStream, task::JoinSet};

type Failure = Box<dyn Error + Send + Sync>;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");
const CONNECTIONS: u64 = 16;
/// Number of different leads, since a real workspace has repeated enquiries.
const LEADS: u64 = 10_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let requested: u64 = env::args().nth(1).map_or(Ok(1_000_000), |argument| argument.parse())?;
    let per_connection = requested / CONNECTIONS;
    let total = per_connection * CONNECTIONS;
    let emulator = Emulator::builder().schema_file(SCHEMA).hourly_limit(None).start().await?;
    let before = resident();
    let mut at_ring = 0;
    let start = Instant::now();
    // Ten rounds, to print the memory between them.
    for round in 0..10 {
        let mut senders = JoinSet::new();
        for connection in 0..CONNECTIONS {
            let share = per_connection / 10 + u64::from(round < per_connection % 10);
            let address = emulator.url().trim_start_matches("http://").to_owned();
            let path = format!("/enterprise/{}/autoupdatelead", emulator.enterprise_id());
            let token = emulator.async_token();
            senders.spawn(send(address, path, token, connection, share));
        }
        while let Some(done) = senders.join_next().await {
            done??;
        }
        let now = resident();
        if round == 0 {
            at_ring = now;
        }
        println!("{:>9} deliveries, {:>4} MiB", emulator.counters().queued, now / 1024);
    }
    let seconds = start.elapsed().as_secs_f64();
    let counters = emulator.counters();
    println!("{total} deliveries in {seconds:.1} s: {:.0} per second", total as f64 / seconds);
    println!(
        "memory: {} MiB before, {} MiB after a tenth, {} MiB at the end",
        before / 1024,
        at_ring / 1024,
        resident() / 1024
    );
    println!("counters: {counters:?}");
    assert_eq!(counters.queued, total, "every delivery is counted");
    assert_eq!(counters.clean + counters.with_drops, total, "each is stored");
    assert_eq!(
        emulator.deliveries().len() as u64,
        total.min(MAX_DELIVERIES as u64),
        "the ring is bounded"
    );
    assert_eq!(emulator.leads().len() as u64, total.min(LEADS), "each lead is stored once");
    Ok(())
}

/// Sends its share of the requests over one connection, one after the other.
async fn send(
    address: String,
    path: String,
    token: &'static str,
    connection: u64,
    share: u64,
) -> Result<(), Failure> {
    let stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(driver);
    for n in 0..share {
        let lead = (n * CONNECTIONS + connection) % LEADS;
        // One lead in ten has a value that telecrm drops.
        let size = if n % 10 == 0 { "\"2\"" } else { "2" };
        let body = format!(
            "{{\"fields\":{{\"phone\":\"98765{lead:05}\",\"name\":\"Lead {lead}\",\
             \"email\":\"lead{lead}@example.com\",\"contact_source\":\"Website\",\
             \"deal_size\":{size},\"status\":\"Fresh\"}}}}"
        );
        let request = Request::post(&path)
            .header("host", &address)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))?;
        sender.ready().await?;
        let response = sender.send_request(request).await?;
        assert_eq!(response.status(), 200);
        response.into_body().collect().await?;
    }
    Ok(())
}

/// Resident memory of this process (client and emulator) in KiB, or 0 if the system does not report it.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
