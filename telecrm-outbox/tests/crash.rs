//! kill -9 at random points of fill and drain.

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use support::{Answer, Gateway, Random, drained, faulty, lead, phone};
use telecrm_outbox::{Outbox, State, rusqlite};

const LEADS: u64 = 12;
/// A child stores so many, and then only delivers.
const STORED_BY_CHILD: u64 = 12;

/// Kills in this run; `.ci/full` asks for 1,000.
fn kills() -> u64 {
    std::env::var("OUTBOX_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(30)
}

/// Stores and delivers until it is killed, where the test below started it.
#[test]
fn child() {
    let Ok(path) = std::env::var("OUTBOX_CHILD") else { return };
    let url = std::env::var("OUTBOX_CHILD_URL").unwrap();
    let first: u64 = std::env::var("OUTBOX_CHILD_FIRST").unwrap().parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let outbox = Outbox::open(&path).await.unwrap();
        let _worker = outbox.deliver(support::client(&url)).start().await.unwrap();
        for number in first..first + STORED_BY_CHILD {
            let lead = lead(&phone(number % LEADS), number, true);
            outbox.enqueue_prepared(lead).await.unwrap();
            // Unbuffered, so that what is read was said before the kill.
            let line = format!("stored {number}\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
        }
        std::future::pending::<()>().await;
    });
}

fn start(path: &Path, url: &str, first: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("OUTBOX_CHILD", path)
        .env("OUTBOX_CHILD_URL", url)
        .env("OUTBOX_CHILD_FIRST", first.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d42_nothing_is_lost_or_doubled_by_kill_9() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let gateway = Gateway::start().await;
    gateway.answer(faulty(11));
    let url = format!("http://{}", gateway.address);
    let mut random = Random::new(3);
    let mut stored = BTreeSet::new();
    for round in 0..kills() {
        let (path, url) = (path.clone(), url.clone());
        // Some while they open the database, most while they fill and drain it.
        let works = random.below(6) > 0;
        let lifetime = Duration::from_micros(random.below(60_000));
        let said = tokio::task::spawn_blocking(move || {
            let mut child = start(&path, &url, 1 + round * STORED_BY_CHILD);
            let stderr = child.stderr.take().unwrap();
            let (first, begun) = std::sync::mpsc::channel();
            let reader = std::thread::spawn(move || {
                let lines = BufReader::new(stderr).lines().map_while(Result::ok);
                // Nobody waits for the second one.
                lines.inspect(|_| first.send(()).unwrap_or(())).collect::<Vec<_>>()
            });
            if works {
                begun.recv().unwrap();
            }
            std::thread::sleep(lifetime);
            child.kill().unwrap();
            child.wait().unwrap();
            reader.join().unwrap()
        });
        for line in said.await.unwrap() {
            let number = line.strip_prefix("stored ").unwrap_or_else(|| panic!("{line}"));
            stored.insert(number.parse::<u64>().unwrap());
        }
    }
    gateway.answer(|_, _| Answer::Queued);
    let outbox = Outbox::open(&path).await.unwrap();
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    check(&path, &stored, &gateway);
    let stats = outbox.stats().await.unwrap();
    println!("{} kills, {} said stored, {stats:?}", kills(), stored.len());
    assert!(stored.len() as u64 > kills(), "the children do their work before they are killed");
}

/// Against the database itself: every entry that was stored, and what became of it.
fn check(path: &Path, stored: &BTreeSet<u64>, gateway: &Gateway) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection
        .prepare("SELECT json_extract(body, '$.fields.n'), state FROM telecrm_outbox_entries")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, u8>(1)?)));
    let entries: Vec<(u64, u8)> = rows.unwrap().collect::<Result<_, _>>().unwrap();
    let numbers: BTreeSet<u64> = entries.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers.len(), entries.len(), "each is stored once");
    assert!(stored.is_subset(&numbers), "{:?}", stored.difference(&numbers));
    let last = gateway.assert_in_order();
    for (lead, last) in &last {
        let newest = numbers.iter().rfind(|number| phone(**number % LEADS) == *lead);
        assert_eq!(Some(last), newest, "the last update of {lead} wins");
    }
    let actions = gateway.actions();
    for (number, state) in entries {
        let received = actions.get(&number).copied().unwrap_or(0);
        if state == State::Accepted as u8 {
            assert_eq!(received, 1, "the action of {number}");
        } else {
            assert_eq!(state, State::Unconfirmed as u8, "{number} is listed");
            assert!(received <= 1, "the action of {number} was received {received} times");
        }
    }
}
