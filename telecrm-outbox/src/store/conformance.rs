//! Operations of every store: one suite, run against each database.

use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::PreparedLead;

use super::{Claim, ClaimFor, Store};
use crate::entry::{EntryId, State};
use crate::error::Error;
use crate::transition::{Actions, Outcome, Sent, Settlement, Verdict};
use crate::worker::status::PauseCause;

pub(crate) const ENTERPRISE: &str = "acme";
pub(crate) const LEASE: Duration = Duration::from_secs(40);
pub(crate) const BACKOFF: Duration = Duration::from_secs(10);

/// A store whose clock the test moves.
pub(crate) trait Subject {
    /// Whether a worker that stood still may send an entry after another one took it over.
    const MANY_WORKERS: bool;

    fn store(&self) -> Arc<dyn Store>;
    /// Moves the clock.
    fn advance(&self, duration: Duration) -> impl Future<Output = ()>;
    /// The worker died and another one starts.
    fn crash(&self) -> impl Future<Output = ()>;
}

pub(crate) fn lead(key: &str, number: usize, with_actions: bool) -> PreparedLead {
    let actions = if with_actions { r#","actions":[{"type":"ACTION_1","fields":{}}]"# } else { "" };
    let body = format!(r#"{{"fields":{{"phone":"{key}","n":{number}}}{actions}}}"#);
    PreparedLead::from_json(Some(ENTERPRISE), key, &body).unwrap()
}

pub(crate) async fn enqueue(store: &dyn Store, key: &str, with_actions: bool) -> EntryId {
    store.enqueue(lead(key, 0, with_actions)).await.unwrap()
}

pub(crate) async fn claim(store: &dyn Store) -> Option<Claim> {
    store.claim(ENTERPRISE, LEASE, ClaimFor::Delivery).await.unwrap()
}

async fn claimed(store: &dyn Store) -> Option<EntryId> {
    claim(store).await.map(|claim| claim.key.id)
}

pub(crate) async fn settle(store: &dyn Store, claim: &Claim, outcome: Outcome) -> bool {
    let sent = Sent { actions: claim.actions, parts: claim.parts, received: claim.received };
    let settlement = Settlement::of(outcome, sent, Verdict::Own, BACKOFF);
    store.settle(claim.key, settlement).await.unwrap()
}

async fn state(store: &dyn Store, id: EntryId) -> State {
    store.entry(id).await.unwrap().unwrap().state()
}

pub(crate) fn not_sent() -> Outcome {
    Outcome::NotSent { reason: "no connection".to_owned(), wait: None, status: None }
}

pub(crate) fn unknown() -> Outcome {
    Outcome::Unknown { reason: "no response".to_owned(), wait: None, status: None }
}

/// A response that concerns no single lead.
pub(crate) fn systemic(cause: PauseCause, status: u16) -> Outcome {
    let received = cause == PauseCause::NotTelecrm;
    Outcome::Systemic { cause, reason: status.to_string(), status: Some(status), received }
}

pub(crate) fn refused() -> Outcome {
    Outcome::Refused { reason: "refused".to_owned() }
}

/// Runs every check, each on a database of its own.
pub(crate) async fn all<S: Subject>(new: impl AsyncFn() -> S) {
    an_entry_holds_back_its_own_lead_alone(&new().await).await;
    a_body_is_stored_to_the_byte(&new().await).await;
    d36_after_a_crash_fields_go_again_without_actions(&new().await).await;
    a_stale_claim_settles_nothing(&new().await).await;
    a_retry_keeps_the_order_of_the_lead(&new().await).await;
    a_retry_never_writes_older_data_over_newer(&new().await).await;
    d36_only_an_explicit_retry_sends_doubtful_actions(&new().await).await;
    a_discarded_entry_is_gone_and_the_next_goes_on(&new().await).await;
    payloads_are_erased_after_the_retention(&new().await).await;
    one_person_is_erased_whatever_the_state(&new().await).await;
    stats_count_each_state(&new().await).await;
}

async fn an_entry_holds_back_its_own_lead_alone(subject: &impl Subject) {
    let store = &*subject.store();
    let a1 = enqueue(store, "a", false).await;
    let a2 = enqueue(store, "a", false).await;
    let b1 = enqueue(store, "b", false).await;
    let first = claim(store).await.unwrap();
    assert_eq!(first.key.id, a1);
    assert_eq!(claimed(store).await, Some(b1));
    assert_eq!(claimed(store).await, None, "a2 is behind a1, which is being sent");
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

async fn a_body_is_stored_to_the_byte(subject: &impl Subject) {
    let store = &*subject.store();
    let body = "{\"fields\":{\"phone\":\"a\u{1F600}\\u0000\",\"n\":1.0}}";
    let lead = PreparedLead::from_json(None, "a'b\u{e9}", body).unwrap();
    store.enqueue(lead).await.unwrap();
    let claim = claim(store).await.unwrap();
    assert_eq!(claim.body, body);
    assert_eq!((claim.enterprise.as_str(), claim.lead_key.as_str()), ("", "a'b\u{e9}"));
    assert_eq!(claim.actions, Actions::None);
}

async fn d36_after_a_crash_fields_go_again_without_actions(subject: &impl Subject) {
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

async fn a_stale_claim_settles_nothing(subject: &impl Subject) {
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

async fn a_retry_keeps_the_order_of_the_lead(subject: &impl Subject) {
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

async fn a_retry_never_writes_older_data_over_newer(subject: &impl Subject) {
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
    // Nor when the newer one's payload is erased: what shows that it was sent stays.
    subject.advance(Duration::from_secs(60)).await;
    while store.erase_settled(Duration::from_secs(30)).await.unwrap() > 0 {}
    assert_eq!(superseded().await, a2);
    assert_eq!(store.entry(a2).await.unwrap().unwrap().body(), None);
    // Another lead of the same enterprise changes nothing.
    let b1 = enqueue(store, "b", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    store.retry(b1, false).await.unwrap();
}

async fn d36_only_an_explicit_retry_sends_doubtful_actions(subject: &impl Subject) {
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

async fn a_discarded_entry_is_gone_and_the_next_goes_on(subject: &impl Subject) {
    let store = &*subject.store();
    let a1 = enqueue(store, "a", false).await;
    let a2 = enqueue(store, "a", false).await;
    store.discard(a1).await.unwrap();
    let entry = store.entry(a1).await.unwrap().unwrap();
    assert_eq!((entry.state(), entry.body()), (State::Discarded, None));
    let claim = claim(store).await.unwrap();
    assert_eq!(claim.key.id, a2);
    assert!(matches!(store.discard(a2).await, Err(Error::WrongState { .. })), "it is under way");
    settle(store, &claim, refused()).await;
    store.discard(a2).await.unwrap();
    assert!(matches!(store.retry(a2, false).await, Err(Error::WrongState { .. })));
}

async fn payloads_are_erased_after_the_retention(subject: &impl Subject) {
    let store = &*subject.store();
    let accepted = enqueue(store, "a", false).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    let refused_entry = enqueue(store, "b", false).await;
    settle(store, &claim(store).await.unwrap(), refused()).await;
    let unconfirmed = enqueue(store, "c", true).await;
    settle(store, &claim(store).await.unwrap(), unknown()).await;
    subject.advance(BACKOFF).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    let queued = enqueue(store, "d", false).await;
    let retention = Duration::from_secs(7 * 24 * 3600);
    assert_eq!(store.erase_settled(retention).await.unwrap(), 0);
    subject.advance(retention + Duration::from_secs(1)).await;
    assert_eq!(store.erase_settled(retention).await.unwrap(), 2);
    assert_eq!(store.erase_settled(retention).await.unwrap(), 0);
    assert_eq!(store.entry(accepted).await.unwrap(), None);
    // Listed until a person decides.
    let entry = store.entry(unconfirmed).await.unwrap().unwrap();
    assert_eq!((entry.state(), entry.body(), entry.lead_key()), (State::Unconfirmed, None, ""));
    assert!(matches!(store.retry(unconfirmed, true).await, Err(Error::Erased { .. })));
    store.discard(unconfirmed).await.unwrap();
    for kept in [refused_entry, queued] {
        assert!(store.entry(kept).await.unwrap().unwrap().body().is_some());
    }
}

async fn one_person_is_erased_whatever_the_state(subject: &impl Subject) {
    let store = &*subject.store();
    for _ in 0..3 {
        enqueue(store, "a", true).await;
    }
    let b1 = enqueue(store, "b", false).await;
    settle(store, &claim(store).await.unwrap(), Outcome::Queued).await;
    let under_way = claim(store).await.unwrap();
    assert_eq!(under_way.lead_key, "a");
    assert_eq!(store.erase(vec!["a".to_owned()]).await.unwrap(), 3);
    assert!(!settle(store, &under_way, Outcome::Queued).await);
    assert_eq!(claimed(store).await, Some(b1));
    assert_eq!(store.stats().await.unwrap().of(State::Accepted), 0);
}

async fn stats_count_each_state(subject: &impl Subject) {
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
        assert_eq!(store.entries(wanted, 10).await.unwrap().len(), count);
    }
}
