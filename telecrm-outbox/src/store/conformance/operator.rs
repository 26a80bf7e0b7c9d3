//! Decisions of an operator.

use super::*;

pub(crate) async fn a_retry_keeps_the_order_of_the_lead(subject: &impl Subject) {
    let store = &*subject.store();
    let a1 = enqueue(store, "a", true).await;
    let first = claim(store).await.unwrap();
    settle(store, &first, refused()).await;
    assert_eq!(store.entry(a1).await.unwrap().unwrap().reason(), Some("refused"));
    let a2 = enqueue(store, "a", false).await;
    store.retry(a1, false).await.unwrap();
    let again = claim(store).await.unwrap();
    assert_eq!((again.key.id, again.actions), (a1, Actions::Pending), "it was never received");
    assert_eq!(claimed(store).await, None);
    settle(store, &again, Outcome::Queued).await;
    assert_eq!(claimed(store).await, Some(a2));
    assert!(matches!(store.retry(a1, false).await, Err(Error::WrongState { .. })));
    assert!(matches!(store.retry(EntryId(99), false).await, Err(Error::NotFound { .. })));
}

pub(crate) async fn a_retry_never_writes_older_data_over_newer(subject: &impl Subject) {
    let store = &*subject.store();
    let a1 = enqueue(store, "a", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let a2 = enqueue(store, "a", false).await;
    // While the newer one is being sent, and after it.
    let newer = claim(store).await.unwrap();
    let superseded = async || match store.retry(a1, false).await {
        Err(Error::Superseded { newer, .. }) => newer,
        other => panic!("{other:?}"),
    };
    assert_eq!(superseded().await, a2);
    settle(store, &newer, Outcome::Queued).await;
    assert_eq!(superseded().await, a2);
    // After the payload of the newer one was erased, its row still shows that it was sent.
    let retention = Retention { settled: Duration::from_secs(30), ..kept_for(Duration::MAX) };
    subject.advance(Duration::from_secs(60)).await;
    while store.erase_settled(retention).await.unwrap() > 0 {}
    assert_eq!(superseded().await, a2);
    assert_eq!(store.entry(a2).await.unwrap().unwrap().body(), None);
    // Another lead of the same enterprise changes nothing.
    let b1 = enqueue(store, "b", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    store.retry(b1, false).await.unwrap();
}

pub(crate) async fn d36_only_an_explicit_retry_sends_doubtful_actions(subject: &impl Subject) {
    let store = &*subject.store();
    let id = enqueue(store, "a", true).await;
    settle(store, &claim(store).await.unwrap(), unknown()).await;
    subject.advance(BACKOFF).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    assert_eq!(state(store, id).await, State::Unconfirmed);
    store.retry(id, false).await.unwrap();
    let again = claim(store).await.unwrap();
    assert_eq!(again.actions, Actions::Doubtful);
    settle(store, &again, Outcome::Queued).await;
    assert_eq!(state(store, id).await, State::Unconfirmed);
    store.retry(id, true).await.unwrap();
    let again = claim(store).await.unwrap();
    assert_eq!(again.actions, Actions::Pending);
    settle(store, &again, Outcome::Queued).await;
    assert_eq!(state(store, id).await, State::Accepted);
}

pub(crate) async fn a_discarded_entry_lets_the_next_one_pass(subject: &impl Subject) {
    let store = &*subject.store();
    let a1 = enqueue(store, "a", false).await;
    let a2 = enqueue(store, "a", false).await;
    store.discard(a1).await.unwrap();
    let entry = store.entry(a1).await.unwrap().unwrap();
    assert_eq!((entry.state(), entry.body()), (State::Discarded, None));
    let claim = claim(store).await.unwrap();
    assert_eq!(claim.key.id, a2);
    assert!(matches!(store.discard(a2).await, Err(Error::WrongState { .. })), "it is in flight");
    settle(store, &claim, refused()).await;
    store.discard(a2).await.unwrap();
    assert!(matches!(store.retry(a2, false).await, Err(Error::WrongState { .. })));
}

pub(crate) async fn a_retry_never_overwrites_the_fields_of_a_probe(subject: &impl Subject) {
    let store = &*subject.store();
    let older = enqueue(store, "a", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let newer = enqueue(store, "a", true).await;
    settle(store, &probe(store, &[]).await.unwrap(), Outcome::Queued).await;
    // The newer one is queued again, only for its actions.
    assert_eq!(state(store, newer).await, State::Queued);
    assert!(matches!(store.retry(older, false).await, Err(Error::Superseded { .. })));
}

pub(crate) async fn confirm_closes_an_entry_that_an_operator_checked(subject: &impl Subject) {
    let store = &*subject.store();
    let id = enqueue(store, "a", true).await;
    assert!(matches!(store.confirm(id).await, Err(Error::WrongState { .. })), "it is queued");
    settle(store, &claim(store).await.unwrap(), unknown()).await;
    subject.advance(BACKOFF).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    assert_eq!(state(store, id).await, State::Unconfirmed);
    store.confirm(id).await.unwrap();
    let entry = store.entry(id).await.unwrap().unwrap();
    assert_eq!(entry.state(), State::Verified);
    assert_eq!(entry.reason(), Some("confirmed by an operator"));
    assert!(matches!(store.confirm(EntryId(99)).await, Err(Error::NotFound { .. })));
}

pub(crate) async fn a_pause_of_an_operator_stops_every_claim(subject: &impl Subject) {
    let store = &*subject.store();
    let id = enqueue(store, "a", true).await;
    store.set_operator_pause(None, true).await.unwrap();
    assert!(store.operator_pause(ENTERPRISE).await.unwrap());
    assert_eq!(store.next_due(ENTERPRISE).await.unwrap(), None);
    assert_eq!(claimed(store).await, None);
    assert!(probe(store, &[]).await.is_none());
    store.set_operator_pause(None, false).await.unwrap();
    assert!(!store.operator_pause(ENTERPRISE).await.unwrap());
    assert_eq!(claimed(store).await, Some(id));
}
