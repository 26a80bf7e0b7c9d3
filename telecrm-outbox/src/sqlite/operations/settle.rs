//! Outcomes of requests.

use rusqlite::{Connection, params};

use crate::clock::{Millis, add};
use crate::error::Error;
use crate::lane::{Lane, REPEATED_FAILURES};
use crate::store::ClaimKey;
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
                 settled_at = ?8, head = ?9, read_count = 0, failures = failures + ?10,
                 priority = CASE WHEN failures + ?10 >= ?11 THEN ?12 ELSE priority END
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
            settlement.is_own_failure,
            REPEATED_FAILURES,
            Lane::Repeated.number(),
        ])?;
    Ok(settled > 0)
}

/// Marked entries are those of a dead worker: telecrm may have received their requests.
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
    Ok(())
}
