//! Claiming: the cost of an entry if a million wait, divided by its cost if ten thousand wait.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs};

use bench_support::server::Server;
use bench_support::{median, peak_memory, run};
use telecrm_outbox::Outbox;
use telecrm_outbox::rusqlite::{Connection, TransactionBehavior};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, RateLimit, RetryPolicy};

use crate::{Failure, crm, lead};

const FEW: u64 = 10_000;
const MANY: u64 = 1_000_000;
const ROUNDS: usize = 9;
/// Entries that one worker delivers: few enough that ten thousand stay a long queue to the end.
const DELIVERED: u64 = 500;

/// One worker's entries: microseconds of each, of time and of processor, and KiB at most.
#[derive(Clone, Copy)]
struct Cost {
    time: f64,
    processor: f64,
    memory: f64,
}

/// On SQLite, where each entry is of another lead, and where a hundred leads have them all.
pub async fn sqlite(folder: &Path) -> Result<(), Failure> {
    for (kind, leads) in [("of as many leads", u64::MAX), ("of 100 leads", 100)] {
        let [short, long] = [FEW, MANY].map(|count| (count, folder.join(format!("{count}.db"))));
        for (count, path) in [&short, &long] {
            fill(path, *count, leads).await?;
        }
        let path = |database: &(u64, PathBuf)| database.1.display().to_string();
        measure(&format!("SQLite, {kind}"), &path(&short), &path(&long))?;
        for (_, path) in [short, long] {
            for suffix in ["", "-wal", "-shm", ".telecrm-lock"] {
                let _ = fs::remove_file(format!("{}{suffix}", path.display()));
            }
        }
    }
    Ok(())
}

/// Queues entries of at most `leads` different leads.
async fn fill(path: &Path, count: u64, leads: u64) -> Result<(), Failure> {
    let outbox = Outbox::open(path).await?;
    let mut connection = Connection::open(path)?;
    let mut number = 0;
    while number < count {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for _ in 0..10_000 {
            outbox.enqueue_in(&transaction, &lead(number % leads))?;
            number += 1;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// Workers on both queues alternately, each in a separate process, so that its memory can be measured.
fn measure(queue: &str, short: &str, long: &str) -> Result<(), Failure> {
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let mut costs = [None; 2];
        for index in [round % 2, 1 - round % 2] {
            costs[index] = Some(worker([short, long][index])?);
        }
        // The first warms up.
        if let ([Some(short), Some(long)], 1..) = (costs, round) {
            rounds.push((short, long));
        }
    }
    let of = |cost: fn(&Cost) -> f64| {
        let short = median(rounds.iter().map(|(short, _)| cost(short)).collect());
        let long = median(rounds.iter().map(|(_, long)| cost(long)).collect());
        (short, long, median(rounds.iter().map(|(short, long)| cost(long) / cost(short)).collect()))
    };
    let (short, long, ratio) = of(|cost| cost.time);
    println!(
        "{queue}: an entry of {MANY} takes {long:.0} µs, of {FEW} {short:.0} µs; ratio {ratio:.2} (at most 1.3)"
    );
    let (short, long, ratio) = of(|cost| cost.processor);
    println!("  of processor {long:.0} µs and {short:.0} µs; ratio {ratio:.2} (at most 1.3)");
    let (short, long, ratio) = of(|cost| cost.memory);
    println!("  of memory {long:.0} KiB and {short:.0} KiB; ratio {ratio:.2} (at most 1.3)");
    Ok(())
}

fn worker(database: &str) -> Result<Cost, Failure> {
    let mut command = Command::new(env::current_exe()?);
    let done =
        run(command.args(["deliver", database, &DELIVERED.to_string()]).stdout(Stdio::piped()))?;
    let numbers: Vec<f64> =
        done.stdout.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [time, processor, memory] = numbers[..] else {
        return Err(format!("the worker failed: {}", done.stderr).into());
    };
    Ok(Cost { time, processor, memory })
}

/// The worker's process: delivers `count` entries, and prints the cost of each.
pub async fn deliver(database: &str, count: usize) -> Result<(), Failure> {
    let server = Server::counting();
    let enterprise = EnterpriseId::parse(crm::WORKSPACE.enterprise_id().ok_or("the schema's")?)?;
    let client = Client::builder(enterprise, AsyncToken::parse("t0ken")?)
        .base_url(server.url())
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::never())
        .build()?;
    let outbox = Outbox::open(database).await?;
    let (start, before) = (Instant::now(), processor_time());
    let mut worker = outbox.deliver(client).start();
    worker.ready().await?;
    server.received(count).await;
    worker.stop().await?;
    let per_request = |time: f64| time / server.request_count() as f64 * 1e6;
    println!(
        "{} {} {}",
        per_request(start.elapsed().as_secs_f64()),
        per_request(processor_time() - before),
        peak_memory("self").unwrap_or(0)
    );
    Ok(())
}

/// Processor time of this process in seconds, with the time of the system calls; 0 if the system does not
/// report it.
fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The 12th and the 13th field after the name in brackets, in hundredths of a second.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}
