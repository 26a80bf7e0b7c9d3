//! Races between processes, and clocks that jump.

use super::*;
use crate::held::{HeldLead, HeldLimits};
use crate::store::conformance::{kept_for, settle};

#[tokio::test]
async fn the_erasure_skips_an_entry_that_an_operator_retries() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    let retried = enqueue(&**store, "a", false).await;
    let refused = enqueue(&**store, "b", false).await;
    for _ in 0..2 {
        settle(&**store, &claim(&**store).await.unwrap(), conformance::refused()).await;
    }
    let held = HeldLead::new("/webhook", "{");
    let held = store.hold(held, HeldLimits::default()).await.unwrap();
    postgres.advance(Duration::from_secs(10)).await;
    let operator = application(&postgres, "READ COMMITTED").await;
    operator.batch_execute(&format!("SELECT telecrm.retry({retried}, false)")).await.unwrap();
    let lock = format!("SELECT 1 FROM telecrm.entries WHERE id = {held} FOR UPDATE");
    operator.batch_execute(&lock).await.unwrap();
    // It does not wait for the operator.
    assert_eq!(store.erase_settled(kept_for(Duration::from_secs(5))).await.unwrap(), 1);
    assert_eq!(store.entry(refused).await.unwrap().unwrap().body(), None);
    operator.batch_execute("COMMIT").await.unwrap();
    assert_eq!(store.erase_settled(kept_for(Duration::from_secs(5))).await.unwrap(), 1);
    assert_eq!(store.entry(held).await.unwrap().unwrap().raw_body(), None);
    let entry = store.entry(retried).await.unwrap().unwrap();
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
    let second = Duration::from_secs(1);
    let claims = async |reader: i64, lease| {
        let store = if reader == 1 { &postgres.store } else { &other };
        store.claim_reading(ENTERPRISE, reader, lease).await.unwrap()
    };
    assert!(claims(1, lease).await);
    assert!(!claims(2, lease).await);
    assert!(other.claim_reading("other", 2, lease).await.unwrap(), "each enterprise has its own");
    postgres.advance(lease.saturating_sub(second)).await;
    assert!(claims(1, lease).await, "it extends its claim");
    postgres.advance(lease.saturating_sub(second)).await;
    assert!(!claims(2, lease).await);
    postgres.advance(second).await;
    assert!(claims(2, lease).await, "the other one did not extend it");
    assert!(!claims(1, lease).await);
    assert!(claims(2, Duration::ZERO).await);
    assert!(claims(1, lease).await, "it was given back");
    // A clock that was wrong.
    postgres.store.execute("UPDATE telecrm.clock_offset SET us = 0").await;
    assert!(claims(2, lease).await);
}
