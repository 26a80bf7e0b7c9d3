//! The store's suite on SQLite, and features that only SQLite has.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use super::SqliteStore;
use crate::clock::Clock;
use crate::error::Error;
use crate::store::conformance::{self, Subject};
use crate::store::{Store, model};

struct Sqlite {
    store: Arc<SqliteStore>,
    directory: TempDir,
}

impl Sqlite {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("leads.db");
        let store = SqliteStore::open(path, true, Clock::tokio()).await.unwrap();
        Self { store: Arc::new(store), directory }
    }
}

impl Subject for Sqlite {
    const MANY_WORKERS: bool = false;

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    async fn advance(&self, duration: Duration) {
        tokio::time::advance(duration).await;
    }

    async fn crash(&self) {
        let lock = self.store.lock().unwrap();
        self.store.recover().await.unwrap();
        drop(lock);
    }
}

macro_rules! conforms {
    ($($subject:ident::$check:ident,)*) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $check() {
                conformance::$subject::$check(&Sqlite::new().await).await;
            }
        )*
    };
}
conformance::for_each_check!(conforms);

#[test]
fn sqlite_does_what_the_model_does() {
    let cases = std::env::var("OUTBOX_MODEL_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = ProptestConfig {
        cases: cases.unwrap_or(48),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.unwrap();
    TestRunner::new(config)
        .run(&model::steps(), |steps| {
            runtime.block_on(async { model::run(&Sqlite::new().await, steps).await });
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn one_worker_has_the_lock_and_a_second_is_refused() {
    let sqlite = Sqlite::new().await;
    let first = sqlite.store.lock().unwrap();
    let path = sqlite.directory.path().join("leads.db");
    let second = SqliteStore::open(path, true, Clock::System).await.unwrap();
    assert!(matches!(second.lock(), Err(Error::AlreadyDelivering)));
    drop(first);
    second.lock().unwrap();
}

#[tokio::test]
async fn a_failing_write_of_a_batch_fails_no_other() {
    let sqlite = Sqlite::new().await;
    let store = &sqlite.store;
    let (good, bad) =
        tokio::join!(conformance::enqueue(&**store, "a", false), store.retry(7.into(), false),);
    assert!(matches!(bad, Err(Error::NotFound { .. })));
    assert!(store.entry(good).await.unwrap().is_some());
}

/// Version 1 marks by the complete identifier, while the worker runs.
#[tokio::test(start_paused = true)]
async fn a_marked_entry_waits_for_an_older_one_of_its_order_key() {
    let sqlite = Sqlite::new().await;
    let store = &*sqlite.store;
    let first = conformance::enqueue(store, "9876501234", false).await;
    let second = conformance::enqueue(store, "919876501234", false).await;
    let path = sqlite.directory.path().join("leads.db");
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute("UPDATE telecrm_outbox_entries SET head = 1", []).unwrap();
    assert_eq!(conformance::claimed(store).await, Some(first));
    assert_eq!(conformance::claimed(store).await, None);
    assert_eq!(store.next_due(conformance::ENTERPRISE).await.unwrap(), None);
    store.discard(second).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_and_back_delays_no_entry() {
    let sqlite = Sqlite::new().await;
    let store = &*sqlite.store;
    let ids = [
        conformance::enqueue(store, "a", false).await,
        conformance::enqueue(store, "a", false).await,
    ];
    let path = sqlite.directory.path().join("leads.db");
    let connection = rusqlite::Connection::open(path).unwrap();
    let five_hours = 5 * 60 * 60 * 1_000;
    let sql = "UPDATE telecrm_outbox_entries SET due_at = due_at + ?1";
    connection.execute(sql, [five_hours]).unwrap();
    // The second one becomes the first of its lead later.
    for id in ids {
        assert_eq!(conformance::claimed(store).await, None);
        store.repair_times(conformance::ENTERPRISE).await.unwrap();
        let claim = conformance::claim(store).await.unwrap();
        assert_eq!(claim.key.id, id);
        conformance::settle(store, &claim, crate::transition::Outcome::Queued).await;
    }
}
