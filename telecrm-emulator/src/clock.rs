//! Clock of an emulator: the machine's time, or a time that tests move.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::watch;

/// The last millisecond of the year 9999: every system can represent it.
const LAST: u64 = 253_402_300_799_999;

/// Clock for an emulator's hourly limit, time stamps and delays.
///
/// Clones share one time. A stopped clock makes tests of time exact and fast: no time passes until
/// [`advance`](Self::advance) is called, and then whatever waits for the time reached goes on.
/// tokio's paused clock does not reach an emulator, which has a thread and a runtime of its own.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use telecrm_emulator::Clock;
///
/// let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(3600));
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    stopped: bool,
    /// Milliseconds: since 1970 where it is stopped, else what the machine's time is moved by.
    millis: Arc<watch::Sender<u64>>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// A clock that follows the machine's time. It can be advanced, too.
    #[must_use]
    pub fn system() -> Self {
        Self { stopped: false, millis: Arc::new(watch::Sender::new(0)) }
    }

    /// A clock that stands still at this time (1970 at the earliest), to the millisecond.
    #[must_use]
    pub fn stopped_at(moment: SystemTime) -> Self {
        Self { stopped: true, millis: Arc::new(watch::Sender::new(millis_of(moment))) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.millis.send_modify(|millis| *millis = millis.saturating_add(by));
    }

    /// The current time. The clock stops at the end of the year 9999.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.millis())
    }

    /// Milliseconds since 1970.
    pub(crate) fn millis(&self) -> u64 {
        let base = if self.stopped { 0 } else { millis_of(SystemTime::now()) };
        self.millis.borrow().saturating_add(base).min(LAST)
    }

    /// The time so long from now, in milliseconds since 1970.
    pub(crate) fn after(&self, duration: Duration) -> u64 {
        let by = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.millis().saturating_add(by).min(LAST)
    }

    /// Waits until the clock has reached a time, in milliseconds since 1970.
    pub(crate) async fn sleep_until(&self, until: u64) {
        let mut moved = self.millis.subscribe();
        while self.millis() < until {
            let left = Duration::from_millis(until - self.millis());
            if self.stopped {
                // Not an error: the sender lives in `self`.
                let _ = moved.changed().await;
            } else {
                let _ = tokio::time::timeout(left, moved.changed()).await;
            }
        }
    }
}

fn millis_of(moment: SystemTime) -> u64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stops_at_the_end_of_the_year_9999() {
        let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
        clock.advance(Duration::MAX);
        let end = UNIX_EPOCH + Duration::from_millis(253_402_300_799_999);
        assert_eq!((clock.now(), clock.after(Duration::from_secs(1))), (end, LAST));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), end);
    }
}
