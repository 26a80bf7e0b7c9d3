//! Lets one request through at a time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::RateLimiter;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use tokio::time::Instant;

use super::RateLimit;
use super::cooldown::Cooldown;
use crate::retry::jitter::jitter;

/// Tokio's clock, as the limiter reads it: in a test it is the virtual one.
#[derive(Clone, Debug)]
struct SinceStart(Instant);

impl Clock for SinceStart {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Instant::now().saturating_duration_since(self.0)
    }
}

type Gcra = RateLimiter<NotKeyed, InMemoryState, SinceStart, NoOpMiddleware<Duration>>;

/// The pace of all requests on one token.
///
/// Nobody who waits holds anything that others need: a `send` future that is not polled for a while,
/// or ever, delays nobody for good. So turns are not handed out in advance, but taken when they come;
/// each who waits only wakes at about the time when all before it are through.
#[derive(Debug)]
pub(crate) struct Limiter {
    gcra: Gcra,
    clock: SinceStart,
    /// Between two steady requests.
    period: Duration,
    waiting: AtomicU32,
    cooldown: Mutex<Cooldown>,
    last_use: Mutex<Instant>,
}

impl Limiter {
    pub(super) fn new(rate: &RateLimit) -> Self {
        let quota = rate.quota();
        let now = Instant::now();
        let clock = SinceStart(now);
        Self {
            gcra: RateLimiter::direct_with_clock(quota, clock.clone()),
            clock,
            period: quota.replenish_interval(),
            waiting: AtomicU32::new(0),
            cooldown: Mutex::default(),
            last_use: Mutex::new(now),
        }
    }

    /// Returns when a request may go out, which is then counted; or with the wait, where that would
    /// be over `patience` in all.
    pub(crate) async fn turn(&self, patience: Option<Duration>) -> Result<(), Duration> {
        let Err(wait) = self.take() else { return Ok(()) };
        let queued = Queued::behind(&self.waiting);
        let mut wait = wait.saturating_add(self.period.saturating_mul(queued.place));
        let began = Instant::now();
        loop {
            let waited = began.elapsed();
            if patience.is_some_and(|patience| waited.saturating_add(wait) > patience) {
                return Err(wait);
            }
            tokio::time::sleep(wait).await;
            match self.take() {
                Ok(()) => return Ok(()),
                // One moved in between, and lost its own turn for it: take the next.
                Err(Wait::Turn(next)) => wait = next,
                // All who wait would wake at once at its end.
                Err(Wait::Pause(left)) => {
                    let others = self.waiting.load(Ordering::Relaxed).max(1);
                    wait = left.saturating_add(self.period.saturating_mul(jitter() % others));
                }
            }
        }
    }

    fn take(&self) -> Result<(), Wait> {
        let now = Instant::now();
        if let Some(left) = locked(&self.cooldown).left(now) {
            return Err(Wait::Pause(left));
        }
        match self.gcra.check() {
            Ok(()) => {
                *locked(&self.last_use) = now;
                Ok(())
            }
            Err(not_until) => Err(Wait::Turn(not_until.wait_time_from(self.clock.now()))),
        }
    }

    /// telecrm answered 429: it counts more requests on this token than we do.
    pub(crate) fn refused(&self, retry_after: Option<Duration>) {
        locked(&self.cooldown).refused(retry_after, Instant::now());
    }

    /// telecrm took a request.
    pub(crate) fn taken(&self) {
        locked(&self.cooldown).taken(Instant::now());
    }

    /// Whether a new limiter would allow no more than this one.
    pub(super) fn at_rest(&self) -> bool {
        let hour = Duration::from_secs(60 * 60);
        let paused = locked(&self.cooldown).left(Instant::now()).is_some();
        !paused && locked(&self.last_use).elapsed() > hour
    }
}

/// Why there is no turn yet, and for how long.
enum Wait {
    Turn(Duration),
    Pause(Duration),
}

impl Wait {
    fn saturating_add(&self, more: Duration) -> Duration {
        match self {
            Self::Turn(wait) | Self::Pause(wait) => wait.saturating_add(more),
        }
    }
}

/// One who waits, while it does.
struct Queued<'a> {
    waiting: &'a AtomicU32,
    place: u32,
}

impl<'a> Queued<'a> {
    fn behind(waiting: &'a AtomicU32) -> Self {
        Self { waiting, place: waiting.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a panic left behind is still a pace to keep.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;
    use std::task::{Context, Waker};

    use futures_util::future::join_all;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    /// The most requests in any hour, both of its ends included.
    fn most_in_an_hour(times: &[Instant]) -> usize {
        let mut window = VecDeque::new();
        let mut most = 0;
        for time in times {
            window.push_back(*time);
            while window.front().is_some_and(|first| *time - *first > HOUR) {
                window.pop_front();
            }
            most = most.max(window.len());
        }
        most
    }

    /// Sends as fast as it may for three hours, with a rest of a minute after each so many.
    async fn three_hours(rest_after: usize) -> Vec<Instant> {
        let limiter = Limiter::new(&RateLimit::default());
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < 3 * HOUR {
            limiter.turn(None).await.unwrap();
            times.push(Instant::now());
            if times.len().is_multiple_of(rest_after) {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        }
        times
    }

    #[tokio::test(start_paused = true)]
    async fn no_hour_ever_has_more_than_18_000_requests() {
        let times = three_hours(usize::MAX).await;
        assert!(times[9] == times[0] && times[10] > times[9], "ten at once, and then evenly");
        let most = most_in_an_hour(&times);
        assert!((17_990..=18_000).contains(&most), "{most} in an hour");
        // A rest fills the bucket for another burst, in the same hour.
        for rest_after in [1_000, 5_000, 17_990] {
            let most = most_in_an_hour(&three_hours(rest_after).await);
            assert!(most <= 18_000, "{most} in an hour");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_at_once_keep_the_pace_and_about_their_order() {
        let limiter = Limiter::new(&RateLimit::default());
        let start = Instant::now();
        let waits = join_all((0..1_000).map(async |_| {
            limiter.turn(None).await.unwrap();
            start.elapsed()
        }))
        .await;
        assert!(waits.is_sorted(), "who came first goes first");
        let all = waits.iter().max().unwrap().as_secs_f64();
        assert!((198.0..203.0).contains(&all), "990 at 5 a second in {all} s");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_waits_and_is_never_polled_again_stops_nobody() {
        let limiter = Limiter::new(&RateLimit::default());
        for _ in 0..10 {
            limiter.turn(None).await.unwrap();
        }
        let mut forgotten: Vec<_> = (0..5).map(|_| Box::pin(limiter.turn(None))).collect();
        let mut context = Context::from_waker(Waker::noop());
        for turn in &mut forgotten {
            assert!(turn.as_mut().poll(&mut context).is_pending());
        }
        tokio::time::timeout(Duration::from_secs(2), limiter.turn(None)).await.unwrap().unwrap();
        drop(forgotten);
        assert_eq!(limiter.waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_will_not_wait_is_told_how_long_it_would_be() {
        let limiter = Limiter::new(&RateLimit::default());
        for _ in 0..10 {
            assert_eq!(limiter.turn(Some(Duration::ZERO)).await, Ok(()));
        }
        let start = Instant::now();
        let wait = limiter.turn(Some(Duration::ZERO)).await.unwrap_err();
        assert_eq!(wait.as_millis(), 200);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert_eq!(limiter.turn(Some(Duration::from_secs(1))).await, Ok(()));
        assert_eq!(start.elapsed().as_millis(), 201, "timers wake at whole milliseconds");
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_stops_everybody_and_nobody_rushes_after_it() {
        let limiter = Arc::new(Limiter::new(&RateLimit::default()));
        limiter.refused(Some(Duration::from_secs(30)));
        let start = Instant::now();
        let times = join_all((0..100).map(async |_| {
            limiter.turn(None).await.unwrap();
            start.elapsed()
        }))
        .await;
        assert!(times.iter().all(|time| time.as_secs() >= 30), "{times:?}");
        let in_the_first_second = times.iter().filter(|time| time.as_secs() < 31).count();
        assert!(in_the_first_second <= 15, "{in_the_first_second}");
    }
}
