//! Enterprises: those that the worker has a client for, and the numbers of their entries.

use rusqlite::Connection;

use super::list::expiring_before;
use super::state;
use crate::clock::Millis;
use crate::enterprise::{EnterpriseStats, StatsByEnterprise, Waiting};
use crate::error::Error;

/// Only one worker delivers from a file: its enterprises are all that have a client.
pub(in crate::sqlite) fn report_clients(
    connection: &Connection,
    enterprises: &[String],
) -> Result<(), Error> {
    connection.execute("DELETE FROM telecrm_outbox_clients", [])?;
    let sql = "INSERT OR IGNORE INTO telecrm_outbox_clients VALUES (?1)";
    let mut statement = connection.prepare_cached(sql)?;
    for enterprise in enterprises {
        statement.execute([enterprise])?;
    }
    Ok(())
}

/// From the index: one row for each enterprise.
const WAITING: &str = "
WITH RECURSIVE waiting (enterprise) AS (
    SELECT min(enterprise) FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_heads
    WHERE state = 0 AND head = 1
    UNION ALL
    SELECT (SELECT min(enterprise) FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_heads
        WHERE state = 0 AND head = 1 AND enterprise > waiting.enterprise)
    FROM waiting WHERE waiting.enterprise IS NOT NULL)
SELECT enterprise FROM waiting WHERE enterprise IS NOT NULL";

const CLIENTS: &str = "SELECT enterprise FROM telecrm_outbox_clients";

fn enterprises(connection: &Connection, sql: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::sqlite) fn waiting(connection: &Connection) -> Result<Waiting, Error> {
    Ok(Waiting {
        enterprises: enterprises(connection, WAITING)?,
        clients: enterprises(connection, CLIENTS)?,
    })
}

pub(in crate::sqlite) fn stats_by_enterprise(
    connection: &Connection,
    now: Millis,
) -> Result<Vec<EnterpriseStats>, Error> {
    let expiry = expiring_before(connection, now)?;
    let mut stats = StatsByEnterprise::new(now, expiry.is_some());
    stats.add_clients(enterprises(connection, CLIENTS)?);
    stats.add_pauses(enterprises(connection, "SELECT enterprise FROM telecrm_outbox_pauses")?);
    let mut statement = connection.prepare_cached(
        "SELECT enterprise, state, count(*), min(coalesce(settled_at, enqueued_at)), count(CASE
             WHEN state IN (3, 4, 6, 7) AND settled_at <= ?1 AND body IS NOT NULL THEN 1
             WHEN state = 10 AND enqueued_at <= ?1 AND raw IS NOT NULL THEN 1 END)
         FROM telecrm_outbox_entries GROUP BY enterprise, state",
    )?;
    let mut rows = statement.query([expiry])?;
    while let Some(row) = rows.next()? {
        let [count, expiring]: [i64; 2] = [row.get(2)?, row.get(4)?];
        let counts = [count, expiring].map(i64::unsigned_abs);
        stats.add_entries(row.get(0)?, state(row.get(1)?)?, counts, row.get(3)?);
    }
    Ok(stats.finish())
}
