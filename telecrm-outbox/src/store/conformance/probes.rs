//! Requests without actions, and requests with only the actions.

use super::*;

pub(crate) async fn a_probe_prefers_an_entry_without_actions(subject: &impl Subject) {
    let store = &*subject.store();
    enqueue(store, "a", true).await;
    let without = enqueue(store, "b", false).await;
    let claim = probe(store, &[]).await.unwrap();
    assert_eq!((claim.key.id, claim.parts), (without, Parts::Whole));
    let claim = probe(store, &[]).await.unwrap();
    assert_eq!((claim.actions, claim.parts), (Actions::Pending, Parts::FieldsOnly));
    assert!(probe(store, &[]).await.is_none());
}

pub(crate) async fn a_probe_leaves_the_actions_for_a_request_of_their_own(subject: &impl Subject) {
    let store = &*subject.store();
    let first = enqueue(store, "a", true).await;
    let later = enqueue(store, "a", true).await;
    settle(store, &probe(store, &[]).await.unwrap(), Outcome::Queued).await;
    // It keeps its place, and a request with only its actions follows.
    let actions = claim(store).await.unwrap();
    assert_eq!(actions.key.id, first);
    assert_eq!((actions.actions, actions.parts), (Actions::Remaining, Parts::ActionsOnly));
    // telecrm did not get the request: the actions remain certain.
    settle(store, &actions, not_sent()).await;
    subject.advance(BACKOFF).await;
    let actions = claim(store).await.unwrap();
    assert_eq!((actions.actions, actions.parts), (Actions::Remaining, Parts::ActionsOnly));
    settle(store, &actions, Outcome::Queued).await;
    assert_eq!(state(store, first).await, State::Accepted);
    let whole = claim(store).await.unwrap();
    assert_eq!((whole.key.id, whole.parts), (later, Parts::Whole));
}

pub(crate) async fn a_crash_during_a_probe_leaves_the_actions_certain(subject: &impl Subject) {
    let store = &*subject.store();
    let id = enqueue(store, "a", true).await;
    assert_eq!(probe(store, &[]).await.unwrap().parts, Parts::FieldsOnly);
    subject.crash().await;
    let again = claim(store).await.unwrap();
    assert_eq!((again.key.id, again.actions), (id, Actions::Pending));
    // The outcome of a later request that contains them is ambiguous.
    subject.crash().await;
    assert_eq!(claim(store).await.unwrap().actions, Actions::Doubtful);
}

pub(crate) async fn a_crash_during_a_request_of_the_actions_closes_the_entry(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let id = enqueue(store, "a", true).await;
    let later = enqueue(store, "a", false).await;
    settle(store, &probe(store, &[]).await.unwrap(), Outcome::Queued).await;
    assert_eq!(claim(store).await.unwrap().parts, Parts::ActionsOnly);
    subject.crash().await;
    // telecrm has the fields: they are not sent again, and the next entry follows.
    assert_eq!(claimed(store).await, Some(later));
    assert_eq!(state(store, id).await, State::Unconfirmed);
}

pub(crate) async fn probes_avoid_the_leads_of_the_last_ones(subject: &impl Subject) {
    let store = &*subject.store();
    let mut ids = Vec::new();
    for key in ["a", "b", "c"] {
        ids.push(enqueue(store, key, false).await);
    }
    let mut probed = Vec::new();
    for _ in 0..3 {
        let claim = probe(store, &probed).await.unwrap();
        probed.push(claim.key.id);
        settle(store, &claim, Outcome::Stopped).await;
    }
    assert_eq!(probed, ids);
    // If every lead was probed, one of them is probed again.
    assert!(probe(store, &probed).await.is_some());
    // A probe prefers an entry with actions to an entry whose fields telecrm has.
    let store = &*subject.store();
    while claimed(store).await.is_some() {}
    let remaining = enqueue(store, "d", true).await;
    settle(store, &probe(store, &[]).await.unwrap(), Outcome::Queued).await;
    let pending = enqueue(store, "e", true).await;
    assert_eq!(probe(store, &[]).await.unwrap().key.id, pending);
    let claim = probe(store, &[]).await.unwrap();
    assert_eq!((claim.key.id, claim.parts), (remaining, Parts::FieldsOnly));
    assert_eq!(claim.actions, Actions::Remaining);
}
