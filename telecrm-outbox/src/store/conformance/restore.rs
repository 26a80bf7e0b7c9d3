//! A database that was restored from a backup.

use super::*;
use crate::clock::millis;
use crate::store::Report;
use crate::worker::status::WorkerStatus;

pub(crate) async fn after_a_restore_no_action_of_an_open_entry_is_sent_again(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let closed = enqueue(store, "refused", true).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let in_flight = enqueue(store, "in flight", true).await;
    let probed = enqueue(store, "probed", true).await;
    settle(store, &probe(store, &[in_flight]).await.unwrap(), Outcome::Queued).await;
    let fields = enqueue(store, "fields", false).await;
    assert_eq!(claimed(store).await, Some(in_flight));

    let lock = store.lock().unwrap();
    let report = Report { host: String::new(), pid: 1, status: WorkerStatus::Delivering };
    let worker = store.report_worker(None, report).await.unwrap();
    let refusal = store.after_restore(None).await;
    assert!(matches!(refusal, Err(Error::AlreadyDelivering)), "{refusal:?}");
    assert!(!store.operator_pause(ENTERPRISE).await.unwrap(), "nothing changed");
    store.remove_worker(worker).await.unwrap();
    drop(lock);

    assert_eq!(store.after_restore(None).await.unwrap(), (0, 3));
    assert!(store.operator_pause(ENTERPRISE).await.unwrap());
    assert_eq!(claimed(store).await, None);
    subject.crash().await;
    store.set_operator_pause(None, false).await.unwrap();
    while let Some(claim) = claim(store).await {
        assert!(!claim.parts.contain_actions(claim.actions), "{claim:?}");
        assert!(settle(store, &claim, Outcome::Queued).await);
    }
    for (id, expected) in [
        (in_flight, State::Unconfirmed),
        (probed, State::Unconfirmed),
        (fields, State::Accepted),
        (closed, State::Refused),
    ] {
        assert_eq!(state(store, id).await, expected);
    }
}

pub(crate) async fn after_a_restore_old_entries_can_be_discarded(subject: &impl Subject) {
    let store = &*subject.store();
    let stored_at = async |id| store.entry(id).await.unwrap().unwrap().enqueued_at();
    let old = enqueue(store, "a", true).await;
    let mut discarded = 0;
    let new = loop {
        discarded += 1;
        let id = enqueue(store, "a", false).await;
        if stored_at(id).await > stored_at(old).await {
            break id;
        }
    };
    let before = millis(stored_at(new).await);
    assert_eq!(store.after_restore(Some(before)).await.unwrap(), (discarded, 1));
    let entry = store.entry(old).await.unwrap().unwrap();
    assert_eq!((entry.state(), entry.body()), (State::Discarded, None));
    assert_eq!(entry.reason(), Some("discarded after a backup was restored"));
    store.set_operator_pause(None, false).await.unwrap();
    // A worker looks for due entries first.
    assert!(store.next_due(ENTERPRISE).await.unwrap().is_some());
    assert_eq!(claimed(store).await, Some(new), "it does not wait for the others");
}
