//! Code that one writes without this project: an insert, and a thread that commits in groups.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use telecrm_outbox::rusqlite::{Connection, Result};
use telecrm_outbox::sqlite::{ENQUEUE, TABLES};
use tokio::sync::oneshot;

/// The columns of a stored lead.
#[derive(Clone)]
pub struct Row {
    pub enterprise: Option<String>,
    pub phone: String,
    pub body: String,
}

/// The table that stores the leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// A table with an index of the unsent leads: leads overtake each other.
    Plain,
    /// The outbox's own, by its statement.
    Outbox,
}

/// A database with a table, and the settings of an outbox.
pub struct Database {
    connection: Connection,
    insert: &'static str,
}

impl Database {
    pub fn open(path: &Path, table: Table) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "mmap_size", 0)?;
        let (tables, insert) = match table {
            Table::Plain => {
                (PLAIN, "INSERT INTO leads (enterprise, phone, body) VALUES (?1, ?2, ?3)")
            }
            Table::Outbox => (TABLES, ENQUEUE),
        };
        connection.execute_batch(tables)?;
        Ok(Self { connection, insert })
    }

    pub fn insert(&self, row: &Row) -> Result<i64> {
        let mut statement = self.connection.prepare_cached(self.insert)?;
        statement.execute((&row.enterprise, &row.phone, &row.body))?;
        Ok(self.connection.last_insert_rowid())
    }
}

const PLAIN: &str = "
CREATE TABLE leads (
    id INTEGER PRIMARY KEY, enterprise TEXT, phone TEXT NOT NULL, body TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX leads_open ON leads (id) WHERE state = 0;";

type Job = (Row, oneshot::Sender<i64>);

/// A thread that commits everything that waits in one transaction.
pub struct GroupCommit {
    jobs: Sender<Job>,
}

impl GroupCommit {
    pub fn start(database: Database) -> Self {
        let (jobs, queue) = channel::<Job>();
        thread::spawn(move || {
            while let Ok(first) = queue.recv() {
                database.connection.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
                let mut stored = Vec::new();
                for (row, reply) in std::iter::once(first).chain(queue.try_iter().take(255)) {
                    stored.push((database.insert(&row).expect("inserted"), reply));
                }
                database.connection.execute_batch("COMMIT").expect("committed");
                for (id, reply) in stored {
                    let _ = reply.send(id);
                }
            }
        });
        Self { jobs }
    }

    pub async fn insert(&self, row: Row) -> i64 {
        let (reply, replied) = oneshot::channel();
        self.jobs.send((row, reply)).expect("the thread runs");
        replied.await.expect("stored")
    }
}
