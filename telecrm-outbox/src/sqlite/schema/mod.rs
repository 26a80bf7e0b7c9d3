//! Tables of the outbox in an SQLite database, their version, and the upgrade of older tables.

use rusqlite::{Connection, OptionalExtension as _};

use crate::error::Error;

/// The newest version of the tables that this program supports, as in [`TABLES`].
pub(super) const VERSION: i64 = 2;

/// Tables of the newest version.
pub(super) const TABLES: &str = concat!(include_str!("tables.sql"), include_str!("version_2.sql"));

/// From version 1 to the newest version.
pub(super) const UPGRADE: &str =
    concat!(include_str!("upgrade.sql"), include_str!("version_2.sql"));

/// Creates or upgrades the tables if that is allowed, and refuses tables of a newer version.
pub(super) fn prepare(connection: &Connection, may_change: bool) -> Result<(), Error> {
    match version(connection)? {
        Some(VERSION) => Ok(()),
        Some(found) if found > VERSION => Err(newer(found)),
        Some(found) if !may_change => Err(Error::OlderSchema { found, required: VERSION }),
        None if !may_change => Err(Error::NoTables),
        _ => {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let outcome = migrate(connection);
            let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
            let ended = connection.execute_batch(end);
            outcome?;
            Ok(ended?)
        }
    }
}

fn migrate(connection: &Connection) -> Result<(), Error> {
    // In the transaction: another process may have been faster.
    let sql = match version(connection)? {
        None => TABLES,
        Some(found) if found > VERSION => return Err(newer(found)),
        Some(VERSION) => return Ok(()),
        Some(_) => UPGRADE,
    };
    Ok(connection.execute_batch(sql)?)
}

fn newer(found: i64) -> Error {
    Error::NewerSchema { found, supported: VERSION }
}

fn version(connection: &Connection) -> Result<Option<i64>, Error> {
    if !has_table(connection, "name = 'telecrm_outbox_meta'")? {
        return Ok(None);
    }
    let sql = "SELECT max(version) FROM telecrm_outbox_meta";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Whether the database has no table at all.
pub(super) fn is_empty(connection: &Connection) -> Result<bool, Error> {
    Ok(!has_table(connection, "1")?)
}

/// Whether the database also has tables of other programs.
pub(super) fn is_shared(connection: &Connection) -> Result<bool, Error> {
    has_table(connection, "name NOT LIKE 'telecrm_outbox_%' AND name NOT LIKE 'sqlite_%'")
}

fn has_table(connection: &Connection, condition: &str) -> Result<bool, Error> {
    let sql = format!("SELECT 1 FROM main.sqlite_schema WHERE {condition} LIMIT 1");
    Ok(connection.query_row(&sql, [], |_| Ok(())).optional()?.is_some())
}
