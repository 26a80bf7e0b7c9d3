//! The handle of a running emulator.

use std::{fmt, net::SocketAddr, sync::Arc, thread::JoinHandle};

use tokio::sync::oneshot;

use crate::{
    Builder, Delivery, StoredLead,
    engine::{ASYNC_TOKEN, Engine, SYNC_TOKEN},
};

/// A telecrm on loopback. It stops, and its port is free again, when this is dropped.
///
/// Emulators share nothing: any number of them may run in one process.
pub struct Emulator {
    engine: Arc<Engine>,
    url: String,
    /// Dropping it tells the server to stop.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Sets up an emulator.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(
        engine: Arc<Engine>,
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        thread: JoinHandle<()>,
    ) -> Self {
        Self { engine, url: format!("http://{address}"), stop: Some(stop), thread: Some(thread) }
    }

    /// The base URL of the Async API, `http://127.0.0.1:<port>`, without a final slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The enterprise that it answers for: the builder's, else the schema's, else `emulator`.
    #[must_use]
    pub fn enterprise_id(&self) -> &str {
        &self.engine.enterprise_id
    }

    /// The token that the Async API takes: `emulator-async-token`.
    #[must_use]
    pub fn async_token(&self) -> &'static str {
        ASYNC_TOKEN
    }

    /// The token that the Async API refuses: `emulator-sync-token`.
    #[must_use]
    pub fn sync_token(&self) -> &'static str {
        SYNC_TOKEN
    }

    /// The leads as they are now, in the order in which they were created.
    #[must_use]
    pub fn leads(&self) -> Vec<StoredLead> {
        self.engine.leads()
    }

    /// What became of each request to the Async endpoint, newest last. Only the last
    /// [`DELIVERIES_KEPT`](crate::DELIVERIES_KEPT) are remembered.
    ///
    /// Background processing is done before the answer is sent, so what was answered is here.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.engine.deliveries()
    }

    /// Forgets all leads and deliveries.
    pub fn reset(&self) {
        self.engine.reset();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A server that panicked has stopped too.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("url", &self.url)
            .field("enterprise_id", &self.engine.enterprise_id)
            .finish_non_exhaustive()
    }
}
