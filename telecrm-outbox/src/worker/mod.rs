//! Delivery: a worker that claims entries, sends them, and settles them.

mod run;
mod sender;
#[cfg(test)]
mod tests;
mod verify;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use telecrm_runtime::{Client, GeneratedLead};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::error::Error;
use crate::outdated::{self, LeadReader};
use crate::store::Store;
use run::{Shared, run};
use sender::Sender;
use verify::Verifier;

/// Requests at the same time where not set.
const CONCURRENCY: usize = 8;
/// How long payloads are kept where not set.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Settings of a worker; from [`Outbox::deliver`](crate::Outbox::deliver).
#[must_use = "delivery begins with `start`"]
pub struct Delivery {
    store: Arc<dyn Store>,
    sender: Arc<dyn Sender>,
    verifier: Option<Arc<dyn Verifier>>,
    concurrency: usize,
    retention: Duration,
    lease_margin: Duration,
    lead_reader: Option<LeadReader>,
}

/// So many entries of another schema have a line each in the log.
const NAMED_OUTDATED: u64 = 100;

/// A lease outlasts the client's timeout by this much.
const LEASE_MARGIN: Duration = Duration::from_secs(10);

impl Delivery {
    pub(crate) fn new(store: Arc<dyn Store>, client: Client) -> Self {
        Self::with(store, Arc::new(client))
    }

    pub(crate) fn with(store: Arc<dyn Store>, sender: Arc<dyn Sender>) -> Self {
        Self {
            store,
            sender,
            verifier: None,
            concurrency: CONCURRENCY,
            retention: RETENTION,
            lease_margin: LEASE_MARGIN,
            lead_reader: None,
        }
    }

    /// Reads accepted entries back through the Sync API, so that they go on to
    /// [`State::Verified`](crate::State::Verified), `Mismatched`, `Missing` or `Superseded`.
    pub fn verify(mut self, sync: telecrm_runtime::sync::Client) -> Self {
        self.verifier = Some(Arc::new(sync));
        self
    }

    /// How many requests are under way at the same time; 8 where not set, and at least 1. Entries of
    /// one lead never are.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// How long the payload of an entry is kept after it was closed; 7 days where not set. Then it
    /// is erased: phones and names with it. Refused entries are kept until a person decides.
    pub fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// Logs at start, before anything is sent, each queued entry that this program's lead type cannot
    /// hold ([`Outbox::outdated`](crate::Outbox::outdated)): `report_outdated::<crm::Lead>()`. All of
    /// them are counted, and the first hundred are named.
    pub fn report_outdated<L: GeneratedLead>(mut self) -> Self {
        self.lead_reader = Some(LeadReader::of::<L>());
        self
    }

    /// A shorter lease, for tests of workers that stand still.
    #[doc(hidden)]
    pub fn lease_margin(mut self, margin: Duration) -> Self {
        self.lease_margin = margin;
        self
    }

    /// Starts to deliver, on the current Tokio runtime.
    ///
    /// On SQLite one worker delivers from a file. Where another one does already, this worker ends
    /// at once: awaiting the worker, or [`Worker::stop`], returns [`Error::AlreadyDelivering`], and
    /// `tracing` reports it.
    ///
    /// ```
    /// # async fn demo(outbox: telecrm_outbox::Outbox, client: telecrm_runtime::Client)
    /// #     -> Result<(), telecrm_outbox::Error> {
    /// // `.await?` returns the worker once it delivers; it is not needed for the worker to run.
    /// let worker = outbox.deliver(client).start().await?;
    /// # worker.stop().await
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    pub fn start(self) -> Worker {
        let Self { store, sender, verifier, concurrency, retention, lease_margin, lead_reader } =
            self;
        let (stop, stopped) = watch::channel(false);
        let (ready, is_ready) = oneshot::channel();
        let shared = Arc::new(Shared::new(store, sender, lease_margin, stopped));
        // Here and not in the task: the worker that is started first is the one that delivers.
        let lock = shared.store.lock();
        let task = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                let started = async {
                    let lock = lock?;
                    shared.store.recover().await?;
                    if let Some(reader) = lead_reader {
                        report_outdated(&*shared.store, reader).await?;
                    }
                    Ok::<_, Error>(lock)
                };
                let lock = started.await.inspect_err(|error| {
                    tracing::error!(%error, "outbox: delivery did not start");
                })?;
                // Nobody has to wait for it.
                let _ = ready.send(());
                run(&shared, concurrency, retention, verifier.as_ref()).await;
                drop(lock);
                Ok(())
            }
        });
        Worker { stop, shared, ready: is_ready, task: Some(task) }
    }
}

async fn report_outdated(store: &dyn Store, reader: LeadReader) -> Result<(), Error> {
    let mut entries = 0_u64;
    outdated::find(store, reader, |id, error| {
        entries += 1;
        if entries <= NAMED_OUTDATED {
            // Paths and rules: its text shows no values.
            tracing::warn!(entry = id.0, %error, "outbox: an entry is of another schema");
        }
    })
    .await?;
    if entries > 0 {
        tracing::warn!(entries, "outbox: entries of another schema are sent as they were stored");
    }
    Ok(())
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("concurrency", &self.concurrency)
            .field("retention", &self.retention)
            .finish_non_exhaustive()
    }
}

/// A running worker. Dropped, it stops as by [`stop`](Self::stop), with nobody waiting for it.
#[must_use = "a worker stops when it is dropped"]
pub struct Worker {
    stop: watch::Sender<bool>,
    shared: Arc<Shared>,
    ready: oneshot::Receiver<()>,
    task: Option<JoinHandle<Result<(), Error>>>,
}

impl Worker {
    /// Ends delivery: requests under way run to their end and are settled, nothing new begins.
    ///
    /// # Errors
    ///
    /// Where delivery could not start.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stop.send_replace(true);
        self.ended().await
    }

    /// Whether delivery is paused: telecrm refused the token (401), which says nothing about a lead.
    /// The worker tries again with one entry now and then, and goes on once that is accepted.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.shared.paused.load(Ordering::Relaxed)
    }

    async fn ended(&mut self) -> Result<(), Error> {
        match self.task.take() {
            Some(task) => task.await.map_err(|_| Error::Closed)?,
            None => Ok(()),
        }
    }
}

impl IntoFuture for Worker {
    type Output = Result<Self, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    /// Waits until it delivers, or could not start.
    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            match (&mut self.ready).await {
                Ok(()) => Ok(self),
                Err(_) => Err(self.ended().await.err().unwrap_or(Error::Closed)),
            }
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("is_paused", &self.is_paused()).finish_non_exhaustive()
    }
}
