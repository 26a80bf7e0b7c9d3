//! State machine of a delivery: what the outcome of one request makes of an entry. No I/O, no clock.

use std::time::Duration;

use crate::entry::State;

/// How far an entry's actions are known to have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actions {
    /// The lead has no actions.
    None,
    /// telecrm certainly does not have them: the next request holds them.
    Pending,
    /// telecrm may have them: no later request holds them.
    Doubtful,
}

impl Actions {
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Pending => 1,
            Self::Doubtful => 2,
        }
    }

    /// Anything unknown counts as doubtful: what is not sent is not sent twice.
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Pending,
            _ => Self::Doubtful,
        }
    }

    /// After a request that held them and may have been received.
    pub(crate) fn may_be_received(self) -> Self {
        match self {
            Self::Pending => Self::Doubtful,
            other => other,
        }
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
    pub(crate) fn of(outcome: Outcome, actions: Actions, backoff: Duration) -> Self {
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
        match outcome {
            Outcome::Queued if actions == Actions::Doubtful => {
                let reason = "the fields were accepted; an earlier request held the actions, and its outcome is unknown";
                closed(State::Unconfirmed, actions, true, Some(reason.to_owned()))
            }
            Outcome::Queued => closed(State::Accepted, actions, true, None),
            Outcome::NotSent { reason, wait } | Outcome::RateLimited { reason, wait } => {
                again(actions, false, Some(reason), delay(wait))
            }
            Outcome::Unknown { reason, wait } => {
                again(actions.may_be_received(), true, Some(reason), delay(wait))
            }
            Outcome::Unauthorized { reason } => again(actions, false, Some(reason), Duration::ZERO),
            Outcome::Refused { reason } => closed(State::Refused, actions, false, Some(reason)),
            Outcome::NotQueued { reason } => match actions.may_be_received() {
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
        let settlement = Settlement::of(outcome, actions, SECOND);
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
            Settlement::of(outcome, Actions::None, SECOND).delay.as_secs()
        };
        assert_eq!(delay(None), 1);
        assert_eq!(delay(Some(Duration::from_secs(7))), 7);
        assert_eq!(delay(Some(Duration::MAX)), 3_600);
    }
}
