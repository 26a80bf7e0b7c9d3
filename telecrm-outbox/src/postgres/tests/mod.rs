//! The store's suite on PostgreSQL, and features that only PostgreSQL has.
//!
//! They need `TELECRM_TEST_POSTGRES`, the URL of a cluster where databases may be created, and the other
//! variables of `tests/postgres.sh`.

mod connections;
mod pgbouncer;
mod plans;
mod races;
mod settings;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::PostgresStore;
use crate::entry::State;
use crate::options::EnqueueOptions;
use crate::store::conformance::{self, ENTERPRISE, LEASE, Subject, claim, enqueue, lead};
use crate::store::{Pace, Store, model};
use crate::transition::{Actions, Outcome};
use crate::worker::Sender;

static DATABASES: AtomicU64 = AtomicU64::new(0);

struct Postgres {
    store: Arc<PostgresStore>,
    url: String,
}

/// Lets the clock of the database run ahead by a number of microseconds.
const MOVABLE_CLOCK: &str = "
    CREATE TABLE telecrm.clock_offset (us bigint NOT NULL);
    INSERT INTO telecrm.clock_offset VALUES (0);
    CREATE OR REPLACE FUNCTION telecrm.now_us() RETURNS bigint LANGUAGE sql VOLATILE AS
        'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + us
         FROM telecrm.clock_offset'";

/// A variable of `tests/postgres.sh`.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        eprintln!("SKIPPED: {name} is not set");
    }
    value
}

fn url() -> Option<String> {
    variable("TELECRM_TEST_POSTGRES")
}

impl Postgres {
    /// A new database.
    async fn new(url: &str) -> Self {
        let number = DATABASES.fetch_add(1, Ordering::SeqCst);
        let name = format!("outbox_{}_{number}", std::process::id());
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        let postgres = Self::open(&with_database(url, &name)).await;
        postgres.store.execute(MOVABLE_CLOCK).await;
        postgres
    }

    async fn open(url: &str) -> Self {
        let store = PostgresStore::connect(url, true).await.unwrap();
        Self { store: Arc::new(store), url: url.to_owned() }
    }
}

/// The URL of another database of the cluster.
fn with_database(url: &str, name: &str) -> String {
    let (base, _) = url.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

impl Subject for Postgres {
    const MANY_WORKERS: bool = true;

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    async fn advance(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap();
        self.store.execute(&format!("UPDATE telecrm.clock_offset SET us = us + {micros}")).await;
    }

    /// Its lease is over.
    async fn crash(&self) {
        self.store.execute("UPDATE telecrm.entries SET lease_until = 0 WHERE state = 1").await;
        self.store.recover().await.unwrap();
    }
}

macro_rules! conforms {
    ($($subject:ident::$check:ident,)*) => {
        $(
            #[tokio::test]
            async fn $check() {
                let Some(url) = url() else { return };
                conformance::$subject::$check(&Postgres::new(&url).await).await;
            }
        )*
    };
}
conformance::for_each_check!(conforms);

#[tokio::test]
async fn two_workers_never_hold_one_entry_or_one_lead() {
    let Some(url) = url() else { return };
    let first = Postgres::new(&url).await;
    for key in 0..40 {
        enqueue(&*first.store, &format!("{}", key % 8), true).await;
    }
    let claims = futures_util::future::join_all((0..16).map(|_| claim(&*first.store))).await;
    let mut keys: Vec<_> = claims.into_iter().flatten().map(|claim| claim.lead_key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 8);
    assert!(claim(&*first.store).await.is_none());
}

#[tokio::test]
async fn the_order_of_a_lead_is_that_of_the_commits() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    let (older, newer) = (lead("a", 1, false), lead("a", 2, false));
    let (first, second) = tokio::join!(
        store.enqueue(older, EnqueueOptions::new()),
        store.enqueue(newer, EnqueueOptions::new())
    );
    assert_ne!(first.unwrap().id, second.unwrap().id);
    assert_eq!(store.stats().await.unwrap().of(State::Queued), 2);
}

/// Another connection to the same database, with an open transaction of an application.
async fn application(postgres: &Postgres, isolation: &str) -> tokio_postgres::Client {
    let (client, connection) =
        tokio_postgres::connect(&postgres.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("BEGIN ISOLATION LEVEL {isolation}")).await.unwrap();
    client
}

#[tokio::test]
async fn an_entry_is_due_though_the_one_before_it_was_closed_before_its_commit() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    for (round, isolation) in
        ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"].iter().enumerate()
    {
        let older = enqueue(&**store, "a", false).await;
        let claimed = claim(&**store).await.unwrap();
        let application = application(&postgres, isolation).await;
        application.query_one("SELECT count(*) FROM telecrm.entries", &[]).await.unwrap();
        let sql = format!("SELECT telecrm.enqueue('{ENTERPRISE}', 'a', '{{\"fields\":{{}}}}')");
        application.batch_execute(&sql).await.unwrap();
        // No way of closing waits for the application.
        match round {
            0 => assert!(conformance::settle(&**store, &claimed, Outcome::Queued).await),
            // Two of them are from the last round.
            1 => assert_eq!(store.erase("a".to_owned(), None).await.unwrap(), 3),
            _ => {
                assert!(conformance::settle(&**store, &claimed, conformance::not_sent()).await);
                store.discard(older).await.unwrap();
            }
        }
        assert!(store.next_due(ENTERPRISE).await.unwrap().is_none());
        application.batch_execute("COMMIT").await.unwrap();
        assert_eq!(store.next_due(ENTERPRISE).await.unwrap(), Some(Duration::ZERO), "{isolation}");
        let next = claim(&**store).await.unwrap();
        assert!(next.key.id > older);
        assert!(conformance::settle(&**store, &next, Outcome::Queued).await);
    }
}

#[tokio::test]
async fn an_older_snapshot_of_an_application_does_not_change_the_order() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    let application = application(&postgres, "REPEATABLE READ").await;
    application.query_one("SELECT count(*) FROM telecrm.entries", &[]).await.unwrap();
    let older = enqueue(&**store, "a", false).await;
    let sql = format!("SELECT telecrm.enqueue('{ENTERPRISE}', 'a', '{{\"fields\":{{}}}}')");
    for _ in 0..3 {
        application.batch_execute(&sql).await.unwrap();
    }
    application.batch_execute("COMMIT").await.unwrap();
    let mut last = older;
    for _ in 0..4 {
        let next = claim(&**store).await.unwrap();
        assert!(next.key.id >= last, "{} after {last}", next.key.id);
        assert!(claim(&**store).await.is_none());
        assert!(conformance::settle(&**store, &next, Outcome::Queued).await);
        last = next.key.id;
    }
}

#[tokio::test]
async fn actions_are_ambiguous_after_the_end_of_the_lease() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    enqueue(&*postgres.store, "a", true).await;
    let stale = claim(&*postgres.store).await.unwrap();
    assert!(claim(&*postgres.store).await.is_none());
    postgres.advance(LEASE + Duration::from_secs(1)).await;
    let taken_over = claim(&*postgres.store).await.unwrap();
    assert_eq!((taken_over.key.id, taken_over.actions), (stale.key.id, Actions::Doubtful));
    assert!(!conformance::settle(&*postgres.store, &stale, conformance::refused()).await);
}

/// Lets all connections of a database follow a clock that the test moves.
const VIRTUAL_CLOCK: &str = "
    CREATE TABLE telecrm.virtual_clock (now_us bigint NOT NULL);
    INSERT INTO telecrm.virtual_clock VALUES (1000000000000);
    CREATE OR REPLACE FUNCTION telecrm.now_us() RETURNS bigint LANGUAGE sql VOLATILE AS
        'SELECT now_us FROM telecrm.virtual_clock'";

/// Four workers on one token, like four processes: each has its own connections. One of them
/// asks again before its wait is over. `.ci/full` lets more than an hour pass.
#[tokio::test]
async fn four_workers_have_at_most_18_000_turns_in_any_hour_and_a_429_stops_them_all() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    postgres.store.execute(VIRTUAL_CLOCK).await;
    let mut workers = vec![Arc::clone(&postgres.store)];
    for _ in 1..4 {
        workers.push(Postgres::open(&postgres.url).await.store);
    }
    let pace = pace_of(1);
    let minutes =
        std::env::var("OUTBOX_PACE_MINUTES").ok().and_then(|minutes| minutes.parse().ok());
    let end = Duration::from_secs(60 * minutes.unwrap_or(2_u64));

    let mut now = Duration::ZERO;
    let mut due = [Duration::ZERO; 4];
    let mut turns: Vec<Duration> = Vec::new();
    let mut paused_until = Duration::ZERO;
    let mut calls = 0_u32;
    while now < end {
        let (worker, at) = due.iter().copied().enumerate().min_by_key(|(_, at)| *at).unwrap();
        if let Some(step) = at.checked_sub(now).filter(|step| !step.is_zero()) {
            let step = i64::try_from(step.as_micros()).unwrap();
            let advance = format!("UPDATE telecrm.virtual_clock SET now_us = now_us + {step}");
            postgres.store.execute(&advance).await;
            now = at;
        }
        calls += 1;
        // Sometimes a worker has nothing to send for three seconds, which earns it a burst.
        let rest = Duration::from_secs(if calls.is_multiple_of(500) { 3 } else { 0 });
        match workers[worker].turn(pace).await.unwrap() {
            None => {
                assert!(now >= paused_until, "a turn at {now:?}, paused until {paused_until:?}");
                turns.push(now);
                if turns.len().is_multiple_of(400) {
                    let pause = Duration::from_secs(20);
                    workers[worker].paused(pace, Some(pause)).await.unwrap();
                    paused_until = now + pause;
                }
                due[worker] = now + rest;
            }
            // One of them asks again before its time.
            Some(wait) if worker == 3 => due[worker] = now + wait.min(Duration::from_millis(450)),
            Some(wait) => due[worker] = now + wait + rest,
        }
    }

    for window in [Duration::from_secs(1), Duration::from_secs(60), Duration::from_secs(3_600)] {
        let maximum = max_within(&turns, window);
        let periods = window.as_micros() / pace.period.as_micros();
        let allowed = usize::try_from(periods).unwrap() + usize::try_from(pace.burst).unwrap();
        assert!(maximum <= allowed, "{maximum} turns within {window:?}, {allowed} are allowed");
    }
    let hour = Duration::from_secs(3_600).as_micros() / pace.period.as_micros();
    assert!(hour + u128::from(pace.burst) <= 18_000, "telecrm: Async API");
    // They use almost every period outside of the pauses and rests.
    let pauses = Duration::from_secs(20) * u32::try_from(turns.len() / 400).unwrap();
    let least = end.saturating_sub(pauses).as_micros() / pace.period.as_micros() * 9 / 10;
    assert!(turns.len() as u128 >= least, "{} turns in {end:?}, {least} expected", turns.len());
    println!("{} turns in {end:?}", turns.len());
}

/// The pace of a client with telecrm's limit.
fn pace_of(token: i64) -> Pace {
    let client = telecrm_runtime::Client::builder(
        telecrm_runtime::EnterpriseId::parse("acme").unwrap(),
        telecrm_runtime::AsyncToken::parse("a-token-of-the-test").unwrap(),
    );
    Pace { token, ..Sender::pace(&client.build().unwrap()).expect("a limited client") }
}

/// The maximum number of turns in any window of time.
fn max_within(turns: &[Duration], window: Duration) -> usize {
    let mut first = 0;
    let counts = turns.iter().enumerate().map(|(last, at)| {
        while at.saturating_sub(turns[first]) >= window {
            first += 1;
        }
        last + 1 - first
    });
    counts.max().unwrap_or(0)
}

#[tokio::test]
async fn a_429_without_a_wait_stops_all_for_longer_each_time() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    let pace = Pace { token: 7, period: Duration::from_millis(200), burst: 10 };
    let mut waits = Vec::new();
    for _ in 0..9 {
        // Three were in flight, and all are refused.
        for _ in 0..3 {
            store.paused(pace, None).await.unwrap();
        }
        let wait = store.turn(pace).await.unwrap().unwrap();
        waits.push(wait.as_secs_f64().round());
        postgres.advance(wait).await;
    }
    assert_eq!(waits, [1., 2., 4., 8., 16., 32., 64., 64., 64.]);
    assert!(store.turn(pace).await.unwrap().is_none());
    postgres.advance(Duration::from_secs(65)).await;
    store.paused(pace, None).await.unwrap();
    let wait = store.turn(pace).await.unwrap().unwrap();
    assert!(wait <= Duration::from_secs(1), "{wait:?}");
    store.paused(pace, Some(Duration::MAX)).await.unwrap();
    let wait = store.turn(pace).await.unwrap().unwrap();
    assert!(wait <= Duration::from_secs(3_600), "{wait:?}");
}

#[tokio::test]
async fn a_late_request_of_a_suspended_worker_does_not_win() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &*postgres.store;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(enqueue(store, "a", true).await);
    }
    let late = claim(store).await.unwrap();
    postgres.advance(LEASE + Duration::from_secs(1)).await;
    for id in &ids[..2] {
        let claim = claim(store).await.unwrap();
        assert_eq!(claim.key.id, *id);
        assert!(conformance::settle(store, &claim, Outcome::Queued).await);
    }
    let under_way = claim(store).await.unwrap();
    assert!(!conformance::settle(store, &late, Outcome::Queued).await);
    // The accepted entry and the entry in flight, both without their actions.
    assert!(conformance::settle(store, &under_way, Outcome::Queued).await);
    for (index, actions) in [(1, Actions::None), (2, Actions::None), (3, Actions::Pending)] {
        let claim = claim(store).await.unwrap();
        assert_eq!((claim.key.id, claim.actions), (ids[index], actions));
        assert!(conformance::settle(store, &claim, Outcome::Queued).await);
    }
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.unconfirmed, stats.accepted), (1, 3));
}

#[test]
fn postgres_does_what_the_model_does() {
    let Some(url) = url() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cases = std::env::var("OUTBOX_MODEL_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = cases.unwrap_or(24);
    let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
    TestRunner::new(config)
        .run(&model::steps(), |steps| {
            runtime.block_on(async { model::run(&Postgres::new(&url).await, steps).await });
            Ok(())
        })
        .unwrap();
}
