//! The outbox and the progress of each file, in one database.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use csv_import::import::{Batch, Queue};
use telecrm_outbox::rusqlite::{self, Connection, OptionalExtension as _, TransactionBehavior};
use telecrm_outbox::{EnqueueOptions, Outbox, Priority};

/// The outbox of an import.
pub(crate) struct OutboxQueue {
    connection: Connection,
    outbox: Outbox,
    digest: String,
}

impl OutboxQueue {
    /// Opens the database of an outbox for the file with this digest.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be opened.
    pub(crate) fn open(path: &Path, outbox: Outbox, digest: &str) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS imports (digest TEXT PRIMARY KEY, rows INTEGER NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS rejected_rows (
                 digest TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (digest, row)
             ) STRICT, WITHOUT ROWID;",
        )?;
        Ok(Self { connection, outbox, digest: digest.to_owned() })
    }
}

impl Queue for OutboxQueue {
    fn rows_done(&self) -> Result<u64, Box<dyn Error>> {
        let rows: Option<i64> = self
            .connection
            .query_row("SELECT rows FROM imports WHERE digest = ?1", [&self.digest], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0))
    }

    fn is_rejected(&self, row: u64) -> Result<bool, Box<dyn Error>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT 1 FROM rejected_rows WHERE digest = ?1 AND row = ?2")?;
        Ok(statement.exists((&self.digest, i64::try_from(row)?))?)
    }

    fn store(&mut self, batch: &Batch, row: u64) -> Result<(), Box<dyn Error>> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // A visitor of a form that uses the same outbox does not wait for the import.
        let options = EnqueueOptions::new().priority(Priority::Bulk);
        for (row, lead) in &batch.leads {
            self.outbox.enqueue_in_with(&transaction, lead, &options)?;
            transaction
                .prepare_cached("DELETE FROM rejected_rows WHERE digest = ?1 AND row = ?2")?
                .execute((&self.digest, i64::try_from(*row)?))?;
        }
        for row in &batch.rejected {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO rejected_rows VALUES (?1, ?2)")?
                .execute((&self.digest, i64::try_from(*row)?))?;
        }
        transaction.execute(
            "INSERT INTO imports (digest, rows) VALUES (?1, ?2)
             ON CONFLICT (digest) DO UPDATE SET rows = max(rows, excluded.rows)",
            (&self.digest, i64::try_from(row)?),
        )?;
        transaction.commit()?;
        Ok(())
    }
}
