//! Enterprises: those that the worker has a client for, their pauses, and the numbers of their entries.

use rusqlite::{Connection, params};

use crate::clock::Millis;
use crate::enterprise::{EnterpriseStats, StatsByEnterprise, Waiting};
use crate::error::Error;

use super::list::expiring_before;
use super::state;

/// Only one worker delivers from a file: its enterprises are all that have a client.
pub(in crate::sqlite) fn report_clients(
    connection: &Connection,
    enterprises: &[String],
) -> Result<(), Error> {
    connection.execute("UPDATE telecrm_outbox_clients SET has_client = 0", [])?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO telecrm_outbox_clients (enterprise, has_client) VALUES (?1, 1)
         ON CONFLICT (enterprise) DO UPDATE SET has_client = 1",
    )?;
    for enterprise in enterprises {
        statement.execute([enterprise])?;
    }
    Ok(())
}

/// Pauses or resumes one enterprise, or all of them.
pub(in crate::sqlite) fn set_operator_pause(
    connection: &Connection,
    enterprise: Option<&str>,
    paused: bool,
) -> Result<(), Error> {
    match enterprise {
        None => connection.execute("UPDATE telecrm_outbox_meta SET paused = ?1", [paused])?,
        Some(enterprise) => connection.execute(
            "INSERT INTO telecrm_outbox_clients (enterprise, paused) VALUES (?1, ?2)
             ON CONFLICT (enterprise) DO UPDATE SET paused = ?2",
            params![enterprise, paused],
        )?,
    };
    Ok(())
}

/// Whether the delivery of all enterprises is paused, or that of this one.
pub(in crate::sqlite) fn operator_pause(
    connection: &Connection,
    enterprise: Option<&str>,
) -> Result<bool, Error> {
    let sql = "SELECT max(paused) OR EXISTS (
             SELECT 1 FROM telecrm_outbox_clients WHERE enterprise = ?1 AND paused = 1)
         FROM telecrm_outbox_meta";
    Ok(connection.prepare_cached(sql)?.query_row([enterprise], |row| row.get(0))?)
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

pub(in crate::sqlite) fn waiting(connection: &Connection) -> Result<Waiting, Error> {
    let enterprises = |sql: &str| {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok::<_, Error>(rows.collect::<Result<_, _>>()?)
    };
    Ok(Waiting {
        enterprises: enterprises(WAITING)?,
        clients: enterprises(
            "SELECT enterprise FROM telecrm_outbox_clients WHERE has_client = 1",
        )?,
    })
}

pub(in crate::sqlite) fn stats_by_enterprise(
    connection: &Connection,
    now: Millis,
) -> Result<Vec<EnterpriseStats>, Error> {
    let expiry = expiring_before(connection, now)?;
    let mut stats = StatsByEnterprise::new(now, expiry.is_some());
    let sql = "SELECT enterprise, has_client, paused FROM telecrm_outbox_clients";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        stats.add_client(row.get(0)?, row.get(1)?, row.get(2)?);
    }
    let mut statement = connection.prepare_cached(
        "SELECT enterprise, state, count(*), min(enqueued_at), count(CASE
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
