//! Settings of verification: when stored leads are read.

use std::time::Duration;

/// When a queued lead is read back, and for how long.
///
/// telecrm documents no delay between `QUEUED` and the stored lead. A lead is read for the first time
/// `first_after` its send, then again after waits that double up to `max_interval`, until it is as
/// sent or the `window` is over. All are counted from the `since` of the call.
///
/// ```
/// use std::time::Duration;
/// use telecrm_runtime::sync::VerifyPolicy;
///
/// let patient = VerifyPolicy::default().window(Duration::from_secs(30 * 60));
/// let now_or_never = VerifyPolicy::once();
/// # let _ = (patient, now_or_never);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct VerifyPolicy {
    pub(crate) first_after: Duration,
    pub(crate) max_interval: Duration,
    pub(crate) window: Duration,
}

impl Default for VerifyPolicy {
    /// First after 2 seconds, then at most half a minute apart, for 5 minutes.
    fn default() -> Self {
        Self {
            first_after: Duration::from_secs(2),
            max_interval: Duration::from_secs(30),
            window: Duration::from_secs(5 * 60),
        }
    }
}

impl VerifyPolicy {
    /// One read at once, whose result is final.
    pub fn once() -> Self {
        Self { first_after: Duration::ZERO, window: Duration::ZERO, ..Self::default() }
    }

    /// How long after `since` a lead is read for the first time; 2 seconds where not set.
    pub fn first_after(mut self, wait: Duration) -> Self {
        self.first_after = wait;
        self
    }

    /// The longest wait between two reads of a lead; 30 seconds where not set.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// How long after `since` the last read is made; 5 minutes where not set. One read is made in any
    /// case.
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// The first wait between two reads.
    pub(crate) fn first_interval(&self) -> Duration {
        /// Short enough for a person who waits, long enough to spare the API.
        const FIRST: Duration = Duration::from_secs(2);

        FIRST.min(self.max_interval).max(MIN_INTERVAL)
    }

    /// The wait after one of this length.
    pub(crate) fn next_interval(&self, interval: Duration) -> Duration {
        interval.saturating_mul(2).min(self.max_interval).max(MIN_INTERVAL)
    }
}

/// No policy reads without any wait.
const MIN_INTERVAL: Duration = Duration::from_millis(10);
