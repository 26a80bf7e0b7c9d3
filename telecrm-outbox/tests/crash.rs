//! kill -9 at random points of fill and drain.

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use support::kill::{Process, check, kills, work};
use support::{Answer, Gateway, Random, drained, emulator, faulty};
use telecrm_emulator::{Fault, Faults};
use telecrm_outbox::{Outbox, State, rusqlite};

/// Stores and delivers until it is killed, if a test below started it.
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
        let reported = tokio::task::spawn_blocking(move || {
            let process = Process::start(&path, &url, round);
            if works {
                process.has_begun();
            }
            std::thread::sleep(lifetime);
            process.kill()
        });
        stored.extend(reported.await.unwrap());
    }
    gateway.answer(|_, _| Answer::Queued);
    let outbox = Outbox::open(&path).await.unwrap();
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    check(&entries(&path), &stored, &gateway);
    gateway.assert_in_order();
    let stats = outbox.stats().await.unwrap();
    println!("{kills} kills, {} reported as stored, {stats:?}", stored.len());
    assert!(stored.len() as u64 > kills, "the children do their work before they are killed");
}

/// An outage of any kind, a tenth of the requests that fail, or none.
fn faults(random: &mut Random) -> Faults {
    let fault = match random.below(10) {
        0 => Fault::ServerError,
        1 => Fault::CloseBeforeProcessing,
        2 => Fault::CloseAfterProcessing,
        3 => Fault::HalfAnswer,
        4 => Fault::LoginPage,
        5 => Fault::RedirectToLogin,
        6 => Fault::TooManyRequests { retry_after: Some(1) },
        7 => Fault::OkText,
        _ => return Faults::none(),
    };
    let rate = if random.below(3) > 0 { 1.0 } else { 0.1 };
    // Slow responses: kills come between a request, or a probe, and its response.
    let millis = random.below(3) * 20;
    Faults::none().seed(random.below(1_000)).rate(1.0, Fault::Latency { millis }).rate(rate, fault)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d45_nothing_is_lost_or_doubled_by_kills_outages_and_takeovers() {
    let kills = kills("OUTBOX_KILLS", 40);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let telecrm = Arc::new(emulator::start().await);
    let (database, url) = (path.to_str().unwrap().to_owned(), telecrm.url().to_owned());
    let disturbed = tokio::task::spawn_blocking({
        let telecrm = Arc::clone(&telecrm);
        move || {
            let mut random = Random::new(17);
            let mut index = 0;
            let mut start = || {
                index += 1;
                Process::start(&database, &url, index)
            };
            // One delivers, and the other is its standby.
            let mut processes = [start(), start()];
            let mut stored = BTreeSet::new();
            for _ in 0..kills {
                if random.below(3) == 0 {
                    telecrm.set_faults(faults(&mut random));
                }
                let chosen = usize::try_from(random.below(2)).unwrap();
                if random.below(6) > 0 {
                    processes[chosen].has_begun();
                }
                // Most die soon; some live long enough for a pause, probes and a takeover.
                let lifetime = if random.below(8) == 0 { 1_500_000 } else { 60_000 };
                std::thread::sleep(Duration::from_micros(random.below(lifetime)));
                stored.extend(std::mem::replace(&mut processes[chosen], start()).kill());
            }
            for process in processes {
                stored.extend(process.kill());
            }
            stored
        }
    });
    let stored: BTreeSet<u64> = disturbed.await.unwrap();
    telecrm.set_faults(Faults::none());
    let outbox = Outbox::open(&path).await.unwrap();
    let worker = outbox.deliver(support::client(telecrm.url())).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    emulator::check(&entries(&path), &stored, &telecrm);
    let stats = outbox.stats().await.unwrap();
    println!("{kills} kills, {} reported as stored, {stats:?}", stored.len());
    assert!(stored.len() as u64 > kills, "the processes do their work before they are killed");
}

/// Whether the request in flight contains only the fields.
fn is_probed(path: &Path) -> bool {
    let connection = rusqlite::Connection::open(path).unwrap();
    let sql =
        "SELECT 1 FROM telecrm_outbox_entries WHERE state = 1 AND fields_only_attempt = attempts";
    connection.prepare(sql).unwrap().exists([]).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d45_a_kill_between_a_probe_and_its_response_keeps_the_actions_certain() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let gateway = Gateway::start().await;
    // A firewall; then a probe, which contains no actions, gets no response.
    gateway.answer(
        |request, _| {
            if request.actions.is_empty() { Answer::Silence } else { Answer::Page(403) }
        },
    );
    let url = format!("http://{}", gateway.address);
    let database = path.to_str().unwrap().to_owned();
    let killed = tokio::task::spawn_blocking({
        let path = path.clone();
        move || {
            let process = Process::start(&database, &url, 0);
            process.has_begun();
            while !is_probed(&path) {
                std::thread::sleep(Duration::from_millis(5));
            }
            process.kill()
        }
    });
    let stored: BTreeSet<u64> = killed.await.unwrap().into_iter().collect();
    gateway.answer(|_, _| Answer::Queued);
    let outbox = Outbox::open(&path).await.unwrap();
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    let entries = entries(&path);
    check(&entries, &stored, &gateway);
    assert!(entries.iter().all(|(_, state)| *state == State::Accepted), "{entries:?}");
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
