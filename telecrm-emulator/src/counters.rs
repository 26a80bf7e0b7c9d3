//! Counters of outcomes, exact even where old deliveries are forgotten.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::delivery::Delivery;
use telecrm_schema::validate::{DropRule, LeadOutcome};

/// Counts of deliveries since the start or the last reset. They stay exact however many there
/// are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counters {
    /// Requests that were taken into the queue, as telecrm answers with `QUEUED`.
    pub queued: u64,
    /// Of these, requests that wait for processing (see
    /// [`hold_processing`](crate::Emulator::hold_processing)).
    pub waiting: u64,
    /// Of these, requests whose lead was created or updated.
    pub stored: u64,
    /// Of the stored, those of which nothing was dropped.
    pub clean: u64,
    /// Of the stored, those of which something was dropped, or created without being asked.
    pub with_drops: u64,
    /// Of the queued, requests whose whole lead was dropped.
    pub lost_whole: u64,
    /// Requests that were refused with a status, or met a fault before they were processed.
    pub refused: u64,
    /// Drops by catalogue id.
    pub drops: BTreeMap<DropRule, u64>,
}

impl Counters {
    /// A request was taken into the queue.
    pub(crate) fn queue(&mut self) {
        self.queued += 1;
        self.waiting += 1;
    }

    /// A queued request was processed.
    pub(crate) fn process(&mut self, delivery: &Delivery) {
        self.waiting -= 1;
        match (delivery.lead, delivery.drops.is_empty()) {
            (LeadOutcome::Dropped, _) => self.lost_whole += 1,
            (LeadOutcome::Stored, true) => self.clean += 1,
            (LeadOutcome::Stored, false) => self.with_drops += 1,
        }
        self.stored = self.clean + self.with_drops;
        for drop in &delivery.drops {
            *self.drops.entry(drop.rule).or_default() += 1;
        }
    }
}
