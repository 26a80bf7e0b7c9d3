//! Operations of every database of the outbox.

pub(crate) mod decision;

use std::any::Any;
use std::pin::Pin;
use std::time::Duration;

use telecrm_runtime::PreparedLead;

use crate::clock::Millis;
use crate::enterprise::{EnterpriseStats, Waiting};
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::lane::Lane;
use crate::options::{EnqueueOptions, Enqueued};
use crate::reading::Reading;
use crate::transition::{Actions, Parts, Settlement};
use crate::worker::info::WorkerInfo;
use crate::worker::status::{PauseCause, WorkerStatus};

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
    pub(crate) lane: Lane,
    /// Earlier requests that failed for a reason of this entry.
    pub(crate) failures: u32,
    /// The time between the moment when the entry was stored and the claim.
    pub(crate) waited: Duration,
}

/// The request that a claim is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ClaimFor<'a> {
    /// Delivery: the entry that is due first in the first lane that has one.
    Delivery { order: [Lane; 3] },
    /// A probe during an outage, which risks no action: preferably an entry whose next request has
    /// no actions anyway; otherwise the fields of an entry, with the actions left for later.
    Probe {
        /// Entries of the last probes: avoided if another entry is due.
        avoid: &'a [EntryId],
        /// Prefers the newest lead that was never sent. Otherwise entries that all fail would
        /// hold back a lead that telecrm accepts.
        newest: bool,
    },
}

#[cfg(test)]
impl ClaimFor<'_> {
    pub(crate) const DELIVERY: Self = Self::Delivery { order: Lane::ALL };
}

/// A wait that no entry has: waits are an hour at most. Later times are those of a wrong clock.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(2 * 60 * 60);

/// Due entries among which a probe is chosen.
pub(crate) const PROBE_CANDIDATES: u32 = 100;

/// Key that settles a claim, unless another worker took the entry over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClaimKey {
    pub(crate) id: EntryId,
    /// Grows with each claim of the entry.
    pub(crate) fence: i64,
}

/// Time at which an entry was settled, and its id: the order in which entries are read back.
pub(crate) type Position = (Millis, EntryId);

/// A closed entry that is due to be read back: [`State::Accepted`], [`State::Unconfirmed`],
/// [`State::Mismatched`] or [`State::Missing`].
#[derive(Debug)]
pub(crate) struct Unverified {
    pub(crate) id: EntryId,
    pub(crate) position: Position,
    pub(crate) state: State,
    pub(crate) enterprise: String,
    pub(crate) lead_key: String,
    pub(crate) body: String,
    pub(crate) sent_at: Millis,
    /// Whether a newer entry of the lead was sent: the first reading decides.
    pub(crate) has_newer: bool,
}

/// Entries that are read back again: this long after they were closed.
pub(crate) const READ_AGAIN: [Duration; 2] =
    [Duration::from_secs(60 * 60), Duration::from_secs(24 * 60 * 60)];

/// A reading that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) state: State,
    /// Whether the reading changed the state.
    pub(crate) is_changed: bool,
    pub(crate) attempts: u32,
    /// The time since the entry was stored.
    pub(crate) waited: Duration,
}

/// Pauses of operators, from [`Outbox::operator_pauses`](crate::Outbox::operator_pauses).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperatorPauses {
    /// Whether delivery is paused in the whole database.
    pub database: bool,
    /// The enterprise ids of those that are paused separately.
    pub enterprises: Vec<String>,
}

/// The status of a worker, as it reports it.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) host: String,
    pub(crate) pid: u32,
    pub(crate) status: WorkerStatus,
}

/// A worker that has not reported for this time is dead.
pub(crate) const WORKER_LIFETIME: Duration = Duration::from_secs(30);

/// Retention of the data of closed entries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retention {
    /// Retention of delivered, verified and discarded entries.
    pub(crate) settled: Duration,
    /// Retention of entries that need a decision.
    pub(crate) attention: Duration,
}

/// Entries whose data is erased within this time count as [`Stats::expiring`].
pub(crate) const EXPIRY_WARNING: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The pace of all processes that use one token: one turn per period, after a first burst.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "postgres"),
    expect(dead_code, reason = "on SQLite the client of the only process limits the rate")
)]
pub(crate) struct Pace {
    /// The token's key in the table.
    pub(crate) token: i64,
    pub(crate) period: Duration,
    pub(crate) burst: u32,
}

/// A database of entries. Each operation is one transaction, durable when it returns.
///
/// Invariant: an entry is claimed only while no older entry of its order key is open.
pub(crate) trait Store: Send + Sync {
    /// Stores a lead as [`State::Queued`], or finds the entry that has its key.
    fn enqueue(&self, lead: PreparedLead, options: EnqueueOptions) -> Task<'static, Enqueued>;

    /// Stores a lead as [`State::Held`], or finds the entry that has its key.
    fn hold(&self, held: HeldLead, limits: HeldLimits) -> Task<'static, EntryId>;

    /// Enqueues a corrected lead, with the key of a held entry, and closes the held entry.
    fn release(&self, id: EntryId, lead: PreparedLead) -> Task<'_, EntryId>;

    fn stats(&self) -> Task<'_, Stats>;

    /// Entries that lose their data within [`EXPIRY_WARNING`]; `None` if no worker stored its
    /// `attention_retention`.
    fn expiring(&self) -> Task<'_, Option<u64>>;

    /// The numbers of each enterprise, in the order of the ids.
    fn stats_by_enterprise(&self) -> Task<'_, Vec<EnterpriseStats>>;

    /// The entries in a state, of one enterprise or of all, oldest first.
    fn entries(&self, state: State, enterprise: Option<String>, limit: u32)
    -> Task<'_, Vec<Entry>>;

    /// Queued entries after an id, in the order of the ids.
    fn queued(&self, after: EntryId, limit: u32) -> Task<'_, Vec<Entry>>;

    fn entry(&self, id: EntryId) -> Task<'_, Option<Entry>>;

    /// Open entries with a failed attempt that were stored at least this long ago, oldest first.
    fn stuck(&self, older_than: Duration, limit: u32) -> Task<'_, Vec<Entry>>;

    /// Queues a closed entry again; `with_actions` sends actions that telecrm may have.
    fn retry(&self, id: EntryId, with_actions: bool) -> Task<'_, ()>;

    fn discard(&self, id: EntryId) -> Task<'_, ()>;

    /// Closes an entry that an operator checked, as [`State::Verified`].
    fn confirm(&self, id: EntryId) -> Task<'_, ()>;

    /// Assigns the open entries without enterprise to one, and returns their number. Entries whose
    /// lead is in flight in that enterprise do not change.
    fn assign(&self, enterprise: String) -> Task<'_, u64>;

    /// Enqueues the lead of a closed entry again as a new entry, and closes the old one as
    /// [`State::Discarded`].
    fn resend(&self, id: EntryId, with_actions: bool) -> Task<'_, EntryId>;

    /// Pauses delivery in the whole database, discards the open entries that were stored before a
    /// time, and records of the others that telecrm may have them. Returns the two numbers.
    fn after_restore(&self, discard_before: Option<Millis>) -> Task<'_, (u64, u64)>;

    /// Bytes of held and of released leads after an id, in the order of the ids.
    fn held_bodies(&self, after: EntryId, limit: u32) -> Task<'_, Vec<(EntryId, Vec<u8>)>>;

    /// Removes held and released leads; their number.
    fn erase_held(&self, ids: Vec<EntryId>) -> Task<'_, u64>;

    /// Removes every entry of a lead in any state, in one enterprise or in all.
    fn erase(&self, lead_key: String, enterprise: Option<String>) -> Task<'_, u64>;

    /// Excludes other workers if only one may deliver. Does not wait.
    fn lock(&self) -> Result<Guard, Error>;

    /// Recovers the entries that a dead worker marked; the caller holds the lock.
    fn recover(&self) -> Task<'_, ()>;

    /// Repairs times that a wrong clock left in the future.
    fn repair_times<'a>(&'a self, enterprise: &'a str) -> Task<'a, ()>;

    /// Marks a due entry of an enterprise as [`State::Sending`]. After `lease` another process may
    /// take it over.
    ///
    /// An entry without enterprise is claimed only if no entry of another enterprise is open, and no
    /// worker has the client of another one.
    fn claim<'a>(
        &'a self,
        enterprise: &'a str,
        lease: Duration,
        purpose: ClaimFor<'a>,
    ) -> Task<'a, Option<Claim>>;

    /// Records the outcome of a request; `false` if the claim is not held any more.
    fn settle(&self, claim: ClaimKey, settlement: Settlement) -> Task<'_, bool>;

    /// Time until an entry is due, if one waits.
    fn next_due<'a>(&'a self, enterprise: &'a str) -> Task<'a, Option<Duration>>;

    /// Returns when any process may have stored or changed an entry since the last call. For one
    /// caller at a time.
    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// Claims the reading of an enterprise's entries for one reader until the end of a lease, or extends
    /// its claim; `false` while another reader has it. If one process delivers, it is the only reader.
    fn claim_reading<'a>(
        &'a self,
        _enterprise: &'a str,
        _reader: i64,
        _lease: Duration,
    ) -> Task<'a, bool> {
        Box::pin(async { Ok(true) })
    }

    /// Entries of an enterprise, after the position and in its order, that are due to be read back:
    /// after they were closed, and again after [`READ_AGAIN`].
    fn unverified<'a>(
        &'a self,
        enterprise: &'a str,
        after: Position,
        limit: u32,
    ) -> Task<'a, Vec<Unverified>>;

    /// Bodies of other entries of the same lead whose actions telecrm has, or may have: each needs
    /// separate entries in the timeline. The actions of entries that were sent more than five minutes
    /// before this one are too old to be mistaken for its own.
    fn bodies_beside(&self, id: EntryId) -> Task<'_, Vec<String>>;

    /// Records a reading of an entry; `None` if it is not to be read.
    fn record_reading(&self, id: EntryId, reading: Reading) -> Task<'_, Option<Recorded>>;

    /// Erases data whose retention is over, of at most some hundred entries; their number.
    fn erase_settled(&self, retention: Retention) -> Task<'_, u64>;

    /// Stores the `attention_retention` of a worker, for [`Stats::expiring`].
    fn report_attention_retention(&self, retention: Duration) -> Task<'_, ()>;

    /// Stores the enterprises that a worker has a client for.
    fn report_clients(&self, enterprises: Vec<String>) -> Task<'_, ()>;

    /// The enterprises of entries that wait, and those that workers have a client for.
    fn waiting(&self) -> Task<'_, Waiting>;

    /// Pauses or resumes delivery in every process, of one enterprise or of the whole database: no
    /// claim returns an entry while it is paused.
    fn set_operator_pause(&self, enterprise: Option<String>, paused: bool) -> Task<'_, ()>;

    /// Whether the delivery of an enterprise is paused, or that of the whole database.
    fn operator_pause<'a>(&'a self, enterprise: &'a str) -> Task<'a, bool>;

    fn pauses(&self) -> Task<'_, OperatorPauses>;

    /// Stores the status of a worker, and returns the id of its row: a new one if there is none.
    fn report_worker(&self, id: Option<i64>, report: Report) -> Task<'_, i64>;

    fn remove_worker(&self, id: i64) -> Task<'_, ()>;

    /// Workers that reported within [`WORKER_LIFETIME`].
    fn workers(&self) -> Task<'_, Vec<WorkerInfo>>;

    /// Takes a turn among all processes that deliver, or returns the time until the next one. If only
    /// one process delivers, its client limits the rate.
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

    /// Stops all processes for a while: telecrm responded with 429. Without a wait from telecrm, the
    /// pause is a second, doubled by each further 429.
    fn paused(&self, _pace: Pace, _wait: Option<Duration>) -> Task<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

#[cfg(test)]
pub(crate) mod conformance;
#[cfg(test)]
pub(crate) mod model;
