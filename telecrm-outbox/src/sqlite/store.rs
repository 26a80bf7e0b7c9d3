//! Outbox on an SQLite file.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction};
use telecrm_runtime::PreparedLead;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;

use super::connection::{Database, check_durable, clear_journal};
use super::file_system::name_in;
use super::lock::DeliveryLock;
use super::operations;
use super::writer::{Writer, atomically};
use crate::clock::{Clock, Millis, as_millis};
use crate::enterprise::{EnterpriseStats, Waiting};
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::lane::Lane;
use crate::options::{EnqueueOptions, Enqueued};
use crate::reading::Reading;
use crate::store::{
    Claim, ClaimFor, ClaimKey, Guard, OperatorPauses, Position, Recorded, Report, Retention, Store,
    Task, Unverified,
};
use crate::transition::Settlement;
use crate::worker::info::WorkerInfo;

/// Interval at which a worker looks for commits of other connections and processes.
const POLL: Duration = Duration::from_millis(200);

/// Attempts of `erase` to empty the journal, and the wait between them: most transactions end within
/// a second.
const CLEARING_ATTEMPTS: u32 = 20;
const CLEARING_INTERVAL: Duration = Duration::from_millis(50);

pub(crate) struct SqliteStore {
    database: Database,
    clock: Clock,
    writer: Writer,
    reader: Arc<Mutex<Connection>>,
    /// Signalled by every commit of this process that a worker may wait for.
    stored: Arc<Notify>,
    /// The last `PRAGMA data_version` that the worker read.
    seen: AtomicI64,
}

/// No `data_version` is negative.
const NO_VERSION: i64 = -1;

impl SqliteStore {
    pub(crate) async fn open(path: PathBuf, creates: bool, clock: Clock) -> Result<Self, Error> {
        let opened = blocking(move || {
            let opened = Database::open(&path, creates);
            let (database, connection) = opened.map_err(|error| name_in(error, &path))?;
            let reader = database.connect()?;
            Ok((database, Writer::start(connection)?, reader))
        });
        let (database, writer, reader) = opened.await?;
        let reader = Arc::new(Mutex::new(reader));
        Ok(Self {
            database,
            clock,
            writer,
            reader,
            stored: Arc::default(),
            seen: AtomicI64::new(NO_VERSION),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.database.path
    }

    /// Stores a lead in the caller's transaction.
    pub(crate) fn enqueue_in(
        &self,
        transaction: &Transaction<'_>,
        lead: &PreparedLead,
        options: &EnqueueOptions,
    ) -> Result<Enqueued, Error> {
        check_durable(transaction)?;
        if transaction.path().is_none_or(|path| Path::new(path) != self.path()) {
            return Err(Error::OtherDatabase);
        }
        operations::enqueue(transaction, lead, options)
    }

    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Task<'_, T> {
        let reader = Arc::clone(&self.reader);
        let read = blocking(move || read(&reader.lock().unwrap_or_else(PoisonError::into_inner)));
        Box::pin(async move { read.await.map_err(|error| name_in(error, self.path())) })
    }

    fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Task<'_, T> {
        let written = self.writer.write(|connection| atomically(connection, write));
        Box::pin(async move {
            let outcome = written.await;
            self.stored.notify_one();
            outcome.map_err(|error| name_in(error, self.path()))
        })
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.map_err(|_| Error::Closed)?
}

impl Store for SqliteStore {
    fn enqueue(&self, lead: PreparedLead, options: EnqueueOptions) -> Task<'static, Enqueued> {
        // One statement that writes: it needs no savepoint.
        let written =
            self.writer.write(move |connection| operations::enqueue(connection, &lead, &options));
        let stored = Arc::clone(&self.stored);
        Box::pin(async move {
            let enqueued = written.await?;
            stored.notify_one();
            Ok(enqueued)
        })
    }

    fn hold(&self, held: HeldLead, limits: HeldLimits) -> Task<'static, EntryId> {
        let now = self.clock.now();
        let written =
            self.writer.write(move |connection| operations::hold(connection, &held, limits, now));
        Box::pin(written)
    }

    fn release(&self, id: EntryId, lead: PreparedLead) -> Task<'_, EntryId> {
        let now = self.clock.now();
        self.write(move |connection| operations::release(connection, id, &lead, now))
    }

    fn stats(&self) -> Task<'_, Stats> {
        let now = self.clock.now();
        self.read(move |connection| operations::stats(connection, now))
    }

    fn expiring(&self) -> Task<'_, Option<u64>> {
        let now = self.clock.now();
        self.read(move |connection| operations::expiring(connection, now))
    }

    fn stats_by_enterprise(&self) -> Task<'_, Vec<EnterpriseStats>> {
        let now = self.clock.now();
        self.read(move |connection| operations::stats_by_enterprise(connection, now))
    }

    fn entries(
        &self,
        state: State,
        enterprise: Option<String>,
        limit: u32,
    ) -> Task<'_, Vec<Entry>> {
        self.read(move |connection| {
            operations::entries(connection, state, enterprise.as_deref(), limit)
        })
    }

    fn queued(&self, after: EntryId, limit: u32) -> Task<'_, Vec<Entry>> {
        self.read(move |connection| operations::queued(connection, after, limit))
    }

    fn entry(&self, id: EntryId) -> Task<'_, Option<Entry>> {
        self.read(move |connection| operations::entry(connection, id))
    }

    fn stuck(&self, older_than: Duration, limit: u32) -> Task<'_, Vec<Entry>> {
        let now = self.clock.now();
        self.read(move |connection| operations::stuck(connection, older_than, limit, now))
    }

    fn retry(&self, id: EntryId, with_actions: bool) -> Task<'_, ()> {
        let now = self.clock.now();
        self.write(move |connection| operations::retry(connection, id, with_actions, now))
    }

    fn discard(&self, id: EntryId) -> Task<'_, ()> {
        let now = self.clock.now();
        self.write(move |connection| operations::discard(connection, id, now))
    }

    fn confirm(&self, id: EntryId) -> Task<'_, ()> {
        let now = self.clock.now();
        self.write(move |connection| operations::confirm(connection, id, now))
    }

    fn assign(&self, enterprise: String) -> Task<'_, u64> {
        self.write(move |connection| operations::assign(connection, &enterprise))
    }

    fn resend(&self, id: EntryId, with_actions: bool) -> Task<'_, EntryId> {
        let now = self.clock.now();
        self.write(move |connection| operations::resend(connection, id, with_actions, now))
    }

    /// With the lock of a worker: a worker of any version may live.
    fn after_restore(&self, discard_before: Option<Millis>) -> Task<'_, (u64, u64)> {
        let now = self.clock.now();
        Box::pin(async move {
            let _lock = self.lock()?;
            let restored = self.write(move |connection| {
                operations::after_restore(connection, discard_before, now)
            });
            restored.await
        })
    }

    fn held_bodies(&self, after: EntryId, limit: u32) -> Task<'_, Vec<(EntryId, Vec<u8>)>> {
        self.read(move |connection| operations::held_bodies(connection, after, limit))
    }

    fn erase_held(&self, ids: Vec<EntryId>) -> Task<'_, u64> {
        self.write(move |connection| operations::erase_held(connection, &ids))
    }

    fn erase(&self, lead_key: String, enterprise: Option<String>) -> Task<'_, u64> {
        Box::pin(async move {
            let erased = self.write(move |connection| {
                operations::erase(connection, &lead_key, enterprise.as_deref())
            });
            let erased = erased.await?;
            for _ in 0..CLEARING_ATTEMPTS {
                if self.clear_journal().await {
                    return Ok(erased);
                }
                tokio::time::sleep(CLEARING_INTERVAL).await;
            }
            Err(Error::StillInJournal { erased })
        })
    }

    fn lock(&self) -> Result<Guard, Error> {
        Ok(Box::new(DeliveryLock::take(self.path())?))
    }

    fn recover(&self) -> Task<'_, ()> {
        let now = self.clock.now();
        self.write(move |connection| operations::recover(connection, now))
    }

    fn repair_times<'a>(&'a self, enterprise: &'a str) -> Task<'a, ()> {
        let now = self.clock.now();
        let enterprise = enterprise.to_owned();
        self.write(move |connection| operations::repair_times(connection, &enterprise, now))
    }

    /// One process delivers, so there is no lease.
    fn claim<'a>(
        &'a self,
        enterprise: &'a str,
        _lease: Duration,
        purpose: ClaimFor<'a>,
    ) -> Task<'a, Option<Claim>> {
        let now = self.clock.now();
        let enterprise = enterprise.to_owned();
        let (avoid, order, newest) = match purpose {
            ClaimFor::Delivery { order } => (None, order, false),
            ClaimFor::Probe { avoid, newest } => (Some(avoid.to_vec()), Lane::ALL, newest),
        };
        Box::pin(self.writer.write(move |connection| {
            let purpose = match &avoid {
                None => ClaimFor::Delivery { order },
                Some(avoid) => ClaimFor::Probe { avoid, newest },
            };
            operations::claim(connection, &enterprise, purpose, now)
        }))
    }

    fn settle(&self, claim: ClaimKey, settlement: Settlement) -> Task<'_, bool> {
        let now = self.clock.now();
        self.write(move |connection| operations::settle(connection, claim, &settlement, now))
    }

    fn next_due<'a>(&'a self, enterprise: &'a str) -> Task<'a, Option<Duration>> {
        let now = self.clock.now();
        let enterprise = enterprise.to_owned();
        self.read(move |connection| operations::next_due(connection, &enterprise, now))
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            loop {
                let version = self.read(|connection| {
                    let sql = "PRAGMA data_version";
                    Ok(connection.query_row(sql, [], |row| row.get(0))?)
                });
                // An error counts as a change: the next call gets it and reports it.
                let version = version.await.unwrap_or(NO_VERSION);
                if self.seen.swap(version, Ordering::Relaxed) != version || version == NO_VERSION {
                    return;
                }
                if tokio::time::timeout(POLL, self.stored.notified()).await.is_ok() {
                    return;
                }
            }
        })
    }

    fn unverified<'a>(
        &'a self,
        enterprise: &'a str,
        after: Position,
        limit: u32,
    ) -> Task<'a, Vec<Unverified>> {
        let now = self.clock.now();
        let enterprise = enterprise.to_owned();
        self.read(move |connection| {
            operations::unverified(connection, &enterprise, after, limit, now)
        })
    }

    fn bodies_beside(&self, id: EntryId) -> Task<'_, Vec<String>> {
        self.read(move |connection| operations::bodies_beside(connection, id))
    }

    fn record_reading(&self, id: EntryId, reading: Reading) -> Task<'_, Option<Recorded>> {
        let now = self.clock.now();
        self.write(move |connection| operations::record_reading(connection, id, reading, now))
    }

    fn report_attention_retention(&self, retention: Duration) -> Task<'_, ()> {
        let retention = as_millis(retention);
        self.write(move |connection| operations::report_attention_retention(connection, retention))
    }

    fn report_clients(&self, enterprises: Vec<String>) -> Task<'_, ()> {
        self.write(move |connection| operations::report_clients(connection, &enterprises))
    }

    fn waiting(&self) -> Task<'_, Waiting> {
        self.read(operations::waiting)
    }

    fn set_operator_pause(&self, enterprise: Option<String>, paused: bool) -> Task<'_, ()> {
        self.write(move |connection| {
            operations::set_operator_pause(connection, enterprise.as_deref(), paused)
        })
    }

    fn operator_pause<'a>(&'a self, enterprise: &'a str) -> Task<'a, bool> {
        let enterprise = enterprise.to_owned();
        self.read(move |connection| operations::operator_pause(connection, &enterprise))
    }

    fn pauses(&self) -> Task<'_, OperatorPauses> {
        self.read(operations::pauses)
    }

    fn report_worker(&self, id: Option<i64>, report: Report) -> Task<'_, i64> {
        let now = self.clock.now();
        // No worker waits for this commit.
        Box::pin(
            self.writer
                .write(move |connection| operations::report_worker(connection, id, &report, now)),
        )
    }

    fn remove_worker(&self, id: i64) -> Task<'_, ()> {
        Box::pin(self.writer.write(move |connection| operations::remove_worker(connection, id)))
    }

    fn workers(&self) -> Task<'_, Vec<WorkerInfo>> {
        let now = self.clock.now();
        self.read(move |connection| operations::workers(connection, now))
    }

    fn erase_settled(&self, retention: Retention) -> Task<'_, u64> {
        let now = self.clock.now();
        Box::pin(async move {
            let erased =
                self.write(move |connection| operations::erase_settled(connection, retention, now));
            let erased = erased.await?;
            if erased > 0 {
                // The next call removes what other connections keep there.
                self.clear_journal().await;
            }
            Ok(erased)
        })
    }
}

impl SqliteStore {
    /// Removes erased data from the journal; `false` if other connections keep it there.
    async fn clear_journal(&self) -> bool {
        self.read(clear_journal).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "outbox: the journal was not emptied");
            false
        })
    }
}
