//! Claims and outcomes.

use super::*;

pub(crate) async fn an_entry_delays_only_its_own_lead(subject: &impl Subject) {
    let store = &*subject.store();
    let a1 = enqueue(store, "a", false).await;
    let a2 = enqueue(store, "a", false).await;
    let b1 = enqueue(store, "b", false).await;
    let first = claim(store).await.unwrap();
    assert_eq!(first.key.id, a1);
    assert_eq!(claimed(store).await, Some(b1));
    assert_eq!(claimed(store).await, None, "a2 waits for a1, which is being sent");
    // It fails: its lead waits for the backoff, and a2 still for a1.
    assert!(settle(store, &first, not_sent()).await);
    assert_eq!(claimed(store).await, None);
    let due = store.next_due(ENTERPRISE).await.unwrap().unwrap();
    assert!(due <= BACKOFF && due > BACKOFF / 2, "{due:?}");
    subject.advance(BACKOFF).await;
    let again = claim(store).await.unwrap();
    assert_eq!((again.key.id, again.attempts), (a1, 2));
    assert!(settle(store, &again, Outcome::Queued).await);
    assert_eq!(claimed(store).await, Some(a2));
    assert_eq!(state(store, a1).await, State::Accepted);
}

pub(crate) async fn a_body_is_stored_unchanged(subject: &impl Subject) {
    let store = &*subject.store();
    let body = "{\"fields\":{\"phone\":\"a\u{1F600}\\u0000\",\"n\":1.0}}";
    let lead = PreparedLead::from_json(None, "a'b\u{e9}", body).unwrap();
    store.enqueue(lead, EnqueueOptions::new()).await.unwrap();
    let claim = claim(store).await.unwrap();
    assert_eq!(claim.body, body);
    assert_eq!((claim.enterprise.as_str(), claim.lead_key.as_str()), ("", "a'b\u{e9}"));
    assert_eq!(claim.actions, Actions::None);
}

pub(crate) async fn d36_after_a_crash_the_fields_are_sent_again_without_actions(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let with = enqueue(store, "a", true).await;
    let without = enqueue(store, "b", false).await;
    assert_eq!(claim(store).await.unwrap().actions, Actions::Pending);
    assert_eq!(claim(store).await.unwrap().actions, Actions::None);
    subject.crash().await;
    let first = claim(store).await.unwrap();
    assert_eq!((first.key.id, first.actions), (with, Actions::Doubtful));
    let second = claim(store).await.unwrap();
    assert_eq!((second.key.id, second.actions), (without, Actions::None));
    // Nothing that comes later makes them certain.
    settle(store, &first, not_sent()).await;
    settle(store, &second, Outcome::Queued).await;
    subject.advance(BACKOFF).await;
    let first = claim(store).await.unwrap();
    assert_eq!(first.actions, Actions::Doubtful);
    settle(store, &first, Outcome::Queued).await;
    assert_eq!(state(store, with).await, State::Unconfirmed);
    assert_eq!(state(store, without).await, State::Accepted);
}

pub(crate) async fn a_stale_claim_settles_nothing(subject: &impl Subject) {
    let store = &*subject.store();
    let id = enqueue(store, "a", false).await;
    let stale = claim(store).await.unwrap();
    subject.crash().await;
    let fresh = claim(store).await.unwrap();
    assert!(!settle(store, &stale, refused()).await);
    assert_eq!(state(store, id).await, State::Sending);
    assert!(settle(store, &fresh, Outcome::Queued).await);
    assert!(!settle(store, &fresh, refused()).await, "it is settled once");
    assert_eq!(state(store, id).await, State::Accepted);
}

pub(crate) async fn stats_count_each_state(subject: &impl Subject) {
    let store = &*subject.store();
    assert_eq!(store.stats().await.unwrap(), crate::Stats::default());
    for key in ["a", "b", "c", "d"] {
        enqueue(store, key, true).await;
    }
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let _under_way = claim(store).await.unwrap();
    subject.advance(Duration::from_secs(3600)).await;
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.queued, stats.sending, stats.accepted, stats.refused), (1, 1, 1, 1));
    assert!(stats.oldest_queued.unwrap() >= Duration::from_secs(3600));
    let queued = store.queued(EntryId(0), 10).await.unwrap();
    assert_eq!(queued.len(), 1);
    assert!(queued[0].state() == State::Queued && queued[0].body().is_some());
    assert!(store.queued(queued[0].id(), 10).await.unwrap().is_empty());
    for (wanted, count) in [(State::Queued, 1), (State::Refused, 1), (State::Missing, 0)] {
        assert_eq!(store.entries(wanted, None, 10).await.unwrap().len(), count);
    }
}
