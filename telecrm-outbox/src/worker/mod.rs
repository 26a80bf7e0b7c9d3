//! Delivery: a worker that claims entries, sends them, and settles them.

mod breaker;
mod counting;
mod heartbeat;
pub(crate) mod info;
mod run;
mod sender;
mod settled;
mod shared;
pub(crate) mod status;
#[cfg(test)]
mod tests;
mod verify;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::{Client, GeneratedLead};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use crate::error::Error;
use crate::outdated::{self, LeadReader};
use crate::store::{Guard, Retention, Store};
use run::run;
pub(crate) use sender::Sender;
use settled::OnSettled;
pub use settled::Settled;
use shared::Shared;
use status::WorkerStatus;
use verify::Verifier;

/// The default number of requests at the same time.
const CONCURRENCY: usize = 8;
/// The default time for which payloads are kept.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The default time for which entries that need a decision keep their data.
const ATTENTION_RETENTION: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// The interval between two attempts of a standby worker to take the lock.
const STANDBY_INTERVAL: Duration = Duration::from_millis(250);

/// Settings of a worker; from [`Outbox::deliver`](crate::Outbox::deliver).
#[must_use = "delivery begins with `start`"]
pub struct Delivery {
    store: Arc<dyn Store>,
    sender: Arc<dyn Sender>,
    verifier: Option<Arc<dyn Verifier>>,
    concurrency: usize,
    retention: Retention,
    lease_margin: Duration,
    standby: bool,
    lead_reader: Option<LeadReader>,
    on_settled: Option<OnSettled>,
}

/// Maximum number of entries of another schema that get a line each in the log.
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
            retention: Retention { settled: RETENTION, attention: ATTENTION_RETENTION },
            lease_margin: LEASE_MARGIN,
            standby: true,
            lead_reader: None,
            on_settled: None,
        }
    }

    /// Reads accepted entries back through the Sync API, so that they go on to
    /// [`State::Verified`](crate::State::Verified), `Mismatched`, `Missing` or `Superseded`.
    pub fn verify(mut self, sync: telecrm_runtime::sync::Client) -> Self {
        self.verifier = Some(Arc::new(sync));
        self
    }

    /// Sets the number of requests at the same time; the default is 8, and the minimum 1. Entries of
    /// one lead are sent one after the other.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Sets the time for which a delivered or discarded entry is kept after it was closed; the default is 7
    /// days. Then it is erased, with phones and names. Entries that need a decision are kept for the
    /// [`attention_retention`](Self::attention_retention).
    pub fn retention(mut self, retention: Duration) -> Self {
        self.retention.settled = retention;
        self
    }

    /// Sets the time for which entries that need a decision keep their data: `Missing`, `Mismatched`,
    /// `Unconfirmed`, `Refused` and `Held`; the default is 90 days. Afterwards they stay listed
    /// without it. Seven days before, the worker logs a warning, and
    /// [`Stats::expiring`](crate::Stats::expiring) counts them.
    pub fn attention_retention(mut self, retention: Duration) -> Self {
        self.retention.attention = retention;
        self
    }

    /// Whether the worker waits if another one delivers from the same SQLite file, and takes over when that
    /// one ends; the default is `true`. With `false` the worker ends with [`Error::AlreadyDelivering`],
    /// for programs that should run only once.
    pub fn standby(mut self, standby: bool) -> Self {
        self.standby = standby;
        self
    }

    /// Logs at start, before anything is sent, each queued entry that this program's lead type cannot
    /// hold ([`Outbox::outdated`](crate::Outbox::outdated)): `report_outdated::<crm::Lead>()`. The
    /// log contains their number, and the ids of the first hundred.
    pub fn report_outdated<L: GeneratedLead>(mut self) -> Self {
        self.lead_reader = Some(LeadReader::of::<L>());
        self
    }

    /// Calls a function when this worker closes an entry, and again when a reading changes its state:
    /// for metrics. A second call of `on_settled` replaces the function.
    ///
    /// The function is not called for decisions of operators, and not for entries that a worker closes
    /// because another one died. It must not block. A panic in it is logged.
    ///
    /// ```
    /// # fn demo(outbox: telecrm_outbox::Outbox, client: telecrm_runtime::Client) {
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// use telecrm_outbox::State;
    ///
    /// let refused = Arc::new(AtomicU64::new(0));
    /// let counter = Arc::clone(&refused);
    /// let delivery = outbox.deliver(client).on_settled(move |settled| {
    ///     if settled.state == State::Refused {
    ///         counter.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// });
    /// # drop(delivery);
    /// # }
    /// ```
    pub fn on_settled(mut self, function: impl Fn(&Settled) + Send + Sync + 'static) -> Self {
        self.on_settled = Some(Arc::new(function));
        self
    }

    /// A shorter lease, for tests of workers that are suspended.
    #[doc(hidden)]
    pub fn lease_margin(mut self, margin: Duration) -> Self {
        self.lease_margin = margin;
        self
    }

    /// Starts to deliver, on the current Tokio runtime.
    ///
    /// On SQLite one worker delivers from a file. If another worker delivers from it already, this worker
    /// waits without blocking a thread, and takes over when the other one ends
    /// ([`standby`](Self::standby)). On PostgreSQL any number of workers deliver.
    ///
    /// The worker ends when [`Worker::stop`] is called, when its handle is dropped, and when its client is
    /// stopped ([`Client::stop`]).
    ///
    /// ```
    /// # async fn demo(outbox: telecrm_outbox::Outbox, client: telecrm_runtime::Client)
    /// #     -> Result<(), telecrm_outbox::Error> {
    /// let mut worker = outbox.deliver(client).start();
    /// // Optional: returns when the worker delivers or stands by, or its error if it cannot start.
    /// worker.ready().await?;
    /// # worker.stop().await
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime.
    pub fn start(self) -> Worker {
        let (stop, stopped) = watch::channel(false);
        let Self { store, sender, concurrency, lease_margin, .. } = &self;
        let (store, sender) = (Arc::clone(store), Arc::clone(sender));
        let on_settled = self.on_settled.clone();
        let shared = Shared::new(store, sender, *concurrency, *lease_margin, on_settled, stopped);
        let shared = Arc::new(shared);
        let (status, reported) = (shared.status(), shared.reported());
        // Here and not in the task: the worker that is started first is the one that delivers.
        let lock = shared.store.lock();
        let task = tokio::spawn(async move {
            let ended = EndedOnDrop(shared);
            heartbeat::during(&ended.0, self.work(&ended.0, lock)).await.inspect_err(|error| {
                tracing::error!(%error, "outbox: delivery did not start");
            })
        });
        Worker { stop, status, reported, task: Some(task) }
    }

    async fn work(self, shared: &Arc<Shared>, lock: Result<Guard, Error>) -> Result<(), Error> {
        let lock = match lock {
            Err(Error::AlreadyDelivering) if self.standby => match stand_by(shared).await? {
                Some(lock) => lock,
                // Stopped before.
                None => return Ok(()),
            },
            lock => lock?,
        };
        shared.store.recover().await?;
        let reported = shared.store.report_attention_retention(self.retention.attention).await;
        if let Err(error) = reported {
            // Only `Stats::expiring` needs it.
            tracing::warn!(%error, "outbox: the attention retention was not stored");
        }
        if let Some(reader) = self.lead_reader {
            report_outdated(&*shared.store, reader).await?;
        }
        shared.show();
        run(shared, self.retention, self.verifier.as_ref()).await;
        drop(lock);
        Ok(())
    }
}

/// Waits for the lock of the database file; `None` if the worker is stopped before.
async fn stand_by(shared: &Shared) -> Result<Option<Guard>, Error> {
    shared.set_status(WorkerStatus::Standby);
    tracing::info!("outbox: another worker delivers, this one is its standby");
    while shared.unless_stopped(sleep(STANDBY_INTERVAL)).await.is_some() {
        let store = Arc::clone(&shared.store);
        // The file system of the lock may be slow.
        match spawn_blocking(move || store.lock()).await.map_err(|_| Error::Closed)? {
            Err(Error::AlreadyDelivering) => {}
            lock => {
                shared.set_status(WorkerStatus::Starting);
                tracing::info!("outbox: the other worker ended, this one takes over");
                return lock.map(Some);
            }
        }
    }
    Ok(None)
}

/// Sets the status of a worker whose task ends, for any reason.
struct EndedOnDrop(Arc<Shared>);

impl Drop for EndedOnDrop {
    fn drop(&mut self) {
        self.0.set_status(WorkerStatus::Ended);
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
        tracing::warn!(entries, "outbox: entries of another schema are sent unchanged");
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

/// A running worker. If it is dropped, it stops as by [`stop`](Self::stop), without a wait for its end.
#[must_use = "a worker stops when it is dropped"]
pub struct Worker {
    stop: watch::Sender<bool>,
    status: watch::Receiver<WorkerStatus>,
    reported: watch::Receiver<WorkerStatus>,
    /// `None` after its result was returned.
    task: Option<JoinHandle<Result<(), Error>>>,
}

impl Worker {
    /// Waits until the worker delivers, or is a standby of another one, and is listed by
    /// [`Outbox::workers`](crate::Outbox::workers). So a rolling deployment can end the old process when
    /// the new one is ready.
    ///
    /// # Errors
    ///
    /// Returns the error of a worker that cannot start, and [`Error::Closed`] if it was stopped before.
    pub async fn ready(&mut self) -> Result<(), Error> {
        let is_started = |status: &WorkerStatus| *status != WorkerStatus::Starting;
        let status =
            self.reported.wait_for(is_started).await.map_or(WorkerStatus::Ended, |status| *status);
        if status == WorkerStatus::Ended {
            self.ended().await?;
            return Err(Error::Closed);
        }
        Ok(())
    }

    /// The current status.
    #[must_use]
    pub fn status(&self) -> WorkerStatus {
        *self.status.borrow()
    }

    /// Whether delivery is paused, because one cause affects every lead ([`WorkerStatus::Paused`]). The
    /// worker sends probes, and resumes when telecrm accepts one.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        matches!(self.status(), WorkerStatus::Paused(_))
    }

    /// Waits until the worker ends by itself: when its client is stopped, or when it cannot start.
    ///
    /// # Errors
    ///
    /// Returns the error of a worker that could not start.
    pub async fn join(mut self) -> Result<(), Error> {
        self.ended().await
    }

    /// Ends delivery: requests in flight are completed and settled, and no other request begins. The lock
    /// of the database file is free when this returns.
    ///
    /// # Errors
    ///
    /// Returns the error of a worker that could not start.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stop.send_replace(true);
        self.ended().await
    }

    async fn ended(&mut self) -> Result<(), Error> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let outcome = task.await;
        self.task = None;
        outcome.map_err(|_| Error::Closed)?
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("status", &self.status()).finish_non_exhaustive()
    }
}
