//! Races between processes, and clocks that jump.

use super::*;
use crate::store::conformance::{kept_for, settle};

#[tokio::test]
async fn a_retry_during_the_erasure_keeps_the_entry() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    let id = enqueue(&**store, "a", false).await;
    settle(&**store, &claim(&**store).await.unwrap(), conformance::refused()).await;
    postgres.advance(Duration::from_secs(10)).await;
    let operator = application(&postgres, "READ COMMITTED").await;
    let observer = application(&postgres, "READ COMMITTED").await;
    operator.batch_execute(&format!("SELECT telecrm.retry({}, false)", id.0)).await.unwrap();
    let eraser = Arc::clone(store);
    let erasing =
        tokio::spawn(async move { eraser.erase_settled(kept_for(Duration::from_secs(5))).await });
    let waits = "SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while observer.query(waits, &[]).await.unwrap().is_empty() {
        assert!(!erasing.is_finished(), "it waits for the operator");
        // Statistics are those of the transaction's start.
        observer.batch_execute("COMMIT; BEGIN").await.unwrap();
    }
    operator.batch_execute("COMMIT").await.unwrap();
    assert_eq!(erasing.await.unwrap().unwrap(), 0);
    let entry = store.entry(id).await.unwrap().unwrap();
    assert_eq!((entry.state(), entry.body().is_some()), (State::Queued, true));
}

#[tokio::test]
async fn a_repeated_settle_is_no_late_request() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &*postgres.store;
    enqueue(store, "a", false).await;
    let newer = enqueue(store, "a", false).await;
    let first = claim(store).await.unwrap();
    assert!(settle(store, &first, Outcome::Queued).await);
    assert!(settle(store, &claim(store).await.unwrap(), Outcome::Queued).await);
    // The response to the first call was lost.
    settle(store, &first, Outcome::Queued).await;
    assert_eq!(conformance::state(store, newer).await, State::Accepted);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_and_back_delays_no_turn() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &*postgres.store;
    let pace = pace_of(1);
    let hours = Duration::from_secs(5 * 60 * 60);
    postgres.advance(hours).await;
    for _ in 0..pace.burst {
        assert_eq!(store.turn(pace).await.unwrap(), None);
    }
    store.paused(pace, Some(Duration::from_secs(60))).await.unwrap();
    store.execute("UPDATE telecrm.clock_offset SET us = 0").await;
    let wait = store.turn(pace).await.unwrap().unwrap();
    assert!(wait <= Duration::from_secs(60 * 60), "{wait:?}");
    store.execute("UPDATE telecrm.pace SET paused_until = 0").await;
    let wait = store.turn(pace).await.unwrap();
    assert!(wait.is_none_or(|wait| wait <= pace.period * pace.burst), "{wait:?}");
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_and_back_delays_no_entry() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &*postgres.store;
    postgres.advance(Duration::from_secs(5 * 60 * 60)).await;
    let first = enqueue(store, "a", false).await;
    let second = enqueue(store, "a", false).await;
    store.execute("UPDATE telecrm.clock_offset SET us = 0").await;
    for id in [first, second] {
        assert!(claim(store).await.is_none());
        store.repair_times(ENTERPRISE).await.unwrap();
        let claim = claim(store).await.unwrap();
        assert_eq!(claim.key.id, id);
        settle(store, &claim, Outcome::Queued).await;
    }
}

#[tokio::test]
async fn a_bulk_transaction_holds_back_no_promotion_of_other_leads() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &*postgres.store;
    let application = application(&postgres, "READ COMMITTED").await;
    let stored = "SELECT telecrm.enqueue('acme', 'bulk ' || number, '{}')
         FROM generate_series(1, 150) AS number";
    store.execute(stored).await;
    let mut claims = Vec::new();
    for _ in 0..150 {
        claims.push(claim(store).await.unwrap());
    }
    // The next entry of each is not committed when the one before it is closed.
    application.batch_execute(stored).await.unwrap();
    for claim in &claims {
        settle(store, claim, Outcome::Queued).await;
    }
    let id = enqueue(store, "z", false).await;
    store.execute("UPDATE telecrm.entries SET head = false WHERE lead_key = 'z'").await;
    store.execute("INSERT INTO telecrm.promotions VALUES ('z', 'acme')").await;
    let mut found = None;
    for _ in 0..100 {
        if store.next_due(ENTERPRISE).await.unwrap().is_some() {
            found = claim(store).await;
            break;
        }
    }
    assert_eq!(found.map(|claim| claim.key.id), Some(id));
}

#[tokio::test]
async fn one_worker_reads_for_all_workers_of_an_enterprise() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let other = Postgres::open(&postgres.url).await.store;
    let lease = Duration::from_secs(30);
    let claims = async |reader: i64, lease| {
        let store = if reader == 1 { &postgres.store } else { &other };
        store.claim_reading(ENTERPRISE, reader, lease).await.unwrap()
    };
    assert!(claims(1, lease).await);
    assert!(!claims(2, lease).await);
    assert!(other.claim_reading("other", 2, lease).await.unwrap(), "each enterprise has its own");
    postgres.advance(lease - Duration::from_secs(1)).await;
    assert!(claims(1, lease).await, "it extends its claim");
    postgres.advance(lease - Duration::from_secs(1)).await;
    assert!(!claims(2, lease).await);
    postgres.advance(Duration::from_secs(1)).await;
    assert!(claims(2, lease).await, "the other one did not extend it");
    assert!(!claims(1, lease).await);
    assert!(claims(2, Duration::ZERO).await);
    assert!(claims(1, lease).await, "it was given back");
    // A clock that was wrong.
    postgres.store.execute("UPDATE telecrm.clock_offset SET us = 0").await;
    assert!(claims(2, lease).await);
}
