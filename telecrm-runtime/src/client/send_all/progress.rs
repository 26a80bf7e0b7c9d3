//! Progress of sending many leads, and the result of one lead.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::receipt::{ActionDelivery, Receipt};

/// The result of one lead of [`Client::send_all`](crate::Client::send_all).
#[derive(Debug)]
#[non_exhaustive]
pub struct Sent<K = ()> {
    /// The position of the lead in the input, from 0.
    pub position: u64,
    /// The key of the lead, from [`send_all_keyed`](crate::Client::send_all_keyed).
    pub key: K,
    /// The result of [`Client::send`](crate::Client::send).
    ///
    /// It is [`Error::Stopped`] if sending was stopped before the lead's turn.
    pub result: Result<Receipt, Error>,
}

/// Progress of a [`SendAll`](crate::SendAll).
///
/// The leads taken so far have the positions 0 to `taken` - 1; the rest of the input is untouched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Number of leads taken from the input.
    pub taken: u64,
    /// Number of leads that telecrm queued.
    pub queued: u64,
    /// Number of queued leads whose actions telecrm may or may not have.
    pub unconfirmed: u64,
    /// Number of leads that are not known to be queued, without those in `stopped`.
    pub failed: u64,
    /// Number of leads that were not sent because sending was stopped.
    pub stopped: u64,
    /// Position before which every lead has its result and needs no second run.
    ///
    /// Such a lead is queued, or failed for a reason that concerns only this lead. The position
    /// does not pass a lead that was stopped or got a 401.
    pub settled: u64,
}

impl Progress {
    /// Returns the number of leads that were taken and have no result yet.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.taken.saturating_sub(self.queued + self.failed + self.stopped)
    }
}

/// Handle that shows the [`Progress`] of a [`SendAll`](crate::SendAll), even a dropped one.
#[derive(Clone, Debug, Default)]
pub struct ProgressHandle(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    progress: Progress,
    /// Settled leads after the `settled` position.
    ahead: BTreeSet<u64>,
}

impl ProgressHandle {
    /// Returns the current progress.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.state().progress
    }

    /// Counts a taken lead and returns its position.
    pub(crate) fn taken(&self) -> u64 {
        let mut state = self.state();
        state.progress.taken += 1;
        state.progress.taken - 1
    }

    pub(crate) fn done(&self, position: u64, result: &Result<Receipt, Error>) {
        let mut state = self.state();
        let State { progress, ahead } = &mut *state;
        match result {
            Ok(receipt) => {
                progress.queued += 1;
                if receipt.actions() == ActionDelivery::Unconfirmed {
                    progress.unconfirmed += 1;
                }
            }
            Err(Error::Stopped) => {
                progress.stopped += 1;
                return;
            }
            Err(error) => {
                progress.failed += 1;
                if error.status() == Some(401) {
                    return;
                }
            }
        }
        ahead.insert(position);
        // `settled` never passes a lead that is not settled, so later positions need no other
        // record.
        while ahead.remove(&progress.settled) {
            progress.settled += 1;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settled_passes_only_settled_leads() {
        let handle = ProgressHandle::default();
        for position in 0..6 {
            assert_eq!(handle.taken(), position);
        }
        let queued = || Ok(Receipt::new(ActionDelivery::None, Vec::new()));
        let settled = |position, result| {
            handle.done(position, &result);
            handle.progress().settled
        };
        assert_eq!(settled(1, queued()), 0);
        assert_eq!(settled(0, Err(Error::invalid_request("a rule"))), 2);
        assert_eq!(settled(3, queued()), 2);
        assert_eq!(settled(2, Err(Error::Stopped)), 2);
        assert_eq!(settled(4, Err(Error::Unauthorized)), 2);
        let progress = handle.progress();
        assert_eq!((progress.queued, progress.failed, progress.stopped), (2, 2, 1));
        assert_eq!(progress.in_flight(), 1);
    }
}
