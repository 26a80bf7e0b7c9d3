//! How sending is told to stop.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Stops the [`SendAll`](crate::SendAll) that it is of, from anywhere: a signal handler, another task,
/// another thread. Clones stop the same.
///
/// Nothing that is under way is cut off: requests in flight run to their end, which takes at most the
/// client's [`timeout`](crate::ClientBuilder::timeout). What waits is not sent any more.
#[derive(Clone, Debug, Default)]
pub struct StopHandle(Arc<Signal>);

#[derive(Debug, Default)]
struct Signal {
    stopped: AtomicBool,
    changed: Notify,
}

/// Done once it is stopped.
pub(crate) type Stopped = Pin<Box<dyn Future<Output = ()> + Send>>;

impl StopHandle {
    /// Stops. Doing so twice is the same as once.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    /// Returns once it is stopped.
    pub(crate) async fn stopped(&self) {
        // Made before the flag is read: what comes in between is not missed.
        let changed = self.0.changed.notified();
        if !self.is_stopped() {
            changed.await;
        }
    }

    /// The same, on its own.
    pub(crate) fn signal(&self) -> Stopped {
        let stop = self.clone();
        Box::pin(async move { stop.stopped().await })
    }
}
