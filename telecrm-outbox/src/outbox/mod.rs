//! `Outbox`: stores leads, and shows and decides their outcome.

mod enterprise;
mod operator;

pub use operator::Restored;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use telecrm_runtime::{Client, GeneratedLead, Lead, PreparedLead, ReadError};

use crate::clock::Clock;
use crate::enterprise::EnterpriseStats;
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::options::{EnqueueOptions, Enqueued};
use crate::outdated::{self, LeadReader};
use crate::sqlite::SqliteStore;
use crate::store::Store;
use crate::worker::Delivery;
pub use enterprise::EnterpriseOutbox;

/// Leads that survive a crash: stored first, then delivered. Clones are cheap and share their
/// connections.
///
/// ```
/// # async fn demo(lead: &impl telecrm_runtime::Lead, client: telecrm_runtime::Client)
/// #     -> Result<(), Box<dyn std::error::Error>> {
/// use telecrm_outbox::Outbox;
///
/// let outbox = Outbox::open("leads.db").await?;
/// let worker = outbox.deliver(client).start();
/// // The lead is on disk when this returns: thank the visitor now.
/// let id = outbox.enqueue(lead).await?;
/// println!("stored as entry {id}");
/// worker.stop().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Outbox {
    database: Database,
    held_limits: HeldLimits,
}

#[derive(Clone)]
enum Database {
    Sqlite(Arc<SqliteStore>),
    #[cfg(feature = "postgres")]
    Postgres(Arc<crate::postgres::PostgresStore>),
}

impl Outbox {
    /// Opens the outbox in an SQLite database, creates the file and the tables if they are missing, and
    /// upgrades tables of an older version. Needs a Tokio runtime, like every method.
    ///
    /// A file that this creates is in WAL mode, and only its owner can read it (mode 0600; on Windows
    /// the access list of the folder applies). If the database also contains other tables, its journal
    /// mode and file mode do not change.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened or written, is damaged or not an SQLite database,
    /// or has tables of a newer version.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path.as_ref(), true).await
    }

    /// Opens an existing outbox, and neither creates nor upgrades anything: for tools that run
    /// next to the service.
    ///
    /// # Errors
    ///
    /// The errors of [`open`](Self::open), [`Error::CannotOpen`] if there is no file,
    /// [`Error::NoTables`], and [`Error::OlderSchema`].
    pub async fn open_existing(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path.as_ref(), false).await
    }

    async fn open_with(path: &Path, creates: bool) -> Result<Self, Error> {
        let store = SqliteStore::open(path.to_owned(), creates, Clock::System).await?;
        Ok(Self::with(Database::Sqlite(Arc::new(store))))
    }

    /// Connects to the outbox in a PostgreSQL database (14 or newer), creates the schema `telecrm` if it
    /// is missing, and upgrades tables of an older version. Any number of processes and machines may
    /// deliver.
    ///
    /// The URL accepts the usual parameters of libpq. `sslmode` decides about TLS: `disable`, `prefer`
    /// (the default), `require`, `verify-ca` or `verify-full`. With TLS the server's certificate is always
    /// verified, with the root certificates in the file `sslrootcert`, or with the root certificates of
    /// this machine. `PgBouncer` in transaction mode is supported. A call ends within 30 seconds, and the
    /// next call after a lost connection connects again.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no connection, if the role may not create or change the schema (see
    /// [`postgres::MIGRATION`](crate::postgres::MIGRATION)), or if its tables are of a newer version.
    #[cfg(feature = "postgres")]
    pub async fn connect(url: impl AsRef<str>) -> Result<Self, Error> {
        Self::connect_with(url.as_ref(), true).await
    }

    /// Connects to an existing outbox, and neither creates nor upgrades anything: for tools that run
    /// next to the service.
    ///
    /// # Errors
    ///
    /// The errors of [`connect`](Self::connect), [`Error::NoTables`], and [`Error::OlderSchema`].
    #[cfg(feature = "postgres")]
    pub async fn connect_existing(url: impl AsRef<str>) -> Result<Self, Error> {
        Self::connect_with(url.as_ref(), false).await
    }

    #[cfg(feature = "postgres")]
    async fn connect_with(url: &str, creates: bool) -> Result<Self, Error> {
        let store = crate::postgres::PostgresStore::connect(url, creates).await?;
        Ok(Self::with(Database::Postgres(Arc::new(store))))
    }

    fn with(database: Database) -> Self {
        Self { database, held_limits: HeldLimits::default() }
    }

    /// Sets the limits of [`hold`](Self::hold) for this value and its later clones.
    #[must_use]
    pub fn with_held_limits(mut self, limits: HeldLimits) -> Self {
        self.held_limits = limits;
        self
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        match &self.database {
            Database::Sqlite(store) => Arc::clone(store) as Arc<dyn Store>,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => Arc::clone(store) as Arc<dyn Store>,
        }
    }

    /// Stores a lead. It is durable when this returns, and will be delivered or listed with a reason.
    ///
    /// The future does not borrow the lead, so it can be spawned. If it is dropped before it returns,
    /// the lead may or may not be stored: storing continues without the future.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be written. The lead is not stored then, unless
    /// [`Error::is_ambiguous`] is `true`: the connection failed during the commit. To try again without
    /// storing the lead twice, use [`enqueue_with`](Self::enqueue_with) and a key.
    pub fn enqueue<L: Lead + ?Sized>(
        &self,
        lead: &L,
    ) -> impl Future<Output = Result<EntryId, Error>> + Send + use<L> {
        self.enqueue_prepared(PreparedLead::new(lead))
    }

    /// Like [`enqueue`](Self::enqueue), for a lead that is already encoded.
    ///
    /// # Errors
    ///
    /// The errors of [`enqueue`](Self::enqueue).
    pub fn enqueue_prepared(
        &self,
        lead: PreparedLead,
    ) -> impl Future<Output = Result<EntryId, Error>> + Send + use<> {
        let enqueued = self.store().enqueue(lead, EnqueueOptions::new());
        async move { Ok(enqueued.await?.id) }
    }

    /// Like [`enqueue`](Self::enqueue), with a key or a priority.
    ///
    /// A second call with the same key and the same body stores nothing and returns the first entry.
    /// So after an error that [`is_ambiguous`](Error::is_ambiguous), or after a dropped future, call it
    /// again.
    ///
    /// ```
    /// # async fn demo(outbox: telecrm_outbox::Outbox, lead: &impl telecrm_runtime::Lead)
    /// #     -> Result<(), telecrm_outbox::Error> {
    /// use telecrm_outbox::EnqueueOptions;
    ///
    /// let options = EnqueueOptions::new().key("delivery-17");
    /// let first = outbox.enqueue_with(lead, options.clone()).await?;
    /// let second = outbox.enqueue_with(lead, options).await?;
    /// assert!(first.id == second.id && !second.is_new);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`enqueue`](Self::enqueue), and [`Error::KeyConflict`] if the key was used for
    /// another body.
    pub fn enqueue_with<L: Lead + ?Sized>(
        &self,
        lead: &L,
        options: EnqueueOptions,
    ) -> impl Future<Output = Result<Enqueued, Error>> + Send + use<L> {
        self.enqueue_prepared_with(PreparedLead::new(lead), options)
    }

    /// Like [`enqueue_with`](Self::enqueue_with), for a lead that is already encoded.
    ///
    /// # Errors
    ///
    /// The errors of [`enqueue_with`](Self::enqueue_with).
    pub fn enqueue_prepared_with(
        &self,
        lead: PreparedLead,
        options: EnqueueOptions,
    ) -> impl Future<Output = Result<Enqueued, Error>> + Send + use<> {
        self.store().enqueue(lead, options)
    }

    /// Stores bytes that are not a valid lead yet, as [`State::Held`]. They are never sent: an operator
    /// corrects them and calls [`release`](Self::release), or discards them.
    ///
    /// # Errors
    ///
    /// The errors of [`enqueue`](Self::enqueue), [`Error::KeyConflict`] if the key was used for other
    /// bytes, and [`Error::TooManyHeld`] if the [limits](Self::with_held_limits) are reached: 10,000
    /// held leads or 64 MiB by default.
    pub async fn hold(&self, held: HeldLead) -> Result<EntryId, Error> {
        self.store().hold(held, self.held_limits).await
    }

    /// Enqueues the corrected lead of a held entry, and closes the held entry, in one transaction.
    ///
    /// The new entry inherits the key. The held entry becomes [`State::Discarded`] with the reason
    /// "released as entry N", and keeps its bytes until the new entry is settled.
    ///
    /// # Errors
    ///
    /// The errors of [`enqueue`](Self::enqueue), [`Error::WrongState`] if the entry is not held, and
    /// [`Error::NotFound`].
    pub fn release<L: Lead + ?Sized>(
        &self,
        id: EntryId,
        lead: &L,
    ) -> impl Future<Output = Result<EntryId, Error>> + Send + use<L> {
        self.release_prepared(id, PreparedLead::new(lead))
    }

    /// Like [`release`](Self::release), for a lead that is already encoded.
    ///
    /// # Errors
    ///
    /// The errors of [`release`](Self::release).
    pub fn release_prepared(
        &self,
        id: EntryId,
        lead: PreparedLead,
    ) -> impl Future<Output = Result<EntryId, Error>> + Send + use<> {
        let store = self.store();
        async move { store.release(id, lead).await }
    }

    /// Stores a lead in the caller's own transaction: it is delivered if the transaction is committed.
    /// Not async, because `rusqlite`'s types are not `Send`.
    ///
    /// The transaction is in the database of the outbox. A worker notices the commit within 250 ms.
    /// Nothing is installed on the connection.
    ///
    /// # Errors
    ///
    /// [`Error::NotDurable`] if the connection's `synchronous` is below FULL or its `journal_mode` is
    /// MEMORY or OFF, [`Error::OtherDatabase`] if the transaction is in another file, and an error if
    /// the database cannot be written.
    pub fn enqueue_in<L: Lead + ?Sized>(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        lead: &L,
    ) -> Result<EntryId, Error> {
        self.enqueue_prepared_in(transaction, PreparedLead::new(lead))
    }

    /// Like [`enqueue_in`](Self::enqueue_in), with a key or a priority, as
    /// [`enqueue_with`](Self::enqueue_with).
    ///
    /// # Errors
    ///
    /// The errors of [`enqueue_in`](Self::enqueue_in), and [`Error::KeyConflict`] if the key was used for
    /// another body.
    pub fn enqueue_in_with<L: Lead + ?Sized>(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        lead: &L,
        options: &EnqueueOptions,
    ) -> Result<Enqueued, Error> {
        self.store_in(transaction, &PreparedLead::new(lead), options)
    }

    /// Like [`enqueue_in`](Self::enqueue_in), for a lead that is already encoded.
    ///
    /// # Errors
    ///
    /// The errors of [`enqueue_in`](Self::enqueue_in).
    #[expect(clippy::needless_pass_by_value, reason = "the signature of `enqueue_prepared`")]
    pub fn enqueue_prepared_in(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        lead: PreparedLead,
    ) -> Result<EntryId, Error> {
        Ok(self.store_in(transaction, &lead, &EnqueueOptions::new())?.id)
    }

    fn store_in(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        lead: &PreparedLead,
        options: &EnqueueOptions,
    ) -> Result<Enqueued, Error> {
        match &self.database {
            Database::Sqlite(store) => store.enqueue_in(transaction, lead, options),
            #[cfg(feature = "postgres")]
            Database::Postgres(_) => Err(Error::OtherDatabase),
        }
    }

    /// Number of entries in each state, for metrics.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn stats(&self) -> Result<Stats, Error> {
        self.store().stats().await
    }

    /// The numbers of each enterprise that has entries, or a client of a worker, in the order of the
    /// ids. Unlike [`stats`](Self::stats), it reads every entry.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn enterprises(&self) -> Result<Vec<EnterpriseStats>, Error> {
        self.store().stats_by_enterprise().await
    }

    /// The entries in a state, oldest first.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn entries(&self, state: State, limit: u32) -> Result<Vec<Entry>, Error> {
        self.store().entries(state, None, limit).await
    }

    /// One entry, or `None` if the id is unknown.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn entry(&self, id: EntryId) -> Result<Option<Entry>, Error> {
        self.store().entry(id).await
    }

    /// Queued entries that are not valid for a lead type, oldest first, with the reasons: a program
    /// with another schema stored them. Delivery sends them unchanged, and telecrm may drop fields that
    /// its workspace does not have any more; [`discard`](Self::discard) removes an entry.
    ///
    /// Entries of other enterprises are left out.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub async fn outdated<L: GeneratedLead>(&self) -> Result<Vec<(EntryId, ReadError)>, Error> {
        let mut entries = Vec::new();
        let found = |id, error| entries.push((id, error));
        outdated::find(&*self.store(), LeadReader::of::<L>(), found).await?;
        Ok(entries)
    }

    /// Prepares delivery through a client. [`Delivery::client`] adds the clients of other enterprises.
    #[must_use = "delivery begins with `start`"]
    pub fn deliver(&self, client: Client) -> Delivery {
        let store: Arc<dyn Store> = match &self.database {
            Database::Sqlite(store) => Arc::clone(store) as Arc<dyn Store>,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => Arc::new(store.for_delivery()),
        };
        Delivery::new(store, client)
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Outbox");
        match &self.database {
            Database::Sqlite(store) => debug.field("path", &store.path()),
            #[cfg(feature = "postgres")]
            Database::Postgres(_) => debug.field("database", &"postgres"),
        };
        debug.finish_non_exhaustive()
    }
}
