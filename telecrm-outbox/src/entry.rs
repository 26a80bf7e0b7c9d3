//! One stored lead: its id, its state, and its delivery so far.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::clock::{Millis, system_time};

/// Identifies an entry of one outbox. Ids grow in the order in which entries were stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub(crate) i64);

impl EntryId {
    /// The id as a number, as in the table of the outbox.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        self.0
    }
}

impl From<i64> for EntryId {
    fn from(id: i64) -> Self {
        Self(id)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EntryId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

macro_rules! states {
    ($($(#[$doc:meta])* $state:ident = $number:literal $word:literal,)*) => {
        /// Progress of an entry.
        ///
        /// `Queued` and `Sending` are open: later entries of the same lead wait for them. All
        /// other states are closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum State {
            $($(#[$doc])* $state = $number,)*
        }

        impl State {
            /// Every state, in the order of delivery.
            pub const ALL: &'static [Self] = &[$(Self::$state),*];

            /// The state in `snake_case`, as on the command line.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$state => $word,)*
                }
            }

            /// The state's number in the tables.
            pub(crate) fn number(self) -> i64 {
                match self {
                    $(Self::$state => $number,)*
                }
            }

            pub(crate) fn from_number(number: i64) -> Option<Self> {
                match number {
                    $($number => Some(Self::$state),)*
                    _ => None,
                }
            }
        }
    };
}

states! {
    /// Waits for its turn, or for the next attempt.
    Queued = 0 "queued",
    /// Marked before its request leaves. After a crash telecrm may or may not have it.
    Sending = 1 "sending",
    /// telecrm responded with `QUEUED`.
    Accepted = 2 "accepted",
    /// telecrm may or may not have the actions: they were in a request whose outcome is unknown, and
    /// are not sent again.
    Unconfirmed = 3 "unconfirmed",
    /// telecrm refused it. Stays until an operator retries or discards it.
    Refused = 4 "refused",
    /// Read back unchanged through the Sync API, or confirmed by an operator.
    Verified = 5 "verified",
    /// Read back, and something differs from the lead that was sent.
    Mismatched = 6 "mismatched",
    /// Not found through the Sync API.
    Missing = 7 "missing",
    /// Read back, and every difference is a field that a newer entry of the same lead contains.
    Superseded = 8 "superseded",
    /// An operator decided that it is not sent (again), or released a corrected lead in its place.
    Discarded = 9 "discarded",
    /// Bytes that are not a valid lead yet ([`Outbox::hold`](crate::Outbox::hold)). Never sent;
    /// stays until an operator releases or discards it.
    Held = 10 "held",
}

impl State {
    /// Whether the entry will be delivered.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sending)
    }

    /// Whether it can be read back through the Sync API.
    pub(crate) fn is_read_back(self) -> bool {
        matches!(self, Self::Accepted | Self::Unconfirmed | Self::Mismatched | Self::Missing)
    }

    /// Whether an operator has to decide about it.
    #[must_use]
    pub fn needs_attention(self) -> bool {
        matches!(
            self,
            Self::Unconfirmed | Self::Refused | Self::Mismatched | Self::Missing | Self::Held
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Error of a text that is not the name of a [`State`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown state; one of {}", State::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.iter().copied().find(|state| state.as_str() == text).ok_or(UnknownState)
    }
}

/// A stored lead and its delivery so far. Its `Debug` output contains no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    pub(crate) id: EntryId,
    pub(crate) enterprise: String,
    pub(crate) lead_key: String,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) state: State,
    pub(crate) attempts: u32,
    pub(crate) reason: Option<String>,
    pub(crate) enqueued_at: Millis,
    pub(crate) due_at: Millis,
    pub(crate) sent_at: Option<Millis>,
    pub(crate) settled_at: Option<Millis>,
    pub(crate) source: Option<String>,
}

impl Entry {
    /// The id.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The enterprise id of the lead's schema, or `None` if the schema has none.
    #[must_use]
    pub fn enterprise_id(&self) -> Option<&str> {
        Some(self.enterprise.as_str()).filter(|id| !id.is_empty())
    }

    /// The normalised identifier of the lead; empty after it was erased, and for a held lead.
    /// Entries with one identifier are sent in the order in which they were stored.
    #[must_use]
    pub fn lead_key(&self) -> &str {
        &self.lead_key
    }

    /// The JSON that was stored, or the bytes of a held lead if they are UTF-8; `None` after they
    /// were erased.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.raw_body().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The bytes that were stored; `None` after they were erased.
    #[must_use]
    pub fn raw_body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// The source of a held lead, from [`HeldLead::new`](crate::HeldLead::new).
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// Number of requests so far.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The reason for its state, without personal data: the outcome of the last request, or the
    /// reasons of a held lead, joined with "; ".
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Time at which it was stored.
    #[must_use]
    pub fn enqueued_at(&self) -> SystemTime {
        system_time(self.enqueued_at)
    }

    /// Time of the next attempt, if it is [`State::Queued`].
    #[must_use]
    pub fn due_at(&self) -> Option<SystemTime> {
        (self.state == State::Queued).then(|| system_time(self.due_at))
    }

    /// Time at which the request began whose outcome counts, if there was one.
    #[must_use]
    pub fn sent_at(&self) -> Option<SystemTime> {
        self.sent_at.map(system_time)
    }

    /// Time at which it was closed, if it is closed.
    #[must_use]
    pub fn settled_at(&self) -> Option<SystemTime> {
        self.settled_at.map(system_time)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("id", &self.id.0)
            .field("enterprise", &self.enterprise)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .field("reason", &self.reason)
            .field("bytes", &self.body.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

/// Number of entries in each state, and age of the oldest waiting entry: for metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// [`State::Queued`].
    pub queued: u64,
    /// [`State::Sending`].
    pub sending: u64,
    /// [`State::Accepted`].
    pub accepted: u64,
    /// [`State::Unconfirmed`].
    pub unconfirmed: u64,
    /// [`State::Refused`].
    pub refused: u64,
    /// [`State::Verified`].
    pub verified: u64,
    /// [`State::Mismatched`].
    pub mismatched: u64,
    /// [`State::Missing`].
    pub missing: u64,
    /// [`State::Superseded`].
    pub superseded: u64,
    /// [`State::Discarded`].
    pub discarded: u64,
    /// [`State::Held`].
    pub held: u64,
    /// Open entries without an enterprise id, and entries of an enterprise for which the worker has no
    /// client ([`Delivery::client`](crate::Delivery::client)). A worker with one client delivers
    /// entries without an id while each other open entry has the client's;
    /// [`Outbox::assign`](crate::Outbox::assign) assigns them. Each also counts in its state.
    pub unassigned: u64,
    /// Entries that need a decision and lose their data within seven days; `None` until a worker
    /// has stored its [`attention_retention`](crate::Delivery::attention_retention).
    pub expiring: Option<u64>,
    /// Age of the oldest [`State::Queued`] entry.
    pub oldest_queued: Option<Duration>,
    /// One for each state, in the order of [`State::ALL`].
    oldest: [Option<Duration>; State::ALL.len()],
}

impl Stats {
    /// Number of entries in a state.
    #[must_use]
    pub fn of(&self, state: State) -> u64 {
        *self.clone().of_mut(state)
    }

    /// The time for which the oldest entry of a state has been in it: since it was stored if it is open
    /// or held, since it was closed otherwise. `None` if there is no such entry.
    #[must_use]
    pub fn oldest(&self, state: State) -> Option<Duration> {
        let index = State::ALL.iter().position(|other| *other == state)?;
        self.oldest.get(index).copied().flatten()
    }

    pub(crate) fn with_expiring(expiring: Option<u64>) -> Self {
        Self { expiring, ..Self::default() }
    }

    pub(crate) fn set_oldest(&mut self, state: State, oldest: Option<Duration>) {
        if state == State::Queued {
            self.oldest_queued = oldest;
        }
        let slots = State::ALL.iter().zip(&mut self.oldest);
        for (_, slot) in slots.filter(|(other, _)| **other == state) {
            *slot = oldest;
        }
    }

    pub(crate) fn of_mut(&mut self, state: State) -> &mut u64 {
        match state {
            State::Queued => &mut self.queued,
            State::Sending => &mut self.sending,
            State::Accepted => &mut self.accepted,
            State::Unconfirmed => &mut self.unconfirmed,
            State::Refused => &mut self.refused,
            State::Verified => &mut self.verified,
            State::Mismatched => &mut self.mismatched,
            State::Missing => &mut self.missing,
            State::Superseded => &mut self.superseded,
            State::Discarded => &mut self.discarded,
            State::Held => &mut self.held,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_one_number_and_one_word_each() {
        for (index, state) in State::ALL.iter().enumerate() {
            assert_eq!(state.number(), i64::try_from(index).unwrap());
            assert_eq!(State::from_number(state.number()), Some(*state));
            assert_eq!(state.as_str().parse(), Ok(*state));
            let mut stats = Stats::default();
            *stats.of_mut(*state) = 7;
            assert_eq!(State::ALL.iter().map(|state| stats.of(*state)).sum::<u64>(), 7);
        }
        assert!("Queued".parse::<State>().unwrap_err().to_string().ends_with("discarded, held"));
    }
}
