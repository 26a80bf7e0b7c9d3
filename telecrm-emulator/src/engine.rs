//! What a running emulator holds: the judge, the leads, the deliveries. No HTTP in here.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::{
    delivery::{Delivery, Log, Outcome},
    judge::{Judge, Malformed},
    store::{Store, StoredLead},
};

/// The one Async token of an emulator.
pub(crate) const ASYNC_TOKEN: &str = "emulator-async-token";
/// The one Sync token of an emulator.
pub(crate) const SYNC_TOKEN: &str = "emulator-sync-token";

/// Shared by the server and the [`Emulator`](crate::Emulator).
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) enterprise_id: String,
    judge: Judge,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    store: Store,
    log: Log,
}

impl Engine {
    pub(crate) fn new(enterprise_id: String, judge: Judge) -> Self {
        Self { enterprise_id, judge, state: Mutex::default() }
    }

    /// Takes a request that telecrm would queue, and does its background processing at once, so
    /// that a test sees the outcome as soon as it has the answer.
    pub(crate) fn accept(&self, body: &Value) -> Result<(), Malformed> {
        let verdict = self.judge.judge(body)?;
        let lead = verdict.outcome();
        let mut drops = verdict.drops;
        let mut state = self.state();
        let identifier =
            verdict.lead.map(|lead| state.store.accept(lead, self.judge.rules(), &mut drops));
        state.log.push(Delivery { status: 200, lead, identifier, drops });
        Ok(())
    }

    /// Records a request that was refused.
    pub(crate) fn refused(&self, status: u16) {
        let delivery =
            Delivery { status, lead: Outcome::Dropped, identifier: None, drops: Vec::new() };
        self.state().log.push(delivery);
    }

    pub(crate) fn leads(&self) -> Vec<StoredLead> {
        self.state().store.to_vec()
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.state().log.to_vec()
    }

    pub(crate) fn reset(&self) {
        let mut state = self.state();
        state.store.clear();
        state.log.clear();
    }

    /// Should a thread ever panic with the lock held, what it left is still worth reading.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
