//! What a running emulator holds: the validator, the queue, the leads, the deliveries. No HTTP in here.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use telecrm_schema::Schema;
use tokio::sync::watch;

use crate::{
    clock::Clock,
    counters::Counters,
    delivery::{Delivery, Entry, Log, Payload},
    faults::{Faults, Met, Plan},
    metadata::Metadata,
    store::{Store, StoredLead},
    tokens::{TokenKind, Tokens, TooManyTokens, Turned},
};
use telecrm_schema::validate::{Acceptance, LeadOutcome, Malformed, Validator};

/// How many requests wait at most while processing is held. What comes then is refused.
pub const QUEUE_KEPT: usize = 10_000;

/// How an emulator was set up, for its whole life.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) enterprise_id: String,
    /// `http://127.0.0.1:<port>`
    pub(crate) url: String,
    pub(crate) schema: Schema,
    pub(crate) metadata: Metadata,
    pub(crate) clock: Clock,
    /// Requests an hour for each Async token.
    pub(crate) hourly_limit: Option<u32>,
    /// How long a client may take to send one request.
    pub(crate) read_timeout: Duration,
    /// The faults that it starts with, and goes back to.
    pub(crate) faults: Faults,
}

/// Shared by the server and the [`Emulator`](crate::Emulator).
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    validator: Validator,
    state: Mutex<State>,
    /// Counts changes, for whoever wants to be told of them.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) log: Log,
    pub(crate) counters: Counters,
    queue: VecDeque<Queued>,
    /// Whether queued requests wait until somebody lets them go on.
    held: bool,
    tokens: Tokens,
    plan: Plan,
    numbers: u64,
}

/// A request that was answered and is not processed yet.
#[derive(Debug)]
struct Queued {
    number: u64,
    at: u64,
    acceptance: Acceptance,
    payload: Payload,
    fault: Option<&'static str>,
}

/// Why a request does not get into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unqueued {
    Malformed(Malformed),
    /// [`QUEUE_KEPT`] requests wait already.
    Full,
}

/// What a request that was not processed leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) message: Option<String>,
    pub(crate) payload: Payload,
    pub(crate) fault: Option<&'static str>,
}

impl Engine {
    pub(crate) fn new(settings: Settings, validator: Validator) -> Self {
        let state = State { plan: Plan::new(settings.faults.clone()), ..State::default() };
        Self { settings, validator, state: Mutex::new(state), changes: watch::Sender::new(0) }
    }

    pub(crate) fn enterprise_id(&self) -> &str {
        &self.settings.enterprise_id
    }

    pub(crate) fn validator(&self) -> &Validator {
        &self.validator
    }

    /// Lets a request with this token in, or says why not. Only the Async API has a limit.
    pub(crate) fn admit(&self, token: &str, kind: TokenKind) -> Result<(), Turned> {
        let limit = self.settings.hourly_limit.filter(|_| kind == TokenKind::Async);
        let now = self.settings.clock.millis();
        self.state().tokens.admit(token, kind, limit, now)
    }

    /// What the next request to one of the two APIs meets.
    pub(crate) fn next_fault(&self) -> Met {
        self.state().plan.next()
    }

    /// Takes a request that telecrm queues. Unless processing is held, it is done at once, so
    /// that a test sees the outcome as soon as it has the answer.
    pub(crate) fn accept(
        &self,
        body: &Value,
        payload: Payload,
        fault: Option<&'static str>,
    ) -> Result<(), Unqueued> {
        let acceptance = self.validator.accept(body).map_err(Unqueued::Malformed)?;
        let at = self.settings.clock.millis();
        let mut state = self.state();
        if state.queue.len() >= QUEUE_KEPT {
            return Err(Unqueued::Full);
        }
        state.counters.queue();
        let number = state.number();
        state.queue.push_back(Queued { number, at, acceptance, payload, fault });
        if !state.held {
            self.process(&mut state, usize::MAX);
        }
        drop(state);
        self.changed();
        Ok(())
    }

    /// Background processing of the oldest `count` requests in the queue.
    fn process(&self, state: &mut State, count: usize) {
        let count = count.min(state.queue.len());
        let queued: Vec<Queued> = state.queue.drain(..count).collect();
        for Queued { number, at, acceptance, payload, fault } in queued {
            let lead = acceptance.outcome();
            let mut drops = acceptance.violations;
            let schema = &self.settings.schema;
            let identifier =
                acceptance.lead.map(|lead| state.store.accept(lead, schema, at, &mut drops));
            let delivery = Delivery { status: 200, lead, identifier, drops, fault };
            state.counters.process(&delivery);
            state.log.push(Entry { number, at, delivery, payload, message: None });
        }
    }

    /// Records a request that was not processed.
    pub(crate) fn refused(&self, refused: Refused) {
        let Refused { status, message, payload, fault } = refused;
        let delivery = Delivery {
            status,
            lead: LeadOutcome::Dropped,
            identifier: None,
            drops: Vec::new(),
            fault,
        };
        let at = self.settings.clock.millis();
        let mut state = self.state();
        state.counters.refused += 1;
        let number = state.number();
        state.log.push(Entry { number, at, delivery, payload, message });
        drop(state);
        self.changed();
    }

    /// Lets queued requests wait from now on.
    pub(crate) fn hold_processing(&self) {
        self.state().held = true;
    }

    /// Processes the oldest `count` of the waiting requests; answers how many there were.
    pub(crate) fn process_queued(&self, count: usize) -> usize {
        let mut state = self.state();
        let count = count.min(state.queue.len());
        self.process(&mut state, count);
        drop(state);
        self.changed();
        count
    }

    /// Processes what waits, and lets nothing wait any more.
    pub(crate) fn resume_processing(&self) -> usize {
        let mut state = self.state();
        state.held = false;
        let count = state.queue.len();
        self.process(&mut state, usize::MAX);
        drop(state);
        self.changed();
        count
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        self.state().plan = Plan::new(faults);
    }

    pub(crate) fn create_token(&self, kind: TokenKind) -> Result<String, TooManyTokens> {
        self.state().tokens.create(kind)
    }

    pub(crate) fn revoke_token(&self, token: &str) -> bool {
        self.state().tokens.revoke(token)
    }

    pub(crate) fn leads(&self) -> Vec<StoredLead> {
        self.state().store.to_vec()
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.state().log.to_vec()
    }

    pub(crate) fn counters(&self) -> Counters {
        self.state().counters.clone()
    }

    /// As it was at the start, but for the clock.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        let plan = Plan::new(self.settings.faults.clone());
        *state = State { plan, log: state.log.emptied(), ..State::default() };
        drop(state);
        self.changed();
    }

    /// Tells whoever listens that there is something new to see.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Should a thread ever panic with the lock held, what it left is still worth reading.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}
