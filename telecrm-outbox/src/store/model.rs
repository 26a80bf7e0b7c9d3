//! Property test: a store against a plain model in memory, with crashes in between.

use std::time::Duration;

use proptest::prelude::*;

use super::conformance::{
    BACKOFF, ENTERPRISE, Subject, kept_for, lead, not_sent, refused, settle, systemic, unknown,
};
use super::{Claim, ClaimFor, Store};
use crate::entry::{EntryId, State};
use crate::error::Error;
use crate::options::EnqueueOptions;
use crate::transition::{Actions, Outcome, Parts};
use crate::worker::status::PauseCause;

const LEADS: [&str; 3] = ["a", "b", "c"];

/// One step. Numbers choose among what there is.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Enqueue { lead: usize, with_actions: bool },
    Claim,
    Settle { claim: usize, outcome: Outcome },
    Advance { seconds: u64 },
    Crash,
    Retry { entry: usize, with_actions: bool },
    Discard { entry: usize },
    Erase { lead: usize },
    EraseSettled,
}

const RETENTION: Duration = Duration::from_secs(100);

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcome = prop_oneof![
        4 => Just(Outcome::Queued),
        2 => Just(not_sent()),
        2 => Just(unknown()),
        1 => Just(refused()),
        1 => Just(systemic(PauseCause::NotTelecrm, 200)),
        1 => Just(systemic(PauseCause::Unauthorized, 401)),
    ];
    let step = prop_oneof![
        6 => (0..LEADS.len(), any::<bool>())
            .prop_map(|(lead, with_actions)| Step::Enqueue { lead, with_actions }),
        8 => Just(Step::Claim),
        7 => (any::<usize>(), outcome)
            .prop_map(|(claim, outcome)| Step::Settle { claim, outcome }),
        // Tens: a database's own clock goes on in between.
        3 => (1_u64..6).prop_map(|tens| Step::Advance { seconds: tens * 10 }),
        1 => Just(Step::Crash),
        2 => (any::<usize>(), any::<bool>())
            .prop_map(|(entry, with_actions)| Step::Retry { entry, with_actions }),
        1 => any::<usize>().prop_map(|entry| Step::Discard { entry }),
        1 => (0..LEADS.len()).prop_map(|lead| Step::Erase { lead }),
        1 => Just(Step::EraseSettled),
    ];
    prop::collection::vec(step, 1..60)
}

/// An entry as the model knows it.
#[derive(Clone, Debug)]
struct Modelled {
    id: EntryId,
    lead: &'static str,
    state: State,
    actions: Actions,
    /// telecrm may have it.
    received: bool,
    attempts: u32,
    /// Seconds of the test's clock.
    due: u64,
    settled: u64,
    has_body: bool,
    /// Whether a request that telecrm may have held its actions, and how many did.
    actions_sent: u32,
    risked: u32,
    /// It goes again, since an older one was sent late while it was under way.
    again: bool,
}

#[derive(Default)]
struct Model {
    now: u64,
    entries: Vec<Modelled>,
    claims: Vec<Claim>,
}

impl Model {
    fn head(&self, entry: &Modelled) -> bool {
        let older = |other: &&Modelled| other.lead == entry.lead && other.id < entry.id;
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

    fn newer_sent(&self, entry: &Modelled) -> bool {
        self.entries.iter().any(|other| {
            other.lead == entry.lead
                && other.id > entry.id
                && (other.state == State::Sending || (!other.state.is_open() && other.received))
        })
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
                assert!(self.entries.iter().all(|entry| entry.id < id), "ids grow");
                self.entries.push(Modelled {
                    id,
                    lead: key,
                    state: State::Queued,
                    actions,
                    received: false,
                    attempts: 0,
                    due: self.now,
                    settled: 0,
                    has_body: true,
                    actions_sent: 0,
                    risked: 0,
                    again: false,
                });
            }
            Step::Claim => self.claim(store).await,
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
                for entry in self.entries.iter_mut().filter(|it| it.state == State::Sending) {
                    if entry.actions == Actions::Pending {
                        entry.actions_sent += 1;
                    }
                    entry.state = State::Queued;
                    entry.actions = entry.actions.after(Parts::Whole);
                    (entry.received, entry.due) = (true, now);
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
                let expected = self.entries.iter().filter(|entry| entry.lead == lead).count();
                let erased = store.erase(vec![lead.to_owned()]).await.unwrap();
                assert_eq!(usize::try_from(erased).unwrap(), expected);
                self.entries.retain(|entry| entry.lead != lead);
            }
            Step::EraseSettled => {
                while store.erase_settled(kept_for(RETENTION)).await.unwrap() > 0 {}
                self.erase_settled();
            }
        }
    }

    async fn claim(&mut self, store: &dyn Store) {
        let claimable = self.claimable();
        // Leases that end are the affair of tests of their own.
        let day = Duration::from_secs(24 * 60 * 60);
        let Some(claim) = store.claim(ENTERPRISE, day, ClaimFor::Delivery).await.unwrap() else {
            assert_eq!(claimable, [], "nothing was claimed");
            return;
        };
        assert!(claimable.contains(&claim.key.id), "{claimable:?} {claim:?}");
        let entry = self.get(claim.key.id).unwrap();
        (entry.state, entry.attempts) = (State::Sending, entry.attempts + 1);
        assert_eq!((claim.attempts, claim.actions), (entry.attempts, entry.actions));
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
            if S::MANY_WORKERS && received {
                self.send_newer_again(claim.key.id);
            }
            return;
        };
        assert!(settled);
        let sent = claim.actions == Actions::Pending;
        let (state, received) = match outcome {
            Outcome::Queued if entry.actions == Actions::Doubtful => (State::Unconfirmed, true),
            Outcome::Queued => (State::Accepted, true),
            Outcome::Unknown { .. } | Outcome::Systemic { received: true, .. } => {
                (State::Queued, true)
            }
            Outcome::Refused { .. } if entry.received => (State::Unconfirmed, false),
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
        let newer = |entry: &&mut Modelled| entry.lead == lead && entry.id > late;
        for entry in self.entries.iter_mut().filter(newer) {
            match entry.state {
                State::Sending => entry.again = true,
                State::Queued | State::Refused | State::Discarded => {}
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
        let (now, superseded) = (self.now, self.newer_sent(&self.entries[index]));
        let entry = &mut self.entries[index];
        let outcome = store.retry(entry.id, with_actions).await;
        if entry.state != State::Queued && !entry.state.needs_attention() {
            assert!(matches!(outcome, Err(Error::WrongState { .. })), "{outcome:?}");
        } else if !entry.has_body {
            assert!(matches!(outcome, Err(Error::Erased { .. })), "{outcome:?}");
        } else if superseded {
            assert!(matches!(outcome, Err(Error::Superseded { .. })), "{outcome:?}");
        } else {
            outcome.unwrap();
            if entry.actions != Actions::None {
                if with_actions && entry.actions == Actions::Doubtful {
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
        let before = self.now.saturating_sub(RETENTION.as_secs());
        let old = |entry: &Modelled| {
            !entry.state.is_open() && entry.state != State::Refused && entry.settled <= before
        };
        for entry in &mut self.entries {
            if old(entry) && self.now >= RETENTION.as_secs() {
                entry.has_body = false;
            }
        }
    }

    /// Every entry as the store has it.
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
            assert!(entry.actions_sent <= 1 + entry.risked, "actions at most once: {entry:?}");
        }
    }
}

/// Drives the store through the steps, and compares after each.
pub(crate) async fn run<S: Subject>(subject: &S, steps: Vec<Step>) {
    let store = subject.store();
    let mut model = Model::default();
    // So that "before the retention" is a time.
    subject.advance(RETENTION).await;
    model.now = RETENTION.as_secs();
    for step in steps {
        model.step(subject, &*store, step).await;
        model.compare(&*store).await;
    }
}
