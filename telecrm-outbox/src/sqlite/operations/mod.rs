//! Operations of the store as SQL, each within the caller's transaction.

mod claim;
mod decide;
mod erase;
mod list;
mod settle;
#[cfg(test)]
mod tests;

pub(super) use claim::{claim, next_due};
pub(super) use decide::{discard, retry};
pub(super) use erase::{erase, erase_settled};
pub(super) use list::{entries, entry, queued, stats};
pub(super) use settle::{accepted, recover, settle, verified};

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::entry::{Entry, EntryId, State};
use crate::error::Error;

const COLUMNS: &str = "id, enterprise, lead_key, ifnull(raw, body), state, attempts, reason, \
     enqueued_at, due_at, sent_at, settled_at, source";

fn entry_of(row: &Row<'_>) -> Result<Entry, Error> {
    use rusqlite::types::ValueRef;

    let body = match row.get_ref(3)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes.to_vec()),
        _ => None,
    };
    Ok(Entry {
        id: EntryId(row.get(0)?),
        enterprise: row.get(1)?,
        lead_key: row.get(2)?,
        body,
        state: state(row.get(4)?)?,
        attempts: row.get(5)?,
        reason: row.get(6)?,
        enqueued_at: row.get(7)?,
        due_at: row.get(8)?,
        sent_at: row.get(9)?,
        settled_at: row.get(10)?,
        source: row.get(11)?,
    })
}

fn state(number: i64) -> Result<State, Error> {
    State::from_number(number).ok_or(Error::Corrupted)
}

fn existing(connection: &Connection, id: EntryId) -> Result<Entry, Error> {
    entry(connection, id)?.ok_or(Error::NotFound { id })
}

/// Condition for entries of the lead `?1` in the enterprise `?2`: the identifiers are equal, or one
/// of two phones has a country code and the other has none. The order key selects the rows of an
/// index.
macro_rules! same_lead {
    () => {
        "enterprise = ?2
         AND order_key = CASE WHEN ?1 GLOB '*[^0-9]*' THEN ?1 ELSE substr(?1, -8) END
         AND (lead_key = ?1 OR abs(length(lead_key) - length(?1)) <= 3
             AND (substr(lead_key, -length(?1)) = ?1 OR substr(?1, -length(lead_key)) = lead_key))"
    };
}
use same_lead;

/// A newer entry of the lead that telecrm has, or may have, and that is not sent again after this
/// one.
fn newer_sent(connection: &Connection, entry: &Entry) -> Result<Option<EntryId>, Error> {
    let lead = params![entry.lead_key, entry.enterprise, entry.id.0];
    // Each half is read from an index of its own.
    for sql in [
        concat!(
            "SELECT id FROM telecrm_outbox_entries WHERE ",
            same_lead!(),
            " AND id > ?3 AND state < 2 AND (state = 1 OR actions = 3) ORDER BY id DESC LIMIT 1"
        ),
        concat!(
            "SELECT id FROM telecrm_outbox_entries WHERE ",
            same_lead!(),
            " AND id > ?3 AND state >= 2 AND received = 1 ORDER BY id DESC LIMIT 1"
        ),
    ] {
        let newer = connection.prepare_cached(sql)?.query_row(lead, |row| row.get(0)).optional()?;
        if newer.is_some() {
            return Ok(newer.map(EntryId));
        }
    }
    Ok(None)
}
