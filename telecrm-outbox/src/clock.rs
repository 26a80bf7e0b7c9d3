//! Wall clock in Unix milliseconds, which tests can move.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Unix milliseconds.
pub(crate) type Millis = i64;

/// The clock of one outbox.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    System,
    /// Follows Tokio's clock, which a test can pause and advance.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests with a paused clock"))]
    Tokio {
        origin: Millis,
        started: Instant,
    },
}

impl Clock {
    #[cfg(test)]
    pub(crate) fn tokio() -> Self {
        // Ahead of SQLite's clock, so that stored entries are due.
        let origin = add(millis(SystemTime::now()), Duration::from_secs(60));
        Self::Tokio { origin, started: Instant::now() }
    }

    pub(crate) fn now(self) -> Millis {
        match self {
            Self::System => millis(SystemTime::now()),
            Self::Tokio { origin, started } => add(origin, started.elapsed()),
        }
    }
}

/// A time before 1970 counts as 1970.
pub(crate) fn millis(time: SystemTime) -> Millis {
    as_millis(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

pub(crate) fn system_time(at: Millis) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(at).unwrap_or(0));
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

pub(crate) fn add(at: Millis, duration: Duration) -> Millis {
    at.saturating_add(as_millis(duration))
}

/// The time from `from` to `to`, zero if it is negative.
pub(crate) fn between(from: Millis, to: Millis) -> Duration {
    Duration::from_millis(u64::try_from(to.saturating_sub(from)).unwrap_or(0))
}

pub(crate) fn as_millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}
