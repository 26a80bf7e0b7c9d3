//! Settings of the rate limit.

use std::time::Duration;

use super::quota::Quota;

/// Requests that telecrm accepts from one token in an hour (telecrm: Async API).
const HOURLY: u32 = 18_000;
const HOUR: Duration = Duration::from_secs(60 * 60);
const BURST: u32 = 10;

/// Maximum pace of a client: at most 18,000 requests in any hour.
///
/// telecrm accepts this number of requests from one token (telecrm: Async API). The pace is even, 5
/// requests per second, after a first burst of 10. Every request counts, including repetitions. A
/// 429 pauses the client for the time in the response, or for a second that doubles while the 429s
/// continue.
///
/// The limit applies to the token: in one process, all clients with the same token and base URL
/// count together, clones or not. If their settings differ, the strictest applies, until an hour
/// after its client is dropped. [`unlimited`](Self::unlimited) clients do not count. The client
/// does not see other processes: [split](Self::split_between) the limit between them.
///
/// ```
/// use std::time::Duration;
/// use telecrm_runtime::RateLimit;
///
/// // Three workers with one token; each returns an error if it cannot send within a second.
/// let rate = RateLimit::split_between(3).max_wait(Duration::from_secs(1));
/// # let _ = rate;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct RateLimit {
    processes: u32,
    burst: u32,
    max_wait: Option<Duration>,
    unlimited: bool,
}

impl Default for RateLimit {
    /// Returns the complete limit of the token; calls wait for their turn.
    fn default() -> Self {
        Self { processes: 1, burst: BURST, max_wait: None, unlimited: false }
    }
}

impl RateLimit {
    /// Returns the share of one of `processes` processes that use the token at the same time.
    ///
    /// Each of these processes must use this setting. 0 is read as 1, and values above 9,000 as
    /// 9,000.
    pub fn split_between(processes: u32) -> Self {
        Self { processes: processes.clamp(1, HOURLY / 2), ..Self::default() }
    }

    /// Returns a setting without a limit and without a pause after a 429.
    ///
    /// Only the waits of the [`RetryPolicy`](crate::RetryPolicy) remain. Use it if other code
    /// limits the pace, or with an emulator.
    pub fn unlimited() -> Self {
        Self { unlimited: true, ..Self::default() }
    }

    /// Sets the number of requests in a burst after a rest; 10 by default.
    ///
    /// If the limit is split, the default is the process's share of 10.
    ///
    /// A larger burst lowers the steady pace, because the hourly limit stays the same. 0 is read as
    /// 1, and the maximum is half of the share.
    pub fn burst(mut self, burst: u32) -> Self {
        self.burst = burst.max(1).saturating_mul(self.processes);
        self
    }

    /// Sets the maximum wait of a call for its turn; no limit by default.
    ///
    /// A call that would wait longer fails immediately with
    /// [`Error::Throttled`](crate::Error::Throttled), and sends nothing.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = Some(wait);
        self
    }

    /// Fails a call that would have to wait for its turn.
    ///
    /// The call ends immediately with [`Error::Throttled`](crate::Error::Throttled), and sends
    /// nothing.
    pub fn fail_fast(self) -> Self {
        self.max_wait(Duration::ZERO)
    }

    pub(crate) fn is_unlimited(&self) -> bool {
        self.unlimited
    }

    /// Returns the maximum wait, or `None` for no limit.
    pub(crate) fn wait_limit(&self) -> Option<Duration> {
        self.max_wait
    }

    /// Returns the number of requests in any hour, and in one burst.
    fn share_and_burst(&self) -> (u32, u32) {
        let share = HOURLY / self.processes;
        (share, (self.burst / self.processes).clamp(1, share / 2))
    }

    /// Returns the pace whose burst and steady requests together fit into an hour.
    pub(crate) fn quota(&self) -> Quota {
        let (share, burst) = self.share_and_burst();
        // A full burst can be sent in the same hour in addition to the steady requests.
        let steady = share.saturating_sub(burst).max(1);
        let nanos = HOUR.as_nanos().div_ceil(u128::from(steady));
        Quota { period: Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)), burst }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burst_and_steady_pace_fit_into_the_hour() {
        for (rate, share, burst) in [
            (RateLimit::default(), 18_000, 10),
            (RateLimit::split_between(0), 18_000, 10),
            (RateLimit::split_between(3), 6_000, 3),
            (RateLimit::split_between(20), 900, 1),
            (RateLimit::split_between(u32::MAX), 2, 1),
            (RateLimit::default().burst(0), 18_000, 1),
            (RateLimit::default().burst(100), 18_000, 100),
            (RateLimit::split_between(2).burst(7), 9_000, 7),
            (RateLimit::default().burst(u32::MAX), 18_000, 9_000),
        ] {
            assert_eq!(rate.share_and_burst(), (share, burst), "{rate:?}");
            let quota = rate.quota();
            assert_eq!(quota.burst, burst);
            let steady = HOUR.as_nanos() / quota.period.as_nanos();
            assert!(steady + u128::from(burst) <= u128::from(share), "{rate:?}");
        }
    }
}
