//! Pace of the requests of one client.

use std::time::Duration;

/// A pace: so many requests at once after a rest, then one each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) period: Duration,
    pub(crate) burst: u32,
}

impl Quota {
    /// So many requests in any second.
    #[cfg(feature = "sync")]
    pub(crate) fn per_second(requests: u32) -> Self {
        Self { period: Duration::from_secs(1) / requests.max(1), burst: 1 }
    }
}
