//! Clock of a test that uses both sockets and timers.

use std::sync::mpsc;
use std::time::Duration;

/// Keeps tokio's paused clock still until the test advances it.
///
/// tokio advances a paused clock whenever the runtime is idle, and waiting for a socket counts as idle:
/// every timeout of a client would expire while its request is in flight. While this guard lives, only
/// [`advance`](Self::advance) moves the clock. After its drop the clock advances by itself again, so
/// that waits without a socket end immediately.
///
/// Use it in a test with `#[tokio::test(start_paused = true)]`.
#[derive(Debug)]
#[must_use = "the clock does not advance until the guard is dropped"]
pub struct ManualClock {
    _running: mpsc::Sender<()>,
}

impl ManualClock {
    /// Stops the clock.
    ///
    /// # Panics
    ///
    /// If it is called outside of a tokio runtime.
    pub fn stop() -> Self {
        let (sender, receiver) = mpsc::channel();
        // tokio does not advance its clock while a blocking task runs.
        tokio::task::spawn_blocking(move || receiver.recv());
        Self { _running: sender }
    }

    /// Moves the clock, and runs the timers that are then due.
    ///
    /// # Panics
    ///
    /// If the runtime's clock is not paused.
    pub async fn advance(&self, duration: Duration) {
        tokio::time::advance(duration).await;
    }

    /// Moves the clock as soon as `ready` is done, and lets it run again.
    ///
    /// # Panics
    ///
    /// If the runtime's clock is not paused.
    pub async fn advance_after(self, ready: impl Future<Output = ()>, duration: Duration) {
        ready.await;
        self.advance(duration).await;
    }
}
