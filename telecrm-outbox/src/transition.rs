//! State machine of a delivery: the outcome of one request decides the next state of the entry. No I/O,
//! no clock.

use std::time::Duration;

use crate::entry::State;
use crate::worker::status::PauseCause;

/// The progress of an entry's actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actions {
    /// The lead has no actions.
    None,
    /// telecrm certainly does not have them: the next request contains them.
    Pending,
    /// telecrm may have them: no later request contains them.
    Doubtful,
    /// telecrm has the fields and certainly not the actions: the next request contains only the
    /// identifier and the actions. A process of an earlier version reads this as [`Doubtful`](Self::Doubtful), too.
    Remaining,
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

    /// An unknown number: actions that are not sent are not sent twice.
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Pending,
            3 => Self::Remaining,
            _ => Self::Doubtful,
        }
    }

    /// The progress after a request that telecrm may have received.
    pub(crate) fn after(self, parts: Parts) -> Self {
        if parts.contain_actions(self) { Self::Doubtful } else { self }
    }
}

/// The parts of the lead that one request contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parts {
    /// The fields, and the actions if they are pending.
    Whole,
    /// The fields: a probe, or the outcome of the actions is unknown.
    FieldsOnly,
    /// The identifier and the actions: telecrm has the fields.
    ActionsOnly,
}

impl Parts {
    /// The actions before a claim, and the parts of its request. A claim of only the actions marks them
    /// as [`Doubtful`](Actions::Doubtful) in the table.
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

/// The request whose outcome is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The progress of the actions before the request.
    pub(crate) actions: Actions,
    pub(crate) parts: Parts,
    /// telecrm may have received an earlier request of the entry.
    pub(crate) received: bool,
}

/// The outcome of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// telecrm queued the lead.
    Queued,
    /// telecrm certainly does not have the request; the cause may pass. `status` is that of the response,
    /// if there was one.
    NotSent { reason: String, wait: Option<Duration>, status: Option<u16> },
    /// 429: telecrm certainly does not have the request, and accepts no more from this token for now.
    RateLimited { reason: String, wait: Option<Duration> },
    /// telecrm may have the request; the cause may pass.
    Unknown { reason: String, wait: Option<Duration>, status: Option<u16> },
    /// The response concerns no single lead. `received`: the sender of the response may have passed the
    /// lead on to telecrm.
    Systemic { cause: PauseCause, reason: String, status: Option<u16>, received: bool },
    /// telecrm refused the lead with its JSON error envelope.
    Refused { reason: String },
    /// The entry cannot be sent: its body is not a lead, or is too large (413).
    Invalid { reason: String },
    /// The client was stopped, or delivery was paused, before the request.
    Stopped,
}

/// The decision of the breaker about the entry of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The outcome concerns this entry.
    Own,
    /// The outcome concerns no single lead: the entry returns to the queue.
    Return,
    /// Others are accepted while this entry repeatedly gets the same response: it is refused.
    Refuse,
}

/// The next state of the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settlement {
    pub(crate) state: State,
    pub(crate) actions: Actions,
    /// telecrm may have the entry, from this request.
    pub(crate) received: bool,
    pub(crate) reason: Option<String>,
    /// The wait before the next attempt, if there is one.
    pub(crate) delay: Duration,
    /// The request failed for a reason of this entry, and is repeated.
    pub(crate) is_own_failure: bool,
}

impl Settlement {
    /// `backoff` is the wait after as many attempts as there were.
    pub(crate) fn of(outcome: Outcome, sent: Sent, verdict: Verdict, backoff: Duration) -> Self {
        let actions = sent.actions;
        let delay = |wait: Option<Duration>| match verdict {
            // The breaker decides about the time of the next request.
            Verdict::Return => Duration::ZERO,
            Verdict::Own | Verdict::Refuse => wait.unwrap_or_default().min(MAX_WAIT).max(backoff),
        };
        match outcome {
            Outcome::Queued if actions == Actions::Doubtful => {
                Self::closed(State::Unconfirmed, actions, true, FIELDS_ACCEPTED)
            }
            Outcome::Queued if actions != Actions::None && !sent.parts.contain_actions(actions) => {
                Self::again(Actions::Remaining, true, None, Duration::ZERO)
            }
            Outcome::Queued => {
                Self { reason: None, ..Self::closed(State::Accepted, actions, true, String::new()) }
            }
            Outcome::NotSent { reason, wait, .. } => {
                Self::again(actions, false, Some(reason), delay(wait)).failed(verdict)
            }
            Outcome::RateLimited { reason, wait } => {
                Self::again(actions, false, Some(reason), delay(wait))
            }
            Outcome::Unknown { reason, wait, .. } => {
                sent.in_doubt(reason, delay(wait)).failed(verdict)
            }
            Outcome::Systemic { reason, received, .. } if verdict == Verdict::Refuse => {
                sent.refused(reason, received)
            }
            Outcome::Systemic { reason, received: true, .. } => {
                sent.in_doubt(reason, Duration::ZERO)
            }
            Outcome::Systemic { reason, received: false, .. } => {
                Self::again(actions, false, Some(reason), Duration::ZERO)
            }
            Outcome::Refused { reason } if verdict == Verdict::Return => {
                Self::again(actions, false, Some(reason), Duration::ZERO)
            }
            Outcome::Refused { reason } | Outcome::Invalid { reason } => {
                sent.refused(reason, false)
            }
            Outcome::Stopped => Self::again(actions, false, None, Duration::ZERO),
        }
    }

    fn again(actions: Actions, received: bool, reason: Option<String>, delay: Duration) -> Self {
        Self { state: State::Queued, actions, received, reason, delay, is_own_failure: false }
    }

    fn failed(self, verdict: Verdict) -> Self {
        Self { is_own_failure: verdict == Verdict::Own && self.state == State::Queued, ..self }
    }

    fn closed(state: State, actions: Actions, received: bool, reason: impl Into<String>) -> Self {
        Self {
            state,
            actions,
            received,
            reason: Some(reason.into()),
            delay: Duration::ZERO,
            is_own_failure: false,
        }
    }

    /// The reason of an entry whose process ended during its request.
    pub(crate) const CRASHED: &'static str =
        "the process ended during the request; its outcome is unknown";
}

impl Sent {
    /// telecrm may have the request.
    fn in_doubt(self, reason: String, delay: Duration) -> Settlement {
        let actions = self.actions.after(self.parts);
        if self.parts == Parts::ActionsOnly && actions == Actions::Doubtful {
            // telecrm has the fields, and sending them again could overwrite a later edit.
            return Settlement::closed(State::Unconfirmed, actions, true, reason);
        }
        Settlement::again(actions, true, Some(reason), delay)
    }

    /// The lead is refused. If telecrm may have it from any request, it stays unconfirmed: the refusal concerns only this request.
    fn refused(self, reason: String, received: bool) -> Settlement {
        let actions = if received { self.actions.after(self.parts) } else { self.actions };
        let may_have =
            received || self.received || matches!(actions, Actions::Doubtful | Actions::Remaining);
        let state = if may_have { State::Unconfirmed } else { State::Refused };
        Settlement::closed(state, actions, received, reason)
    }
}

const FIELDS_ACCEPTED: &str = "telecrm accepted the fields; an earlier request contained the actions, and its outcome is unknown";

/// telecrm counts by the hour: no wait is longer.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NEW: bool = false;
    const RECEIVED: bool = true;

    fn sent(actions: Actions, parts: Parts, received: bool) -> Sent {
        Sent { actions, parts, received }
    }

    fn settled(outcome: Outcome, sent: Sent, verdict: Verdict) -> (State, Actions, bool) {
        let settlement = Settlement::of(outcome, sent, verdict, SECOND);
        (settlement.state, settlement.actions, settlement.received)
    }

    fn reason() -> String {
        "reason".to_owned()
    }

    fn unknown() -> Outcome {
        Outcome::Unknown { reason: reason(), wait: None, status: Some(500) }
    }

    fn not_sent() -> Outcome {
        Outcome::NotSent { reason: reason(), wait: None, status: None }
    }

    fn refused() -> Outcome {
        Outcome::Refused { reason: reason() }
    }

    fn systemic(cause: PauseCause, received: bool) -> Outcome {
        Outcome::Systemic { cause, reason: reason(), status: Some(403), received }
    }

    #[test]
    fn d36_actions_that_telecrm_may_have_are_not_sent_again() {
        use Actions::{Doubtful, None, Pending};
        let login_page = || systemic(PauseCause::NotTelecrm, true);
        let limited = Outcome::RateLimited { reason: reason(), wait: Option::None };
        for (outcome, actions, expected) in [
            (Outcome::Queued, None, (State::Accepted, None, true)),
            (Outcome::Queued, Pending, (State::Accepted, Pending, true)),
            (Outcome::Queued, Doubtful, (State::Unconfirmed, Doubtful, true)),
            (not_sent(), Pending, (State::Queued, Pending, false)),
            (limited, Pending, (State::Queued, Pending, false)),
            (not_sent(), Doubtful, (State::Queued, Doubtful, false)),
            (unknown(), None, (State::Queued, None, true)),
            (unknown(), Pending, (State::Queued, Doubtful, true)),
            (login_page(), None, (State::Queued, None, true)),
            (login_page(), Pending, (State::Queued, Doubtful, true)),
            (refused(), Pending, (State::Refused, Pending, false)),
            (Outcome::Invalid { reason: reason() }, None, (State::Refused, None, false)),
            (systemic(PauseCause::Unauthorized, false), Pending, (State::Queued, Pending, false)),
            (systemic(PauseCause::Blocked, false), Pending, (State::Queued, Pending, false)),
            (Outcome::Stopped, Pending, (State::Queued, Pending, false)),
        ] {
            let sent = sent(actions, Parts::Whole, NEW);
            let found = settled(outcome.clone(), sent, Verdict::Own);
            assert_eq!(found, expected, "{outcome:?} {actions:?}");
        }
    }

    #[test]
    fn d45_a_request_without_the_actions_leaves_them_for_a_separate_request() {
        use Actions::{Doubtful, Pending, Remaining};
        use Parts::{ActionsOnly, FieldsOnly};
        for (outcome, actions, parts, expected) in [
            // A probe risks no action.
            (Outcome::Queued, Pending, FieldsOnly, (State::Queued, Remaining, true)),
            (unknown(), Pending, FieldsOnly, (State::Queued, Pending, true)),
            (unknown(), Remaining, FieldsOnly, (State::Queued, Remaining, true)),
            (Outcome::Queued, Remaining, FieldsOnly, (State::Queued, Remaining, true)),
            (Outcome::Queued, Doubtful, FieldsOnly, (State::Unconfirmed, Doubtful, true)),
            // The actions follow. If their outcome is unknown, nothing is sent again.
            (Outcome::Queued, Remaining, ActionsOnly, (State::Accepted, Remaining, true)),
            (not_sent(), Remaining, ActionsOnly, (State::Queued, Remaining, false)),
            (unknown(), Remaining, ActionsOnly, (State::Unconfirmed, Doubtful, true)),
            (refused(), Remaining, ActionsOnly, (State::Unconfirmed, Remaining, false)),
        ] {
            let found = settled(outcome.clone(), sent(actions, parts, NEW), Verdict::Own);
            assert_eq!(found, expected, "{outcome:?} {actions:?} {parts:?}");
        }
    }

    #[test]
    fn d45_a_refusal_after_a_request_that_may_have_been_received_is_unconfirmed() {
        for (actions, received, expected) in [
            (Actions::None, NEW, State::Refused),
            (Actions::Pending, NEW, State::Refused),
            (Actions::None, RECEIVED, State::Unconfirmed),
            (Actions::Pending, RECEIVED, State::Unconfirmed),
            (Actions::Doubtful, RECEIVED, State::Unconfirmed),
        ] {
            let sent = sent(actions, Parts::Whole, received);
            assert_eq!(settled(refused(), sent, Verdict::Own).0, expected, "{actions:?}");
            let blocked = systemic(PauseCause::Blocked, false);
            assert_eq!(settled(blocked, sent, Verdict::Refuse).0, expected, "{actions:?}");
        }
        let login_page = systemic(PauseCause::NotTelecrm, true);
        let sent = sent(Actions::None, Parts::Whole, NEW);
        assert_eq!(settled(login_page, sent, Verdict::Refuse).0, State::Unconfirmed);
    }

    #[test]
    fn d45_an_entry_that_is_refused_during_a_pause_returns_to_the_queue() {
        let sent = sent(Actions::Pending, Parts::Whole, NEW);
        let returned = (State::Queued, Actions::Pending, false);
        assert_eq!(settled(refused(), sent, Verdict::Return), returned);
    }

    #[test]
    fn a_wait_is_the_backoff_or_that_of_the_response_up_to_an_hour() {
        let sent = sent(Actions::None, Parts::Whole, NEW);
        let delay = |wait, verdict| {
            let outcome = Outcome::NotSent { reason: String::new(), wait, status: None };
            Settlement::of(outcome, sent, verdict, SECOND).delay.as_secs()
        };
        assert_eq!(delay(None, Verdict::Own), 1);
        assert_eq!(delay(Some(Duration::from_secs(7)), Verdict::Own), 7);
        assert_eq!(delay(Some(Duration::MAX), Verdict::Own), 3_600);
        assert_eq!(delay(Some(Duration::from_secs(7)), Verdict::Return), 0);
    }
}
