//! What a caller chooses about sending again.

use std::time::Duration;

/// When and how often a client sends a lead again whose request failed.
///
/// | what happened | sent again |
/// |---|---|
/// | no connection came about; 429; 503 | as it was |
/// | no whole answer came back; 500, 502, 504 and other 5xx | its fields, **without its actions** |
/// | 401 and other 4xx; an answer that is not `{"status":"QUEUED"}` | never |
///
/// In the second row telecrm may have received the lead. Its fields overwrite themselves, so they may
/// be sent again; telecrm would append its actions once more (telecrm: Async API), so these are not:
/// the receipt says [`Unconfirmed`](crate::ActionDelivery::Unconfirmed) and lists them.
///
/// Between two requests a client waits a random time up to twice the one before (full jitter), and at
/// least what the answer's `Retry-After` asks for. The clones of a client share a budget: over time, at
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
        }
    }
}

impl RetryPolicy {
    /// One request, whatever comes of it.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
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

    /// What no wait exceeds, but for a longer `Retry-After`; 20 seconds where not set.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// How long after the first one a request may still begin; 2 minutes where not set. A wait that
    /// would end later is not begun: the call fails at once, with what happened last.
    ///
    /// A request that is under way is not cut off by it, as nobody would know then what became of it:
    /// that takes at most the client's [`timeout`](crate::ClientBuilder::timeout) more.
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
}
