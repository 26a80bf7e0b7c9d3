//! GCRA rate limiter for one token.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::cooldown::Cooldown;
use super::quota::Quota;
use crate::jitter::jitter;

/// Time during which a dropped client still counts, because telecrm counts requests per hour.
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Minimum wait that is logged.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Pace of all requests with one token: the strictest pace of its clients.
///
/// A waiting task holds no resource that other tasks need: a `send` future that is not polled for a
/// while, or ever, does not block another. The limiter therefore assigns no turns in advance. A
/// task takes its turn when it wakes, which is about the time when all tasks before it have taken
/// theirs.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: Mutex<State>,
    waiting: AtomicU32,
}

#[derive(Debug)]
struct State {
    /// Time at which the next request is due at the steady pace (theoretical arrival time).
    due: Instant,
    clients: Vec<Clients>,
    cooldown: Cooldown,
    last_use: Instant,
}

/// Clients with the same quota.
#[derive(Debug)]
struct Clients {
    quota: Quota,
    count: usize,
    /// Time at which the last of them was dropped.
    left: Instant,
}

impl State {
    /// Returns the strictest quota of all clients.
    fn quota(&self) -> Quota {
        let quotas = self.clients.iter().map(|clients| clients.quota);
        let strictest = quotas.reduce(|first, second| Quota {
            period: first.period.max(second.period),
            burst: first.burst.min(second.burst),
        });
        strictest.unwrap_or(Quota { period: Duration::ZERO, burst: 1 })
    }

    /// Removes clients that were dropped more than an hour ago.
    fn forget(&mut self, now: Instant) {
        self.clients
            .retain(|clients| clients.count > 0 || now.duration_since(clients.left) <= HOUR);
    }

    fn take(&mut self, now: Instant) -> Result<(), Wait> {
        if let Some(left) = self.cooldown.left(now) {
            return Err(Wait::Pause(left));
        }
        self.forget(now);
        let Quota { period, burst } = self.quota();
        let due = self.due.max(now);
        let earliest = due.checked_sub(period.saturating_mul(burst.saturating_sub(1)));
        match earliest.and_then(|earliest| earliest.checked_duration_since(now)) {
            Some(wait) if !wait.is_zero() => Err(Wait::Turn(wait)),
            _ => {
                self.due = due.checked_add(period).unwrap_or(due);
                self.last_use = now;
                Ok(())
            }
        }
    }
}

impl Limiter {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let cooldown = Cooldown::default();
        let state = State { due: now, clients: Vec::new(), cooldown, last_use: now };
        Self { state: Mutex::new(state), waiting: AtomicU32::new(0) }
    }

    /// Adds a client with this quota.
    pub(super) fn join(&self, quota: Quota) {
        let now = Instant::now();
        let mut state = self.state();
        state.forget(now);
        match state.clients.iter_mut().find(|clients| clients.quota == quota) {
            Some(clients) => clients.count += 1,
            None => state.clients.push(Clients { quota, count: 1, left: now }),
        }
    }

    /// Records that a client with this quota was dropped.
    pub(super) fn leave(&self, quota: Quota) {
        let now = Instant::now();
        let mut state = self.state();
        let clients = state.clients.iter_mut().find(|clients| clients.quota == quota);
        if let Some(clients) = clients {
            clients.count = clients.count.saturating_sub(1);
            clients.left = now;
        }
    }

    /// Returns when a request may be sent, and counts that request.
    ///
    /// Returns the wait as an error if the total wait would exceed `max_wait`.
    pub(crate) async fn turn(&self, max_wait: Option<Duration>) -> Result<(), Duration> {
        let Err(wait) = self.take() else { return Ok(()) };
        let queued = Queued::behind(&self.waiting);
        let period = self.state().quota().period;
        let mut wait = wait.saturating_add(period.saturating_mul(queued.place));
        let began = Instant::now();
        loop {
            let waited = began.elapsed();
            if max_wait.is_some_and(|max_wait| waited.saturating_add(wait) > max_wait) {
                return Err(wait);
            }
            if wait >= LONG_WAIT {
                tracing::debug!(wait_ms = millis(wait), "telecrm: waiting for the rate limit");
            }
            tokio::time::sleep(wait).await;
            match self.take() {
                Ok(()) => return Ok(()),
                // Another task took this turn, so wait for the next turn.
                Err(Wait::Turn(next)) => wait = next,
                // Spread over time, because all waiting tasks would otherwise wake together.
                Err(Wait::Pause(left)) => {
                    let waiting = self.waiting.load(Ordering::Relaxed).max(1);
                    wait = left.saturating_add(period.saturating_mul(jitter() % waiting));
                }
            }
        }
    }

    fn take(&self) -> Result<(), Wait> {
        self.state().take(Instant::now())
    }

    /// Records a 429: telecrm counts more requests with this token than this limiter.
    pub(crate) fn refused(&self, retry_after: Option<Duration>) {
        let now = Instant::now();
        let mut state = self.state();
        state.cooldown.refused(retry_after, now);
        let pause = state.cooldown.left(now).unwrap_or_default();
        drop(state);
        tracing::debug!(pause_ms = millis(pause), "telecrm: paused by a 429");
    }

    /// Records that telecrm accepted a request.
    pub(crate) fn accepted(&self) {
        self.state().cooldown.taken(Instant::now());
    }

    /// Returns whether a new limiter would allow no more requests than this one.
    pub(super) fn at_rest(&self) -> bool {
        let state = self.state();
        let paused = state.cooldown.left(Instant::now()).is_some();
        !paused && state.last_use.elapsed() > HOUR
    }

    /// Returns the state, even after a panic of another thread, because the pace remains valid.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns milliseconds for logs.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Reason for a wait, and its duration.
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

/// RAII guard that counts waiters.
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

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;
    use std::task::{Context, Waker};

    use futures_util::future::join_all;

    use super::*;
    use crate::rate::RateLimit;

    fn limiter() -> Limiter {
        let limiter = Limiter::new();
        limiter.join(RateLimit::default().quota());
        limiter
    }

    /// Returns the maximum number of requests in an hour, including both of its ends.
    fn max_in_an_hour(times: &[Instant]) -> usize {
        let mut window = VecDeque::new();
        let mut maximum = 0;
        for time in times {
            window.push_back(*time);
            while window.front().is_some_and(|first| *time - *first > HOUR) {
                window.pop_front();
            }
            maximum = maximum.max(window.len());
        }
        maximum
    }

    /// Sends at the maximum pace for three hours; rests a minute after every `rest_after` requests.
    async fn three_hours(rest_after: usize) -> Vec<Instant> {
        let limiter = limiter();
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
    async fn no_hour_has_more_than_18_000_requests() {
        let times = three_hours(usize::MAX).await;
        assert!(times[9] == times[0] && times[10] > times[9], "a burst of ten, then an even pace");
        let maximum = max_in_an_hour(&times);
        assert!((17_990..=18_000).contains(&maximum), "{maximum} in an hour");
        // A rest allows another burst in the same hour.
        for rest_after in [1_000, 5_000, 17_990] {
            let maximum = max_in_an_hour(&three_hours(rest_after).await);
            assert!(maximum <= 18_000, "{maximum} in an hour");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn many_simultaneous_requests_keep_the_pace_and_their_order() {
        let limiter = limiter();
        let start = Instant::now();
        let waits = join_all((0..1_000).map(async |_| {
            limiter.turn(None).await.unwrap();
            start.elapsed()
        }))
        .await;
        assert!(waits.is_sorted(), "first in, first out");
        let seconds = waits.iter().max().unwrap().as_secs_f64();
        assert!((198.0..203.0).contains(&seconds), "990 at 5 a second in {seconds} s");
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_task_that_is_never_polled_again_blocks_no_other() {
        let limiter = limiter();
        for _ in 0..10 {
            limiter.turn(None).await.unwrap();
        }
        let mut unpolled: Vec<_> = (0..5).map(|_| Box::pin(limiter.turn(None))).collect();
        let mut context = Context::from_waker(Waker::noop());
        for turn in &mut unpolled {
            assert!(turn.as_mut().poll(&mut context).is_pending());
        }
        tokio::time::timeout(Duration::from_secs(2), limiter.turn(None)).await.unwrap().unwrap();
        drop(unpolled);
        assert_eq!(limiter.waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn error_without_a_wait_contains_the_duration_of_the_wait() {
        let limiter = limiter();
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
    async fn after_a_429_all_tasks_pause_and_resume_at_the_pace() {
        let limiter = Arc::new(limiter());
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

    #[tokio::test(start_paused = true)]
    async fn strictest_client_applies_until_an_hour_after_it_is_dropped() {
        let pace = async |limiter: &Limiter| {
            let start = Instant::now();
            for _ in 0..100 {
                limiter.turn(None).await.unwrap();
            }
            start.elapsed().as_secs()
        };
        let limiter = limiter();
        assert_eq!(pace(&limiter).await, 18, "90 at 5 a second");
        let third = RateLimit::split_between(3).quota();
        limiter.join(third);
        assert_eq!(pace(&limiter).await / 10, 6, "a third of the pace");
        limiter.leave(third);
        assert_eq!(pace(&limiter).await / 10, 6);
        tokio::time::sleep(HOUR + Duration::from_secs(1)).await;
        assert_eq!(pace(&limiter).await, 18);
        // An additional client allows no more requests, regardless of its burst.
        limiter.join(RateLimit::default().burst(100).quota());
        tokio::time::sleep(HOUR).await;
        assert!(pace(&limiter).await >= 18);
    }
}
