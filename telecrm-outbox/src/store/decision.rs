//! Decisions of an operator about one entry: the states that they are for, and their reasons.

use telecrm_runtime::PreparedLead;

use crate::entry::{Entry, EntryId, State};
use crate::error::Error;

/// Reason of an entry that an operator confirmed.
pub(crate) const CONFIRMED: &str = "confirmed by an operator";

/// Reason of an open entry that was discarded after a backup was restored.
pub(crate) const RESTORED: &str = "discarded after a backup was restored";

/// A decision of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Retry,
    Discard,
    Confirm,
    Release,
    Resend,
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
            Self::Resend => (
                "sending it again as a new entry",
                &[
                    State::Refused,
                    State::Superseded,
                    State::Unconfirmed,
                    State::Mismatched,
                    State::Missing,
                ],
            ),
        };
        if allowed.contains(&state) {
            return Ok(());
        }
        Err(Error::WrongState { id, state, operation, allowed })
    }
}

/// The lead of the new entry that replaces this one.
pub(crate) fn lead_to_resend(entry: &Entry, with_actions: bool) -> Result<PreparedLead, Error> {
    Decision::Resend.check(entry.id, entry.state)?;
    let body = entry.body().ok_or(Error::Erased { id: entry.id })?;
    let lead = PreparedLead::from_json(entry.enterprise_id(), &entry.lead_key, body)?;
    Ok(if with_actions { lead } else { lead.without_actions() })
}

/// Reason of an entry that a new one replaces.
pub(crate) fn resent_as(new: EntryId) -> String {
    format!("sent again as entry {new}")
}
