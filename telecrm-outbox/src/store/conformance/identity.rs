//! Identifiers of leads and of enterprises.

use super::*;

const NATIONAL: &str = "9876501234";
const INTERNATIONAL: &str = "919876501234";
/// Another person: only the last eight digits are equal.
const STRANGER: &str = "449976501234";

pub(crate) async fn two_spellings_of_a_phone_wait_for_each_other(subject: &impl Subject) {
    let store = &*subject.store();
    let first = enqueue(store, NATIONAL, false).await;
    let second = enqueue(store, INTERNATIONAL, false).await;
    let third = enqueue(store, NATIONAL, false).await;
    let under_way = claim(store).await.unwrap();
    assert_eq!(under_way.key.id, first);
    assert_eq!(claimed(store).await, None);
    settle(store, &under_way, Outcome::Queued).await;
    let under_way = claim(store).await.unwrap();
    assert_eq!(under_way.key.id, second);
    // Every way of closing an entry lets the next spelling pass.
    settle(store, &under_way, not_sent()).await;
    store.discard(second).await.unwrap();
    assert_eq!(claimed(store).await, Some(third));
    // A newer entry of the other spelling is one of the same lead.
    let refused_entry = enqueue(store, "12345678", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    enqueue(store, "9112345678", false).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    assert!(matches!(store.retry(refused_entry, false).await, Err(Error::Superseded { .. })));
}

pub(crate) async fn strangers_with_the_same_last_digits_only_wait(subject: &impl Subject) {
    let store = &*subject.store();
    let older = enqueue(store, INTERNATIONAL, false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let newer = enqueue(store, STRANGER, false).await;
    let under_way = claim(store).await.unwrap();
    assert_eq!(under_way.key.id, newer);
    settle(store, &under_way, Outcome::Queued).await;
    // The stranger's update supersedes nothing.
    let reading = mismatch(&["fields.n"]);
    store.retry(older, false).await.unwrap();
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    let found = store.record_reading(older, reading).await.unwrap();
    assert_eq!(found.map(|recorded| recorded.state), Some(State::Mismatched));
    // Both still wait for each other.
    enqueue(store, STRANGER, false).await;
    enqueue(store, INTERNATIONAL, false).await;
    assert!(claimed(store).await.is_some());
    assert_eq!(claimed(store).await, None);
}

pub(crate) async fn erase_removes_both_spellings_and_no_stranger(subject: &impl Subject) {
    let store = &*subject.store();
    enqueue(store, NATIONAL, false).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    enqueue(store, INTERNATIONAL, false).await;
    let stranger = enqueue(store, STRANGER, false).await;
    assert_eq!(store.erase(INTERNATIONAL.to_owned(), None).await.unwrap(), 2);
    assert_eq!(claimed(store).await, Some(stranger), "it waited for an erased entry");
    assert_eq!(store.erase("76501234".to_owned(), None).await.unwrap(), 0);
}

pub(crate) async fn a_worker_claims_only_its_own_enterprise(subject: &impl Subject) {
    let store = &*subject.store();
    for enterprise in ["aaa", "zzz"] {
        enqueue_for(store, Some(enterprise), "1").await;
    }
    assert_eq!(store.next_due(ENTERPRISE).await.unwrap(), None);
    assert_eq!(claimed(store).await, None);
    assert!(probe(store, &[]).await.is_none());
    let own = enqueue_for(store, Some(ENTERPRISE), "1").await;
    assert_eq!(claimed(store).await, Some(own));
    assert!(store.claim("zzz", LEASE, ClaimFor::DELIVERY).await.unwrap().is_some());
}

pub(crate) async fn an_entry_without_enterprise_waits_while_another_enterprise_has_entries(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let unassigned = enqueue_for(store, None, "1").await;
    for other in ["aaa", "zzz"] {
        let foreign = enqueue_for(store, Some(other), "2").await;
        assert_eq!(store.next_due(ENTERPRISE).await.unwrap(), None);
        assert_eq!(claimed(store).await, None);
        // Only open entries count.
        store.discard(foreign).await.unwrap();
    }
    assert_eq!(store.stats().await.unwrap().unassigned, 1);
    assert_eq!(store.next_due(ENTERPRISE).await.unwrap(), Some(Duration::ZERO));
    assert_eq!(claimed(store).await, Some(unassigned));
}

pub(crate) async fn assigned_entries_keep_their_order(subject: &impl Subject) {
    let store = &*subject.store();
    enqueue_for(store, Some("zzz"), "9").await;
    let first = enqueue_for(store, None, "1").await;
    let second = enqueue_for(store, Some(ENTERPRISE), "1").await;
    let third = enqueue_for(store, None, "1").await;
    let busy = enqueue_for(store, Some(ENTERPRISE), "2").await;
    let behind = enqueue_for(store, None, "2").await;
    // The request of `busy` is in flight: no entry of its lead may become the oldest.
    store.discard(second).await.unwrap();
    let second = enqueue_for(store, Some(ENTERPRISE), "1").await;
    let mut under_way = Vec::new();
    while let Some(claim) = claim(store).await {
        under_way.push(claim);
    }
    assert_eq!(under_way.iter().map(|claim| claim.key.id).collect::<Vec<_>>(), [busy, second]);
    assert_eq!(store.assign(ENTERPRISE.to_owned()).await.unwrap(), 0);
    for claim in &under_way {
        settle(store, claim, Outcome::Stopped).await;
    }
    assert_eq!(store.stats().await.unwrap().unassigned, 3);
    assert_eq!(store.assign(ENTERPRISE.to_owned()).await.unwrap(), 3);
    assert_eq!(store.stats().await.unwrap().unassigned, 0);
    let mut order = Vec::new();
    while let Some(claim) = claim(store).await {
        order.push(claim.key.id);
        settle(store, &claim, Outcome::Queued).await;
    }
    let of =
        |ids: &[EntryId]| order.iter().copied().filter(|id| ids.contains(id)).collect::<Vec<_>>();
    assert_eq!(order.len(), 5);
    assert_eq!(of(&[first, second, third]), [first, third, second], "by their ids");
    assert_eq!(of(&[busy, behind]), [busy, behind]);
}
