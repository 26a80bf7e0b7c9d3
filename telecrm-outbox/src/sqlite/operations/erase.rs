//! Erasure of payloads: of one person, and after the retention.

use std::time::Duration;

use rusqlite::{Connection, params};

use crate::clock::{Millis, as_millis};
use crate::entry::State;
use crate::error::Error;

pub(in crate::sqlite) fn erase(
    connection: &Connection,
    lead_keys: &[String],
) -> Result<u64, Error> {
    let mut erased = 0;
    for lead_key in lead_keys {
        for half in ["state < 2", "state >= 2"] {
            let sql = format!("DELETE FROM telecrm_outbox_entries WHERE lead_key = ?1 AND {half}");
            erased += connection.execute(&sql, [lead_key])?;
        }
    }
    Ok(u64::try_from(erased).unwrap_or(u64::MAX))
}

/// Erases at most this many at once, so that no write waits for long.
const ERASED_AT_ONCE: i64 = 500;

pub(in crate::sqlite) fn erase_settled(
    connection: &Connection,
    retention: Duration,
    now: Millis,
) -> Result<u64, Error> {
    let before = now.saturating_sub(as_millis(retention));
    let mut erased = 0;
    for state in State::ALL.iter().filter(|state| !state.is_open() && **state != State::Refused) {
        let ids: Vec<(i64, bool)> = connection
            .prepare_cached(ERASABLE)?
            .query_map(params![state.number(), before, ERASED_AT_ONCE], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        for (id, guards) in &ids {
            let sql = match (guards, state.needs_attention()) {
                (true, _) => "UPDATE telecrm_outbox_entries SET body = NULL WHERE id = ?1",
                (false, true) => {
                    "UPDATE telecrm_outbox_entries SET body = NULL, lead_key = '' WHERE id = ?1"
                }
                (false, false) => "DELETE FROM telecrm_outbox_entries WHERE id = ?1",
            };
            connection.prepare_cached(sql)?.execute([id])?;
        }
        erased += ids.len();
    }
    Ok(u64::try_from(erased).unwrap_or(u64::MAX))
}

/// Closed entries to be erased, and whether one guards an older entry: while that may be retried,
/// the row has to show that a newer entry was sent. Entries that wait for a person stay as well,
/// without payload and lead.
const ERASABLE: &str = "
SELECT id, guards FROM (
    SELECT id, body, EXISTS (
        SELECT 1 FROM telecrm_outbox_entries AS older
        WHERE older.lead_key = entry.lead_key AND older.enterprise = entry.enterprise
            AND older.id < entry.id AND older.state >= 2 AND older.body IS NOT NULL) AS guards
    FROM telecrm_outbox_entries AS entry
    WHERE state >= 2 AND state = ?1 AND settled_at <= ?2 AND lead_key != ''
    ORDER BY settled_at)
WHERE body IS NOT NULL OR NOT guards LIMIT ?3";
