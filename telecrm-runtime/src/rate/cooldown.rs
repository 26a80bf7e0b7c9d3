//! Cooldown after a 429: a pause for all requests, doubled while the 429s go on.

use std::time::Duration;

use tokio::time::Instant;

/// After a 429 without `Retry-After`.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// It doubles this often: to 64 seconds.
const DOUBLINGS: u32 = 6;
/// telecrm counts by the hour: no longer `Retry-After` is believed.
const LONGEST: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, Default)]
pub(super) struct Cooldown {
    until: Option<Instant>,
    doublings: u32,
}

impl Cooldown {
    /// A request was answered 429.
    pub(super) fn refused(&mut self, retry_after: Option<Duration>, now: Instant) {
        let own = FIRST_PAUSE.saturating_mul(1 << self.doublings);
        let pause = retry_after.map_or(own, |asked| asked.min(LONGEST));
        let until = now.checked_add(pause).unwrap_or(now);
        // Requests that were in flight together are refused together: one step, not one each.
        if self.left(now).is_none() {
            self.doublings = (self.doublings + 1).min(DOUBLINGS);
        } else if retry_after.is_none() {
            return;
        }
        self.until = self.until.max(Some(until));
    }

    /// A request was taken.
    pub(super) fn taken(&mut self, now: Instant) {
        // Anything that comes in during a pause was sent before it.
        if self.left(now).is_none() {
            self.doublings = 0;
        }
    }

    /// How long the pause still lasts, if there is one.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        self.until?.checked_duration_since(now).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_429_pauses_longer_each_time_until_a_request_is_taken() {
        let mut cooldown = Cooldown::default();
        let mut now = Instant::now();
        let mut pauses = Vec::new();
        for _ in 0..9 {
            // Ten in flight, all refused.
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
    fn retry_after_counts_up_to_an_hour() {
        let now = Instant::now();
        let pause = |asked: &[u64]| {
            let mut cooldown = Cooldown::default();
            for asked in asked {
                cooldown.refused(Some(Duration::from_secs(*asked)), now);
            }
            cooldown.left(now).map(|left| left.as_secs())
        };
        assert_eq!(pause(&[0]), None);
        assert_eq!(pause(&[7]), Some(7));
        assert_eq!(pause(&[7, 9]), Some(9), "the longer one holds");
        assert_eq!(pause(&[9, 7]), Some(9));
        assert_eq!(pause(&[u64::MAX]), Some(3_600));
    }
}
