//! Tables of the outbox in an SQLite database, and their version.

use rusqlite::{Connection, OptionalExtension as _};

use crate::error::Error;

/// The newest version of the tables that this program knows, as in [`TABLES`].
pub(super) const VERSION: i64 = 1;

/// `head` marks the oldest open entry of its lead. It is stored rather than computed, so that a claim
/// reads one row of an index however many entries wait behind others.
pub(super) const TABLES: &str = "
CREATE TABLE telecrm_outbox_meta (version INTEGER NOT NULL) STRICT;
INSERT INTO telecrm_outbox_meta (version) VALUES (1);
CREATE TABLE telecrm_outbox_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    enterprise TEXT NOT NULL,
    lead_key TEXT NOT NULL,
    body TEXT,
    state INTEGER NOT NULL DEFAULT 0,
    actions INTEGER NOT NULL,
    head INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    enqueued_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    sent_at INTEGER,
    settled_at INTEGER
) STRICT;
CREATE INDEX telecrm_outbox_open ON telecrm_outbox_entries (state, id) WHERE state < 2;
CREATE INDEX telecrm_outbox_open_lead ON telecrm_outbox_entries (lead_key, enterprise, id)
    WHERE state < 2;
CREATE INDEX telecrm_outbox_due ON telecrm_outbox_entries (due_at, id)
    WHERE state = 0 AND head = 1;
CREATE INDEX telecrm_outbox_closed ON telecrm_outbox_entries (state, settled_at, id)
    WHERE state >= 2;
CREATE INDEX telecrm_outbox_closed_lead ON telecrm_outbox_entries (lead_key, enterprise, id)
    WHERE state >= 2;
";

/// Creates the tables where they are missing and may be created, and refuses those of a newer
/// version.
pub(super) fn prepare(connection: &Connection, creates: bool) -> Result<(), Error> {
    if let Some(found) = version(connection)? {
        return check(found);
    }
    if !creates {
        return Err(Error::NoTables);
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let outcome = create(connection);
    let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = connection.execute_batch(end);
    outcome?;
    Ok(ended?)
}

fn create(connection: &Connection) -> Result<(), Error> {
    // Another process may have been faster.
    if let Some(found) = version(connection)? {
        return check(found);
    }
    Ok(connection.execute_batch(TABLES)?)
}

fn check(found: i64) -> Result<(), Error> {
    if found > VERSION {
        return Err(Error::NewerSchema { found, supported: VERSION });
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<Option<i64>, Error> {
    if !has_table(connection, "name = 'telecrm_outbox_meta'")? {
        return Ok(None);
    }
    let sql = "SELECT max(version) FROM telecrm_outbox_meta";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Whether the database has any table at all.
pub(super) fn is_empty(connection: &Connection) -> Result<bool, Error> {
    Ok(!has_table(connection, "1")?)
}

/// Whether the database has tables of others, too.
pub(super) fn is_shared(connection: &Connection) -> Result<bool, Error> {
    has_table(connection, "name NOT LIKE 'telecrm_outbox_%' AND name NOT LIKE 'sqlite_%'")
}

fn has_table(connection: &Connection, condition: &str) -> Result<bool, Error> {
    let sql = format!("SELECT 1 FROM main.sqlite_schema WHERE {condition} LIMIT 1");
    Ok(connection.query_row(&sql, [], |_| Ok(())).optional()?.is_some())
}
