//! PostgreSQL: several worker processes that are killed or suspended, and failures of the server.
//!
//! `tests/postgres.sh` starts a cluster and runs them; without one they report that they were skipped.

#![cfg(feature = "postgres")]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use support::kill::{Process, check, kills, work};
use support::postgres::{connect, database};
use support::{Answer, Gateway, Random, client_builder, drained, eventually, faulty, lead, phone};
use telecrm_outbox::{Error, Outbox, PauseCause, State, Worker, WorkerStatus};
use telecrm_runtime::sync::{self, VerifyPolicy};
use telecrm_runtime::{Client, EnterpriseId, RateLimit, SyncToken};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Short, so that a stopped process outlives its lease: half a second in total.
const TIMEOUT: Duration = Duration::from_millis(300);
const LEASE_MARGIN: Duration = Duration::from_millis(200);
const WORKERS: usize = 3;

async fn deliver(outbox: &Outbox, url: &str) -> Worker {
    let client = client_builder(url).timeout(TIMEOUT).build().unwrap();
    let mut worker = outbox.deliver(client).lease_margin(LEASE_MARGIN).start();
    worker.ready().await.unwrap();
    worker
}

/// Stores and delivers until it is killed, if a test below started it.
#[test]
fn child() {
    work(async |database, url| {
        let outbox = Outbox::connect(&database).await.unwrap();
        let worker = deliver(&outbox, &url).await;
        (outbox, worker)
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d42_nothing_is_lost_or_doubled_by_workers_that_die_or_are_suspended() {
    let Some(database) = database().await else { return };
    let rounds = kills("OUTBOX_POSTGRES_KILLS", 16);
    let gateway = Gateway::start().await;
    gateway.answer(faulty(11));
    let url = format!("http://{}", gateway.address);
    let (children_database, children_url) = (database.clone(), url.clone());
    let disturbed = tokio::task::spawn_blocking(move || {
        let mut random = Random::new(5);
        let mut index = 0;
        let mut start = || {
            index += 1;
            Process::start(&children_database, &children_url, index)
        };
        let mut processes: Vec<Process> = (0..WORKERS).map(|_| start()).collect();
        let mut stored = BTreeSet::new();
        let (mut killed, mut stopped) = (0, 0);
        for _ in 0..rounds {
            let chosen = usize::try_from(random.below(WORKERS as u64)).unwrap();
            // Some while they connect, most while they fill and drain the database.
            if random.below(6) > 0 {
                processes[chosen].has_begun();
            }
            std::thread::sleep(Duration::from_micros(random.below(60_000)));
            if random.below(2) == 0 {
                processes[chosen].signal("STOP");
                std::thread::sleep(2 * (TIMEOUT + LEASE_MARGIN));
                processes[chosen].signal("CONT");
                // It completes its request. A kill right after a request that comes late would
                // leave no record of that request.
                std::thread::sleep(TIMEOUT + LEASE_MARGIN);
                stopped += 1;
            } else {
                stored.extend(std::mem::replace(&mut processes[chosen], start()).kill());
                killed += 1;
            }
        }
        for process in processes {
            stored.extend(process.kill());
        }
        println!("{killed} kills, {stopped} stops");
        assert!(killed > 0 && stopped > 0);
        stored
    });
    let stored: BTreeSet<u64> = disturbed.await.unwrap();
    gateway.answer(|_, _| Answer::Queued);
    let outbox = Outbox::connect(&database).await.unwrap();
    let worker = deliver(&outbox, &url).await;
    drained(&outbox).await;
    worker.stop().await.unwrap();
    check(&entries(&database).await, &stored, &gateway);
    println!("{} reported as stored, {:?}", stored.len(), outbox.stats().await.unwrap());
    assert!(stored.len() as u64 > rounds, "the processes do their work before they are killed");
}

/// From the database itself.
async fn entries(database: &str) -> Vec<(u64, State)> {
    let sql =
        "SELECT (body::json -> 'fields' ->> 'n')::bigint, state FROM telecrm.entries ORDER BY id";
    let rows = connect(database).await.query(sql, &[]).await.unwrap();
    rows.iter()
        .map(|row| {
            let state = State::ALL.iter().find(|state| **state as i16 == row.get::<_, i16>(1));
            (row.get::<_, i64>(0).unsigned_abs(), *state.unwrap())
        })
        .collect()
}

#[tokio::test]
async fn a_429_without_retry_after_stops_every_process() {
    let Some(database) = database().await else { return };
    let gateway = Gateway::start().await;
    gateway.answer(|_, before| if before == 0 { Answer::Status(429) } else { Answer::Queued });
    let (first, other) =
        (Outbox::connect(&database).await.unwrap(), Outbox::connect(&database).await.unwrap());
    let url = format!("http://{}", gateway.address);
    let client = client_builder(&url).rate_limit(RateLimit::default()).build().unwrap();
    first.enqueue_prepared(lead(&phone(1), 1, false)).await.unwrap();
    let mut worker = first.deliver(client).start();
    worker.ready().await.unwrap();
    let database = connect(&database).await;
    let paused = async || {
        let sql = "SELECT paused_until > telecrm.now_us() FROM telecrm.pace";
        let rows = database.query(sql, &[]).await.unwrap();
        rows.first().is_some_and(|row| row.get(0))
    };
    eventually("all are paused", paused).await;
    assert_eq!(gateway.requests(), 1);
    drained(&other).await;
    worker.stop().await.unwrap();
    assert_eq!(gateway.requests(), 2);
}

/// A client with telecrm's pace: its workers share pauses.
fn paced_client(gateway: &Gateway) -> Client {
    let url = format!("http://{}", gateway.address);
    client_builder(&url).rate_limit(RateLimit::default()).build().unwrap()
}

#[tokio::test]
async fn d45_workers_of_a_token_share_its_pause_and_one_of_them_probes() {
    let Some(database) = database().await else { return };
    let gateway = Gateway::start().await;
    let is_revoked = Arc::new(AtomicBool::new(true));
    gateway.answer({
        let is_revoked = Arc::clone(&is_revoked);
        move |_, _| {
            if is_revoked.load(Ordering::SeqCst) { Answer::Status(401) } else { Answer::Queued }
        }
    });
    let mut workers = Vec::new();
    for _ in 0..3 {
        let outbox = Outbox::connect(&database).await.unwrap();
        let mut worker = outbox.deliver(paced_client(&gateway)).start();
        worker.ready().await.unwrap();
        workers.push(worker);
    }
    let outbox = Outbox::connect(&database).await.unwrap();
    outbox.enqueue_prepared(lead(&phone(1), 1, true)).await.unwrap();
    let paused = WorkerStatus::Paused(PauseCause::Unauthorized);
    eventually("all are paused", async || workers.iter().all(|worker| worker.status() == paused))
        .await;
    eventually("four probes failed", async || gateway.requests() >= 5).await;
    is_revoked.store(false, Ordering::SeqCst);
    drained(&outbox).await;
    let delivers = |worker: &Worker| worker.status() == WorkerStatus::Delivering;
    eventually("all deliver", async || workers.iter().all(delivers)).await;
    // Waits of 0.5, 1, 2 and 4 seconds for all three together.
    assert!(gateway.requests() <= 9, "{} requests", gateway.requests());
    assert_eq!(gateway.actions(), [(1, 1)].into());
    for worker in workers {
        worker.stop().await.unwrap();
    }
}

#[tokio::test]
async fn d45_a_wrong_url_stops_no_other_worker() {
    let Some(database) = database().await else { return };
    let (wrong, telecrm) = (Gateway::start().await, Gateway::start().await);
    wrong.answer(|_, _| Answer::Page(404));
    let outbox = Outbox::connect(&database).await.unwrap();
    let misdirected = outbox.deliver(paced_client(&wrong)).start();
    outbox.enqueue_prepared(lead(&phone(0), 0, true)).await.unwrap();
    let paused = WorkerStatus::Paused(PauseCause::WrongAddress);
    eventually("it is paused", async || misdirected.status() == paused).await;
    let worker = outbox.deliver(paced_client(&telecrm)).start();
    for number in 1..10 {
        outbox.enqueue_prepared(lead(&phone(number), number, true)).await.unwrap();
    }
    drained(&outbox).await;
    assert_eq!((worker.status(), misdirected.status()), (WorkerStatus::Delivering, paused));
    worker.stop().await.unwrap();
    misdirected.stop().await.unwrap();
    let stats = outbox.stats().await.unwrap();
    assert_eq!((stats.accepted, stats.refused, stats.unconfirmed), (10, 0, 0), "{stats:?}");
    assert_eq!(telecrm.actions().len(), 10);
}

#[tokio::test]
async fn a_lost_connection_is_an_error_and_the_next_call_connects_again() {
    let Some(database) = database().await else { return };
    let gateway = Gateway::start().await;
    let outbox = Outbox::connect(&database).await.unwrap();
    let mut worker = outbox.deliver(gateway.client()).start();
    worker.ready().await.unwrap();
    let server = connect(&database).await;
    let mut failed = 0;
    for number in 1..=20 {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        if number % 5 == 0 {
            server.execute(sql, &[]).await.unwrap();
        }
        while let Err(error) = outbox.enqueue_prepared(lead(&phone(number), number, true)).await {
            assert!(matches!(error, Error::ConnectionLost), "{error:?}");
            failed += 1;
            assert!(failed < 100);
        }
    }
    drained(&outbox).await;
    worker.stop().await.unwrap();
    let stats = outbox.stats().await.unwrap();
    assert!(stats.accepted + stats.unconfirmed >= 20, "{stats:?}");
    assert!(gateway.actions().values().all(|received| *received == 1));
}

#[tokio::test]
async fn failures_of_the_server_are_clear_errors_and_lose_nothing() {
    let Some(database) = database().await else { return };
    let outbox = Outbox::connect(&database).await.unwrap();
    outbox.enqueue_prepared(lead(&phone(1), 1, false)).await.unwrap();
    let server = connect(&database).await;
    let name = database.rsplit_once('/').unwrap().1;

    // A standby.
    let set =
        |mode: &str| format!("ALTER DATABASE {name} SET default_transaction_read_only = {mode}");
    server.batch_execute(&set("on")).await.unwrap();
    let standby = Outbox::connect(&database).await.unwrap();
    let error = standby.enqueue_prepared(lead(&phone(2), 2, false)).await.unwrap_err();
    assert!(matches!(error, Error::ReadOnly), "{error:?}");
    server.batch_execute("SET default_transaction_read_only = off").await.unwrap();
    server.batch_execute(&set("off")).await.unwrap();

    // A role that may connect, and nothing more.
    let role = format!("{name}_role");
    server.batch_execute(&format!("CREATE ROLE {role} LOGIN")).await.unwrap();
    let as_role = database.replace("postgres@", &format!("{role}@"));
    let error = Outbox::connect(&as_role).await.unwrap_err();
    assert!(matches!(error, Error::NotPermitted), "{error:?}");
    assert!(error.to_string().contains("migrate --print"), "{error}");
    server
        .batch_execute(&format!(
            "GRANT USAGE ON SCHEMA telecrm TO {role};
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA telecrm TO {role}"
        ))
        .await
        .unwrap();
    let granted = Outbox::connect(&as_role).await.unwrap();
    let id = granted.enqueue_prepared(lead(&phone(3), 3, false)).await.unwrap();
    granted.discard(id).await.unwrap();
    drop(granted);

    // Tables of a newer version.
    server.batch_execute("UPDATE telecrm.meta SET version = 99").await.unwrap();
    let error = Outbox::connect(&database).await.unwrap_err();
    assert!(matches!(error, Error::NewerSchema { found: 99, .. }), "{error:?}");
    assert_eq!(outbox.stats().await.unwrap().queued, 1);

    for url in
        ["postgres//x:s3cret@h", "postgres://u:s3cret@127.0.0.1:1/db", "mysql://u:s3cret@h/d"]
    {
        let error = Outbox::connect(url).await.unwrap_err();
        assert!(matches!(error, Error::InvalidUrl | Error::NotConnected), "{error:?}");
        assert!(!error.is_ambiguous());
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_transaction_of_sqlite_is_one_of_another_database() {
    use telecrm_outbox::rusqlite::Connection;

    let Some(database) = database().await else { return };
    let outbox = Outbox::connect(&database).await.unwrap();
    let mut connection = Connection::open_in_memory().unwrap();
    let transaction = connection.transaction().unwrap();
    let error = outbox.enqueue_prepared_in(&transaction, lead(&phone(1), 1, false)).unwrap_err();
    assert!(matches!(error, Error::OtherDatabase), "{error:?}");
}

#[tokio::test]
async fn a_connection_lost_during_enqueue_is_ambiguous_and_a_key_makes_it_repeatable() {
    use telecrm_outbox::EnqueueOptions;

    let Some(database) = database().await else { return };
    let outbox = Outbox::connect(&database).await.unwrap();
    let server = connect(&database).await;
    let application = connect(&database).await;
    // An application holds the lead, so that the call waits in the server.
    let body = r#"{"fields":{"phone":"1"}}"#;
    application.batch_execute("BEGIN").await.unwrap();
    let enqueue = "SELECT telecrm.enqueue('acme', $1, $2)";
    application.query_one(enqueue, &[&phone(1), &body]).await.unwrap();
    let options = || EnqueueOptions::new().key("delivery-1");
    let call = tokio::spawn(outbox.enqueue_prepared_with(lead(&phone(1), 1, true), options()));
    eventually("the call waits", async || {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'";
        !server.query(sql, &[]).await.unwrap().is_empty()
    })
    .await;
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::ConnectionLost) && error.is_ambiguous(), "{error:?}");
    application.batch_execute("ROLLBACK").await.unwrap();
    let mut again = Vec::new();
    for _ in 0..2 {
        let repeated = outbox.enqueue_prepared_with(lead(&phone(1), 1, true), options());
        again.push(repeated.await.unwrap());
    }
    assert_eq!(again[0].id, again[1].id);
    assert_eq!(outbox.stats().await.unwrap().queued, 1);
}

/// A client of a Sync API that refuses every request, and the number of its requests.
async fn refused_reader() -> (sync::Client, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received = Arc::new(AtomicU64::new(0));
    let requests = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 4096]).await.unwrap();
            requests.fetch_add(1, Ordering::SeqCst);
            let response =
                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.write_all(response.as_bytes()).await.unwrap();
        }
    });
    let enterprise = EnterpriseId::parse(support::ENTERPRISE).unwrap();
    let client = sync::Client::builder(enterprise, SyncToken::parse("sync-token-1").unwrap());
    (client.base_url(url).verify_policy(VerifyPolicy::once()).build().unwrap(), received)
}

#[tokio::test]
async fn one_of_several_workers_reads_entries_back() {
    let Some(database) = database().await else { return };
    let gateway = Gateway::start().await;
    let outbox = Outbox::connect(&database).await.unwrap();
    let (reader, requests) = refused_reader().await;
    let (other_reader, other_requests) = refused_reader().await;
    let first = outbox.deliver(gateway.client()).verify(reader).start();
    outbox.enqueue_prepared(lead(&phone(1), 1, false)).await.unwrap();
    let requests = || requests.load(Ordering::SeqCst);
    eventually("the first entry is read", async || requests() > 0).await;
    // The first entry is still to be read when the second worker starts.
    let mut second = outbox.deliver(gateway.client()).verify(other_reader).start();
    second.ready().await.unwrap();
    let before = requests();
    outbox.enqueue_prepared(lead(&phone(2), 2, false)).await.unwrap();
    eventually("the second entry is read", async || requests() > before).await;
    assert_eq!(other_requests.load(Ordering::SeqCst), 0);
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}
