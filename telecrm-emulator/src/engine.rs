//! State of a running emulator, and background processing of the queue, without HTTP.

use std::{
    mem::size_of,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use serde_json::Value;
use telecrm_schema::validate::{Behaviors, LeadOutcome, Malformed};
use tokio::sync::watch;

use crate::{
    clock::Clock,
    delivery::{Counters, Delivery, Log, Payload},
    faults::{Api, Faults, Injected, Plan, loss},
    host_policy::HostPolicy,
    loaded::LoadedSchema,
    queue::{Queue, Queued},
    seed::SeedLead,
    size::{self, Limits},
    store::{self, Store, StoredLead},
    team::Team,
    tokens::{Rejection, TokenKind, Tokens, TooManyTokens},
};

/// Settings that stay constant while an emulator runs.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) enterprise_id: String,
    /// The enterprise ids and names of all workspaces of the server.
    pub(crate) workspaces: Arc<[(String, String)]>,
    /// The behaviors of telecrm that no document confirms.
    pub(crate) behaviors: Behaviors,
    /// The code that telecrm adds to a phone number without a country code.
    pub(crate) country_code: Option<String>,
    /// `http://127.0.0.1:<port>`
    pub(crate) url: String,
    /// Host names that requests may use.
    pub(crate) hosts: HostPolicy,
    pub(crate) clock: Clock,
    /// Maximum number of requests per hour for each Async token.
    pub(crate) hourly_limit: Option<u32>,
    /// Maximum time for the head of a request, and again for its body.
    pub(crate) read_timeout: Duration,
    /// Faults at the start and after a reset.
    pub(crate) faults: Faults,
    /// Leads at the start and after a reset.
    pub(crate) seed: Vec<SeedLead>,
    pub(crate) limits: Limits,
    pub(crate) team: Team,
    /// Whether search results contain the ids of the leads.
    pub(crate) lead_ids: bool,
}

/// Settings, schema and state, shared by the server and the [`Emulator`](crate::Emulator).
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) settings: Settings,
    schema: RwLock<Arc<LoadedSchema>>,
    state: Mutex<State>,
    /// Number of changes in all workspaces; receivers are notified of each.
    changes: watch::Sender<u64>,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) log: Log,
    pub(crate) counters: Counters,
    queue: Queue,
    /// Whether queued requests wait until processing is resumed.
    held: bool,
    tokens: Tokens,
    plan: Plan,
    /// Number of the latest delivery.
    last_number: u64,
    /// Initially the value in [`Settings`].
    pub(crate) lead_ids: bool,
}

/// Reason why a request is not added to the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotQueued {
    Malformed(Malformed),
    /// The queue is full.
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
    /// The path of a confirmed write; `None` for a request to the Async endpoint.
    pub(crate) confirmed: Option<String>,
}

impl Engine {
    pub(crate) fn new(
        settings: Settings,
        schema: LoadedSchema,
        changes: watch::Sender<u64>,
    ) -> Self {
        let log = Log::new(settings.limits.deliveries);
        let state = State::new(&settings, &schema, log);
        Self { settings, schema: RwLock::new(Arc::new(schema)), state: Mutex::new(state), changes }
    }

    pub(crate) fn enterprise_id(&self) -> &str {
        &self.settings.enterprise_id
    }

    /// Returns the schema in use.
    pub(crate) fn schema(&self) -> Arc<LoadedSchema> {
        Arc::clone(&self.schema.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the schema. Leads stay unchanged.
    pub(crate) fn replace_schema(&self, schema: LoadedSchema) {
        *self.schema.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(schema);
        self.changed();
    }

    /// Checks the token of a request, and its limit. Only the Async API has a limit.
    pub(crate) fn admit(&self, token: &str, kind: TokenKind) -> Result<(), Rejection> {
        let limit = self.settings.hourly_limit.filter(|_| kind == TokenKind::Async);
        let now = self.settings.clock.millis();
        self.state().tokens.admit(token, kind, limit, now)
    }

    /// Returns the faults of the next request to this API.
    pub(crate) fn next_faults(&self, api: Api) -> Injected {
        self.state().plan.next(api)
    }

    /// Queues a request, and processes it immediately unless processing is held or delayed.
    ///
    /// So a test sees the outcome as soon as it has the response. If processing is delayed, the
    /// method returns its time, and the caller calls [`settle`](Self::settle) at that time.
    pub(crate) fn accept(
        &self,
        body: &Value,
        payload: Payload,
        injected: &Injected,
    ) -> Result<Option<u64>, NotQueued> {
        let schema = self.schema();
        let mut acceptance = schema.validator.accept(body).map_err(NotQueued::Malformed)?;
        let sent = body.get("actions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        self.settings.team.check(&schema, sent, &mut acceptance);
        loss::apply(&injected.processing, schema.identifier(), sent.len(), &mut acceptance);
        let lead_size = acceptance
            .lead
            .as_ref()
            .map_or(0, |lead| store::size_of_lead(&lead.identifier, &lead.fields, &lead.actions));
        let size = size_of::<Queued>()
            + payload.text.capacity()
            + lead_size
            + size::of_violations(&acceptance.violations);
        let clock = &self.settings.clock;
        let (at, delay) = (clock.millis(), loss::delay(&injected.processing));
        let due = (!delay.is_zero()).then(|| clock.after(delay));
        let mut state = self.state();
        let limits = &self.settings.limits;
        let waits = state.held || due.is_some();
        if waits && state.queue.is_full(size, limits.queue) {
            return Err(NotQueued::QueueFull);
        }
        if !state.has_room(lead_size, limits) {
            return Err(NotQueued::LeadsFull);
        }
        state.counters.queue();
        let number = state.next_number();
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

    /// Moves delayed requests that are due into the queue.
    ///
    /// Every access to the state does this first, so that the leads always match the clock.
    fn wake(&self, state: &mut State) -> bool {
        let is_changed = state.queue.wake(|| self.settings.clock.millis());
        if is_changed && !state.held {
            self.process(state, usize::MAX);
        }
        is_changed
    }

    /// Processes the delayed requests that are due, and notifies receivers.
    pub(crate) fn settle(&self) {
        drop(self.state());
    }

    /// Processes the oldest `count` requests of the queue, and returns their number.
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
                confirmed: None,
                remarks: Vec::new(),
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
        let Refused { status, message, payload, fault, confirmed } = refused;
        let time = self.settings.clock.millis();
        let mut state = self.state();
        if confirmed.is_some() {
            state.counters.confirmed += 1;
        } else {
            state.counters.refused += 1;
        }
        let number = state.next_number();
        state.log.push(Delivery {
            number,
            time,
            status,
            lead: LeadOutcome::Dropped,
            identifier: None,
            drops: Vec::new(),
            confirmed,
            remarks: Vec::new(),
            message: Some(message),
            fault,
            body: payload.text,
            body_bytes: payload.length,
        });
        drop(state);
        self.changed();
    }

    /// Holds the processing of queued requests.
    pub(crate) fn hold_processing(&self) {
        self.state().held = true;
    }

    /// Processes the oldest `count` waiting requests, and returns their number.
    pub(crate) fn process_queued(&self, count: usize) -> usize {
        let mut state = self.state();
        let count = self.process(&mut state, count);
        drop(state);
        self.changed();
        count
    }

    /// Processes all waiting requests, ends the hold, and returns their number.
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

    /// Returns the lead with this identifier, in any spelling that telecrm treats as equal.
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

    /// Restores the initial state, except the clock.
    pub(crate) fn reset(&self) {
        let schema = self.schema();
        let mut state = self.state();
        *state = State::new(&self.settings, &schema, state.log.emptied());
        drop(state);
        self.changed();
    }

    /// Notifies receivers of a change.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Locks the state, and processes the delayed requests that are due.
    ///
    /// A poisoned lock is ignored: after a panic, the state is still useful for a test.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if self.wake(&mut state) {
            self.changed();
        }
        state
    }
}

impl State {
    fn new(settings: &Settings, schema: &LoadedSchema, log: Log) -> Self {
        let mut store = Store::new(settings.behaviors);
        let now = settings.clock.millis();
        let seed = settings.seed.iter().cloned();
        seed.for_each(|lead| lead.store(&mut store, &schema.schema, now));
        Self {
            store,
            log,
            counters: Counters::default(),
            queue: Queue::default(),
            held: false,
            tokens: Tokens::default(),
            plan: Plan::new(settings.faults.clone()),
            last_number: 0,
            lead_ids: settings.lead_ids,
        }
    }

    /// Whether leads may grow by `bytes`. Waiting requests count, because they become leads.
    pub(crate) fn has_room(&self, bytes: usize, limits: &Limits) -> bool {
        let taken = self.store.bytes().saturating_add(self.queue.bytes());
        taken.saturating_add(bytes) <= limits.leads
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
