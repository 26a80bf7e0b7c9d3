//! Entries and their numbers.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Params, params};

use super::{COLUMNS, entry_of, state};
use crate::clock::{Millis, as_millis, between};
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::store::EXPIRY_WARNING;

pub(in crate::sqlite) fn stats(connection: &Connection, now: Millis) -> Result<Stats, Error> {
    let mut stats = Stats::default();
    // Each half has its own index.
    for half in ["state < 2", "state >= 2"] {
        let sql = format!(
            "SELECT state, count(*) FROM telecrm_outbox_entries WHERE {half} GROUP BY state"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let count: i64 = row.get(1)?;
            *stats.of_mut(state(row.get(0)?)?) = u64::try_from(count).unwrap_or(0);
        }
    }
    let unassigned: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM telecrm_outbox_entries
             WHERE state < 2 AND (enterprise = ''
                 OR enterprise NOT IN (SELECT enterprise FROM telecrm_outbox_clients)
                     AND EXISTS (SELECT 1 FROM telecrm_outbox_clients))",
        )?
        .query_row([], |row| row.get(0))?;
    stats.unassigned = u64::try_from(unassigned).unwrap_or(0);
    stats.expiring = expiring(connection, now)?;
    for state in State::ALL {
        let sql = if state.is_open() {
            "SELECT enqueued_at FROM telecrm_outbox_entries WHERE state < 2 AND state = ?1
             ORDER BY id LIMIT 1"
        } else {
            "SELECT ifnull(settled_at, enqueued_at) FROM telecrm_outbox_entries
             WHERE state >= 2 AND state = ?1 ORDER BY settled_at, id LIMIT 1"
        };
        let oldest: Option<Millis> = connection
            .prepare_cached(sql)?
            .query_row([state.number()], |row| row.get(0))
            .optional()?;
        stats.set_oldest(*state, oldest.map(|oldest| between(oldest, now)));
    }
    Ok(stats)
}

/// Entries of before this time lose their data soon; `None` unless a worker stored its
/// `attention_retention`.
pub(super) fn expiring_before(
    connection: &Connection,
    now: Millis,
) -> Result<Option<Millis>, Error> {
    let retention: Option<Millis> = connection
        .prepare_cached("SELECT max(attention_retention) FROM telecrm_outbox_meta")?
        .query_row([], |row| row.get(0))?;
    let before =
        |retention| now.saturating_sub(retention).saturating_add(as_millis(EXPIRY_WARNING));
    Ok(retention.map(before))
}

/// Entries that lose their data soon.
pub(in crate::sqlite) fn expiring(
    connection: &Connection,
    now: Millis,
) -> Result<Option<u64>, Error> {
    let Some(before) = expiring_before(connection, now)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(
        "SELECT (SELECT count(*) FROM telecrm_outbox_entries
                 WHERE state >= 2 AND state IN (3, 4, 6, 7) AND settled_at <= ?1
                     AND body IS NOT NULL)
             + (SELECT count(*) FROM telecrm_outbox_entries
                 WHERE raw IS NOT NULL AND state = 10 AND enqueued_at <= ?1)",
    )?;
    let entries: i64 = statement.query_row([before], |row| row.get(0))?;
    Ok(Some(entries.unsigned_abs()))
}

pub(in crate::sqlite) fn entries(
    connection: &Connection,
    state: State,
    enterprise: Option<&str>,
    limit: u32,
) -> Result<Vec<Entry>, Error> {
    let (half, order) =
        if state.is_open() { ("state < 2", "id") } else { ("state >= 2", "settled_at, id") };
    let condition =
        format!("{half} AND state = ?1 AND ifnull(enterprise = ?3, 1) ORDER BY {order} LIMIT ?2");
    select(connection, &condition, params![state.number(), limit, enterprise])
}

pub(in crate::sqlite) fn queued(
    connection: &Connection,
    after: EntryId,
    limit: u32,
) -> Result<Vec<Entry>, Error> {
    let condition = "state < 2 AND state = 0 AND id > ?1 ORDER BY id LIMIT ?2";
    select(connection, condition, params![after.0, limit])
}

pub(in crate::sqlite) fn stuck(
    connection: &Connection,
    older_than: Duration,
    limit: u32,
    now: Millis,
) -> Result<Vec<Entry>, Error> {
    let before = now.saturating_sub(as_millis(older_than));
    let condition = "state < 2 AND attempts > (state = 1) AND reason IS NOT NULL
         AND enqueued_at <= ?1 ORDER BY id LIMIT ?2";
    select(connection, condition, params![before, limit])
}

pub(in crate::sqlite) fn entry(
    connection: &Connection,
    id: EntryId,
) -> Result<Option<Entry>, Error> {
    Ok(select(connection, "id = ?1", [id.0])?.pop())
}

fn select(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> Result<Vec<Entry>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM telecrm_outbox_entries WHERE {condition}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(entry_of(row)?);
    }
    Ok(entries)
}
