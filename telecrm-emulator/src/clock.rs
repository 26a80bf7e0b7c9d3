//! Clock of an emulator: the system time, or a time that tests control.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::watch;

/// The last millisecond of the year 9999, which every platform can represent.
const MAX_MILLIS: u64 = 253_402_300_799_999;

/// Clock for an emulator's hourly limit, time stamps and delays.
///
/// Clones share one time. A stopped clock makes tests of time exact and fast: its time changes
/// only when a test calls [`advance`](Self::advance), and everything that is due at the new time
/// then continues. tokio's paused clock has no effect on an emulator, because an emulator has its
/// own thread and runtime.
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
    /// The time since 1970 if the clock is stopped, otherwise the offset from the system time.
    millis: Arc<watch::Sender<u64>>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// Returns a clock that follows the system time. It can also be advanced.
    #[must_use]
    pub fn system() -> Self {
        Self { stopped: false, millis: Arc::new(watch::Sender::new(0)) }
    }

    /// Returns a clock that is stopped at this time, in whole milliseconds since 1970.
    #[must_use]
    pub fn stopped_at(moment: SystemTime) -> Self {
        Self { stopped: true, millis: Arc::new(watch::Sender::new(millis_of(moment))) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.millis.send_modify(|millis| *millis = millis.saturating_add(by));
    }

    /// Returns the current time, which never exceeds the end of the year 9999.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.millis())
    }

    /// Returns the current time in milliseconds since 1970.
    pub(crate) fn millis(&self) -> u64 {
        let base = if self.stopped { 0 } else { millis_of(SystemTime::now()) };
        self.millis.borrow().saturating_add(base).min(MAX_MILLIS)
    }

    /// Returns the time after a duration from now, in milliseconds since 1970.
    pub(crate) fn after(&self, duration: Duration) -> u64 {
        let by = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.millis().saturating_add(by).min(MAX_MILLIS)
    }

    /// Waits until the clock has reached a time, in milliseconds since 1970.
    pub(crate) async fn sleep_until(&self, until: u64) {
        let mut moved = self.millis.subscribe();
        while self.millis() < until {
            let left = Duration::from_millis(until - self.millis());
            if self.stopped {
                // Cannot fail: `self` owns the sender.
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
        assert_eq!((clock.now(), clock.after(Duration::from_secs(1))), (end, MAX_MILLIS));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), end);
    }
}
