//! State machine of the retries of one call. It does no I/O and reads no clock.

use std::time::Duration;

use super::{Budget, RetryPolicy};
use crate::error::Error;
use crate::receipt::ActionDelivery;

/// Maximum `Retry-After` that is honoured, because telecrm counts requests per hour.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

/// Properties of a failed request that decide about the next request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    /// Whether the cause may be temporary.
    pub(crate) retryable: bool,
    /// Whether telecrm may have received the request.
    pub(crate) ambiguous: bool,
    /// The `Retry-After` of the response.
    pub(crate) retry_after: Option<Duration>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            retryable: error.is_retryable(),
            ambiguous: error.is_ambiguous(),
            retry_after: error.retry_after(),
        }
    }
}

/// The next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Wait for `after`, and send the lead again.
    Resend { after: Duration, with_actions: bool },
    /// Make no more requests.
    Fail,
}

/// Retry state of one call.
#[derive(Debug)]
pub(crate) struct Retry<'a> {
    policy: &'a RetryPolicy,
    /// Number of requests that were started.
    attempts: u32,
    /// Whether telecrm may have received one of the requests.
    ///
    /// That request had the actions; only later requests omit them.
    ambiguous: bool,
    repetition: Repetition,
}

/// Effect of a repeated request if telecrm has received an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "sync"),
    allow(dead_code, reason = "the Async API has only leads, which are harmless without actions")
)]
enum Repetition {
    /// The request reads, so a repetition changes nothing.
    Harmless,
    /// A repetition without actions changes nothing.
    HarmlessWithoutActions,
    /// A repetition may change the workspace again, so there is none.
    Harmful,
}

impl<'a> Retry<'a> {
    pub(crate) fn new(policy: &'a RetryPolicy) -> Self {
        let repetition = Repetition::HarmlessWithoutActions;
        Self { policy, attempts: 0, ambiguous: false, repetition }
    }

    /// Returns the state of a call that changes nothing.
    #[cfg(feature = "sync")]
    pub(crate) fn reading(policy: &'a RetryPolicy) -> Self {
        Self { repetition: Repetition::Harmless, ..Self::new(policy) }
    }

    /// Returns the state of a call that telecrm receives at most once, regardless of the policy.
    #[cfg(feature = "sync")]
    pub(crate) fn at_most_once(policy: &'a RetryPolicy) -> Self {
        Self { repetition: Repetition::Harmful, ..Self::new(policy) }
    }

    /// Counts a request, and returns its number, from 1.
    pub(crate) fn begin(&mut self) -> u32 {
        self.attempts = self.attempts.saturating_add(1);
        self.attempts
    }

    /// Returns the next step after a failed request.
    ///
    /// `elapsed` is the time since the first request began. `jitter` is a random number of the
    /// complete range of `u32`.
    pub(crate) fn failed(
        &mut self,
        failure: Failure,
        elapsed: Duration,
        jitter: u32,
        budget: &Budget,
    ) -> Next {
        self.ambiguous |= failure.ambiguous && self.repetition != Repetition::Harmless;
        let received = self.ambiguous && self.repetition == Repetition::Harmful;
        if !failure.retryable || received || self.attempts >= self.policy.max_attempts {
            return Next::Fail;
        }
        let minimum = failure.retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
        // Added to `Retry-After`, so that clients with the same value do not return together.
        let after = minimum.saturating_add(self.policy.backoff(self.attempts, jitter));
        if elapsed.saturating_add(after) > self.policy.deadline || !budget.spend() {
            return Next::Fail;
        }
        Next::Resend { after, with_actions: self.sends_actions() }
    }

    /// Returns the time in which another request may still begin.
    pub(crate) fn left(&self, elapsed: Duration) -> Duration {
        self.policy.deadline.saturating_sub(elapsed)
    }

    /// Returns the time left for the whole call if the policy limits it.
    pub(crate) fn bounded(&self, elapsed: Duration) -> Option<Duration> {
        /// Minimum time for a request.
        const MINIMUM: Duration = Duration::from_millis(50);

        self.policy.bound().map(|_| self.left(elapsed).max(MINIMUM))
    }

    fn sends_actions(&self) -> bool {
        !self.ambiguous || self.policy.resend_actions
    }

    /// Whether telecrm may have received an earlier request with its actions.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.ambiguous
    }

    /// Returns the number of requests.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the delivery of the actions of a lead that is now queued.
    pub(crate) fn queued(&self, has_actions: bool) -> ActionDelivery {
        match (has_actions, self.ambiguous) {
            (false, _) => ActionDelivery::None,
            (true, false) => ActionDelivery::Queued,
            (true, true) if self.policy.resend_actions => ActionDelivery::Repeated,
            (true, true) => ActionDelivery::Unconfirmed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOT_SENT: Failure = Failure { retryable: true, ambiguous: false, retry_after: None };
    const AMBIGUOUS: Failure = Failure { retryable: true, ambiguous: true, retry_after: None };
    const REFUSED: Failure = Failure { retryable: false, ambiguous: false, retry_after: None };
    const NOT_QUEUED: Failure = Failure { retryable: false, ambiguous: true, retry_after: None };
    const ALWAYS: RetryPolicy = RetryPolicy {
        max_attempts: u32::MAX,
        base_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(10),
        deadline: Duration::MAX,
        resend_actions: false,
        bounds_requests: false,
    };

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn retry_after(wait: Duration) -> Failure {
        Failure { retry_after: Some(wait), ..NOT_SENT }
    }

    /// Returns the next step of a call whose requests take no time.
    fn next(retry: &mut Retry<'_>, failure: Failure, jitter: u32) -> Next {
        retry.begin();
        retry.failed(failure, Duration::ZERO, jitter, &Budget::full())
    }

    fn resend(after: Duration, with_actions: bool) -> Next {
        Next::Resend { after, with_actions }
    }

    #[test]
    fn d36_requests_after_an_ambiguous_request_omit_the_actions() {
        let mut retry = Retry::new(&ALWAYS);
        assert_eq!(next(&mut retry, NOT_SENT, 0), resend(Duration::ZERO, true));
        assert_eq!(next(&mut retry, AMBIGUOUS, 0), resend(Duration::ZERO, false));
        // Later failures prove nothing about the earlier request.
        assert_eq!(next(&mut retry, NOT_SENT, 0), resend(Duration::ZERO, false));
        assert_eq!(next(&mut retry, retry_after(seconds(0)), 0), resend(Duration::ZERO, false));
        assert!(retry.is_ambiguous());
        assert_eq!(retry.queued(true), ActionDelivery::Unconfirmed);
        assert_eq!(retry.queued(false), ActionDelivery::None);
    }

    #[test]
    fn d36_accepted_duplicates_are_sent_and_reported() {
        let policy = ALWAYS.resend_actions();
        let mut retry = Retry::new(&policy);
        assert_eq!(next(&mut retry, NOT_SENT, 0), resend(Duration::ZERO, true));
        assert_eq!(retry.queued(true), ActionDelivery::Queued);
        assert_eq!(next(&mut retry, AMBIGUOUS, 0), resend(Duration::ZERO, true));
        assert_eq!(retry.queued(true), ActionDelivery::Repeated);
        assert_eq!(retry.queued(false), ActionDelivery::None);
    }

    #[cfg(feature = "sync")]
    #[test]
    fn d36_a_call_at_most_once_ends_with_the_first_request_that_may_be_received() {
        let policy = ALWAYS.resend_actions();
        let mut retry = Retry::at_most_once(&policy);
        assert_eq!(next(&mut retry, NOT_SENT, 0), resend(Duration::ZERO, true));
        assert_eq!(next(&mut retry, AMBIGUOUS, 0), Next::Fail);
        assert!(retry.is_ambiguous());
        let mut read = Retry::reading(&policy);
        assert_eq!(next(&mut read, AMBIGUOUS, 0), resend(Duration::ZERO, true));
        assert!(!read.is_ambiguous());
    }

    #[test]
    fn d34_refused_and_unqueued_leads_are_never_sent_again() {
        for failure in [REFUSED, NOT_QUEUED] {
            let mut retry = Retry::new(&ALWAYS);
            assert_eq!(next(&mut retry, failure, 0), Next::Fail);
            assert_eq!(retry.is_ambiguous(), failure.ambiguous);
        }
    }

    #[test]
    fn waits_double_up_to_the_maximum_and_jitter_shortens_them() {
        let mut longest = Retry::new(&ALWAYS);
        let waits: Vec<_> = (0..40)
            .map(|_| match next(&mut longest, NOT_SENT, u32::MAX) {
                Next::Resend { after, .. } => after.as_millis(),
                Next::Fail => panic!("the number of attempts is unlimited"),
            })
            .collect();
        assert_eq!(waits[..8], [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000]);
        assert!(waits[8..].iter().all(|wait| *wait == 10_000));
        // Full jitter: the wait is between zero and the maximum.
        let mut half = Retry::new(&ALWAYS);
        let Next::Resend { after, .. } = next(&mut half, NOT_SENT, u32::MAX / 2) else { panic!() };
        assert_eq!(after.as_micros(), 50_000);
    }

    #[test]
    fn retry_after_is_the_minimum_wait_and_at_most_an_hour() {
        let wait = |failure, jitter| next(&mut Retry::new(&ALWAYS), failure, jitter);
        assert_eq!(wait(retry_after(seconds(7)), 0), resend(seconds(7), true));
        assert_eq!(
            wait(retry_after(seconds(7)), u32::MAX),
            resend(Duration::from_millis(7_100), true),
            "jitter is added"
        );
        for absurd in [seconds(3_601), Duration::MAX] {
            assert_eq!(wait(retry_after(absurd), 0), resend(seconds(3_600), true));
        }
    }

    #[test]
    fn wait_that_would_end_after_the_deadline_is_not_started() {
        let policy = ALWAYS.deadline(seconds(10));
        let after = |failure, elapsed| {
            Retry::new(&policy).failed(failure, seconds(elapsed), 0, &Budget::full())
        };
        assert_eq!(after(NOT_SENT, 10), resend(Duration::ZERO, true));
        assert_eq!(after(NOT_SENT, 11), Next::Fail);
        assert_eq!(after(retry_after(seconds(4)), 6), resend(seconds(4), true));
        assert_eq!(after(retry_after(seconds(5)), 6), Next::Fail);
    }

    #[test]
    fn attempts_include_the_first_and_never_means_one_request() {
        let count = |policy: RetryPolicy| {
            let mut retry = Retry::new(&policy);
            while next(&mut retry, NOT_SENT, 0) != Next::Fail {}
            retry.attempts()
        };
        assert_eq!(count(RetryPolicy::default()), 4);
        assert_eq!(count(ALWAYS.max_attempts(7)), 7);
        assert_eq!(count(ALWAYS.max_attempts(0)), 1);
        assert_eq!(count(RetryPolicy::never()), 1);
    }

    #[test]
    fn empty_budget_ends_the_call() {
        let budget = Budget::full();
        while budget.spend() {}
        let mut retry = Retry::new(&ALWAYS);
        assert_eq!(retry.failed(NOT_SENT, Duration::ZERO, 0, &budget), Next::Fail);
    }
}
