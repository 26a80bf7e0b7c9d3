//! Keys of deliveries, and held leads.

use super::*;

fn with_key(key: &str) -> EnqueueOptions {
    EnqueueOptions::new().key(key).priority(Priority::Bulk)
}

pub(crate) async fn a_repeated_key_with_the_same_body_stores_nothing(subject: &impl Subject) {
    let store = &*subject.store();
    let (first, second) = (
        store.enqueue(lead("a", 1, true), with_key("key")),
        store.enqueue(lead("a", 1, true), with_key("key")),
    );
    let (first, second) = tokio::join!(first, second);
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.id, second.id);
    assert!(first.is_new != second.is_new);
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    assert!(!store.enqueue(lead("a", 1, true), with_key("key")).await.unwrap().is_new);
    assert_eq!(claimed(store).await, None);
    // An empty key does not count.
    for _ in 0..2 {
        assert!(store.enqueue(lead("a", 1, true), with_key("")).await.unwrap().is_new);
    }
}

pub(crate) async fn a_repeated_key_with_another_body_is_a_conflict(subject: &impl Subject) {
    let store = &*subject.store();
    let first = store.enqueue(lead("a", 1, false), with_key("key")).await.unwrap();
    for other in [lead("a", 2, false), lead("b", 1, false), lead("a", 1, true)] {
        match store.enqueue(other, with_key("key")).await {
            Err(Error::KeyConflict { id }) => assert_eq!(id, first.id),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(store.stats().await.unwrap().queued, 1);
}

pub(crate) async fn each_enterprise_has_its_own_keys(subject: &impl Subject) {
    let store = &*subject.store();
    let body = r#"{"fields":{"phone":"1"}}"#;
    for enterprise in [None, Some("acme"), Some("other")] {
        let lead = PreparedLead::from_json(enterprise, "1", body).unwrap();
        assert!(store.enqueue(lead, with_key("key")).await.unwrap().is_new);
    }
}

async fn hold(store: &dyn Store, body: &[u8], key: &str) -> Result<EntryId, Error> {
    let held = HeldLead::new("form", body).reasons(["phone: missing", "name: long"]).key(key);
    store.hold(held, HeldLimits::default()).await
}

pub(crate) async fn a_held_lead_keeps_its_bytes_and_is_never_sent(subject: &impl Subject) {
    let store = &*subject.store();
    let bytes = b"\xff\0{";
    let id = hold(store, bytes, "").await.unwrap();
    let text = hold(store, b"{}", "").await.unwrap();
    let entry = store.entry(id).await.unwrap().unwrap();
    assert_eq!(
        (entry.state(), entry.body(), entry.raw_body()),
        (State::Held, None, Some(&bytes[..]))
    );
    assert_eq!(entry.reason(), Some("phone: missing; name: long"));
    assert_eq!((entry.source(), entry.lead_key()), (Some("form"), ""));
    assert_eq!(store.entry(text).await.unwrap().unwrap().body(), Some("{}"));
    assert_eq!(claimed(store).await, None);
    assert!(matches!(store.retry(id, true).await, Err(Error::WrongState { .. })));
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.held, stats.unassigned), (2, 0));
    assert_eq!(store.entries(State::Held, None, 10).await.unwrap().len(), 2);
    store.discard(id).await.unwrap();
    let entry = store.entry(id).await.unwrap().unwrap();
    assert_eq!((entry.state(), entry.raw_body()), (State::Discarded, None));
}

pub(crate) async fn a_held_key_is_accepted_once(subject: &impl Subject) {
    let store = &*subject.store();
    let id = hold(store, b"bytes", "key").await.unwrap();
    assert_eq!(hold(store, b"bytes", "key").await.unwrap(), id);
    let conflict = hold(store, b"other bytes", "key").await;
    assert!(matches!(conflict, Err(Error::KeyConflict { id: found }) if found == id));
    assert_ne!(hold(store, b"bytes", "other").await.unwrap(), id);
    assert_eq!(store.stats().await.unwrap().held, 2);
}

pub(crate) async fn a_released_lead_inherits_the_key(subject: &impl Subject) {
    let store = &*subject.store();
    let held = hold(store, b"bytes", "key").await.unwrap();
    let new = store.release(held, lead("a", 1, true)).await.unwrap();
    let entry = store.entry(held).await.unwrap().unwrap();
    let reason = format!("released as entry {new}");
    assert_eq!((entry.state(), entry.reason()), (State::Discarded, Some(reason.as_str())));
    assert_eq!(entry.body(), Some("bytes"));
    // The delivery is known by its old bytes and by the corrected lead.
    assert_eq!(hold(store, b"bytes", "key").await.unwrap(), held);
    let again = store.enqueue(lead("a", 1, true), with_key("key")).await.unwrap();
    assert_eq!((again.id, again.is_new), (new, false));
    let other = store.enqueue(lead("a", 2, true), with_key("key")).await;
    assert!(matches!(other, Err(Error::KeyConflict { .. })));
    // A held entry is released once, and no other entry is.
    for id in [held, new] {
        let released = store.release(id, lead("a", 1, true)).await;
        assert!(matches!(released, Err(Error::WrongState { .. })), "{released:?}");
    }
    let released = store.release(EntryId(99), lead("a", 1, true)).await;
    assert!(matches!(released, Err(Error::NotFound { .. })));
    let claim = claim(store).await.unwrap();
    assert_eq!((claim.key.id, claim.actions), (new, Actions::Pending));
}

pub(crate) async fn a_partly_enqueued_delivery_can_be_released(subject: &impl Subject) {
    let store = &*subject.store();
    // The valid values of one delivery were enqueued, and its bytes are held.
    let sent = store.enqueue(lead("a", 1, false), with_key("key")).await.unwrap();
    let held = hold(store, b"bytes", "key").await.unwrap();
    let new = store.release(held, lead("a", 2, false)).await.unwrap();
    assert!(new > held && held > sent.id);
    assert!(!store.enqueue(lead("a", 1, false), with_key("key")).await.unwrap().is_new);
}

pub(crate) async fn the_limits_of_held_leads_hold(subject: &impl Subject) {
    let store = &*subject.store();
    let limits = HeldLimits { entries: 3, bytes: 10 };
    let hold = async |body: &str| store.hold(HeldLead::new("form", body), limits).await;
    let first = hold("12345").await.unwrap();
    assert!(matches!(hold("123456").await, Err(Error::TooManyHeld)), "11 bytes");
    hold("12345").await.unwrap();
    hold("").await.unwrap();
    assert!(matches!(hold("").await, Err(Error::TooManyHeld)), "a fourth entry");
    store.discard(first).await.unwrap();
    hold("12345").await.unwrap();
    assert_eq!(store.stats().await.unwrap().held, 3);
}
