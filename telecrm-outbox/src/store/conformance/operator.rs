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

pub(crate) async fn a_pause_can_be_for_one_enterprise(subject: &impl Subject) {
    let store = &*subject.store();
    let id = enqueue(store, "a", true).await;
    store.set_operator_pause(Some("other".to_owned()), true).await.unwrap();
    assert!(!store.operator_pause(ENTERPRISE).await.unwrap());
    assert!(store.operator_pause("other").await.unwrap());
    for _ in 0..2 {
        store.set_operator_pause(Some(ENTERPRISE.to_owned()), true).await.unwrap();
    }
    let pauses = store.pauses().await.unwrap();
    assert_eq!(
        (pauses.database, pauses.enterprises),
        (false, vec![ENTERPRISE.into(), "other".into()])
    );
    assert_eq!(store.next_due(ENTERPRISE).await.unwrap(), None);
    assert_eq!(claimed(store).await, None);
    // Both pauses have to end.
    store.set_operator_pause(None, true).await.unwrap();
    store.set_operator_pause(Some(ENTERPRISE.to_owned()), false).await.unwrap();
    assert_eq!(claimed(store).await, None);
    store.set_operator_pause(None, false).await.unwrap();
    assert_eq!(claimed(store).await, Some(id));
    assert!(store.operator_pause("other").await.unwrap());
}

pub(crate) async fn stuck_lists_open_entries_with_a_failed_attempt(subject: &impl Subject) {
    let store = &*subject.store();
    let failed = enqueue(store, "a", false).await;
    settle(store, &claim(store).await.unwrap(), unknown()).await;
    enqueue(store, "a", false).await;
    let in_flight = enqueue(store, "b", false).await;
    assert_eq!(claimed(store).await, Some(in_flight), "its first request");
    // Its probe was accepted, and its actions are left.
    enqueue(store, "c", true).await;
    settle(store, &probe(store, &[]).await.unwrap(), Outcome::Queued).await;
    enqueue(store, "d", false).await;
    let stuck = async |seconds| {
        let entries = store.stuck(Duration::from_secs(seconds), 10).await.unwrap();
        entries.iter().map(Entry::id).collect::<Vec<_>>()
    };
    subject.advance(Duration::from_secs(3_600)).await;
    assert_eq!(stuck(3_600).await, [failed]);
    assert_eq!(stuck(7_200).await, []);
    let again = loop {
        let claim = claim(store).await.unwrap();
        if claim.key.id == failed {
            break claim;
        }
    };
    assert_eq!(stuck(0).await, [failed], "in flight again");
    settle(store, &again, Outcome::Queued).await;
    assert_eq!(stuck(0).await, []);
}

pub(crate) async fn an_entry_is_sent_again_as_a_new_entry_without_its_actions(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let old = enqueue(store, "a", true).await;
    assert!(matches!(store.resend(old, false).await, Err(Error::WrongState { .. })), "it is open");
    settle(store, &claim(store).await.unwrap(), refused()).await;
    enqueue(store, "a", false).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    assert!(matches!(store.retry(old, false).await, Err(Error::Superseded { .. })));
    let new = store.resend(old, false).await.unwrap();
    let entry = store.entry(old).await.unwrap().unwrap();
    let reason = format!("sent again as entry {new}");
    assert_eq!((entry.state(), entry.body()), (State::Discarded, None));
    assert_eq!(entry.reason(), Some(reason.as_str()));
    assert!(matches!(store.resend(old, false).await, Err(Error::WrongState { .. })), "once");
    let claim_of_new = claim(store).await.unwrap();
    assert_eq!((claim_of_new.key.id, claim_of_new.actions), (new, Actions::None));
    settle(store, &claim_of_new, Outcome::Queued).await;

    let old = enqueue(store, "b", true).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let new = store.resend(old, true).await.unwrap();
    let claim_of_new = claim(store).await.unwrap();
    assert_eq!((claim_of_new.key.id, claim_of_new.actions), (new, Actions::Pending));
    assert!(matches!(store.resend(EntryId(99), false).await, Err(Error::NotFound { .. })));
}

pub(crate) async fn the_oldest_entry_of_each_state_is_reported(subject: &impl Subject) {
    let store = &*subject.store();
    enqueue(store, "a", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    store.hold(HeldLead::new("form", "no lead"), HeldLimits::default()).await.unwrap();
    let hour = Duration::from_secs(3_600);
    subject.advance(hour).await;
    enqueue(store, "b", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let stats = store.stats().await.unwrap();
    for state in [State::Refused, State::Held] {
        let oldest = stats.oldest(state).unwrap();
        assert!(oldest >= hour && oldest < 2 * hour, "{state}: {oldest:?}");
    }
    assert_eq!((stats.oldest(State::Accepted), stats.oldest(State::Queued)), (None, None));
}
