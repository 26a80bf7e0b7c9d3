//! Operations of the store as SQL, each within the caller's transaction.

mod claim;
mod decide;
mod enqueue;
mod enterprises;
mod erase;
mod list;
mod read_back;
mod settings;
mod settle;
#[cfg(test)]
mod tests;
mod workers;

pub(super) use claim::{claim, next_due, repair_times};
pub(super) use decide::{after_restore, assign, confirm, discard, retry};
pub(super) use enqueue::{enqueue, hold, release, resend};
pub(super) use enterprises::{report_clients, stats_by_enterprise, waiting};
pub(super) use erase::{erase, erase_held, erase_settled, held_bodies};
pub(super) use list::{entries, entry, expiring, queued, stats, stuck};
pub(super) use read_back::{bodies_beside, record_reading, unverified};
pub(super) use settings::{operator_pause, pauses, report_attention_retention, set_operator_pause};
pub(super) use settle::{recover, settle};
pub(super) use workers::{remove_worker, report_worker, workers};

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

/// Order key of an identifier, as the column `order_key`: the last eight digits of a phone, which has
/// no leading zero. A cast costs a fifth of a pattern.
macro_rules! order_key {
    ($key:literal) => {
        concat!(
            "CASE WHEN CAST(CAST(",
            $key,
            " AS INTEGER) AS TEXT) = ",
            $key,
            " THEN substr(",
            $key,
            ", -8) ELSE ",
            $key,
            " END"
        )
    };
}
use order_key;

/// Whether two identifiers with one order key are equal, or one of two phones has a country code and
/// the other has none.
macro_rules! same_identifier {
    ($key:literal, $other:literal) => {
        concat!(
            "(",
            $key,
            " = ",
            $other,
            " OR abs(length(",
            $key,
            ") - length(",
            $other,
            ")) <= 3
             AND (substr(",
            $key,
            ", -length(",
            $other,
            ")) = ",
            $other,
            " OR substr(",
            $other,
            ", -length(",
            $key,
            ")) = ",
            $key,
            "))"
        )
    };
}
use same_identifier;

/// Condition for entries of the lead `?1` in the enterprise `?2`.
macro_rules! same_lead {
    () => {
        concat!(
            "enterprise = ?2 AND order_key = ",
            $crate::sqlite::operations::order_key!("?1"),
            " AND ",
            $crate::sqlite::operations::same_identifier!("lead_key", "?1")
        )
    };
}
use same_lead;

/// Newer entries of the lead that telecrm has, or may have, and that are not sent again after this
/// one; newest first. The first open entries of an order key were sent.
macro_rules! newer_entries {
    ($column:literal, $limit:literal) => {
        concat!(
            "SELECT ",
            $column,
            " FROM (
                 SELECT * FROM (
                     SELECT id, ",
            $column,
            ", state, actions
                     FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_open_order
                     WHERE ",
            $crate::sqlite::operations::same_lead!(),
            " AND id > ?3 AND state < 2
                     ORDER BY id LIMIT 100)
                 WHERE state = 1 OR actions = 3
             UNION ALL SELECT * FROM (
                 SELECT id, ",
            $column,
            ", state, actions
                 FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_closed_order
                 WHERE ",
            $crate::sqlite::operations::same_lead!(),
            " AND id > ?3
                     AND state >= 2 AND received = 1
                 ORDER BY id DESC LIMIT ",
            $limit,
            "))
             WHERE ",
            $column,
            " IS NOT NULL ORDER BY id DESC LIMIT ",
            $limit
        )
    };
}
use newer_entries;

fn newer_sent(connection: &Connection, entry: &Entry) -> Result<Option<EntryId>, Error> {
    let lead = params![entry.lead_key, entry.enterprise, entry.id.0];
    let mut statement = connection.prepare_cached(newer_entries!("id", "1"))?;
    Ok(statement.query_row(lead, |row| row.get(0)).optional()?.map(EntryId))
}
