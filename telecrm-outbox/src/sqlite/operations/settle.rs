//! Outcomes of requests.

use rusqlite::{Connection, params};

use super::{existing, newer_sent};
use crate::clock::{Millis, add};
use crate::entry::{EntryId, State};
use crate::error::Error;
use crate::store::{Accepted, ClaimKey, Position};
use crate::transition::Settlement;

pub(in crate::sqlite) fn settle(
    connection: &Connection,
    claim: ClaimKey,
    settlement: &Settlement,
    now: Millis,
) -> Result<bool, Error> {
    let closes = !settlement.state.is_open();
    // A trigger promotes the next entry of the lead.
    let settled = connection
        .prepare_cached(
            "UPDATE telecrm_outbox_entries
             SET state = ?3, actions = ?4, received = received | ?5, reason = ?6, due_at = ?7,
                 settled_at = ?8, head = ?9, read_count = 0
             WHERE id = ?1 AND attempts = ?2 AND state = 1",
        )?
        .execute(params![
            claim.id.0,
            claim.fence,
            settlement.state.number(),
            settlement.actions.number(),
            settlement.received,
            settlement.reason,
            add(now, settlement.delay),
            closes.then_some(now),
            !closes,
        ])?;
    Ok(settled > 0)
}

/// Marked entries are those of a dead worker: telecrm may have received their requests. A head that
/// is due impossibly late was delayed by a clock that was wrong.
pub(in crate::sqlite) fn recover(connection: &Connection, now: Millis) -> Result<(), Error> {
    // telecrm has their fields already. Sending them again could overwrite a later edit.
    let closed = connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = 3, received = 1, head = 0, settled_at = ?1, reason = ?2, read_count = 0
         WHERE state < 2 AND state = 1 AND actions_only_attempt = attempts",
        params![now, Settlement::CRASHED],
    )?;
    let queued = connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = 0, received = 1, due_at = ?1, reason = ?2,
             actions = CASE WHEN actions = 0 OR fields_only_attempt = attempts THEN actions
                 ELSE 2 END
         WHERE state < 2 AND state = 1",
        params![now, Settlement::CRASHED],
    )?;
    if closed + queued > 0 {
        tracing::warn!(entries = closed + queued, "outbox: {}", Settlement::CRASHED);
    }
    connection.execute(
        "UPDATE telecrm_outbox_entries SET due_at = ?1
         WHERE state = 0 AND head = 1 AND due_at > ?1 + 7200000",
        [now],
    )?;
    // Version 1 marks by the complete identifier.
    connection.execute(
        "UPDATE telecrm_outbox_entries AS entry SET head = 0
         WHERE state = 0 AND head = 1 AND EXISTS (
             SELECT 1 FROM telecrm_outbox_entries AS older
             WHERE older.state < 2 AND older.enterprise = entry.enterprise
                 AND older.order_key = entry.order_key AND older.id < entry.id)",
        [],
    )?;
    Ok(())
}

pub(in crate::sqlite) fn accepted(
    connection: &Connection,
    after: Position,
    limit: u32,
) -> Result<Vec<Accepted>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT id, settled_at, enterprise, lead_key, body, sent_at
         FROM telecrm_outbox_entries
         WHERE state >= 2 AND state = 2 AND body IS NOT NULL AND (settled_at, id) > (?1, ?2)
         ORDER BY settled_at, id LIMIT ?3",
    )?;
    let mut rows = statement.query(params![after.0, after.1.0, limit])?;
    let mut accepted = Vec::new();
    while let Some(row) = rows.next()? {
        let id = EntryId(row.get(0)?);
        accepted.push(Accepted {
            id,
            position: (row.get(1)?, id),
            enterprise: row.get(2)?,
            lead_key: row.get(3)?,
            body: row.get(4)?,
            sent_at: row.get::<_, Option<_>>(5)?.unwrap_or_default(),
        });
    }
    Ok(accepted)
}

pub(in crate::sqlite) fn verified(
    connection: &Connection,
    id: EntryId,
    state: State,
    reason: Option<&str>,
    now: Millis,
) -> Result<(), Error> {
    let entry = existing(connection, id)?;
    if entry.state != State::Accepted {
        return Ok(());
    }
    let superseded = state != State::Verified && newer_sent(connection, &entry)?.is_some();
    let state = if superseded { State::Superseded } else { state };
    connection.execute(
        "UPDATE telecrm_outbox_entries SET state = ?2, reason = ?3, settled_at = ?4 WHERE id = ?1",
        params![id.0, state.number(), reason.filter(|_| !superseded), now],
    )?;
    Ok(())
}
