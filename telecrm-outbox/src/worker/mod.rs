//! Delivery: a worker that claims entries, sends them, and settles them.

mod breaker;
mod counting;
mod handle;
mod heartbeat;
pub(crate) mod info;
mod maintain;
mod run;
mod sender;
mod settled;
mod shared;
pub(crate) mod status;
#[cfg(test)]
mod tests;
mod unread;
mod verify;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::{Client, GeneratedLead};
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;

use crate::error::Error;
use crate::outdated::{self, LeadReader};
use crate::store::{Guard, Retention, Store};
pub use handle::Worker;
use maintain::maintain;
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
/// The shortest time between two notifications of the clients: each of them reads the database.
const CHANGE_INTERVAL: Duration = Duration::from_millis(20);

/// The interval between two attempts to store the enterprises of the clients.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// The interval between two attempts of a standby worker to take the lock.
const STANDBY_INTERVAL: Duration = Duration::from_millis(250);

/// Settings of a worker; from [`Outbox::deliver`](crate::Outbox::deliver).
#[must_use = "delivery begins with `start`"]
pub struct Delivery {
    store: Arc<dyn Store>,
    /// At most one for each enterprise.
    senders: Vec<Arc<dyn Sender>>,
    /// At most one for each enterprise.
    verifiers: Vec<Arc<dyn Verifier>>,
    concurrency: usize,
    retention: Retention,
    lease_margin: Duration,
    standby: bool,
    lead_readers: Vec<LeadReader>,
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
            senders: vec![sender],
            verifiers: Vec::new(),
            concurrency: CONCURRENCY,
            retention: Retention { settled: RETENTION, attention: ATTENTION_RETENTION },
            lease_margin: LEASE_MARGIN,
            standby: true,
            lead_readers: Vec::new(),
            on_settled: None,
        }
    }

    /// Adds the client of another enterprise, so that one worker delivers the leads of several
    /// workspaces. A client of an enterprise that has one already replaces it.
    ///
    /// Each client has its own pace and its own pauses: an outage of one telecrm, or a revoked token,
    /// delays no lead of another enterprise. Entries of an enterprise without a client stay queued, and
    /// the worker logs one warning for each such enterprise. With several clients, so do entries
    /// without an enterprise id ([`Outbox::assign`](crate::Outbox::assign)).
    ///
    /// ```
    /// # fn demo(outbox: &telecrm_outbox::Outbox) -> Result<(), Box<dyn std::error::Error>> {
    /// use telecrm_runtime::{Client, sync};
    ///
    /// let gupta = Client::builder_from_env_prefixed("GUPTA_")?.build()?;
    /// let acme = Client::builder_from_env_prefixed("ACME_")?.build()?;
    /// let worker = outbox
    ///     .deliver(gupta)
    ///     .client(acme)
    ///     .verify(sync::Client::builder_from_env_prefixed("ACME_")?.build()?)
    ///     .start();
    /// # Ok(())
    /// # }
    /// ```
    pub fn client(mut self, client: Client) -> Self {
        self.add_sender(Arc::new(client));
        self
    }

    fn add_sender(&mut self, sender: Arc<dyn Sender>) {
        self.senders.retain(|other| other.enterprise() != sender.enterprise());
        self.senders.push(sender);
    }

    /// Reads accepted entries back through the Sync API, so that they go on to
    /// [`State::Verified`](crate::State::Verified), `Mismatched`, `Missing` or `Superseded`.
    ///
    /// Call it once for each enterprise whose entries are to be read. Each needs a
    /// [`client`](Self::client).
    pub fn verify(mut self, sync: telecrm_runtime::sync::Client) -> Self {
        self.add_verifier(Arc::new(sync));
        self
    }

    fn add_verifier(&mut self, verifier: Arc<dyn Verifier>) {
        self.verifiers.retain(|other| other.enterprise() != verifier.enterprise());
        self.verifiers.push(verifier);
    }

    /// Sets the number of requests of each client at the same time; the default is 8, and the minimum 1.
    /// Entries of one lead are sent one after the other.
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
    /// log contains their number, and the ids of the first hundred. Call it once for each workspace.
    pub fn report_outdated<L: GeneratedLead>(mut self) -> Self {
        self.lead_readers.push(LeadReader::of::<L>());
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
    /// The worker ends when [`Worker::stop`] is called, when its handle is dropped, and when all of its
    /// clients are stopped ([`Client::stop`]). A client that is stopped ends only its own delivery.
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
        let (notifier, changes) = watch::channel(());
        let of_client = |sender: &Arc<dyn Sender>| {
            let (store, sender) = (Arc::clone(&self.store), Arc::clone(sender));
            let Self { concurrency, lease_margin, .. } = self;
            let signals = (changes.clone(), stopped.clone());
            let on_settled = self.on_settled.clone();
            let shared = Shared::new(store, sender, concurrency, lease_margin, on_settled, signals);
            Arc::new(shared)
        };
        let clients: Vec<Arc<Shared>> = self.senders.iter().map(of_client).collect();
        let statuses =
            clients.iter().map(|client| (client.enterprise().to_owned(), client.status()));
        let statuses = statuses.collect();
        let (heartbeat, reported) = watch::channel(WorkerStatus::Starting);
        // Here and not in the task: the worker that is started first is the one that delivers.
        let lock = self.store.lock();
        let task = tokio::spawn(async move {
            let _ended: Vec<_> = clients.iter().cloned().map(EndedOnDrop).collect();
            let store = Arc::clone(&self.store);
            let work = self.work(&clients, notifier, lock);
            heartbeat::during(&*store, &clients, &heartbeat, work).await.inspect_err(|error| {
                tracing::error!(%error, "outbox: delivery did not start");
            })
        });
        Worker { stop, statuses, reported, task: Some(task) }
    }

    async fn work(
        self,
        clients: &[Arc<Shared>],
        notifier: watch::Sender<()>,
        lock: Result<Guard, Error>,
    ) -> Result<(), Error> {
        let lock = match lock {
            Err(Error::AlreadyDelivering) if self.standby => {
                match stand_by(&self.store, clients).await? {
                    Some(lock) => lock,
                    // Stopped before.
                    None => return Ok(()),
                }
            }
            lock => lock?,
        };
        let enterprises: Vec<_> =
            clients.iter().map(|client| client.enterprise().to_owned()).collect();
        tokio::select! {
            biased;
            () = all_stopped(clients) => return Ok(()),
            outcome = self.recover() => outcome?,
        }
        let reported = self.store.report_attention_retention(self.retention.attention).await;
        if let Err(error) = reported {
            // Only `Stats::expiring` needs it.
            tracing::warn!(%error, "outbox: the attention retention was not stored");
        }
        for reader in &self.lead_readers {
            report_outdated(&*self.store, *reader).await?;
        }
        for enterprise in self.verifiers.iter().map(|verifier| verifier.enterprise()) {
            if !enterprises.iter().any(|own| own == enterprise) {
                tracing::warn!(enterprise, "outbox: nothing is read back without a client");
            }
        }
        for client in clients {
            client.show();
        }
        // Before the first claim: entries without enterprise belong to the only client.
        tokio::select! {
            biased;
            () = all_stopped(clients) => return Ok(()),
            () = self.report_clients(&enterprises) => {}
        }
        let delivering = self.deliver(clients);
        tokio::select! {
            outcome = delivering => outcome?,
            // They do not return.
            () = maintain(&*self.store, &enterprises, self.retention) => {}
            () = notify(&*self.store, &notifier) => {}
        }
        drop(lock);
        Ok(())
    }

    /// Recovers the entries of an earlier worker, as soon as the database can be written.
    async fn recover(&self) -> Result<(), Error> {
        loop {
            match self.store.recover().await {
                Err(error @ (Error::DiskFull | Error::Locked)) => {
                    tracing::error!(%error, "outbox: delivery waits for the database");
                    sleep(REPORT_INTERVAL).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Stores the enterprises of the clients, as soon as the database can be written.
    async fn report_clients(&self, enterprises: &[String]) {
        while let Err(error) = self.store.report_clients(enterprises.to_vec()).await {
            tracing::error!(%error, "outbox: delivery waits for the database");
            sleep(REPORT_INTERVAL).await;
        }
    }

    /// Runs the deliveries of all clients, which are independent of each other, until each has ended.
    async fn deliver(&self, clients: &[Arc<Shared>]) -> Result<(), Error> {
        let mut deliveries = JoinSet::new();
        for client in clients {
            let client = EndedOnDrop(Arc::clone(client));
            let own =
                |verifier: &&Arc<dyn Verifier>| verifier.enterprise() == client.0.enterprise();
            let verifier = self.verifiers.iter().find(own).cloned();
            deliveries.spawn(async move { run(&client.0, verifier.as_ref()).await });
        }
        let mut outcome = Ok(());
        while let Some(ended) = deliveries.join_next().await {
            outcome = outcome.and(ended.map_err(|_| Error::Closed));
        }
        outcome
    }
}

/// Notifies the clients of changed entries. Does not return.
async fn notify(store: &dyn Store, notifier: &watch::Sender<()>) {
    loop {
        store.changed().await;
        notifier.send_replace(());
        sleep(CHANGE_INTERVAL).await;
    }
}

/// Returns when the worker or every client is stopped.
async fn all_stopped(clients: &[Arc<Shared>]) {
    for client in clients {
        client.stopped().await;
    }
}

/// Waits for the lock of the database file; `None` if the worker or every client is stopped before.
async fn stand_by(store: &Arc<dyn Store>, clients: &[Arc<Shared>]) -> Result<Option<Guard>, Error> {
    let set_status = |status| clients.iter().for_each(|client| client.set_status(status));
    set_status(WorkerStatus::Standby);
    tracing::info!("outbox: another worker delivers, this one is its standby");
    loop {
        tokio::select! {
            biased;
            () = all_stopped(clients) => return Ok(None),
            () = sleep(STANDBY_INTERVAL) => {}
        }
        let store = Arc::clone(store);
        // The file system of the lock may be slow.
        match spawn_blocking(move || store.lock()).await.map_err(|_| Error::Closed)? {
            Err(Error::AlreadyDelivering) => {}
            lock => {
                set_status(WorkerStatus::Starting);
                tracing::info!("outbox: the other worker ended, this one takes over");
                return lock.map(Some);
            }
        }
    }
}

/// Sets the status of a client whose task ends, for any reason.
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
