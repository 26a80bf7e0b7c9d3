//! Stop handles: sending is stopped from anywhere.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::select;
use tokio::sync::Notify;

/// Stops the [`SendAll`](crate::SendAll) that it is of, from anywhere: a signal handler, another task,
/// another thread. Clones stop the same.
///
/// Nothing that is under way is cut off: requests in flight run to their end, which takes at most the
/// client's [`timeout`](crate::ClientBuilder::timeout). A request that waits is not sent any more.
#[derive(Clone, Debug, Default)]
pub struct StopHandle {
    own: Arc<Signal>,
    /// Stops this one, too.
    parent: Option<Arc<Signal>>,
}

#[derive(Debug, Default)]
struct Signal {
    stopped: AtomicBool,
    changed: Notify,
}

impl Signal {
    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    async fn stopped(&self) {
        // Made before the flag is read: what comes in between is not missed.
        let changed = self.changed.notified();
        if !self.is_stopped() {
            changed.await;
        }
    }
}

/// Done once it is stopped.
pub(crate) type Stopped = Pin<Box<dyn Future<Output = ()> + Send>>;

impl StopHandle {
    /// Stops. Doing so twice is the same as once.
    pub fn stop(&self) {
        self.own.stopped.store(true, Ordering::SeqCst);
        self.own.changed.notify_waiters();
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.own.is_stopped() || self.parent.as_ref().is_some_and(|parent| parent.is_stopped())
    }

    /// A handle of its own that this one stops, too.
    pub(crate) fn child(&self) -> Self {
        Self { own: Arc::default(), parent: Some(Arc::clone(&self.own)) }
    }

    /// Returns once it is stopped.
    pub(crate) async fn stopped(&self) {
        match &self.parent {
            Some(parent) => {
                select(pin!(self.own.stopped()), pin!(parent.stopped())).await;
            }
            None => self.own.stopped().await,
        }
    }

    /// The same, on its own.
    pub(crate) fn signal(&self) -> Stopped {
        let stop = self.clone();
        Box::pin(async move { stop.stopped().await })
    }
}
