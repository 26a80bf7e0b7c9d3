//! Invalid, slow and heavy clients.
//!
//! Each gets a response or a closed connection, and other clients are served.

mod common;

use std::time::Duration;

use common::{client, emulator, post, raw};
use serde_json::{Value, json};
use telecrm_emulator::Emulator;
use telecrm_schema::{Schema, validate::Validator};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn still_serves(telecrm: &Emulator) {
    post(telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
}

/// Returns pseudorandom bytes, the same in every run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(next).collect()
}

fn head(telecrm: &Emulator, more: &str) -> Vec<u8> {
    format!(
        "POST /enterprise/{}/autoupdatelead HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\nconnection: close\r\n{more}\r\n",
        telecrm.enterprise_id(),
        telecrm.async_token(),
    )
    .into_bytes()
}

async fn posted(telecrm: &Emulator, body: &[u8]) -> String {
    let mut bytes = head(telecrm, &format!("content-length: {}\r\n", body.len()));
    bytes.extend_from_slice(body);
    String::from_utf8_lossy(&raw(telecrm, &bytes).await).into_owned()
}

#[tokio::test]
async fn random_bytes_as_request_and_as_body() {
    let telecrm = emulator().await;
    for seed in 0..150 {
        let bytes = noise(seed * 7919 + 1, usize::try_from(seed).expect("small") * 11);
        raw(&telecrm, &bytes).await;
        let answer = posted(&telecrm, &bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    still_serves(&telecrm).await;
}

#[tokio::test]
async fn changed_bytes_of_a_valid_request_never_stop_the_emulator() {
    let telecrm = emulator().await;
    let validator = Validator::new(&Schema::from_file(common::SCHEMA).expect("a schema"));
    let good = br#"{"fields":{"phone":"9999999999","rating":5,"interests":["VIP"]},"actions":[{"type":"ACTION_1001","fields":{"note":"a"}}]}"#;
    for seed in 1..300_u64 {
        let noise = noise(seed * 104_729, 4);
        let mut body = good.to_vec();
        for pair in noise.chunks(2) {
            let at = usize::from(pair[0]) % body.len();
            body[at] = pair[1];
        }
        let json = serde_json::from_slice::<Value>(&body);
        let queued = json.is_ok_and(|json| validator.accept(&json).is_ok());
        let answer = posted(&telecrm, &body).await;
        let status = if queued { "HTTP/1.1 200 " } else { "HTTP/1.1 400 " };
        assert!(answer.starts_with(status), "{answer}");
    }
    // The page can show every body.
    assert_eq!(client().get(telecrm.url()).send().await.expect("a page").status(), 200);
}

#[tokio::test]
async fn deep_json_is_refused() {
    let telecrm = emulator().await;
    for (open, close) in [("[", "]"), ("{\"fields\":", "}")] {
        for depth in [127, 128, 1000, 50_000] {
            let body = format!("{}{}", open.repeat(depth), close.repeat(depth));
            let answer = posted(&telecrm, body.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{depth}: {answer}");
        }
    }
    // Below the limit of depth, the value is accepted.
    let deep = format!(
        "{{\"fields\":{{\"phone\":\"9999999999\",\"name\":{}{}}}}}",
        "[".repeat(120),
        "]".repeat(120)
    );
    assert!(posted(&telecrm, deep.as_bytes()).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(client().get(telecrm.url()).send().await.expect("a page").status(), 200);
}

/// Number of bytes that the emulator reads of a body before it refuses it.
const DRAINED: usize = 64 * 1024 * 1024;

#[tokio::test]
async fn a_body_without_an_end_is_refused_after_64_mebibytes() {
    let telecrm = emulator().await;
    let length = DRAINED + 1;
    for (more, chunk) in [
        ("content-length: 104857600\r\n", String::new()),
        ("transfer-encoding: chunked\r\n", format!("{length:x}\r\n")),
    ] {
        let address = telecrm.url().trim_start_matches("http://").to_owned();
        let mut stream =
            tokio::net::TcpStream::connect(address).await.expect("the emulator listens");
        let mut sent = head(&telecrm, more);
        sent.extend_from_slice(chunk.as_bytes());
        sent.resize(sent.len() + length, b'[');
        stream.write_all(&sent).await.expect("the emulator reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .await
            .expect("the emulator responds and closes the connection");
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        still_serves(&telecrm).await;
    }
}

#[tokio::test]
async fn slow_clients_are_closed_and_do_not_block_others() {
    let builder = Emulator::builder().schema_file(common::SCHEMA);
    let builder = builder.read_timeout(Duration::from_secs(1));
    let telecrm = builder.start().await.expect("the schema is valid");
    let address = telecrm.url().trim_start_matches("http://").to_owned();
    let slow = async |sent: Vec<u8>| {
        let mut stream =
            tokio::net::TcpStream::connect(&address).await.expect("the emulator listens");
        stream.write_all(&sent).await.expect("the emulator reads");
        stream
    };
    let mut in_head = slow(b"POST /enterprise/x HTTP/1.1\r\nhost".to_vec()).await;
    let mut in_body = slow(head(&telecrm, "content-length: 50\r\n")).await;
    let mut silent = slow(Vec::new()).await;
    still_serves(&telecrm).await;
    for stream in [&mut in_head, &mut silent] {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("the connection is closed");
        assert_eq!(answer, "", "there is no complete request");
    }
    let mut answer = String::new();
    let _ = in_body.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    still_serves(&telecrm).await;
}

#[tokio::test]
async fn a_hundred_idle_connections_do_not_block_others() {
    let telecrm = emulator().await;
    let address = telecrm.url().trim_start_matches("http://").to_owned();
    let mut idle = Vec::new();
    for n in 0..100 {
        let mut stream =
            tokio::net::TcpStream::connect(&address).await.expect("the emulator listens");
        if n % 2 == 0 {
            stream.write_all(b"POST / HTTP/1.1\r\n").await.expect("the emulator reads");
        }
        idle.push(stream);
    }
    still_serves(&telecrm).await;
    assert_eq!(telecrm.leads().len(), 1);
}

/// A short run of the load of the benchmark `emulator`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_of_many_connections_are_counted_one_by_one() {
    const CONNECTIONS: u32 = 8;
    const EACH: u32 = 150;
    let builder = Emulator::builder().schema_file(common::SCHEMA).hourly_limit(None);
    let telecrm = builder.start().await.expect("the schema is valid");
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let client = client();
    let mut senders = tokio::task::JoinSet::new();
    for connection in 0..CONNECTIONS {
        let (client, url, token) = (client.clone(), url.clone(), telecrm.async_token());
        senders.spawn(async move {
            for n in 0..EACH {
                // Every tenth lead has a drop, and every fiftieth is lost.
                let mut body = json!({ "fields": { "phone": format!("99999{:05}", n % 50 + 100 * connection) } });
                if n % 10 == 0 {
                    body["fields"]["rating"] = 9.into();
                }
                if n % 50 == 1 {
                    body = json!({ "fields": {} });
                }
                let request = client.post(&url).bearer_auth(token).json(&body);
                assert_eq!(request.send().await.expect("a response").status(), 200);
            }
        });
    }
    while let Some(done) = senders.join_next().await {
        done.expect("every request has a response");
    }
    let total = u64::from(CONNECTIONS * EACH);
    let counters = telecrm.counters();
    assert_eq!((counters.queued, counters.waiting, counters.refused), (total, 0, 0));
    assert_eq!((counters.lost_whole, counters.with_drops), (total / 50, total / 10));
    assert_eq!(counters.clean, total - total / 50 - total / 10);
    assert_eq!(telecrm.deliveries().len(), 1200);
    assert_eq!(telecrm.leads().len(), 49 * 8);
}
