//! Pace of the requests of one client.

use std::time::Duration;

/// Pace: a burst of requests after a rest, then one request per period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) period: Duration,
    pub(crate) burst: u32,
}

impl Quota {
    /// Returns the pace of this number of requests in any second.
    #[cfg(feature = "sync")]
    pub(crate) fn per_second(requests: u32) -> Self {
        Self { period: Duration::from_secs(1) / requests.max(1), burst: 1 }
    }
}
