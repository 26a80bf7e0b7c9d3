//! What a running emulator holds: the validator, the queue, the leads, the deliveries. No HTTP in here.

use std::{
    collections::{BTreeMap, VecDeque},
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
    faults::{Api, Faults, Injected, Plan},
    loss,
    metadata::Metadata,
    server::HostPolicy,
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
    /// Which names requests may call it by.
    pub(crate) hosts: HostPolicy,
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
    /// Requests that a fault keeps out of the queue, by when they enter it and by number.
    delayed: BTreeMap<(u64, u64), Queued>,
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

    /// What the next request to this API meets.
    pub(crate) fn next_faults(&self, api: Api) -> Injected {
        self.state().plan.next(api)
    }

    /// Takes a request that telecrm queues. Unless processing is held or delayed, it is done at
    /// once, so that a test sees the outcome as soon as it has the response.
    ///
    /// Returns how long processing is delayed; after that, [`settle`](Self::settle) is due.
    pub(crate) fn accept(
        &self,
        body: &Value,
        payload: Payload,
        injected: &Injected,
    ) -> Result<Duration, Unqueued> {
        let mut acceptance = self.validator.accept(body).map_err(Unqueued::Malformed)?;
        let sent = body.get("actions").and_then(Value::as_array).map_or(0, Vec::len);
        loss::apply(
            &injected.processing,
            &self.settings.schema.identifier().api_name,
            sent,
            &mut acceptance,
        );
        let delay = loss::delay(&injected.processing);
        let at = self.settings.clock.millis();
        let mut state = self.state();
        if state.queue.len() + state.delayed.len() >= QUEUE_KEPT {
            return Err(Unqueued::Full);
        }
        state.counters.queue();
        let number = state.number();
        let queued = Queued { number, at, acceptance, payload, fault: injected.name() };
        if delay.is_zero() {
            state.queue.push_back(queued);
            if !state.held {
                self.process(&mut state, usize::MAX);
            }
        } else {
            let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
            state.delayed.insert((at.saturating_add(millis), number), queued);
        }
        drop(state);
        self.changed();
        Ok(delay)
    }

    /// Moves delayed requests into the queue whose time has come. Every look at the state does so
    /// first: no reader sees a clock that is ahead of the leads.
    fn wake(&self, state: &mut State) -> bool {
        if state.delayed.is_empty() {
            return false;
        }
        let now = self.settings.clock.millis();
        let mut any = false;
        while state.delayed.first_key_value().is_some_and(|((due, _), _)| *due <= now) {
            let Some((_, queued)) = state.delayed.pop_first() else { break };
            state.queue.push_back(queued);
            any = true;
        }
        if any && !state.held {
            self.process(state, usize::MAX);
        }
        any
    }

    /// Processes the delayed requests whose time has come, and tells those who listen.
    pub(crate) fn settle(&self) {
        drop(self.state());
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

    /// The lead of this identifier, in any spelling that telecrm takes for the same.
    pub(crate) fn lead(&self, identifier: &str) -> Option<StoredLead> {
        let name = &self.settings.schema.identifier().api_name;
        let normal = self.validator.comparable(name, &identifier.into());
        let state = self.state();
        let at = state.store.find(normal.as_str().unwrap_or(identifier))?;
        Some(state.store.record(at).lead.clone())
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
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.wake(&mut state) {
            self.changed();
        }
        state
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}
