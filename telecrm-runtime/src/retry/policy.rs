//! Settings of retries.

use std::time::Duration;

/// Policy that decides when and how often a client repeats a failed request.
///
/// | failure | repetition |
/// |---|---|
/// | no connection was made; 421, 425, 429; 503 with `Retry-After` or telecrm's own error body | unchanged |
/// | no complete response arrived; 408; another 503; 500, 502, 504 and other 5xx | the fields, **without the actions** |
/// | 401 and other 4xx; a response that is not `{"status":"QUEUED"}` | never |
///
/// In the second row telecrm may have received the lead. Its fields overwrite themselves, so the
/// client may send them again. telecrm would append the actions a second time (telecrm: Async API),
/// so the client does not repeat them: the receipt reports
/// [`Unconfirmed`](crate::ActionDelivery::Unconfirmed) and lists them.
///
/// Between two requests the client waits a random time, whose maximum doubles with each attempt
/// (full jitter), in addition to the response's `Retry-After`. The clones of a client share a
/// budget: over time, at most one request in five is a repetition, so that repetitions do not
/// overload a telecrm that is in trouble.
///
/// ```
/// use std::time::Duration;
/// use telecrm_runtime::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8).deadline(Duration::from_secs(600));
/// let never = RetryPolicy::never();
/// # let _ = (patient, never);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    pub(super) max_attempts: u32,
    pub(super) base_backoff: Duration,
    pub(super) max_backoff: Duration,
    pub(super) deadline: Duration,
    pub(super) resend_actions: bool,
    pub(super) bounds_requests: bool,
}

impl Default for RetryPolicy {
    /// Up to 4 requests within 2 minutes, with waits of up to half a second, one and two seconds.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            deadline: Duration::from_secs(120),
            resend_actions: false,
            bounds_requests: false,
        }
    }
}

impl RetryPolicy {
    /// Policy for a call that a user waits for: up to 3 requests, and at most 8 seconds in total.
    ///
    /// The 8 seconds include requests in flight and waits for the rate limit. A call that is not
    /// done by then returns an error that reports the known outcome. Keep the lead and send it
    /// later. A program that must not lose the lead stores it first (the crate `telecrm-outbox`).
    ///
    /// ```
    /// # use std::time::Duration;
    /// use telecrm_runtime::RetryPolicy;
    ///
    /// let form = RetryPolicy::interactive();
    /// let impatient = RetryPolicy::interactive().deadline(Duration::from_secs(3));
    /// # let _ = (form, impatient);
    /// ```
    pub fn interactive() -> Self {
        Self {
            max_attempts: 3,
            base_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(1),
            deadline: Duration::from_secs(8),
            resend_actions: false,
            bounds_requests: true,
        }
    }

    /// Policy of exactly one request, regardless of its outcome.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Returns the maximum duration of a call, requests in flight included, if it is limited.
    pub(crate) fn bound(&self) -> Option<Duration> {
        self.bounds_requests.then_some(self.deadline)
    }

    /// Sets the maximum number of requests of one call, including the first; 4 by default.
    ///
    /// 0 is read as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the maximum of the first wait; half a second by default.
    ///
    /// It doubles with each attempt.
    pub fn base_backoff(mut self, backoff: Duration) -> Self {
        self.base_backoff = backoff;
        self
    }

    /// Sets the maximum wait, without `Retry-After`; 20 seconds by default.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Sets the time after the first request in which requests may begin; 2 minutes by default.
    ///
    /// The client does not start a wait that would end later: the call fails immediately with the
    /// last error.
    ///
    /// The deadline does not interrupt a request in flight, because its outcome would be unknown.
    /// Such a request takes at most the client's [`timeout`](crate::ClientBuilder::timeout) longer.
    /// Only [`interactive`](Self::interactive) also limits requests in flight.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Repeats the actions even if telecrm may have received them.
    ///
    /// **telecrm may then have the actions twice**, and the receipt reports
    /// [`ActionDelivery::Repeated`](crate::ActionDelivery::Repeated).
    pub fn resend_actions(mut self) -> Self {
        self.resend_actions = true;
        self
    }

    /// Returns a random wait after this number of attempts.
    ///
    /// The maximum is the base, doubled with each attempt. `jitter` is a random number of the
    /// complete range of `u32`.
    pub(crate) fn backoff(&self, attempts: u32, jitter: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let longest = self.base_backoff.saturating_mul(1 << doublings).min(self.max_backoff);
        longest.mul_f64(f64::from(jitter) / f64::from(u32::MAX))
    }
}
