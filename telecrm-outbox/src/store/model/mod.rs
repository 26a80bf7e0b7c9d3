//! Property test: a store against a plain model in memory, with crashes in between.

mod steps;

use std::time::Duration;

use super::conformance::{BACKOFF, ENTERPRISE, Subject, lead, mismatch, settle};
use super::{Claim, ClaimFor, Retention, Store};
use crate::entry::{EntryId, State};
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::options::EnqueueOptions;
use crate::reading::Reading;
use crate::transition::{Actions, Outcome, Parts};
use steps::{Found, LEADS, order, same_lead};
pub(crate) use steps::{Step, steps};

const RETENTION: Duration = Duration::from_secs(100);
const ATTENTION: Duration = Duration::from_secs(200);
const KEPT: Retention = Retention { settled: RETENTION, attention: ATTENTION };

/// An entry of the model.
#[derive(Clone, Debug)]
struct Modelled {
    id: EntryId,
    lead: &'static str,
    state: State,
    actions: Actions,
    /// Parts of the last request, and the last attempt that contained only the actions.
    parts: Parts,
    actions_only: u32,
    /// The number of its key.
    key: Option<usize>,
    /// The entry that replaces a held one.
    replaced_by: Option<EntryId>,
    /// telecrm may have it.
    received: bool,
    attempts: u32,
    /// Seconds of the test's clock.
    due: u64,
    settled: u64,
    has_body: bool,
    /// The actions of its body.
    body_actions: Actions,
    /// Whether a request that telecrm may have held its actions, and how many did.
    actions_sent: u32,
    risked: u32,
    /// It is sent again, because an older one was sent late while it was in flight.
    again: bool,
}

impl Modelled {
    /// The process ends during the request.
    fn crash(&mut self, now: u64) {
        if self.parts.contain_actions(self.actions) {
            self.actions_sent += 1;
        }
        self.actions = self.actions.after(self.parts);
        self.received = true;
        if self.parts == Parts::ActionsOnly {
            // telecrm has the fields: they are not sent again.
            (self.state, self.settled) = (State::Unconfirmed, now);
        } else {
            (self.state, self.due) = (State::Queued, now);
        }
    }
}

#[derive(Default)]
struct Model {
    now: u64,
    entries: Vec<Modelled>,
    claims: Vec<Claim>,
}

impl Model {
    fn head(&self, entry: &Modelled) -> bool {
        let order_key = order(entry.lead);
        let older = |other: &&Modelled| order(other.lead) == order_key && other.id < entry.id;
        !self.entries.iter().filter(older).any(|other| other.state.is_open())
    }

    fn claimable(&self) -> Vec<EntryId> {
        let due = |entry: &&Modelled| entry.state == State::Queued && entry.due <= self.now;
        self.entries
            .iter()
            .filter(due)
            .filter(|entry| self.head(entry))
            .map(|entry| entry.id)
            .collect()
    }

    fn get(&mut self, id: EntryId) -> Option<&mut Modelled> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    fn newer_sent(&self, entry: &Modelled) -> impl Iterator<Item = &Modelled> {
        let (lead, id) = (entry.lead, entry.id);
        self.entries.iter().filter(move |other| {
            same_lead(other.lead, lead)
                && other.id > id
                && (other.state == State::Sending
                    || other.state == State::Queued && other.actions == Actions::Remaining
                    || !other.state.is_open() && other.received)
        })
    }

    fn insert(&mut self, id: EntryId, lead: &'static str, state: State, actions: Actions) {
        assert!(self.entries.iter().all(|entry| entry.id < id), "ids grow");
        self.entries.push(Modelled {
            id,
            lead,
            state,
            actions,
            parts: Parts::Whole,
            actions_only: 0,
            key: None,
            replaced_by: None,
            received: false,
            attempts: 0,
            due: self.now,
            settled: self.now,
            has_body: true,
            body_actions: actions,
            actions_sent: 0,
            risked: 0,
            again: false,
        });
    }

    /// Takes a step, in the store and in the model, and compares.
    async fn step<S: Subject>(&mut self, subject: &S, store: &dyn Store, step: Step) {
        match step {
            Step::Enqueue { lead: index, with_actions } => {
                let key = LEADS[index];
                let id = store
                    .enqueue(lead(key, self.entries.len(), with_actions), EnqueueOptions::new())
                    .await
                    .unwrap()
                    .id;
                let actions = if with_actions { Actions::Pending } else { Actions::None };
                self.insert(id, key, State::Queued, actions);
            }
            Step::EnqueueWithKey { key, variant } => {
                self.enqueue_with_key(store, key, variant).await;
            }
            Step::Hold => {
                let id = store.hold(HeldLead::new("form", "held"), HeldLimits::default()).await;
                self.insert(id.unwrap(), "", State::Held, Actions::None);
            }
            Step::Release { entry, lead } => {
                if let Some(index) = entry.checked_rem(self.entries.len()) {
                    self.release(store, index, LEADS[lead]).await;
                }
            }
            Step::Confirm { entry } => {
                if let Some(index) = entry.checked_rem(self.entries.len()) {
                    self.confirm(store, index).await;
                }
            }
            Step::Read { entry, found } => {
                if let Some(index) = entry.checked_rem(self.entries.len()) {
                    self.read(store, index, found).await;
                }
            }
            Step::Probe => self.claim(store, true).await,
            Step::Claim => self.claim(store, false).await,
            Step::Settle { claim, outcome } => {
                if self.claims.is_empty() {
                    return;
                }
                let claim = self.claims.swap_remove(claim % self.claims.len());
                self.settle::<S>(store, &claim, outcome).await;
            }
            Step::Advance { seconds } => {
                subject.advance(Duration::from_secs(seconds)).await;
                self.now += seconds;
            }
            Step::Crash => {
                subject.crash().await;
                let now = self.now;
                for entry in &mut self.entries {
                    if entry.state == State::Sending {
                        entry.crash(now);
                    }
                }
            }
            Step::Retry { entry, with_actions } => {
                if let Some(index) = entry.checked_rem(self.entries.len()) {
                    self.retry(store, index, with_actions).await;
                }
            }
            Step::Discard { entry } => {
                let Some(index) = entry.checked_rem(self.entries.len()) else { return };
                let now = self.now;
                let entry = &mut self.entries[index];
                let outcome = store.discard(entry.id).await;
                if entry.state == State::Queued || entry.state.needs_attention() {
                    outcome.unwrap();
                    (entry.state, entry.has_body, entry.settled) = (State::Discarded, false, now);
                } else {
                    assert!(matches!(outcome, Err(Error::WrongState { .. })), "{outcome:?}");
                }
            }
            Step::Erase { lead } => {
                let lead = LEADS[lead];
                let erased = |entry: &Modelled| same_lead(entry.lead, lead);
                let expected = self.entries.iter().filter(|entry| erased(entry)).count();
                let removed = store.erase(lead.to_owned(), None).await.unwrap();
                assert_eq!(usize::try_from(removed).unwrap(), expected);
                self.entries.retain(|entry| !erased(entry));
            }
            Step::EraseSettled => {
                while store.erase_settled(KEPT).await.unwrap() > 0 {}
                self.erase_settled();
            }
        }
    }

    async fn release(&mut self, store: &dyn Store, index: usize, key: &'static str) {
        let held = &mut self.entries[index];
        let released = store.release(held.id, lead(key, 0, false)).await;
        if held.state != State::Held {
            assert!(matches!(released, Err(Error::WrongState { .. })), "{released:?}");
            return;
        }
        let id = released.unwrap();
        (held.state, held.replaced_by, held.settled) = (State::Discarded, Some(id), self.now);
        self.insert(id, key, State::Queued, Actions::None);
    }

    async fn confirm(&mut self, store: &dyn Store, index: usize) {
        let entry = &mut self.entries[index];
        let outcome = store.confirm(entry.id).await;
        if matches!(entry.state, State::Unconfirmed | State::Mismatched | State::Missing) {
            outcome.unwrap();
            (entry.state, entry.settled) = (State::Verified, self.now);
        } else {
            assert!(matches!(outcome, Err(Error::WrongState { .. })), "{outcome:?}");
        }
    }

    async fn enqueue_with_key(&mut self, store: &dyn Store, key: usize, variant: usize) {
        let options = EnqueueOptions::new().key(format!("key {key}"));
        let number = 1_000 + 2 * key + variant;
        let outcome = store.enqueue(lead(LEADS[key], number, false), options).await;
        let body = Some(2 * key + variant);
        let known = self.entries.iter().find(|entry| entry.key.is_some_and(|body| body / 2 == key));
        match known {
            Some(entry) if entry.key == body => {
                let enqueued = outcome.unwrap();
                assert_eq!((enqueued.id, enqueued.is_new), (entry.id, false));
            }
            Some(entry) => {
                let conflict = matches!(outcome, Err(Error::KeyConflict { id }) if id == entry.id);
                assert!(conflict, "{outcome:?}");
            }
            None => {
                let enqueued = outcome.unwrap();
                assert!(enqueued.is_new);
                self.insert(enqueued.id, LEADS[key], State::Queued, Actions::None);
                if let Some(entry) = self.get(enqueued.id) {
                    entry.key = body;
                }
            }
        }
    }

    async fn read(&mut self, store: &dyn Store, index: usize, found: Found) {
        let now = self.now;
        let has_newer = self.newer_sent(&self.entries[index]).any(|newer| newer.has_body);
        let entry = &mut self.entries[index];
        let reading = match found {
            Found::Everything => Reading::Verified,
            Found::OtherField => mismatch(&["fields.n"]),
            Found::NoAction => mismatch(&["actions[0]"]),
            Found::Nothing => Reading::Missing { reason: "absent".to_owned() },
        };
        let recorded = store.record_reading(entry.id, reading).await.unwrap();
        let recorded = recorded.map(|recorded| recorded.state);
        if !entry.state.is_read_back() {
            assert_eq!(recorded, None);
            return;
        }
        let unconfirmed = entry.state == State::Unconfirmed;
        let state = match found {
            Found::Everything => State::Verified,
            Found::OtherField
                if unconfirmed && entry.has_body && entry.body_actions != Actions::None =>
            {
                State::Verified
            }
            Found::OtherField if has_newer => State::Superseded,
            _ if unconfirmed => State::Unconfirmed,
            Found::OtherField | Found::NoAction => State::Mismatched,
            Found::Nothing => State::Missing,
        };
        assert_eq!(recorded, Some(state));
        let listed = [State::Mismatched, State::Missing];
        let repeated =
            state == entry.state || [state, entry.state].iter().all(|state| listed.contains(state));
        if !repeated {
            entry.settled = now;
        }
        entry.state = state;
    }

    async fn claim(&mut self, store: &dyn Store, is_probe: bool) {
        let claimable = self.claimable();
        // Other tests cover the end of a lease.
        let day = Duration::from_secs(24 * 60 * 60);
        let purpose = if is_probe {
            ClaimFor::Probe { avoid: &[], newest: false }
        } else {
            ClaimFor::DELIVERY
        };
        let Some(claim) = store.claim(ENTERPRISE, day, purpose).await.unwrap() else {
            assert_eq!(claimable, [], "nothing was claimed");
            return;
        };
        assert!(claimable.contains(&claim.key.id), "{claimable:?} {claim:?}");
        if is_probe {
            let rank = |id: EntryId| match self.entries.iter().find(|entry| entry.id == id) {
                Some(Modelled { actions: Actions::Pending, .. }) => 1,
                Some(Modelled { actions: Actions::Remaining, .. }) => 2,
                _ => 0,
            };
            let best = claimable.iter().map(|id| rank(*id)).min();
            assert_eq!(Some(rank(claim.key.id)), best, "a probe risks no action");
        }
        let entry = self.get(claim.key.id).unwrap();
        (entry.state, entry.attempts) = (State::Sending, entry.attempts + 1);
        assert_eq!((claim.attempts, claim.actions), (entry.attempts, entry.actions));
        entry.parts = match entry.actions {
            Actions::Doubtful => Parts::FieldsOnly,
            Actions::Pending | Actions::Remaining if is_probe => Parts::FieldsOnly,
            Actions::Remaining => Parts::ActionsOnly,
            _ => Parts::Whole,
        };
        assert_eq!(claim.parts, entry.parts);
        if entry.parts == Parts::ActionsOnly {
            entry.actions_only = entry.attempts;
        }
        self.claims.push(claim);
    }

    async fn settle<S: Subject>(&mut self, store: &dyn Store, claim: &Claim, outcome: Outcome) {
        let now = self.now;
        let settled = settle(store, claim, outcome.clone()).await;
        let entry = self
            .get(claim.key.id)
            .filter(|entry| entry.state == State::Sending && entry.attempts == claim.attempts);
        let Some(entry) = entry else {
            assert!(!settled, "the claim was lost");
            let received = matches!(
                outcome,
                Outcome::Queued
                    | Outcome::Unknown { .. }
                    | Outcome::Systemic { received: true, .. }
            );
            let actions_only =
                self.get(claim.key.id).is_some_and(|entry| entry.actions_only == claim.attempts);
            if S::MANY_WORKERS && received && !actions_only {
                self.send_newer_again(claim.key.id);
            }
            return;
        };
        assert!(settled);
        let sent = claim.parts.contain_actions(entry.actions);
        let fields_were_accepted =
            matches!(entry.actions, Actions::Doubtful | Actions::Remaining) || entry.received;
        let (state, received) = match outcome {
            Outcome::Queued if entry.actions == Actions::Doubtful => (State::Unconfirmed, true),
            Outcome::Queued if entry.actions != Actions::None && !sent => {
                entry.actions = Actions::Remaining;
                (State::Queued, true)
            }
            Outcome::Queued => (State::Accepted, true),
            Outcome::Unknown { .. } | Outcome::Systemic { received: true, .. } => {
                let closes = claim.parts == Parts::ActionsOnly && sent;
                (if closes { State::Unconfirmed } else { State::Queued }, true)
            }
            Outcome::Refused { .. } if fields_were_accepted => (State::Unconfirmed, false),
            Outcome::Refused { .. } => (State::Refused, false),
            _ => (State::Queued, false),
        };
        let waits = matches!(outcome, Outcome::NotSent { .. } | Outcome::Unknown { .. });
        if received && sent {
            entry.actions_sent += 1;
            if state != State::Accepted {
                entry.actions = Actions::Doubtful;
            }
        }
        let again = std::mem::take(&mut entry.again);
        if again && entry.actions == Actions::Remaining && state != State::Refused {
            entry.actions = Actions::Pending;
        }
        entry.state = match state {
            State::Accepted if again => {
                entry.actions = Actions::None;
                State::Queued
            }
            State::Unconfirmed if again => State::Queued,
            _ => state,
        };
        entry.received |= received;
        entry.due = if waits { now + BACKOFF.as_secs() } else { now };
        entry.settled = now;
    }

    fn send_newer_again(&mut self, late: EntryId) {
        let now = self.now;
        let Some(lead) = self.get(late).map(|late| late.lead) else { return };
        let newer = |entry: &&mut Modelled| same_lead(entry.lead, lead) && entry.id > late;
        for entry in self.entries.iter_mut().filter(newer) {
            match entry.state {
                State::Sending => entry.again = true,
                State::Queued if entry.actions == Actions::Remaining => {
                    entry.actions = Actions::Pending;
                }
                State::Queued | State::Refused | State::Discarded | State::Held => {}
                _ if !entry.has_body => {}
                state => {
                    if state != State::Unconfirmed {
                        entry.actions = Actions::None;
                    }
                    (entry.state, entry.due) = (State::Queued, now);
                }
            }
        }
    }

    async fn retry(&mut self, store: &dyn Store, index: usize, with_actions: bool) {
        let superseded = self.newer_sent(&self.entries[index]).next().is_some();
        let now = self.now;
        let entry = &mut self.entries[index];
        let outcome = store.retry(entry.id, with_actions).await;
        if entry.state == State::Held
            || entry.state != State::Queued && !entry.state.needs_attention()
        {
            assert!(matches!(outcome, Err(Error::WrongState { .. })), "{outcome:?}");
        } else if !entry.has_body {
            assert!(matches!(outcome, Err(Error::Erased { .. })), "{outcome:?}");
        } else if superseded {
            assert!(matches!(outcome, Err(Error::Superseded { .. })), "{outcome:?}");
        } else {
            outcome.unwrap();
            if entry.actions != Actions::None {
                // telecrm has, or may have, the actions of these entries: the operator accepts the risk.
                let is_sent = !matches!(entry.state, State::Queued | State::Refused);
                if with_actions && (is_sent || entry.actions == Actions::Doubtful) {
                    entry.risked += 1;
                }
                if with_actions {
                    entry.actions = Actions::Pending;
                } else if !matches!(entry.state, State::Queued | State::Refused) {
                    entry.actions = Actions::Doubtful;
                }
            }
            (entry.state, entry.due) = (State::Queued, now);
        }
    }

    fn erase_settled(&mut self) {
        let open: Vec<EntryId> = self
            .entries
            .iter()
            .filter(|entry| entry.state.is_open())
            .map(|entry| entry.id)
            .collect();
        for entry in &mut self.entries {
            if entry.replaced_by.is_some_and(|new| !open.contains(&new)) {
                entry.has_body = false;
            }
            let retention = if entry.state.needs_attention() { ATTENTION } else { RETENTION };
            let is_old = entry.settled + retention.as_secs() <= self.now;
            if is_old && !entry.state.is_open() && entry.replaced_by.is_none() {
                (entry.has_body, entry.key) = (false, None);
            }
        }
    }

    /// Compares every entry with the store.
    async fn compare(&mut self, store: &dyn Store) {
        for entry in self.entries.clone() {
            let stored = store.entry(entry.id).await.unwrap();
            let Some(stored) = stored else {
                // Erased after the retention, with its row: nothing is left to decide.
                assert!(!entry.has_body && !entry.state.needs_attention(), "{entry:?}");
                self.entries.retain(|other| other.id != entry.id);
                continue;
            };
            let found = (stored.state(), stored.attempts(), stored.body().is_some());
            assert_eq!(found, (entry.state, entry.attempts, entry.has_body), "{entry:?}");
            if stored.lead_key().is_empty() {
                self.get(entry.id).unwrap().lead = "";
            }
            let was_held = entry.state == State::Held || entry.replaced_by.is_some();
            assert!(!was_held || entry.attempts == 0, "held bytes are never sent");
            assert!(entry.actions_sent <= 1 + entry.risked, "actions at most once: {entry:?}");
        }
    }
}

/// Drives the store through the steps, and compares after each.
pub(crate) async fn run<S: Subject>(subject: &S, steps: Vec<Step>) {
    let store = subject.store();
    let mut model = Model::default();
    // Times before the retention exist.
    subject.advance(ATTENTION).await;
    model.now = ATTENTION.as_secs();
    for step in steps {
        model.step(subject, &*store, step).await;
        model.compare(&*store).await;
    }
}
