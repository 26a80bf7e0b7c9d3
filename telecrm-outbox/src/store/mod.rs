//! Operations of every database of the outbox.

use std::any::Any;
use std::pin::Pin;
use std::time::Duration;

use telecrm_runtime::PreparedLead;

use crate::clock::Millis;
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::transition::{Actions, Parts, Settlement};
use crate::worker::status::PauseCause;

pub(crate) type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Held by the worker for as long as it delivers.
pub(crate) type Guard = Box<dyn Any + Send>;

/// An entry that is marked [`State::Sending`], durably, and whose request may begin.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) key: ClaimKey,
    pub(crate) enterprise: String,
    pub(crate) lead_key: String,
    pub(crate) body: String,
    pub(crate) actions: Actions,
    /// The parts that this request contains.
    pub(crate) parts: Parts,
    /// telecrm may have received an earlier request of the entry.
    pub(crate) received: bool,
    pub(crate) attempts: u32,
}

/// The request that a claim is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ClaimFor<'a> {
    /// Delivery: the entry that is due first.
    Delivery,
    /// A probe during an outage, which risks no action: preferably an entry whose next request has
    /// no actions anyway; otherwise the fields of an entry, with the actions left for later.
    Probe {
        /// Entries of the last probes: avoided if another entry is due.
        avoid: &'a [EntryId],
    },
}

/// Due entries among which a probe is chosen.
pub(crate) const PROBE_CANDIDATES: u32 = 100;

/// Settles a claim, unless somebody else took the entry over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClaimKey {
    pub(crate) id: EntryId,
    /// Grows with each claim of the entry.
    pub(crate) fence: i64,
}

/// When an entry was settled, and its id: the order in which accepted entries are verified.
pub(crate) type Position = (Millis, EntryId);

/// An accepted entry that can be read back.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) id: EntryId,
    pub(crate) position: Position,
    pub(crate) enterprise: String,
    pub(crate) lead_key: String,
    pub(crate) body: String,
    pub(crate) sent_at: Millis,
}

/// The pace of all processes that use one token: one turn a period, after a first burst.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "postgres"),
    expect(dead_code, reason = "one process keeps its pace itself")
)]
pub(crate) struct Pace {
    /// The token's key in the table.
    pub(crate) token: i64,
    pub(crate) period: Duration,
    pub(crate) burst: u32,
}

/// A database that holds entries. Each operation is one transaction, durable when it returns.
///
/// In every operation holds: an entry is claimed only while no older entry of its lead is open.
pub(crate) trait Store: Send + Sync {
    /// Stores a lead as [`State::Queued`].
    fn enqueue(&self, lead: PreparedLead) -> Task<'static, EntryId>;

    fn stats(&self) -> Task<'_, Stats>;

    /// The entries in a state, oldest first.
    fn entries(&self, state: State, limit: u32) -> Task<'_, Vec<Entry>>;

    /// Queued entries behind an id, in the order of the ids.
    fn queued(&self, after: EntryId, limit: u32) -> Task<'_, Vec<Entry>>;

    fn entry(&self, id: EntryId) -> Task<'_, Option<Entry>>;

    /// Queues a closed entry again; `with_actions` sends actions that telecrm may have.
    fn retry(&self, id: EntryId, with_actions: bool) -> Task<'_, ()>;

    fn discard(&self, id: EntryId) -> Task<'_, ()>;

    /// Removes every entry of these leads, whatever its state.
    fn erase(&self, lead_keys: Vec<String>) -> Task<'_, u64>;

    /// Excludes other workers where only one may deliver. Takes no time.
    fn lock(&self) -> Result<Guard, Error>;

    /// Recovers what a dead worker left behind, once the lock is held.
    fn recover(&self) -> Task<'_, ()>;

    /// Marks a due entry of an enterprise as [`State::Sending`]. After `lease` another process may
    /// take it over.
    ///
    /// An entry without enterprise is claimed only if no entry of another enterprise is open.
    fn claim<'a>(
        &'a self,
        enterprise: &'a str,
        lease: Duration,
        purpose: ClaimFor<'a>,
    ) -> Task<'a, Option<Claim>>;

    /// Records the outcome of a request; `false` where the claim is not held any more.
    fn settle(&self, claim: ClaimKey, settlement: Settlement) -> Task<'_, bool>;

    /// How long until an entry is due, where one waits.
    fn next_due<'a>(&'a self, enterprise: &'a str) -> Task<'a, Option<Duration>>;

    /// Returns when an entry may have been stored or changed since the last call, by whichever
    /// process. For one caller at a time.
    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// Accepted entries behind the position, in its order.
    fn accepted(&self, after: Position, limit: u32) -> Task<'_, Vec<Accepted>>;

    /// Moves an accepted entry on; [`State::Superseded`] where a newer one was sent since.
    fn verified(&self, id: EntryId, state: State, reason: Option<String>) -> Task<'_, ()>;

    /// Erases payloads of entries that were closed before the retention; the number of entries.
    fn erase_settled(&self, retention: Duration) -> Task<'_, u64>;

    /// Takes a turn among all processes that deliver, or returns how long until there may be one.
    /// Where one process delivers, its client keeps the pace.
    fn turn(&self, _pace: Pace) -> Task<'_, Option<Duration>> {
        Box::pin(async { Ok(None) })
    }

    /// Reports a pause that all workers of the token have in common, with the wait before the next
    /// probe, or its end. Returns `false` if the database keeps no such pauses: one process delivers.
    fn share_pause(&self, _pace: Pace, _pause: Option<(PauseCause, Duration)>) -> Task<'_, bool> {
        Box::pin(async { Ok(false) })
    }

    /// The pause that a worker of the token reported, and the wait before the next probe.
    fn shared_pause(&self, _pace: Pace) -> Task<'_, Option<(PauseCause, Duration)>> {
        Box::pin(async { Ok(None) })
    }

    /// Whether this worker may send the next probe of a common pause. The probe after it is due after
    /// `wait`.
    fn take_probe(&self, _pace: Pace, _wait: Duration) -> Task<'_, bool> {
        Box::pin(async { Ok(true) })
    }

    /// Lets no process send for a while: telecrm answered 429. Without a wait of telecrm's, the pause
    /// is a second, doubled while the 429s go on.
    fn paused(&self, _pace: Pace, _wait: Option<Duration>) -> Task<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// A decision of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Retry,
    Discard,
    Confirm,
    Release,
}

impl Decision {
    /// Returns an error if the decision is not for an entry in this state.
    pub(crate) fn check(self, id: EntryId, state: State) -> Result<(), Error> {
        let (operation, allowed): (_, &[State]) = match self {
            Self::Retry => (
                "a retry",
                &[
                    State::Queued,
                    State::Refused,
                    State::Unconfirmed,
                    State::Mismatched,
                    State::Missing,
                ],
            ),
            Self::Discard => (
                "discarding",
                &[
                    State::Queued,
                    State::Refused,
                    State::Unconfirmed,
                    State::Mismatched,
                    State::Missing,
                    State::Held,
                ],
            ),
            Self::Confirm => {
                ("confirming", &[State::Unconfirmed, State::Mismatched, State::Missing])
            }
            Self::Release => ("releasing", &[State::Held]),
        };
        if allowed.contains(&state) {
            return Ok(());
        }
        Err(Error::WrongState { id, state, operation, allowed })
    }
}

#[cfg(test)]
pub(crate) mod conformance;
#[cfg(test)]
pub(crate) mod model;
