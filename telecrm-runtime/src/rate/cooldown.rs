//! Cooldown after a 429: a pause of all requests, doubled while the 429s continue.

use std::time::Duration;

use tokio::time::Instant;

/// First pause after a 429 without `Retry-After`.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Number of times that the pause doubles: up to 64 seconds.
const DOUBLINGS: u32 = 6;
/// Maximum `Retry-After` that is honoured, because telecrm counts requests per hour.
const MAX_PAUSE: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, Default)]
pub(super) struct Cooldown {
    until: Option<Instant>,
    doublings: u32,
}

impl Cooldown {
    /// Records that telecrm refused a request with 429.
    pub(super) fn refused(&mut self, retry_after: Option<Duration>, now: Instant) {
        let own = FIRST_PAUSE.saturating_mul(1 << self.doublings);
        let pause = retry_after.map_or(own, |requested| requested.min(MAX_PAUSE));
        let until = now.checked_add(pause).unwrap_or(now);
        // Requests in flight are refused together, which counts as one step.
        if self.left(now).is_none() {
            self.doublings = (self.doublings + 1).min(DOUBLINGS);
        } else if retry_after.is_none() {
            return;
        }
        self.until = self.until.max(Some(until));
    }

    /// Records that telecrm accepted a request.
    pub(super) fn taken(&mut self, now: Instant) {
        // A response during a pause belongs to a request from before the pause.
        if self.left(now).is_none() {
            self.doublings = 0;
        }
    }

    /// Returns the rest of the pause, if there is one.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        self.until?.checked_duration_since(now).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_doubles_with_each_429_until_a_request_is_accepted() {
        let mut cooldown = Cooldown::default();
        let mut now = Instant::now();
        let mut pauses = Vec::new();
        for _ in 0..9 {
            // All ten requests in flight are refused.
            (0..10).for_each(|_| cooldown.refused(None, now));
            let left = cooldown.left(now).expect("a pause");
            pauses.push(left.as_secs());
            cooldown.taken(now);
            now += left;
            assert_eq!(cooldown.left(now), None);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 64, 64]);
        cooldown.taken(now);
        cooldown.refused(None, now);
        assert_eq!(cooldown.left(now), Some(Duration::from_secs(1)));
    }

    #[test]
    fn retry_after_is_honoured_up_to_an_hour() {
        let now = Instant::now();
        let pause = |waits: &[u64]| {
            let mut cooldown = Cooldown::default();
            for wait in waits {
                cooldown.refused(Some(Duration::from_secs(*wait)), now);
            }
            cooldown.left(now).map(|left| left.as_secs())
        };
        assert_eq!(pause(&[0]), None);
        assert_eq!(pause(&[7]), Some(7));
        assert_eq!(pause(&[7, 9]), Some(9), "the longer pause applies");
        assert_eq!(pause(&[9, 7]), Some(9));
        assert_eq!(pause(&[u64::MAX]), Some(3_600));
    }
}
