//! Handles that stop sending from other code.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::select;
use tokio::sync::Notify;

/// Handle that stops a [`SendAll`](crate::SendAll) from other tasks or threads.
///
/// Clones stop the same `SendAll`. Requests in flight complete, which takes at most the client's
/// [`timeout`](crate::ClientBuilder::timeout). Requests that wait are not sent.
#[derive(Clone, Debug, Default)]
pub struct StopHandle {
    own: Arc<Signal>,
    /// A signal that also stops this handle.
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
        // Created before the flag is read, so that a stop in between is not missed.
        let changed = self.changed.notified();
        if !self.is_stopped() {
            changed.await;
        }
    }
}

/// Future that completes after the stop.
pub(crate) type Stopped = Pin<Box<dyn Future<Output = ()> + Send>>;

impl StopHandle {
    /// Stops the `SendAll`. Further calls have no effect.
    pub fn stop(&self) {
        self.own.stopped.store(true, Ordering::SeqCst);
        self.own.changed.notify_waiters();
    }

    /// Returns whether [`stop`](Self::stop) was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.own.is_stopped() || self.parent.as_ref().is_some_and(|parent| parent.is_stopped())
    }

    /// Returns a separate handle that this handle also stops.
    pub(crate) fn child(&self) -> Self {
        Self { own: Arc::default(), parent: Some(Arc::clone(&self.own)) }
    }

    /// Returns after the stop.
    pub(crate) async fn stopped(&self) {
        match &self.parent {
            Some(parent) => {
                select(pin!(self.own.stopped()), pin!(parent.stopped())).await;
            }
            None => self.own.stopped().await,
        }
    }

    /// Returns a future like [`stopped`](Self::stopped) that does not borrow the handle.
    pub(crate) fn signal(&self) -> Stopped {
        let stop = self.clone();
        Box::pin(async move { stop.stopped().await })
    }
}
