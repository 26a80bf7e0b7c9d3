//! Entries that are read back.

use super::*;

/// An accepted entry.
async fn accepted(store: &dyn Store, key: &str, with_actions: bool) -> EntryId {
    let id = enqueue(store, key, with_actions).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    id
}

/// An entry with ambiguous actions.
async fn unconfirmed(subject: &impl Subject, key: &str) -> EntryId {
    let store = &*subject.store();
    let id = enqueue(store, key, true).await;
    settle(store, &claim(store).await.unwrap(), unknown()).await;
    subject.advance(BACKOFF).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    id
}

fn missing() -> Reading {
    Reading::Missing { reason: "absent".to_owned() }
}

async fn due(store: &dyn Store) -> Vec<EntryId> {
    let start = (i64::MIN, EntryId(0));
    let found = store.unverified(ENTERPRISE, start, 100).await.unwrap();
    found.iter().map(|entry| entry.id).collect()
}

pub(crate) async fn superseded_needs_a_newer_field_for_every_mismatch(subject: &impl Subject) {
    let store = &*subject.store();
    for (paths, newer_sent, expected) in [
        (&["fields.n"][..], true, State::Superseded),
        (&["fields.n", "fields.course"], true, State::Mismatched),
        (&["fields.n"], false, State::Mismatched),
    ] {
        let key = format!("{} {newer_sent}", paths.join(" "));
        let id = accepted(store, &key, false).await;
        enqueue(store, &key, false).await;
        if newer_sent {
            settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
        }
        let state = read(store, id, mismatch(paths)).await;
        assert_eq!(state, Some(expected), "{key}");
        assert_eq!(super::state(store, id).await, expected);
        while let Some(claim) = claim(store).await {
            settle(store, &claim, refused()).await;
        }
    }
    // telecrm certainly does not have the lead.
    let id = accepted(store, "a", false).await;
    accepted(store, "a", false).await;
    for is_changed in [true, false] {
        let recorded = store.record_reading(id, missing()).await.unwrap().unwrap();
        assert_eq!((recorded.state, recorded.is_changed), (State::Missing, is_changed));
        assert_eq!(recorded.attempts, 1);
    }
}

pub(crate) async fn a_missing_action_is_never_superseded(subject: &impl Subject) {
    let store = &*subject.store();
    let id = accepted(store, "a", true).await;
    accepted(store, "a", true).await;
    let state = read(store, id, mismatch(&["fields.n", "actions[0]"])).await;
    assert_eq!(state, Some(State::Mismatched));
    let entry = store.entry(id).await.unwrap().unwrap();
    assert_eq!(entry.reason(), Some("fields.n; actions[0]"), "listed with its reason");
}

pub(crate) async fn an_unconfirmed_entry_is_verified_if_its_actions_are_found(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let found = unconfirmed(subject, "a").await;
    let absent = unconfirmed(subject, "b").await;
    assert_eq!(due(store).await, [found, absent]);
    let reading = read(store, found, Reading::Verified).await;
    assert_eq!(reading, Some(State::Verified));
    let reading = read(store, absent, mismatch(&["actions[0]"])).await;
    assert_eq!(reading, Some(State::Unconfirmed));
    assert_eq!(claimed(store).await, None, "nothing is sent again");
    // Its actions decide, and not its fields.
    let differs = unconfirmed(subject, "c").await;
    let reading = read(store, differs, mismatch(&["fields.n"])).await;
    assert_eq!(reading, Some(State::Verified));
    // Equal actions of other entries need more entries in the timeline.
    let other = accepted(store, "a", true).await;
    let body = store.entry(other).await.unwrap().unwrap().body().unwrap().to_owned();
    assert_eq!(store.bodies_beside(found).await.unwrap(), [body]);
    assert!(store.bodies_beside(absent).await.unwrap().is_empty());
    // A reading of an entry that was decided in between changes nothing.
    store.retry(absent, false).await.unwrap();
    assert_eq!(read(store, absent, Reading::Verified).await, None);
    assert_eq!(state(store, absent).await, State::Queued);
}

pub(crate) async fn listed_entries_are_read_again_after_an_hour_and_after_a_day(
    subject: &impl Subject,
) {
    let store = &*subject.store();
    let hour = Duration::from_secs(3_600);
    let ambiguous = unconfirmed(subject, "a").await;
    let absent = accepted(store, "b", false).await;
    let differs = accepted(store, "c", false).await;
    assert_eq!(due(store).await, [ambiguous, absent, differs]);
    let read_all = async || {
        read(store, ambiguous, missing()).await;
        read(store, absent, missing()).await;
        read(store, differs, mismatch(&["fields.n"])).await;
    };
    let minute = Duration::from_secs(60);
    for wait in [59 * minute, (23 * 60 - 1) * minute] {
        read_all().await;
        assert!(due(store).await.is_empty());
        subject.advance(wait).await;
        assert!(due(store).await.is_empty(), "{wait:?}");
        subject.advance(minute).await;
        let mut found = due(store).await;
        found.sort();
        assert_eq!(found, [ambiguous, absent, differs], "{wait:?}");
    }
    read_all().await;
    subject.advance(48 * hour).await;
    assert!(due(store).await.is_empty());
    assert_eq!(state(store, absent).await, State::Missing);
    // A later reading can change the state.
    let late = accepted(store, "d", false).await;
    read(store, late, missing()).await;
    subject.advance(hour).await;
    read(store, late, Reading::Verified).await;
    assert_eq!(state(store, late).await, State::Verified);
}

pub(crate) async fn only_the_entries_of_the_enterprise_are_read(subject: &impl Subject) {
    let store = &*subject.store();
    accepted(store, "a", false).await;
    let start = (i64::MIN, EntryId(0));
    assert!(store.unverified("other", start, 100).await.unwrap().is_empty());
    assert_eq!(due(store).await.len(), 1);
}

pub(crate) async fn a_newer_sent_entry_is_reported_to_the_reader(subject: &impl Subject) {
    let store = &*subject.store();
    let older = accepted(store, "a", false).await;
    let start = (i64::MIN, EntryId(0));
    let has_newer = async || {
        let found = store.unverified(ENTERPRISE, start, 100).await.unwrap();
        found.iter().find(|entry| entry.id == older).map(|entry| entry.has_newer)
    };
    assert_eq!(has_newer().await, Some(false));
    enqueue(store, "a", false).await;
    assert_eq!(has_newer().await, Some(false), "it is not sent yet");
    let _under_way = claim(store).await.unwrap();
    assert_eq!(has_newer().await, Some(true));
}
