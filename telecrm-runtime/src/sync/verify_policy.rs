//! Settings of verification: the times at which stored leads are read.

use std::time::Duration;

/// Policy that decides when a queued lead is read back, and for how long.
///
/// telecrm documents no delay between `QUEUED` and the stored lead. A lead is read for the first
/// time `first_after` its send. Further reads follow after waits that double up to `max_interval`,
/// until the stored lead matches the sent lead or the `window` ends. All times start at the `since`
/// of the call.
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
    /// Returns a policy of 5 minutes: first read after 2 seconds, then waits up to 30 seconds.
    fn default() -> Self {
        Self {
            first_after: Duration::from_secs(2),
            max_interval: Duration::from_secs(30),
            window: Duration::from_secs(5 * 60),
        }
    }
}

impl VerifyPolicy {
    /// Returns a policy of one immediate read, whose result is final.
    pub fn once() -> Self {
        Self { first_after: Duration::ZERO, window: Duration::ZERO, ..Self::default() }
    }

    /// Sets the time between `since` and the first read of a lead; 2 seconds by default.
    pub fn first_after(mut self, wait: Duration) -> Self {
        self.first_after = wait;
        self
    }

    /// Sets the maximum wait between two reads of a lead; 30 seconds by default.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// Sets the time between `since` and the last read; 5 minutes by default.
    ///
    /// At least one read is always made.
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Returns the first wait between two reads.
    pub(crate) fn first_interval(&self) -> Duration {
        /// Short enough for a user who waits, long enough to spare the API.
        const FIRST: Duration = Duration::from_secs(2);

        FIRST.min(self.max_interval).max(MIN_INTERVAL)
    }

    /// Returns the wait after a wait of this length.
    pub(crate) fn next_interval(&self, interval: Duration) -> Duration {
        interval.saturating_mul(2).min(self.max_interval).max(MIN_INTERVAL)
    }
}

/// Minimum wait between two reads in every policy.
const MIN_INTERVAL: Duration = Duration::from_millis(10);
