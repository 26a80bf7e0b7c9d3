//! Decisions of an operator.

use rusqlite::{Connection, params};

use super::{existing, newer_sent, order_key, set_operator_pause};
use crate::clock::Millis;
use crate::entry::{Entry, EntryId, State};
use crate::error::Error;
use crate::lane::Lane;
use crate::store::decision::{CONFIRMED, Decision, RESTORED};

pub(in crate::sqlite) fn retry(
    connection: &Connection,
    id: EntryId,
    with_actions: bool,
    now: Millis,
) -> Result<(), Error> {
    let entry = existing(connection, id)?;
    Decision::Retry.check(id, entry.state)?;
    if entry.body.is_none() {
        return Err(Error::Erased { id });
    }
    if let Some(newer) = newer_sent(connection, &entry)? {
        return Err(Error::Superseded { id, newer });
    }
    connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = 0, due_at = ?2, settled_at = NULL, reason = NULL, failures = 0,
             priority = CASE WHEN priority = ?4 THEN 0 ELSE priority END, actions = CASE
             WHEN actions = 0 THEN 0
             WHEN ?3 THEN 1
             WHEN state IN (0, 4) THEN actions
             ELSE 2 END
         WHERE id = ?1",
        params![id.0, now, with_actions, Lane::Repeated.number()],
    )?;
    if entry.state != State::Queued {
        reorder(connection, &entry)?;
    }
    Ok(())
}

/// Marks the entry as the head of its order key if it is the oldest, and takes the mark from the
/// entry after it.
fn reorder(connection: &Connection, entry: &Entry) -> Result<(), Error> {
    let parameters = params![entry.lead_key, entry.enterprise, entry.id.0];
    connection.prepare_cached(DEMOTE)?.execute(parameters)?;
    connection.prepare_cached(PROMOTE)?.execute(parameters)?;
    Ok(())
}

macro_rules! same_order {
    () => {
        concat!("enterprise = ?2 AND state < 2 AND order_key = ", order_key!("?1"))
    };
}

/// Marks an entry if no older one of its order key is open.
pub(super) const PROMOTE: &str = concat!(
    "UPDATE telecrm_outbox_entries SET head = 1
     WHERE head = 0 AND id = ?3 AND id = (SELECT min(id) FROM telecrm_outbox_entries WHERE ",
    same_order!(),
    ")"
);

/// Takes the mark from the next entry, the only one that can have it.
pub(super) const DEMOTE: &str = concat!(
    "UPDATE telecrm_outbox_entries SET head = 0
     WHERE head = 1 AND id = (SELECT min(id) FROM telecrm_outbox_entries WHERE ",
    same_order!(),
    " AND id > ?3)"
);

pub(in crate::sqlite) fn discard(
    connection: &Connection,
    id: EntryId,
    now: Millis,
) -> Result<(), Error> {
    let entry = existing(connection, id)?;
    Decision::Discard.check(id, entry.state)?;
    connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = ?2, body = NULL, raw = NULL, head = 0, settled_at = ?3 WHERE id = ?1",
        params![id.0, State::Discarded.number(), now],
    )?;
    Ok(())
}

pub(in crate::sqlite) fn confirm(
    connection: &Connection,
    id: EntryId,
    now: Millis,
) -> Result<(), Error> {
    Decision::Confirm.check(id, existing(connection, id)?.state)?;
    connection.execute(
        "UPDATE telecrm_outbox_entries SET state = ?2, settled_at = ?3, reason = ?4 WHERE id = ?1",
        params![id.0, State::Verified.number(), now, CONFIRMED],
    )?;
    Ok(())
}

pub(in crate::sqlite) fn assign(connection: &Connection, enterprise: &str) -> Result<u64, Error> {
    // An entry that becomes the oldest of its lead must not overtake a request in flight.
    connection.execute(
        "UPDATE telecrm_outbox_entries AS entry
         SET enterprise = ?1, idempotency_key = CASE WHEN EXISTS (
                 SELECT 1 FROM telecrm_outbox_entries AS other
                 WHERE other.enterprise = ?1 AND other.source IS NULL
                     AND other.idempotency_key = entry.idempotency_key)
             THEN NULL ELSE idempotency_key END
         WHERE state = 0 AND enterprise = '' AND NOT EXISTS (
             SELECT 1 FROM telecrm_outbox_entries AS other
             WHERE other.state < 2 AND other.state = 1 AND other.order_key = entry.order_key
                 AND other.enterprise IN ('', ?1))",
        [enterprise],
    )?;
    let assigned = connection.changes();
    connection.execute(
        "UPDATE telecrm_outbox_entries AS entry
         SET head = NOT EXISTS (
             SELECT 1 FROM telecrm_outbox_entries AS older
             WHERE older.state < 2 AND older.enterprise = ?1
                 AND older.order_key = entry.order_key AND older.id < entry.id)
         WHERE state < 2 AND enterprise = ?1",
        [enterprise],
    )?;
    connection.execute(
        "UPDATE telecrm_outbox_entries AS entry SET priority = 0
         WHERE state < 2 AND priority = 1 AND enterprise = ?1 AND EXISTS (
             SELECT 1 FROM telecrm_outbox_entries AS newer
             WHERE newer.state < 2 AND newer.enterprise = ?1 AND newer.priority = 0
                 AND newer.order_key = entry.order_key AND newer.id > entry.id)",
        [enterprise],
    )?;
    Ok(assigned)
}

pub(in crate::sqlite) fn after_restore(
    connection: &Connection,
    discard_before: Option<Millis>,
    now: Millis,
) -> Result<(u64, u64), Error> {
    set_operator_pause(connection, None, true)?;
    // Entries that were in flight, too: their workers are dead.
    let discarded = connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = ?2, body = NULL, head = 0, settled_at = ?3, reason = ?4
         WHERE state < 2 AND enqueued_at < ?1",
        params![discard_before, State::Discarded.number(), now, RESTORED],
    )?;
    let marked = connection.execute(
        "UPDATE telecrm_outbox_entries
         SET received = 1, actions = CASE actions WHEN 0 THEN 0 ELSE 2 END WHERE state < 2",
        [],
    )?;
    let count = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
    Ok((count(discarded), count(marked)))
}
