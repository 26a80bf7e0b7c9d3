//! Enquiries on disk, each in one transaction with its outbox entry.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use telecrm_outbox::rusqlite::{self, Connection};
use telecrm_outbox::{EntryId, HeldLead, Outbox};
use telecrm_runtime::to_json;

use crate::crm::Lead;
use crate::webhook::{Unmapped, redact};

/// One row of the list of enquiries.
#[derive(Clone, Debug)]
pub(crate) struct Enquiry {
    pub(crate) id: i64,
    /// Time in UTC, in the format of `SQLite`.
    pub(crate) received: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) entry: EntryId,
}

/// A body that a program sent, and what is known about it.
pub(crate) struct Received<'a> {
    /// The path of the endpoint.
    pub(crate) source: &'static str,
    /// The sender's identifier of the delivery.
    pub(crate) key: Option<&'a str>,
    /// The lead with the valid values.
    pub(crate) lead: Option<Lead>,
    /// The reasons for the values that are not in the lead.
    pub(crate) unmapped: &'a [Unmapped],
    pub(crate) body: &'a [u8],
}

/// The reason why an enquiry was not saved. The message contains no text of the visitor.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the database refused the enquiry")]
    Database(#[from] rusqlite::Error),
    /// The outbox failed.
    #[error("the outbox refused the enquiry")]
    Outbox(#[from] telecrm_outbox::Error),
    /// The thread that writes enquiries ended.
    #[error("the thread that writes enquiries ended")]
    Thread(#[from] tokio::task::JoinError),
}

/// The database of the application. The outbox keeps its own tables in the same file.
#[derive(Clone)]
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
    outbox: Outbox,
}

impl Store {
    /// Opens the database, and creates the table if it is missing.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened or is not a database.
    pub(crate) fn open(path: &Path, outbox: Outbox) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS enquiries (
                 id INTEGER PRIMARY KEY,
                 received TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
                 submission TEXT NOT NULL,
                 answers TEXT NOT NULL,
                 name TEXT NOT NULL,
                 phone TEXT NOT NULL,
                 entry INTEGER NOT NULL,
                 UNIQUE (submission, answers)
             ) STRICT;",
        )?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), outbox })
    }

    /// Saves an enquiry and its outbox entry in one transaction.
    ///
    /// A submission with the same answers is saved once. With other answers, it is another enquiry: the
    /// visitor went back in the browser and sent the form for a second child.
    ///
    /// # Errors
    ///
    /// Returns an error if the enquiry was not saved.
    pub(crate) async fn save(&self, submission: String, lead: Lead) -> Result<(), StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.save_now(&submission, &lead)).await?
    }

    fn save_now(&self, submission: &str, lead: &Lead) -> Result<(), StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // IMMEDIATE, because the outbox writes in this transaction.
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let answers = to_json(lead);
        let saved = transaction
            .prepare_cached("SELECT 1 FROM enquiries WHERE submission = ?1 AND answers = ?2")?
            .exists((submission, &answers))?;
        if saved {
            return Ok(());
        }
        let entry = self.outbox.enqueue_in(&transaction, lead)?;
        let name = lead.name.as_ref().map_or("", |name| name.as_str());
        transaction.execute(
            "INSERT INTO enquiries (submission, answers, name, phone, entry)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (submission, &answers, name, lead.phone.as_str(), entry.as_i64()),
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Saves the lead of a body, and holds the body if a value is not in the lead.
    ///
    /// A repeated delivery with the same key stores nothing. The lead is saved first: if the body cannot
    /// be held, the error asks the sender to repeat the delivery, and a sender that never does has lost
    /// only the invalid values.
    ///
    /// # Errors
    ///
    /// Returns an error if the lead was not saved or the body was not held.
    pub(crate) async fn keep(
        &self,
        outbox: &Outbox,
        received: Received<'_>,
    ) -> Result<(), StoreError> {
        let Received { source, key, lead, unmapped, body } = received;
        let key = key.map(|key| format!("{source} {key}"));
        if let Some(lead) = lead {
            let submission = match &key {
                Some(key) => key.clone(),
                None => self.submission().await?,
            };
            self.save(submission, lead).await?;
        }
        if !unmapped.is_empty() {
            let body = redact(body);
            let held = HeldLead::new(source, &*body).reasons(Unmapped::lines(unmapped));
            let held = match key {
                // The sender may use one key for a body and its correction.
                Some(key) => held.key(format!("{key} {}", digest(&body))),
                None => held,
            };
            outbox.hold(held).await?;
        }
        Ok(())
    }

    /// A new identifier for the next submission.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub(crate) async fn submission(&self) -> Result<String, StoreError> {
        self.read(|connection| {
            connection.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))
        })
        .await
    }

    /// The newest enquiries.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be read.
    pub(crate) async fn newest(&self, limit: u32) -> Result<Vec<Enquiry>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, received, name, phone, entry FROM enquiries ORDER BY id DESC LIMIT ?1",
            )?;
            let rows = statement.query_map([limit], |row| {
                Ok(Enquiry {
                    id: row.get(0)?,
                    received: row.get(1)?,
                    name: row.get(2)?,
                    phone: row.get(3)?,
                    entry: EntryId::from(row.get::<_, i64>(4)?),
                })
            })?;
            rows.collect()
        })
        .await
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let connection = Arc::clone(&self.connection);
        let answer = tokio::task::spawn_blocking(move || {
            query(&connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        Ok(answer.await??)
    }
}

/// SHA-256 of a body in hexadecimal digits.
fn digest(body: &[u8]) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(body) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
