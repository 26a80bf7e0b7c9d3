//! State of a running emulator, and background processing of the queue. No HTTP in here.

use std::{
    mem::size_of,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use serde_json::Value;
use telecrm_schema::validate::{LeadOutcome, Malformed};
use tokio::sync::watch;

use crate::{
    clock::Clock,
    delivery::{Counters, Delivery, Log, Payload},
    faults::{Api, Faults, Injected, Plan, loss},
    host_policy::HostPolicy,
    loaded::LoadedSchema,
    queue::{Queue, Queued},
    seed::SeedLead,
    size,
    store::{self, Store, StoredLead},
    team::TeamMember,
    tokens::{TokenKind, Tokens, TooManyTokens, Turned},
};

/// How many bytes the leads own in all, unless the builder says otherwise.
pub const MAX_LEAD_BYTES: usize = 1024 * 1024 * 1024;

/// Bounds in bytes, with everything owned counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) deliveries: usize,
    pub(crate) queue: usize,
    pub(crate) leads: usize,
}

/// How an emulator was set up, for its whole life.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) enterprise_id: String,
    /// The code that telecrm adds to a phone without a country code.
    pub(crate) country_code: Option<String>,
    /// `http://127.0.0.1:<port>`
    pub(crate) url: String,
    /// Which names requests may call it by.
    pub(crate) hosts: HostPolicy,
    pub(crate) clock: Clock,
    /// Requests an hour for each Async token.
    pub(crate) hourly_limit: Option<u32>,
    /// How long a client may take to send one request.
    pub(crate) read_timeout: Duration,
    /// The faults that it starts with, and goes back to.
    pub(crate) faults: Faults,
    /// The leads that it starts with, and goes back to.
    pub(crate) seed: Vec<SeedLead>,
    pub(crate) limits: Limits,
    pub(crate) team: Vec<TeamMember>,
    /// Whether a search answers with the ids of leads.
    pub(crate) lead_ids: bool,
}

/// Shared by the server and the [`Emulator`](crate::Emulator).
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    schema: RwLock<Arc<LoadedSchema>>,
    state: Mutex<State>,
    /// Counts changes, for whoever wants to be told of them.
    changes: watch::Sender<u64>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) log: Log,
    pub(crate) counters: Counters,
    queue: Queue,
    /// Whether queued requests wait until somebody lets them go on.
    held: bool,
    tokens: Tokens,
    plan: Plan,
    numbers: u64,
    /// As in [`Settings`], until somebody changes it.
    pub(crate) lead_ids: bool,
}

/// Why a request does not get into the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unqueued {
    Malformed(Malformed),
    /// The queue has no room.
    QueueFull,
    LeadsFull,
}

/// The record of a request that was not processed.
#[derive(Debug, Default)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) payload: Payload,
    pub(crate) fault: Option<&'static str>,
}

impl Engine {
    pub(crate) fn new(settings: Settings, schema: LoadedSchema) -> Self {
        let state = State::new(&settings, Log::new(settings.limits.deliveries));
        Self {
            settings,
            schema: RwLock::new(Arc::new(schema)),
            state: Mutex::new(state),
            changes: watch::Sender::new(0),
        }
    }

    pub(crate) fn enterprise_id(&self) -> &str {
        &self.settings.enterprise_id
    }

    /// The schema in use.
    pub(crate) fn schema(&self) -> Arc<LoadedSchema> {
        Arc::clone(&self.schema.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers by another schema from now on. Leads stay as they are.
    pub(crate) fn replace_schema(&self, schema: LoadedSchema) {
        *self.schema.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(schema);
        self.changed();
    }

    /// Lets a request with this token in, or says why not. Only the Async API has a limit.
    pub(crate) fn admit(&self, token: &str, kind: TokenKind) -> Result<(), Turned> {
        let limit = self.settings.hourly_limit.filter(|_| kind == TokenKind::Async);
        let now = self.settings.clock.millis();
        self.state().tokens.admit(token, kind, limit, now)
    }

    /// Faults of the next request to this API.
    pub(crate) fn next_faults(&self, api: Api) -> Injected {
        self.state().plan.next(api)
    }

    /// Takes a request that telecrm queues. Unless processing is held or delayed, it is done at
    /// once, so that a test sees the outcome as soon as it has the response.
    ///
    /// Returns the time of processing if it is delayed; [`settle`](Self::settle) is due then.
    pub(crate) fn accept(
        &self,
        body: &Value,
        payload: Payload,
        injected: &Injected,
    ) -> Result<Option<u64>, Unqueued> {
        let schema = self.schema();
        let mut acceptance = schema.validator.accept(body).map_err(Unqueued::Malformed)?;
        let sent = body.get("actions").and_then(Value::as_array).map_or(0, Vec::len);
        loss::apply(&injected.processing, schema.identifier(), sent, &mut acceptance);
        let of_lead = acceptance
            .lead
            .as_ref()
            .map_or(0, |it| store::size_of_lead(&it.identifier, &it.fields, &it.actions));
        let size = size_of::<Queued>()
            + payload.text.capacity()
            + of_lead
            + size::of_violations(&acceptance.violations);
        let clock = &self.settings.clock;
        let (at, delay) = (clock.millis(), loss::delay(&injected.processing));
        let due = (!delay.is_zero()).then(|| clock.after(delay));
        let mut state = self.state();
        let limits = &self.settings.limits;
        let waits = state.held || due.is_some();
        if waits && state.queue.is_full(size, limits.queue) {
            return Err(Unqueued::QueueFull);
        }
        if !state.has_room(of_lead, limits) {
            return Err(Unqueued::LeadsFull);
        }
        state.counters.queue();
        let number = state.number();
        let queued = Queued { number, at, acceptance, payload, fault: injected.name(), size };
        if let Some(due) = due {
            state.queue.delay(due, queued);
        } else {
            state.queue.push(queued);
            if !state.held {
                self.process(&mut state, usize::MAX);
            }
        }
        drop(state);
        self.changed();
        Ok(due)
    }

    /// Moves delayed requests into the queue whose time has come. Every look at the state does so
    /// first: no reader sees a clock that is ahead of the leads.
    fn wake(&self, state: &mut State) -> bool {
        let any = state.queue.wake(|| self.settings.clock.millis());
        if any && !state.held {
            self.process(state, usize::MAX);
        }
        any
    }

    /// Processes the delayed requests whose time has come, and tells those who listen.
    pub(crate) fn settle(&self) {
        drop(self.state());
    }

    /// Background processing of the oldest `count` requests in the queue; returns how many there
    /// were.
    fn process(&self, state: &mut State, count: usize) -> usize {
        let schema = self.schema();
        let queued = state.queue.take(count);
        let count = queued.len();
        for Queued { number, at, acceptance, payload, fault, size: _ } in queued {
            let lead = acceptance.outcome();
            let mut drops = acceptance.violations;
            let store = &mut state.store;
            let identifier = acceptance.lead.map(|lead| {
                let (identifier, locked) = store.accept(lead, &schema.schema, at);
                drops.extend(locked);
                identifier
            });
            let Payload { text: body, length: body_bytes } = payload;
            let delivery = Delivery {
                number,
                time: at,
                status: 200,
                lead,
                identifier,
                drops,
                message: None,
                fault,
                body,
                body_bytes,
            };
            state.counters.process(&delivery);
            state.log.push(delivery);
        }
        count
    }

    /// Records a request that was not processed.
    pub(crate) fn refused(&self, refused: Refused) {
        let Refused { status, message, payload, fault } = refused;
        let time = self.settings.clock.millis();
        let mut state = self.state();
        state.counters.refused += 1;
        let number = state.number();
        state.log.push(Delivery {
            number,
            time,
            status,
            lead: LeadOutcome::Dropped,
            identifier: None,
            drops: Vec::new(),
            message: Some(message),
            fault,
            body: payload.text,
            body_bytes: payload.length,
        });
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
        let count = self.process(&mut state, count);
        drop(state);
        self.changed();
        count
    }

    /// Processes what waits, and lets nothing wait any more.
    pub(crate) fn resume_processing(&self) -> usize {
        let mut state = self.state();
        state.held = false;
        let count = self.process(&mut state, usize::MAX);
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
        let schema = self.schema();
        let normal = schema.validator.comparable(schema.identifier(), &identifier.into());
        let state = self.state();
        let at = state.store.find(normal.as_str().unwrap_or(identifier))?;
        Some(state.store.record(at).lead.clone())
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.state().log.deliveries().iter().cloned().collect()
    }

    pub(crate) fn counters(&self) -> Counters {
        self.state().counters.clone()
    }

    /// As it was at the start, but for the clock.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        *state = State::new(&self.settings, state.log.emptied());
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
    fn new(settings: &Settings, log: Log) -> Self {
        let mut store = Store::default();
        let now = settings.clock.millis();
        settings.seed.iter().cloned().for_each(|lead| lead.store(&mut store, now));
        Self {
            store,
            log,
            counters: Counters::default(),
            queue: Queue::default(),
            held: false,
            tokens: Tokens::default(),
            plan: Plan::new(settings.faults.clone()),
            numbers: 0,
            lead_ids: settings.lead_ids,
        }
    }

    /// Whether leads may own so many bytes more. Waiting requests count, since they become leads.
    pub(crate) fn has_room(&self, bytes: usize, limits: &Limits) -> bool {
        let taken = self.store.bytes().saturating_add(self.queue.bytes());
        taken.saturating_add(bytes) <= limits.leads
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}
