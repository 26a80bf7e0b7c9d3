//! Decisions of an operator.

use rusqlite::{Connection, params};

use super::{existing, newer_sent};
use crate::clock::Millis;
use crate::entry::{Entry, EntryId, State};
use crate::error::Error;
use crate::store::Decision;

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
         SET state = 0, due_at = ?2, settled_at = NULL, reason = NULL, actions = CASE
             WHEN actions = 0 THEN 0
             WHEN ?3 THEN 1
             WHEN state IN (0, 4) THEN actions
             ELSE 2 END
         WHERE id = ?1",
        params![id.0, now, with_actions],
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
        "enterprise = ?2 AND state < 2
         AND order_key = CASE WHEN ?1 GLOB '*[^0-9]*' THEN ?1 ELSE substr(?1, -8) END"
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
