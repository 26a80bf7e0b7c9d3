//! Entries that are read back through the Sync API.

use rusqlite::{Connection, params};

use super::claim::is_only_enterprise;
use super::{existing, newer_entries, newer_sent, same_lead, state};
use crate::clock::{Millis, as_millis, between};
use crate::entry::{Entry, EntryId};
use crate::error::Error;
use crate::reading::{NewerFields, Reading, has_actions};
use crate::store::{Position, READ_AGAIN, Recorded, Unverified};

/// An accepted entry is always due. For the other states, the earlier readings count: those that led
/// to the state, and those that did not change it.
const UNVERIFIED: &str = "
SELECT id, settled_at, state, enterprise, lead_key, body, sent_at FROM (
     SELECT * FROM (
         SELECT * FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_closed
         WHERE state >= 2 AND state = 2 AND (settled_at, id) > (?1, ?2)
             AND body IS NOT NULL AND enterprise IN (?4, ?5)
         ORDER BY settled_at, id LIMIT ?3)
     UNION ALL SELECT * FROM (
         SELECT * FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_unread
         WHERE (state = 3 OR state = 6 OR state = 7) AND read_count < 3 AND (settled_at, id) > (?1, ?2)
             AND body IS NOT NULL AND enterprise IN (?4, ?5)
             AND settled_at <= ?6 - CASE read_count + (state <> 3)
                 WHEN 0 THEN 0 WHEN 1 THEN ?7 WHEN 2 THEN ?8 END
         ORDER BY settled_at, id LIMIT ?3))
 ORDER BY settled_at, id LIMIT ?3";

pub(in crate::sqlite) fn unverified(
    connection: &Connection,
    enterprise: &str,
    after: Position,
    limit: u32,
    now: Millis,
) -> Result<Vec<Unverified>, Error> {
    let mut statement = connection.prepare_cached(UNVERIFIED)?;
    let unassigned = if is_only_enterprise(connection, enterprise)? { "" } else { enterprise };
    let [first, second] = READ_AGAIN.map(as_millis);
    let parameters = params![after.0, after.1.0, limit, enterprise, unassigned, now, first, second];
    let mut rows = statement.query(parameters)?;
    let mut unverified = Vec::new();
    while let Some(row) = rows.next()? {
        let id = EntryId(row.get(0)?);
        let entry = existing(connection, id)?;
        unverified.push(Unverified {
            id,
            position: (row.get(1)?, id),
            state: state(row.get(2)?)?,
            enterprise: row.get(3)?,
            lead_key: row.get(4)?,
            body: row.get(5)?,
            sent_at: row.get::<_, Option<_>>(6)?.unwrap_or_default(),
            has_newer: newer_sent(connection, &entry)?.is_some(),
        });
    }
    Ok(unverified)
}

/// Bodies of entries of one lead, newest first, that a condition selects.
fn bodies(connection: &Connection, entry: &Entry, sql: &str) -> Result<Vec<String>, Error> {
    let lead = params![entry.lead_key, entry.enterprise, entry.id.0];
    let mut statement = connection.prepare_cached(sql)?;
    let bodies = statement.query_map(lead, |row| row.get(0))?;
    Ok(bodies.collect::<Result<_, _>>()?)
}

pub(in crate::sqlite) fn bodies_beside(
    connection: &Connection,
    id: EntryId,
) -> Result<Vec<String>, Error> {
    let entry = existing(connection, id)?;
    // Each half has its own index. The oldest open entries were sent.
    let sql = concat!(
        "SELECT body FROM (
             SELECT * FROM (
                 SELECT * FROM telecrm_outbox_entries WHERE ",
        same_lead!(),
        " AND state < 2 ORDER BY id LIMIT 1000)
             UNION ALL SELECT * FROM (
                 SELECT * FROM telecrm_outbox_entries WHERE ",
        same_lead!(),
        " AND state >= 2))
         WHERE id <> ?3 AND actions <> 0 AND (received = 1 OR state = 1) AND body IS NOT NULL
             AND sent_at >= (SELECT sent_at FROM telecrm_outbox_entries WHERE id = ?3) - 300000
         ORDER BY id DESC LIMIT 1000"
    );
    bodies(connection, &entry, sql)
}

pub(in crate::sqlite) fn record_reading(
    connection: &Connection,
    id: EntryId,
    reading: Reading,
    now: Millis,
) -> Result<Option<Recorded>, Error> {
    let entry = existing(connection, id)?;
    let old = entry.state;
    if !old.is_read_back() {
        return Ok(None);
    }
    let newer = bodies(connection, &entry, newer_entries!("body", "1000"))?;
    let newer = NewerFields::of(newer.iter().map(String::as_str));
    let has_actions = entry.body().is_some_and(has_actions);
    let (new, reason) = reading.apply(old, entry.reason(), has_actions, &newer);
    let is_repeated = Reading::is_repeated(old, new);
    connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = ?2, reason = ?3, settled_at = CASE WHEN ?5 THEN settled_at ELSE ?4 END,
             read_count = CASE WHEN ?5 THEN read_count + 1 ELSE 0 END
         WHERE id = ?1",
        params![id.0, new.number(), reason, now, is_repeated],
    )?;
    Ok(Some(Recorded {
        state: new,
        is_changed: new != old,
        attempts: entry.attempts,
        waited: between(entry.enqueued_at, now),
    }))
}
