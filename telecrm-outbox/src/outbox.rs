//! `Outbox`: stores leads, and shows and decides what became of them.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use telecrm_runtime::{Client, GeneratedLead, Lead, PreparedLead, ReadError};

use crate::clock::Clock;
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::options::EnqueueOptions;
use crate::outdated::{self, LeadReader};
use crate::sqlite::SqliteStore;
use crate::store::Store;
use crate::worker::Delivery;

/// Leads that survive a crash: stored first, then delivered. Cheap to clone; clones share their
/// connections.
///
/// ```
/// # async fn demo(lead: &impl telecrm_runtime::Lead, client: telecrm_runtime::Client)
/// #     -> Result<(), Box<dyn std::error::Error>> {
/// use telecrm_outbox::Outbox;
///
/// let outbox = Outbox::open("leads.db").await?;
/// let worker = outbox.deliver(client).start();
/// // The lead is on disk when this returns. Now say "thank you".
/// let id = outbox.enqueue(lead).await?;
/// println!("stored as entry {id}");
/// worker.stop().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Outbox {
    database: Database,
}

#[derive(Clone)]
enum Database {
    Sqlite(Arc<SqliteStore>),
    #[cfg(feature = "postgres")]
    Postgres(Arc<crate::postgres::PostgresStore>),
}

impl Outbox {
    /// Opens the outbox in an SQLite database, and creates the file and the tables where they are
    /// missing. Needs a Tokio runtime, as every method does.
    ///
    /// A file that this creates is in WAL mode, and readable by this user alone (mode 0600; Windows:
    /// as its folder). In a database that holds other tables, too, journal mode and file mode stay as
    /// they are.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened or written, is damaged or no SQLite database, or has tables of
    /// a newer version.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path.as_ref(), true).await
    }

    /// Opens an outbox that is there, and creates nothing: for tools beside the service.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), [`Error::CannotOpen`] where there is no file, and
    /// [`Error::NoTables`].
    pub async fn open_existing(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path.as_ref(), false).await
    }

    async fn open_with(path: &Path, creates: bool) -> Result<Self, Error> {
        let store = SqliteStore::open(path.to_owned(), creates, Clock::System).await?;
        Ok(Self { database: Database::Sqlite(Arc::new(store)) })
    }

    /// Connects to the outbox in a PostgreSQL database (14 or newer), and creates the schema `telecrm`
    /// where it is missing. Any number of processes and machines may deliver.
    ///
    /// TLS is used as the URL's `sslmode` says: `disable`, `prefer` (where not set) or `require`. The
    /// server's certificate is verified by the roots of trust of this machine. A lost connection is
    /// opened again.
    ///
    /// # Errors
    ///
    /// Where there is no connection, the role may not create the schema (see
    /// [`postgres::MIGRATION`](crate::postgres::MIGRATION)), or its tables are of a newer version.
    #[cfg(feature = "postgres")]
    pub async fn connect(url: impl AsRef<str>) -> Result<Self, Error> {
        Self::connect_with(url.as_ref(), true).await
    }

    /// Connects to an outbox that is there, and creates nothing: for tools beside the service.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect), and [`Error::NoTables`].
    #[cfg(feature = "postgres")]
    pub async fn connect_existing(url: impl AsRef<str>) -> Result<Self, Error> {
        Self::connect_with(url.as_ref(), false).await
    }

    #[cfg(feature = "postgres")]
    async fn connect_with(url: &str, creates: bool) -> Result<Self, Error> {
        let store = crate::postgres::PostgresStore::connect(url, creates).await?;
        Ok(Self { database: Database::Postgres(Arc::new(store)) })
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        match &self.database {
            Database::Sqlite(store) => Arc::clone(store) as Arc<dyn Store>,
            #[cfg(feature = "postgres")]
            Database::Postgres(store) => Arc::clone(store) as Arc<dyn Store>,
        }
    }

    /// Stores a lead. It is durable when this returns, and will be delivered or listed with its
    /// reason.
    ///
    /// The future does not borrow the lead, so it can be spawned. Dropped before it is done, the lead
    /// may or may not be stored.
    ///
    /// # Errors
    ///
    /// Where the database cannot be written: the lead is then not stored.
    pub fn enqueue<L: Lead + ?Sized>(
        &self,
        lead: &L,
    ) -> impl Future<Output = Result<EntryId, Error>> + Send + use<L> {
        self.enqueue_prepared(PreparedLead::new(lead))
    }

    /// As [`enqueue`](Self::enqueue), for a lead that is encoded already.
    ///
    /// # Errors
    ///
    /// As [`enqueue`](Self::enqueue).
    pub fn enqueue_prepared(
        &self,
        lead: PreparedLead,
    ) -> impl Future<Output = Result<EntryId, Error>> + Send + use<> {
        let enqueued = self.store().enqueue(lead, EnqueueOptions::new());
        async move { Ok(enqueued.await?.id) }
    }

    /// Stores a lead in the caller's own transaction: it is delivered if that is committed, and only
    /// then. Not async, as `rusqlite`'s types are not `Send`.
    ///
    /// The transaction is one of the database that the outbox is in. A worker notices the commit
    /// within 250 ms. Nothing is installed on the connection.
    ///
    /// # Errors
    ///
    /// [`Error::NotDurable`] where the connection's `synchronous` is below FULL,
    /// [`Error::OtherDatabase`] where it is one of another file, and where the database cannot be
    /// written.
    pub fn enqueue_in<L: Lead + ?Sized>(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        lead: &L,
    ) -> Result<EntryId, Error> {
        self.enqueue_prepared_in(transaction, PreparedLead::new(lead))
    }

    /// As [`enqueue_in`](Self::enqueue_in), for a lead that is encoded already.
    ///
    /// # Errors
    ///
    /// As [`enqueue_in`](Self::enqueue_in).
    #[expect(clippy::needless_pass_by_value, reason = "as `enqueue_prepared`")]
    pub fn enqueue_prepared_in(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        lead: PreparedLead,
    ) -> Result<EntryId, Error> {
        match &self.database {
            Database::Sqlite(store) => store.enqueue_in(transaction, &lead),
            #[cfg(feature = "postgres")]
            Database::Postgres(_) => Err(Error::OtherDatabase),
        }
    }

    /// How many entries are in each state, for metrics.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub async fn stats(&self) -> Result<Stats, Error> {
        self.store().stats().await
    }

    /// The entries in a state, oldest first.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub async fn entries(&self, state: State, limit: u32) -> Result<Vec<Entry>, Error> {
        self.store().entries(state, limit).await
    }

    /// One entry, or `None` where the id is unknown.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub async fn entry(&self, id: EntryId) -> Result<Option<Entry>, Error> {
        self.store().entry(id).await
    }

    /// Queued entries that a lead type cannot hold, oldest first, and why: they were stored by a
    /// program with another schema. Delivery sends them as they were stored, and telecrm may drop what
    /// its workspace does not know any more; [`discard`](Self::discard) takes one out.
    ///
    /// Entries of other enterprises are left out.
    ///
    /// # Errors
    ///
    /// Where the database cannot be read.
    pub async fn outdated<L: GeneratedLead>(&self) -> Result<Vec<(EntryId, ReadError)>, Error> {
        let mut entries = Vec::new();
        let found = |id, error| entries.push((id, error));
        outdated::find(&*self.store(), LeadReader::of::<L>(), found).await?;
        Ok(entries)
    }

    /// Queues a closed entry that needs a person's decision once more; an entry that waits for its
    /// next attempt is due at once.
    ///
    /// Actions that telecrm may have are not sent again: use
    /// [`retry_with_actions`](Self::retry_with_actions) to take that risk.
    ///
    /// # Errors
    ///
    /// [`Error::Superseded`] where a newer entry of the lead was sent, [`Error::Erased`] where the
    /// payload is gone, [`Error::WrongState`] where the entry was delivered or is under way, and
    /// [`Error::NotFound`].
    pub async fn retry(&self, id: EntryId) -> Result<(), Error> {
        self.store().retry(id, false).await
    }

    /// As [`retry`](Self::retry), and sends the actions again too: **telecrm then may have them
    /// twice.**
    ///
    /// # Errors
    ///
    /// As [`retry`](Self::retry).
    pub async fn retry_with_actions(&self, id: EntryId) -> Result<(), Error> {
        self.store().retry(id, true).await
    }

    /// Decides that an entry is not to be sent (again), and erases its payload at once.
    ///
    /// # Errors
    ///
    /// [`Error::WrongState`] where the entry was delivered or is under way, and [`Error::NotFound`].
    pub async fn discard(&self, id: EntryId) -> Result<(), Error> {
        self.store().discard(id).await
    }

    /// Removes every entry of one person, in whatever state, and returns their number. The lead in
    /// telecrm stays.
    ///
    /// # Errors
    ///
    /// Where the database cannot be written.
    pub async fn erase(&self, identifier: &str) -> Result<u64, Error> {
        self.store().erase(lead_keys(identifier)).await
    }

    /// Sets up delivery through a client.
    #[must_use = "delivery begins with `start`"]
    pub fn deliver(&self, client: Client) -> Delivery {
        Delivery::new(self.store(), client)
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

/// The keys that an identifier can have, whichever type its field is of.
fn lead_keys(identifier: &str) -> Vec<String> {
    let mut keys = vec![
        identifier.to_lowercase(),
        identifier.trim().to_lowercase(),
        identifier.trim().trim_start_matches('+').to_owned(),
    ];
    keys.dedup();
    keys
}
