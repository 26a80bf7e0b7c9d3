//! Erasure of a lead, and after the retention.

use super::*;

pub(crate) async fn one_person_is_erased_whatever_the_state(subject: &impl Subject) {
    let store = &*subject.store();
    for _ in 0..3 {
        enqueue(store, "a", true).await;
    }
    let b1 = enqueue(store, "b", false).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    let under_way = claim(store).await.unwrap();
    assert_eq!(under_way.lead_key, "a");
    assert_eq!(store.erase("a".to_owned(), None).await.unwrap(), 3);
    assert!(!settle(store, &under_way, Outcome::Queued).await);
    assert_eq!(claimed(store).await, Some(b1));
    assert_eq!(store.stats().await.unwrap().of(State::Accepted), 0);
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const RETENTION: Retention = Retention {
    settled: Duration::from_secs(7 * 24 * 60 * 60),
    attention: Duration::from_secs(90 * 24 * 60 * 60),
};

/// One entry in each state that needs a decision, with different leads.
async fn undecided(subject: &impl Subject) -> Vec<EntryId> {
    let store = &*subject.store();
    let mut ids = Vec::new();
    for (key, reading) in [
        ("missing", Reading::Missing { reason: "absent".to_owned() }),
        ("mismatched", mismatch(&["fields.n"])),
    ] {
        let id = enqueue(store, key, false).await;
        settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
        store.record_reading(id, reading).await.unwrap();
        ids.push(id);
    }
    let unconfirmed = enqueue(store, "unconfirmed", true).await;
    settle(store, &claim(store).await.unwrap(), unknown()).await;
    subject.advance(BACKOFF).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    let refused_entry = enqueue(store, "refused", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let held = store.hold(HeldLead::new("form", "no lead"), HeldLimits::default()).await.unwrap();
    ids.extend([unconfirmed, refused_entry, held]);
    ids
}

async fn erase_all(store: &dyn Store) -> u64 {
    let mut erased = 0;
    loop {
        match store.erase_settled(RETENTION).await.unwrap() {
            0 => return erased,
            some => erased += some,
        }
    }
}

pub(crate) async fn undecided_entries_keep_their_data_for_the_attention_retention(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let accepted = enqueue(store, "accepted", false).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    let ids = undecided(subject).await;
    assert_eq!(store.stats().await.unwrap().expiring, None, "no worker stored its setting");
    store.report_attention_retention(RETENTION.attention).await.unwrap();
    subject.advance(8 * DAY).await;
    assert_eq!(erase_all(store).await, 1);
    assert_eq!(store.entry(accepted).await.unwrap(), None);
    assert_eq!(store.stats().await.unwrap().expiring, Some(0));
    subject.advance(76 * DAY).await;
    assert_eq!(erase_all(store).await, 0);
    assert_eq!(store.stats().await.unwrap().expiring, Some(5));
    for id in ids {
        let entry = store.entry(id).await.unwrap().unwrap();
        assert!(entry.raw_body().is_some(), "{entry:?}");
    }
}

pub(crate) async fn an_undecided_entry_is_listed_after_its_data_was_erased(subject: &impl Subject) {
    let store = &*subject.store();
    let ids = undecided(subject).await;
    subject.advance(91 * DAY).await;
    assert_eq!(erase_all(store).await, 5);
    for id in ids {
        let entry = store.entry(id).await.unwrap().unwrap();
        assert!(entry.state().needs_attention(), "{entry:?}");
        assert_eq!((entry.raw_body(), entry.lead_key()), (None, ""), "{entry:?}");
        if entry.state() != State::Held {
            assert!(matches!(store.retry(id, true).await, Err(Error::Erased { .. })));
        }
        store.discard(id).await.unwrap();
    }
}

pub(crate) async fn a_released_entry_keeps_its_bytes_until_the_new_one_is_settled(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let held = store.hold(HeldLead::new("form", "bytes"), HeldLimits::default()).await.unwrap();
    store.release(held, lead("a", 1, false)).await.unwrap();
    let bytes = async || store.entry(held).await.unwrap().map(|entry| entry.body().is_some());
    subject.advance(100 * DAY).await;
    assert_eq!(erase_all(store).await, 0);
    assert_eq!(bytes().await, Some(true));
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    erase_all(store).await;
    assert_eq!(bytes().await, None, "its own retention is over as well");
}

pub(crate) async fn a_key_ends_with_the_retention(subject: &impl Subject) {
    let store = &*subject.store();
    let options = || EnqueueOptions::new().key("key");
    let first = store.enqueue(lead("a", 1, false), options()).await.unwrap();
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    subject.advance(6 * DAY).await;
    erase_all(store).await;
    let again = store.enqueue(lead("a", 1, false), options()).await.unwrap();
    assert_eq!((again.id, again.is_new), (first.id, false));
    subject.advance(2 * DAY).await;
    erase_all(store).await;
    assert!(store.enqueue(lead("a", 2, false), options()).await.unwrap().is_new);
}
