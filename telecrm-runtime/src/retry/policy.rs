//! Settings of retries.

use std::time::Duration;

/// When and how often a client sends a lead again whose request failed.
///
/// | what happened | sent again |
/// |---|---|
/// | no connection was made; 421, 425, 429; 503 with `Retry-After` or telecrm's own error body | as it was |
/// | no whole response came back; 408; another 503; 500, 502, 504 and other 5xx | its fields, **without its actions** |
/// | 401 and other 4xx; a response that is not `{"status":"QUEUED"}` | never |
///
/// In the second row telecrm may have received the lead. Its fields overwrite themselves, so they may
/// be sent again; telecrm would append its actions once more (telecrm: Async API), so these are not:
/// the receipt says [`Unconfirmed`](crate::ActionDelivery::Unconfirmed) and lists them.
///
/// Between two requests a client waits a random time up to twice the one before (full jitter), and at
/// least as long as the response's `Retry-After` says. The clones of a client share a budget: over time, at
/// most one request in five is a repetition, so that a telecrm in trouble is not buried in them.
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
    /// For a call that a person waits for: up to 3 requests, and everything within 8 seconds, requests
    /// under way and waits for the rate limit included.
    ///
    /// A call that is not done by then returns an error that says what is known. Keep the lead and send it later: a program
    /// that must not lose it stores it first (the crate `telecrm-outbox`).
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

    /// One request, whatever its outcome.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// The time of a whole call, where it is limited, requests under way included.
    pub(crate) fn bound(&self) -> Option<Duration> {
        self.bounds_requests.then_some(self.deadline)
    }

    /// How many requests one call may make in all, the first included; 4 where not set. 0 is read as
    /// 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The most that the first wait may take; half a second where not set. It doubles each time.
    pub fn base_backoff(mut self, backoff: Duration) -> Self {
        self.base_backoff = backoff;
        self
    }

    /// The longest wait, but for a longer `Retry-After`; 20 seconds where not set.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// How long after the first one a request may still begin; 2 minutes where not set. A wait that
    /// would end later is not begun: the call fails at once, with the last error.
    ///
    /// A request that is under way is not cut off by it, since its outcome would be unknown: that
    /// takes at most the client's [`timeout`](crate::ClientBuilder::timeout) more. Only
    /// [`interactive`](Self::interactive) ends requests, too.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sends the actions again too where telecrm may have received them. **telecrm then may have them
    /// twice**, which the receipt says: [`ActionDelivery::Repeated`](crate::ActionDelivery::Repeated).
    pub fn resend_actions(mut self) -> Self {
        self.resend_actions = true;
        self
    }

    /// A random wait after so many attempts: up to the base, doubled with each of them. `jitter` is
    /// random, out of all of `u32`.
    pub(crate) fn backoff(&self, attempts: u32, jitter: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let most = self.base_backoff.saturating_mul(1 << doublings).min(self.max_backoff);
        most.mul_f64(f64::from(jitter) / f64::from(u32::MAX))
    }
}
