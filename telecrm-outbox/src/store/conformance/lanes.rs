//! Priorities, and entries that fail again and again.

use super::*;
use crate::lane::{Lane, REPEATED_FAILURES};

async fn enqueue_bulk(store: &dyn Store, key: &str) -> EntryId {
    let options = EnqueueOptions::new().priority(Priority::Bulk);
    store.enqueue(lead(key, 0, false), options).await.unwrap().id
}

/// The claim of a worker, which looks for due entries first.
async fn next(store: &dyn Store, order: [Lane; 3]) -> Option<Claim> {
    store.next_due(ENTERPRISE).await.unwrap()?;
    store.claim(ENTERPRISE, LEASE, ClaimFor::Delivery { order }).await.unwrap()
}

async fn next_id(store: &dyn Store) -> Option<EntryId> {
    next(store, Lane::ALL).await.map(|claim| claim.key.id)
}

const BULK_FIRST: [Lane; 3] = [Lane::Bulk, Lane::Interactive, Lane::Repeated];

pub(crate) async fn an_interactive_entry_goes_before_bulk_entries(subject: &impl Subject) {
    let store = &*subject.store();
    let first = enqueue_bulk(store, "a").await;
    let second = enqueue_bulk(store, "b").await;
    subject.advance(Duration::from_secs(1)).await;
    let visitor = enqueue(store, "c", false).await;
    let other = enqueue(store, "d", false).await;
    assert_eq!(next_id(store).await, Some(visitor));
    let claim = next(store, BULK_FIRST).await.unwrap();
    assert_eq!((claim.key.id, claim.lane), (first, Lane::Bulk));
    assert_eq!(next_id(store).await, Some(other));
    assert_eq!(next_id(store).await, Some(second));
    assert!(next(store, BULK_FIRST).await.is_none());
}

pub(crate) async fn the_first_entry_of_a_lead_has_the_highest_priority_of_the_lead(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    enqueue_bulk(store, "x").await;
    let a = [enqueue_bulk(store, "a").await, enqueue_bulk(store, "a").await];
    let visitor = enqueue(store, "a", false).await;
    let later = enqueue_bulk(store, "a").await;
    // The earlier entries of the lead are urgent, and the later one is not.
    for id in [a[0], a[1], visitor] {
        let claim = next(store, Lane::ALL).await.unwrap();
        assert_eq!((claim.key.id, claim.lane), (id, Lane::Interactive));
        settle(store, &claim, Outcome::Queued).await;
    }
    let claim = next(store, Lane::ALL).await.unwrap();
    assert_eq!((claim.lead_key.as_str(), claim.lane), ("x", Lane::Bulk));
    assert_eq!(next_id(store).await, Some(later));
}

pub(crate) async fn a_retried_bulk_entry_before_an_urgent_one_is_urgent(subject: &impl Subject) {
    let store = &*subject.store();
    let retried = enqueue_bulk(store, "a").await;
    settle(store, &next(store, Lane::ALL).await.unwrap(), refused()).await;
    enqueue_bulk(store, "x").await;
    enqueue(store, "a", false).await;
    store.retry(retried, false).await.unwrap();
    assert_eq!(next_id(store).await, Some(retried));
}

pub(crate) async fn an_entry_that_fails_again_and_again_changes_to_the_last_lane(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let failing = enqueue(store, "a", false).await;
    // An outage does not count as a failure of the entry.
    for outcome in [systemic(PauseCause::Blocked, 403), Outcome::Stopped] {
        settle(store, &next(store, Lane::ALL).await.unwrap(), outcome).await;
    }
    for failures in 0..REPEATED_FAILURES {
        subject.advance(BACKOFF).await;
        let claim = next(store, Lane::ALL).await.unwrap();
        assert_eq!((claim.lane, claim.failures), (Lane::Interactive, failures));
        settle(store, &claim, unknown()).await;
    }
    subject.advance(BACKOFF).await;
    let bulk = enqueue_bulk(store, "b").await;
    assert_eq!(next_id(store).await, Some(bulk), "even an import goes before it");
    let claim = next(store, Lane::ALL).await.unwrap();
    let expected = (failing, Lane::Repeated, REPEATED_FAILURES);
    assert_eq!((claim.key.id, claim.lane, claim.failures), expected);
    settle(store, &claim, unknown()).await;
    // An operator who retries it removed the cause.
    store.retry(failing, false).await.unwrap();
    let claim = next(store, Lane::ALL).await.unwrap();
    assert_eq!((claim.key.id, claim.lane, claim.failures), (failing, Lane::Interactive, 0));
}

pub(crate) async fn a_probe_can_be_for_the_newest_lead_that_was_never_sent(subject: &impl Subject) {
    let store = &*subject.store();
    let oldest = enqueue(store, "a", false).await;
    let sent = enqueue(store, "b", false).await;
    subject.advance(Duration::from_secs(1)).await;
    let newest = enqueue(store, "c", true).await;
    let avoid = [oldest, newest];
    let claim = probe(store, &avoid).await.unwrap();
    assert_eq!(claim.key.id, sent);
    settle(store, &claim, Outcome::Stopped).await;
    for expected in [newest, oldest] {
        let purpose = ClaimFor::Probe { avoid: &[], newest: true };
        let claim = store.claim(ENTERPRISE, LEASE, purpose).await.unwrap().unwrap();
        assert_eq!((claim.key.id, claim.parts.contain_actions(claim.actions)), (expected, false));
    }
}
