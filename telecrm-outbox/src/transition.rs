//! State machine of a delivery: what the outcome of one request makes of an entry. No I/O, no clock.

use std::time::Duration;

use crate::entry::State;

/// Delivery of an entry's actions so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actions {
    /// The lead has no actions.
    None,
    /// telecrm does not have them: the next request contains them.
    Pending,
    /// telecrm may have them: no later request contains them.
    Doubtful,
    /// telecrm has the fields, from a request without the actions, and does not have the actions:
    /// the next request contains only the identifier and the actions.
    Remaining,
}

/// Parts of a lead that one request contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parts {
    /// The fields, and the actions if the lead has any.
    Whole,
    /// The fields without the actions.
    FieldsOnly,
    /// The identifier and the actions.
    ActionsOnly,
}

impl Parts {
    /// The actions before a claim, and the parts of its request. A claim of the actions alone marks
    /// them as doubtful in the table.
    pub(crate) fn of_claim(
        actions: Actions,
        fields_only: bool,
        actions_only: bool,
    ) -> (Actions, Self) {
        match actions {
            _ if fields_only => (actions, Self::FieldsOnly),
            _ if actions_only => (Actions::Remaining, Self::ActionsOnly),
            Actions::Doubtful => (actions, Self::FieldsOnly),
            _ => (actions, Self::Whole),
        }
    }

    /// Whether the request contains actions.
    pub(crate) fn contain_actions(self, actions: Actions) -> bool {
        self != Self::FieldsOnly && matches!(actions, Actions::Pending | Actions::Remaining)
    }
}

impl Actions {
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Pending => 1,
            Self::Doubtful => 2,
            Self::Remaining => 3,
        }
    }

    /// An unknown number counts as doubtful: actions that are not sent are not sent twice.
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Pending,
            3 => Self::Remaining,
            _ => Self::Doubtful,
        }
    }

    /// After a request that telecrm may have received.
    pub(crate) fn after(self, parts: Parts) -> Self {
        if parts.contain_actions(self) { Self::Doubtful } else { self }
    }
}

/// How one request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// telecrm queued the lead.
    Queued,
    /// telecrm certainly does not have it; the cause may pass.
    NotSent { reason: String, wait: Option<Duration> },
    /// 429: telecrm certainly does not have it, and takes no more from this token for now.
    RateLimited { reason: String, wait: Option<Duration> },
    /// telecrm may have it; the cause may pass.
    Unknown { reason: String, wait: Option<Duration> },
    /// The token was refused: nothing is said of the lead.
    Unauthorized { reason: String },
    /// Refused, and would be again.
    Refused { reason: String },
    /// The answer was not telecrm's, and whoever answered may have handed the lead on.
    NotQueued { reason: String },
    /// The client was stopped before the request.
    Stopped,
}

/// Outcome of the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settlement {
    pub(crate) state: State,
    pub(crate) actions: Actions,
    /// telecrm may have the entry, from this request.
    pub(crate) received: bool,
    pub(crate) reason: Option<String>,
    /// Until the next attempt, where there is one.
    pub(crate) delay: Duration,
}

impl Settlement {
    /// `backoff` is the wait that the attempts so far suggest.
    pub(crate) fn of(outcome: Outcome, actions: Actions, parts: Parts, backoff: Duration) -> Self {
        let again = |actions, received, reason, delay| Self {
            state: State::Queued,
            actions,
            received,
            reason,
            delay,
        };
        let closed = |state, actions, received, reason| Self {
            state,
            actions,
            received,
            reason,
            delay: Duration::ZERO,
        };
        let delay = |wait: Option<Duration>| wait.unwrap_or_default().min(MAX_WAIT).max(backoff);
        let sent_actions = parts.contain_actions(actions);
        match outcome {
            Outcome::Queued
                if !sent_actions && matches!(actions, Actions::Pending | Actions::Remaining) =>
            {
                again(Actions::Remaining, true, None, Duration::ZERO)
            }
            Outcome::Queued if actions == Actions::Doubtful => {
                let reason = "the fields were accepted; an earlier request held the actions, and its outcome is unknown";
                closed(State::Unconfirmed, actions, true, Some(reason.to_owned()))
            }
            Outcome::Queued => closed(State::Accepted, actions, true, None),
            Outcome::NotSent { reason, wait } | Outcome::RateLimited { reason, wait } => {
                again(actions, false, Some(reason), delay(wait))
            }
            // telecrm has the fields already. Sending them again could overwrite a later edit.
            Outcome::Unknown { reason, .. } if parts == Parts::ActionsOnly => {
                closed(State::Unconfirmed, actions.after(parts), true, Some(reason))
            }
            Outcome::Unknown { reason, wait } => {
                again(actions.after(parts), true, Some(reason), delay(wait))
            }
            Outcome::Unauthorized { reason } => again(actions, false, Some(reason), Duration::ZERO),
            Outcome::Refused { reason } => closed(State::Refused, actions, false, Some(reason)),
            Outcome::NotQueued { reason } => match actions.after(parts) {
                Actions::Doubtful => {
                    closed(State::Unconfirmed, Actions::Doubtful, true, Some(reason))
                }
                actions => closed(State::Refused, actions, true, Some(reason)),
            },
            Outcome::Stopped => again(actions, false, None, Duration::ZERO),
        }
    }

    /// The reason of an entry whose process died and whose request may have left.
    pub(crate) const CRASHED: &'static str =
        "the process ended while the request was under way; its outcome is unknown";
}

/// telecrm counts by the hour: no wait is longer.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn settled(outcome: Outcome, actions: Actions) -> (State, Actions, bool) {
        let parts = if actions == Actions::Doubtful { Parts::FieldsOnly } else { Parts::Whole };
        let settlement = Settlement::of(outcome, actions, parts, SECOND);
        (settlement.state, settlement.actions, settlement.received)
    }

    #[test]
    fn d36_actions_that_telecrm_may_have_are_doubtful_for_good() {
        let reason = || "reason".to_owned();
        let unknown = || Outcome::Unknown { reason: reason(), wait: None };
        let not_sent = || Outcome::NotSent { reason: reason(), wait: None };
        let not_queued = || Outcome::NotQueued { reason: reason() };
        for (outcome, actions, expected) in [
            (Outcome::Queued, Actions::None, (State::Accepted, Actions::None, true)),
            (Outcome::Queued, Actions::Pending, (State::Accepted, Actions::Pending, true)),
            (Outcome::Queued, Actions::Doubtful, (State::Unconfirmed, Actions::Doubtful, true)),
            (not_sent(), Actions::Pending, (State::Queued, Actions::Pending, false)),
            (
                Outcome::RateLimited { reason: reason(), wait: None },
                Actions::Pending,
                (State::Queued, Actions::Pending, false),
            ),
            (not_sent(), Actions::Doubtful, (State::Queued, Actions::Doubtful, false)),
            (unknown(), Actions::None, (State::Queued, Actions::None, true)),
            (unknown(), Actions::Pending, (State::Queued, Actions::Doubtful, true)),
            (not_queued(), Actions::None, (State::Refused, Actions::None, true)),
            (not_queued(), Actions::Pending, (State::Unconfirmed, Actions::Doubtful, true)),
            (
                Outcome::Refused { reason: reason() },
                Actions::Pending,
                (State::Refused, Actions::Pending, false),
            ),
            (
                Outcome::Unauthorized { reason: reason() },
                Actions::Pending,
                (State::Queued, Actions::Pending, false),
            ),
            (Outcome::Stopped, Actions::Pending, (State::Queued, Actions::Pending, false)),
        ] {
            assert_eq!(settled(outcome.clone(), actions), expected, "{outcome:?} {actions:?}");
        }
    }

    #[test]
    fn a_wait_is_the_backoff_or_what_telecrm_says_up_to_an_hour() {
        let delay = |wait| {
            let outcome = Outcome::NotSent { reason: String::new(), wait };
            Settlement::of(outcome, Actions::None, Parts::Whole, SECOND).delay.as_secs()
        };
        assert_eq!(delay(None), 1);
        assert_eq!(delay(Some(Duration::from_secs(7))), 7);
        assert_eq!(delay(Some(Duration::MAX)), 3_600);
    }
}
