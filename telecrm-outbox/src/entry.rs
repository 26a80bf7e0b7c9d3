//! One stored lead: its id, its state, and what is known of its delivery.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::clock::{Millis, system_time};

/// Identifies an entry of one outbox. Ids grow in the order in which entries were stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub(crate) i64);

impl EntryId {
    /// The id as a number, as the table of the outbox holds it.
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
        /// Where an entry is on its way.
        ///
        /// `Queued` and `Sending` are open: they hold back later entries of the same lead. All
        /// others are closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum State {
            $($(#[$doc])* $state = $number,)*
        }

        impl State {
            /// Every state, in the order of delivery.
            pub const ALL: &'static [Self] = &[$(Self::$state),*];

            /// The state in `snake_case`, as the command line spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$state => $word,)*
                }
            }

            /// As the tables hold it.
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
    /// telecrm answered `QUEUED`.
    Accepted = 2 "accepted",
    /// telecrm has the fields, and nobody knows whether it has the actions: they were in a request
    /// whose outcome is unknown, and are not sent again.
    Unconfirmed = 3 "unconfirmed",
    /// telecrm refused it, or its answer was not telecrm's. Stays until a person retries or discards
    /// it.
    Refused = 4 "refused",
    /// Read back through the Sync API as it was sent.
    Verified = 5 "verified",
    /// Read back, and something differs from what was sent.
    Mismatched = 6 "mismatched",
    /// Not found through the Sync API.
    Missing = 7 "missing",
    /// A newer entry of the same lead was sent before this one could be verified.
    Superseded = 8 "superseded",
    /// A person decided that it is not to be sent (again). Its payload is erased.
    Discarded = 9 "discarded",
}

impl State {
    /// Whether the entry is still to be delivered.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sending)
    }

    /// Whether a person has to look at it.
    #[must_use]
    pub fn needs_attention(self) -> bool {
        matches!(self, Self::Unconfirmed | Self::Refused | Self::Mismatched | Self::Missing)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text is not the name of a [`State`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown state; one of {}", State::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownState;

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL.iter().copied().find(|state| state.as_str() == text).ok_or(UnknownState)
    }
}

/// A stored lead and what is known of its delivery. Its `Debug` shows no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    pub(crate) id: EntryId,
    pub(crate) enterprise: String,
    pub(crate) lead_key: String,
    pub(crate) body: Option<String>,
    pub(crate) state: State,
    pub(crate) attempts: u32,
    pub(crate) reason: Option<String>,
    pub(crate) enqueued_at: Millis,
    pub(crate) due_at: Millis,
    pub(crate) sent_at: Option<Millis>,
    pub(crate) settled_at: Option<Millis>,
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

    /// The enterprise id of the lead's schema, where it names one.
    #[must_use]
    pub fn enterprise_id(&self) -> Option<&str> {
        Some(self.enterprise.as_str()).filter(|id| !id.is_empty())
    }

    /// The normalised identifier of the lead; empty once it is erased. Entries with the same one are
    /// sent in the order in which they were stored.
    #[must_use]
    pub fn lead_key(&self) -> &str {
        &self.lead_key
    }

    /// The JSON that was stored; `None` once it is erased.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// How many requests were begun.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Why it is in this state, without personal data: how the last request ended.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// When it was stored.
    #[must_use]
    pub fn enqueued_at(&self) -> SystemTime {
        system_time(self.enqueued_at)
    }

    /// When the next attempt may begin, where it is [`State::Queued`].
    #[must_use]
    pub fn due_at(&self) -> Option<SystemTime> {
        (self.state == State::Queued).then(|| system_time(self.due_at))
    }

    /// When the request began whose outcome counts, where there was one.
    #[must_use]
    pub fn sent_at(&self) -> Option<SystemTime> {
        self.sent_at.map(system_time)
    }

    /// When it was closed, where it is.
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
            .field("bytes", &self.body.as_ref().map(String::len))
            .finish_non_exhaustive()
    }
}

/// How many entries are in each state, and how old the oldest waiting one is: for metrics.
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
    /// How long the oldest [`State::Queued`] entry has been waiting.
    pub oldest_queued: Option<Duration>,
}

impl Stats {
    /// The number of entries in a state.
    #[must_use]
    pub fn of(&self, state: State) -> u64 {
        *self.clone().of_mut(state)
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
        assert!(
            "Queued".parse::<State>().unwrap_err().to_string().ends_with("superseded, discarded")
        );
    }
}
