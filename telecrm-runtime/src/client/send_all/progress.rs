//! Progress of sending many leads, and one lead's result.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::receipt::{ActionDelivery, Receipt};

/// The result of one lead of [`Client::send_all`](crate::Client::send_all).
#[derive(Debug)]
#[non_exhaustive]
pub struct Sent<K = ()> {
    /// The lead's place in the input, from 0.
    pub position: u64,
    /// The key that the caller gave with the lead
    /// ([`send_all_keyed`](crate::Client::send_all_keyed)).
    pub key: K,
    /// As [`Client::send`](crate::Client::send) returns it; [`Error::Stopped`] where sending was
    /// stopped before its turn.
    pub result: Result<Receipt, Error>,
}

/// How far a [`SendAll`](crate::SendAll) has come. The leads taken so far are those from 0 to `taken`,
/// without it: the rest of the input was not touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Leads that were taken from the input.
    pub taken: u64,
    /// Queued by telecrm.
    pub queued: u64,
    /// How many of these have actions that telecrm may or may not have.
    pub unconfirmed: u64,
    /// Not known to be queued; without those in `stopped`.
    pub failed: u64,
    /// Not sent, since sending was stopped before.
    pub stopped: u64,
    /// Every lead before this position has its result, and needs no second run: queued, or failed for
    /// a reason of its own. A lead that was stopped or met a 401 holds the mark.
    pub settled: u64,
}

impl Progress {
    /// Leads that were taken and have no result yet.
    #[must_use]
    pub fn in_flight(&self) -> u64 {
        self.taken.saturating_sub(self.queued + self.failed + self.stopped)
    }
}

/// Shows the [`Progress`] of a [`SendAll`](crate::SendAll) from anywhere, and after it is dropped.
#[derive(Clone, Debug, Default)]
pub struct ProgressHandle(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    progress: Progress,
    /// Settled leads behind the mark.
    ahead: BTreeSet<u64>,
}

impl ProgressHandle {
    /// How far it has come by now.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.state().progress
    }

    /// The next lead's position.
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
        // Past a lead that is not settled it grows no further: the mark has no use for the rest.
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
    fn the_mark_passes_what_is_settled_and_nothing_else() {
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
        assert_eq!(settled(0, Err(Error::invalid_request("it cannot be"))), 2);
        assert_eq!(settled(3, queued()), 2);
        assert_eq!(settled(2, Err(Error::Stopped)), 2);
        assert_eq!(settled(4, Err(Error::Unauthorized)), 2);
        let progress = handle.progress();
        assert_eq!((progress.queued, progress.failed, progress.stopped), (2, 2, 1));
        assert_eq!(progress.in_flight(), 1);
    }
}
