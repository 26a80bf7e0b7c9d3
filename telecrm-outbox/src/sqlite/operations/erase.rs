//! Erasure of a lead, and of payloads after the retention.

use rusqlite::{Connection, params};

use super::{order_key, same_identifier};
use crate::clock::{Millis, as_millis};
use crate::entry::{EntryId, State};
use crate::error::Error;
use crate::store::Retention;

pub(in crate::sqlite) fn erase(
    connection: &Connection,
    lead_key: &str,
    enterprise: Option<&str>,
) -> Result<u64, Error> {
    let mut erased = 0;
    // Each half has its own index.
    for sql in [delete!("state < 2"), delete!("state >= 2")] {
        let mut statement = connection.prepare_cached(sql)?;
        erased += statement.execute(params![lead_key, enterprise])?;
    }
    Ok(u64::try_from(erased).unwrap_or(u64::MAX))
}

/// Bytes of held and of released leads.
pub(in crate::sqlite) fn held_bodies(
    connection: &Connection,
    after: EntryId,
    limit: u32,
) -> Result<Vec<(EntryId, Vec<u8>)>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, raw FROM telecrm_outbox_entries
         WHERE raw IS NOT NULL AND id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let bodies =
        statement.query_map(params![after.0, limit], |row| Ok((EntryId(row.get(0)?), row.get(1)?)));
    Ok(bodies?.collect::<Result<_, _>>()?)
}

pub(in crate::sqlite) fn erase_held(
    connection: &Connection,
    ids: &[EntryId],
) -> Result<u64, Error> {
    let mut erased = 0;
    let sql = "DELETE FROM telecrm_outbox_entries WHERE id = ?1 AND raw IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    for id in ids {
        erased += statement.execute([id.0])?;
    }
    Ok(u64::try_from(erased).unwrap_or(u64::MAX))
}

macro_rules! delete {
    ($half:literal) => {
        concat!(
            "DELETE FROM telecrm_outbox_entries WHERE order_key = ",
            order_key!("?1"),
            " AND ",
            same_identifier!("lead_key", "?1"),
            " AND ifnull(enterprise = ?2, 1) AND ",
            $half
        )
    };
}
use delete;

/// Maximum number of entries of each state in one transaction, so that no write waits for long.
const ERASED_AT_ONCE: i64 = 500;

pub(in crate::sqlite) fn erase_settled(
    connection: &Connection,
    retention: Retention,
    now: Millis,
) -> Result<u64, Error> {
    let settled_before = now.saturating_sub(as_millis(retention.settled));
    let attention_before = now.saturating_sub(as_millis(retention.attention));
    let mut erased = connection.prepare_cached(RELEASED)?.execute([])?;
    erased +=
        connection.prepare_cached(HELD)?.execute(params![attention_before, ERASED_AT_ONCE])?;
    let closed = |state: &&State| !state.is_open() && **state != State::Held;
    for state in State::ALL.iter().filter(closed) {
        let before = if state.needs_attention() { attention_before } else { settled_before };
        let ids: Vec<(i64, bool)> = connection
            .prepare_cached(ERASABLE)?
            .query_map(params![state.number(), before, ERASED_AT_ONCE], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        for (id, guards) in &ids {
            let sql = match (guards, state.needs_attention()) {
                (true, _) => {
                    "UPDATE telecrm_outbox_entries
                     SET body = NULL, idempotency_key = NULL, body_digest = NULL WHERE id = ?1"
                }
                (false, true) => {
                    "UPDATE telecrm_outbox_entries
                     SET body = NULL, lead_key = '', idempotency_key = NULL, body_digest = NULL
                     WHERE id = ?1"
                }
                (false, false) => "DELETE FROM telecrm_outbox_entries WHERE id = ?1",
            };
            connection.prepare_cached(sql)?.execute([id])?;
        }
        erased += ids.len();
    }
    Ok(u64::try_from(erased).unwrap_or(u64::MAX))
}

/// The bytes of a released entry stay until the entry that replaces it is settled.
const RELEASED: &str = "
UPDATE telecrm_outbox_entries AS entry INDEXED BY telecrm_outbox_raw SET raw = NULL
WHERE raw IS NOT NULL AND state = 9 AND NOT EXISTS (
    SELECT 1 FROM telecrm_outbox_entries AS new
    WHERE new.id = entry.replaced_by AND new.state < 2)";

/// Held entries stay listed, without their bytes.
const HELD: &str = "
UPDATE telecrm_outbox_entries SET raw = NULL, idempotency_key = NULL, body_digest = NULL
WHERE id IN (
    SELECT id FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_raw
    WHERE raw IS NOT NULL AND state = 10 AND enqueued_at <= ?1 LIMIT ?2)";

/// Closed entries to erase, and whether one guards an older entry: while the older one can be
/// retried, the row has to show that a newer entry was sent. Entries that need a decision stay as
/// well, without payload and lead.
const ERASABLE: &str = concat!(
    "SELECT id, guards FROM (
         SELECT id, body, EXISTS (
             SELECT 1 FROM telecrm_outbox_entries AS older
             WHERE older.enterprise = entry.enterprise AND older.order_key = entry.order_key
                 AND ",
    same_identifier!("older.lead_key", "entry.lead_key"),
    "            AND older.id < entry.id AND older.state >= 2 AND older.body IS NOT NULL
                 AND older.lead_key <> '') AS guards
         FROM telecrm_outbox_entries AS entry
         WHERE state >= 2 AND state = ?1 AND settled_at <= ?2 AND raw IS NULL
             AND (lead_key != '' OR source IS NOT NULL)
         ORDER BY settled_at)
     WHERE body IS NOT NULL OR NOT guards LIMIT ?3"
);
