//! Keys, held leads, and calls whose result is not known.

mod support;

use support::{eventually, lead, phone};
use telecrm_outbox::{EnqueueOptions, Error, HeldLead, HeldLimits, Outbox, State};
use tempfile::TempDir;

async fn outbox() -> (Outbox, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    (outbox, directory)
}

#[tokio::test]
async fn a_dropped_future_of_enqueue_may_have_stored_the_lead() {
    let (outbox, _directory) = outbox().await;
    let options = || EnqueueOptions::new().key("delivery-1");
    drop(outbox.enqueue_prepared_with(lead(&phone(1), 1, true), options()));
    eventually("it is stored", async || outbox.stats().await.unwrap().queued == 1).await;
    // With a key, the caller calls again in any case.
    let again = outbox.enqueue_prepared_with(lead(&phone(1), 1, true), options()).await.unwrap();
    assert!(!again.is_new);
    let other = outbox.enqueue_prepared_with(lead(&phone(1), 2, true), options()).await;
    let error = other.unwrap_err();
    assert!(matches!(error, Error::KeyConflict { .. }) && !error.is_ambiguous(), "{error:?}");
}

#[tokio::test]
async fn an_error_before_the_commit_is_not_ambiguous() {
    let (outbox, directory) = outbox().await;
    let path = directory.path().join("leads.db");
    let connection = telecrm_outbox::rusqlite::Connection::open(path).unwrap();
    connection.execute_batch("DROP TABLE telecrm_outbox_entries").unwrap();
    let error = outbox.enqueue_prepared(lead(&phone(1), 1, true)).await.unwrap_err();
    assert!(matches!(error, Error::NoTables) && !error.is_ambiguous(), "{error:?}");
}

#[tokio::test]
async fn a_held_lead_is_released_or_stays_listed() {
    let (outbox, _directory) = outbox().await;
    let outbox = outbox.with_held_limits(HeldLimits { entries: 2, bytes: 1_000 });
    let held = outbox
        .hold(HeldLead::new("/webhook", &b"\xfe{"[..]).reasons(["not JSON"]).key("delivery-1"))
        .await
        .unwrap();
    outbox.hold(HeldLead::new("/webhook", "{}")).await.unwrap();
    let full = outbox.clone().hold(HeldLead::new("/webhook", "{}")).await;
    assert!(matches!(full, Err(Error::TooManyHeld)), "{full:?}");
    let entry = outbox.entry(held).await.unwrap().unwrap();
    assert_eq!((entry.body(), entry.raw_body()), (None, Some(&b"\xfe{"[..])));
    assert!(!format!("{entry:?}").contains("\\xfe"), "no personal data in Debug");
    assert_eq!((entry.source(), entry.reason()), (Some("/webhook"), Some("not JSON")));
    let new = outbox.release_prepared(held, lead(&phone(1), 1, true)).await.unwrap();
    let stats = outbox.stats().await.unwrap();
    assert_eq!((stats.held, stats.queued, stats.discarded), (1, 1, 1));
    let options = EnqueueOptions::new().key("delivery-1");
    let again = outbox.enqueue_prepared_with(lead(&phone(1), 1, true), options).await.unwrap();
    assert_eq!((again.id, again.is_new), (new, false));
    assert_eq!(outbox.entries(State::Held, 10).await.unwrap().len(), 1);
}
