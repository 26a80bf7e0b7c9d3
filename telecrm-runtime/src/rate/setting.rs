//! Settings of the rate limit.

use std::time::Duration;

use super::quota::Quota;

/// Requests that telecrm accepts from one token in an hour (telecrm: Async API).
const HOURLY: u32 = 18_000;
const HOUR: Duration = Duration::from_secs(60 * 60);
const BURST: u32 = 10;

/// How fast a client may send: never more than the 18,000 requests an hour that telecrm accepts from
/// one token (telecrm: Async API), in any hour.
///
/// The pace is even, 5 requests a second, after a first burst of 10. Every request counts, repeated
/// ones too. A 429 stops the client for as long as the response says, or for a second, doubled while
/// the 429s go on.
///
/// The limit is the token's: in one process all clients with the same token and base URL count
/// together, clones or not. Where their settings differ, the strictest holds, and it does so for an
/// hour after its client is dropped; [`unlimited`](Self::unlimited) clients stay outside. Other
/// processes are not seen: [split](Self::split_between) the limit between them.
///
/// ```
/// use std::time::Duration;
/// use telecrm_runtime::RateLimit;
///
/// // Three workers on one token; each wants an error where it cannot send within a second.
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
    /// The whole limit of the token; calls wait for their turn.
    fn default() -> Self {
        Self { processes: 1, burst: BURST, max_wait: None, unlimited: false }
    }
}

impl RateLimit {
    /// The limit of one of `processes` processes that use the token at the same time, each of which
    /// must say so. 0 is read as 1, and what is above 9,000 as 9,000.
    pub fn split_between(processes: u32) -> Self {
        Self { processes: processes.clamp(1, HOURLY / 2), ..Self::default() }
    }

    /// No limit, and no pause after a 429, but for what [`RetryPolicy`](crate::RetryPolicy) waits:
    /// where something else keeps the pace, or for an emulator.
    pub fn unlimited() -> Self {
        Self { unlimited: true, ..Self::default() }
    }

    /// How many requests may go out at once after a rest; 10 where not set, or the process's share of
    /// it. The steady pace is lowered for it, as the limit of the hour stays. 0 is read as 1, and at
    /// most half of the share is taken.
    pub fn burst(mut self, burst: u32) -> Self {
        self.burst = burst.max(1).saturating_mul(self.processes);
        self
    }

    /// A call that would wait longer than this for its turn fails at once, with
    /// [`Error::Throttled`](crate::Error::Throttled), and sends nothing. Where not set, calls wait.
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = Some(wait);
        self
    }

    /// A call whose turn it is not fails at once, with
    /// [`Error::Throttled`](crate::Error::Throttled), and sends nothing.
    pub fn fail_fast(self) -> Self {
        self.max_wait(Duration::ZERO)
    }

    pub(crate) fn is_unlimited(&self) -> bool {
        self.unlimited
    }

    /// `None` where calls wait as long as it takes.
    pub(crate) fn wait_limit(&self) -> Option<Duration> {
        self.max_wait
    }

    /// Requests in any hour, and of these in one burst.
    fn share_and_burst(&self) -> (u32, u32) {
        let share = HOURLY / self.processes;
        (share, (self.burst / self.processes).clamp(1, share / 2))
    }

    /// The pace whose burst and steady requests together fit into an hour.
    pub(crate) fn quota(&self) -> Quota {
        let (share, burst) = self.share_and_burst();
        // A full bucket may be emptied on top of what flows in, in the same hour.
        let steady = share.saturating_sub(burst).max(1);
        let nanos = HOUR.as_nanos().div_ceil(u128::from(steady));
        Quota { period: Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)), burst }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burst_and_steady_pace_share_the_hour() {
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
