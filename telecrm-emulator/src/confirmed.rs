//! Confirmed writes of the Sync API, and their record in the log of deliveries.

use serde_json::Value;
use telecrm_schema::validate::{LeadOutcome, Violation};

use crate::{
    delivery::{Delivery, Payload},
    engine::Engine,
};

/// Success of a confirmed write.
#[derive(Debug)]
pub(crate) struct Confirmed {
    pub(crate) status: u16,
    pub(crate) response: Value,
    /// The identifier of the written lead.
    pub(crate) identifier: String,
    /// The ignored parts that the response names.
    pub(crate) remarks: Vec<Violation>,
    /// The values that telecrm ignores or creates without a remark.
    pub(crate) silent: Vec<Violation>,
}

impl Engine {
    /// Records a confirmed write. `path` is its path below the enterprise.
    pub(crate) fn confirmed(
        &self,
        path: String,
        confirmed: &Confirmed,
        payload: Payload,
        fault: Option<&'static str>,
    ) {
        let time = self.settings.clock.millis();
        let mut state = self.state();
        let number = state.next_number();
        let delivery = Delivery {
            number,
            time,
            status: confirmed.status,
            lead: LeadOutcome::Stored,
            identifier: Some(confirmed.identifier.clone()),
            drops: confirmed.silent.clone(),
            confirmed: Some(path),
            remarks: confirmed.remarks.clone(),
            message: None,
            fault,
            body: payload.text,
            body_bytes: payload.length,
        };
        state.counters.confirm(&delivery);
        state.log.push(delivery);
        drop(state);
        self.changed();
    }
}
