//! The store's suite on PostgreSQL, and what only PostgreSQL has.
//!
//! They need `TELECRM_TEST_POSTGRES`, the URL of a cluster where databases may be created.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::PostgresStore;
use crate::entry::State;
use crate::store::conformance::{self, LEASE, Subject, claim, enqueue, lead};
use crate::store::{Pace, Store, model};
use crate::transition::Actions;

static DATABASES: AtomicU64 = AtomicU64::new(0);

struct Postgres {
    store: Arc<PostgresStore>,
    offset: AtomicU64,
}

fn url() -> Option<String> {
    let url = std::env::var("TELECRM_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        eprintln!("SKIPPED: TELECRM_TEST_POSTGRES names no PostgreSQL");
    }
    url
}

impl Postgres {
    /// In a database of its own.
    async fn new(url: &str) -> Self {
        let number = DATABASES.fetch_add(1, Ordering::SeqCst);
        let name = format!("outbox_{}_{number}", std::process::id());
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        Self::open(&with_database(url, &name)).await
    }

    async fn open(url: &str) -> Self {
        let store = PostgresStore::connect(url, true).await.unwrap();
        Self { store: Arc::new(store), offset: AtomicU64::new(0) }
    }
}

/// The URL with another database at its end.
fn with_database(url: &str, name: &str) -> String {
    let (base, _) = url.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

impl Subject for Postgres {
    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    async fn advance(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap();
        let offset = self.offset.fetch_add(micros, Ordering::SeqCst) + micros;
        self.store.execute(&format!("SET telecrm.clock_offset = '{offset}'")).await;
    }

    /// Its lease is over.
    async fn crash(&self) {
        self.store.execute("UPDATE telecrm.entries SET lease_until = 0 WHERE state = 1").await;
        self.store.recover().await.unwrap();
    }
}

#[tokio::test]
async fn postgres_conforms() {
    let Some(url) = url() else { return };
    conformance::all(async || Postgres::new(&url).await).await;
}

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
    let (one, two) = (lead("a", 1, false), lead("a", 2, false));
    let (first, second) = tokio::join!(store.enqueue(one), store.enqueue(two));
    assert_ne!(first.unwrap(), second.unwrap());
    assert_eq!(store.stats().await.unwrap().of(State::Queued), 2);
}

#[tokio::test]
async fn a_lease_that_is_over_makes_the_actions_doubtful() {
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

#[tokio::test]
async fn no_hour_has_more_than_18_000_turns_and_a_429_stops_all() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let pace = Pace { token: 7, period: Duration::from_micros(200_112), burst: 10 };
    let mut taken = 0_u32;
    let began = std::time::Instant::now();
    let mut advanced = Duration::ZERO;
    while advanced < Duration::from_secs(60) {
        match postgres.store.turn(pace).await.unwrap() {
            None => taken += 1,
            Some(wait) => {
                postgres.advance(wait).await;
                advanced += wait;
            }
        }
    }
    // The database's clock goes on by itself, too.
    let periods = (advanced + began.elapsed()).as_micros() / pace.period.as_micros();
    assert!((300..=periods + 11).contains(&u128::from(taken)), "{taken} in {periods} periods");
    postgres.store.paused(pace, Duration::from_secs(30)).await.unwrap();
    let wait = postgres.store.turn(pace).await.unwrap().unwrap();
    assert!(wait > Duration::from_secs(29), "{wait:?}");
}

#[test]
fn postgres_does_what_the_model_does() {
    let Some(url) = url() else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() };
    TestRunner::new(config)
        .run(&model::steps(), |steps| {
            runtime.block_on(async { model::run(&Postgres::new(&url).await, steps).await });
            Ok(())
        })
        .unwrap();
}
