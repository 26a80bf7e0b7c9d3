//! kill -9 at random points of fill and drain.

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use support::kill::{Process, check, kills, work};
use support::{Answer, Gateway, Random, drained, faulty};
use telecrm_outbox::{Outbox, State, rusqlite};

/// Stores and delivers until it is killed, where the test below started it.
#[test]
fn child() {
    work(async |path, url| {
        let outbox = Outbox::open(&path).await.unwrap();
        let mut worker = outbox.deliver(support::client(&url)).start();
        worker.ready().await.unwrap();
        (outbox, worker)
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d42_nothing_is_lost_or_doubled_by_kill_9() {
    let kills = kills("OUTBOX_KILLS", 30);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let gateway = Gateway::start().await;
    gateway.answer(faulty(11));
    let url = format!("http://{}", gateway.address);
    let mut random = Random::new(3);
    let mut stored = BTreeSet::new();
    for round in 0..kills {
        let (path, url) = (path.to_str().unwrap().to_owned(), url.clone());
        // Some while they open the database, most while they fill and drain it.
        let works = random.below(6) > 0;
        let lifetime = Duration::from_micros(random.below(60_000));
        let said = tokio::task::spawn_blocking(move || {
            let process = Process::start(&path, &url, round);
            if works {
                process.has_begun();
            }
            std::thread::sleep(lifetime);
            process.kill()
        });
        stored.extend(said.await.unwrap());
    }
    gateway.answer(|_, _| Answer::Queued);
    let outbox = Outbox::open(&path).await.unwrap();
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    check(&entries(&path), &stored, &gateway);
    gateway.assert_in_order();
    let stats = outbox.stats().await.unwrap();
    println!("{kills} kills, {} said stored, {stats:?}", stored.len());
    assert!(stored.len() as u64 > kills, "the children do their work before they are killed");
}

/// From the database itself.
fn entries(path: &Path) -> Vec<(u64, State)> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let sql =
        "SELECT json_extract(body, '$.fields.n'), state FROM telecrm_outbox_entries ORDER BY id";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let state = State::ALL.iter().find(|state| row.get(1) == Ok(**state as u8));
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), *state.unwrap()))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}
