//! Claims: the entry whose request is next.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::operator_pause;
use crate::clock::{Millis, as_millis, between};
use crate::entry::EntryId;
use crate::error::Error;
use crate::lane::Lane;
use crate::store::{Claim, ClaimFor, ClaimKey, LONGEST_WAIT, PROBE_CANDIDATES};
use crate::transition::{Actions, Parts};

/// Heads of the enterprise `?1` in the lane `?2` that are due at `?3`.
const HEADS: &str = "
SELECT id, due_at, actions FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_heads
WHERE state = 0 AND head = 1 AND enterprise = ?1 AND priority = ?2 AND due_at <= ?3
ORDER BY due_at, id LIMIT ?4";

/// The newest head of the enterprise `?1` in the lane `?2` that was never sent, if it is among the newest
/// `?4` heads: the index has no attempts, and a probe does not read a whole queue.
const NEWEST: &str = "
SELECT id FROM (
    SELECT id, due_at, attempts FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_heads
    WHERE state = 0 AND head = 1 AND enterprise = ?1 AND priority = ?2 AND due_at <= ?3
    ORDER BY due_at DESC, id DESC LIMIT ?4)
WHERE attempts = 0
ORDER BY due_at DESC, id DESC LIMIT 1";

/// Whether the worker has a client of an enterprise other than `?1`, or an entry of another one is open:
/// the oldest of its order key is a head, or in flight.
pub(super) const OTHER_ENTERPRISE: &str = "
SELECT EXISTS (
        SELECT 1 FROM telecrm_outbox_clients WHERE enterprise <> ?1)
    OR EXISTS (
        SELECT 1 FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_heads
        WHERE state = 0 AND head = 1 AND enterprise > ?1)
    OR EXISTS (
        SELECT 1 FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_heads
        WHERE state = 0 AND head = 1 AND enterprise > '' AND enterprise < ?1)
    OR EXISTS (
        SELECT 1 FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_open
        WHERE state < 2 AND state = 1 AND enterprise NOT IN ('', ?1))";

/// The mark of a request. The delivery of actions that a request contains without fields becomes ambiguous
/// before it leaves, so that no crash and no version of the program can send them twice.
macro_rules! mark {
    ($fields_only:literal) => {
        concat!(
            "UPDATE telecrm_outbox_entries
             SET state = 1, attempts = attempts + 1,
                 fields_only_attempt = CASE WHEN ",
            $fields_only,
            " AND actions IN (1, 3) THEN attempts + 1 ELSE fields_only_attempt END,
                 actions_only_attempt = CASE WHEN NOT ",
            $fields_only,
            " AND actions = 3 THEN attempts + 1 ELSE actions_only_attempt END,
                 actions = CASE WHEN NOT ",
            $fields_only,
            " AND actions = 3 THEN 2 ELSE actions END,
                 sent_at = CASE WHEN actions IN (2, 3) THEN ifnull(sent_at, ?1) ELSE ?1 END "
        )
    };
}

/// Marks the entry `?2`, unless an older one of its order key is open.
macro_rules! claim {
    ($fields_only:literal) => {
        concat!(
            mark!($fields_only),
            "WHERE id = ?2 AND NOT EXISTS (
                 SELECT 1 FROM telecrm_outbox_entries AS older INDEXED BY telecrm_outbox_open_order
                 WHERE older.state < 2 AND older.order_key = telecrm_outbox_entries.order_key
                     AND older.enterprise = telecrm_outbox_entries.enterprise
                     AND older.id < telecrm_outbox_entries.id)
             RETURNING id, attempts, enterprise, lead_key, ifnull(body, ''), actions,
                 fields_only_attempt = attempts, actions_only_attempt = attempts, received,
                 priority, failures, ?1 - enqueued_at"
        )
    };
}

pub(super) const CLAIM: &str = claim!("FALSE");
pub(super) const PROBE: &str = claim!("TRUE");

/// Version 1 marks by the complete identifier: such a head is possibly not the oldest of its order key.
pub(super) const UNMARK: &str = "UPDATE telecrm_outbox_entries SET head = 0 WHERE id = ?1";

/// An entry that a worker may claim.
struct Head {
    id: i64,
    due_at: Millis,
    actions: Actions,
}

/// The heads of a lane that a worker may claim, at most `limit` of each enterprise: heads of its
/// enterprise, and heads without enterprise if no entry of another enterprise is open.
fn heads(
    connection: &Connection,
    enterprise: &str,
    lane: Lane,
    due: Millis,
    limit: usize,
) -> Result<Vec<Head>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(HEADS)?;
    let mut of = |enterprise: &str| {
        let mut heads = Vec::new();
        let mut rows = statement.query(params![enterprise, lane.number(), due, limit])?;
        while let Some(row) = rows.next()? {
            let actions = Actions::from_number(row.get(2)?);
            heads.push(Head { id: row.get(0)?, due_at: row.get(1)?, actions });
        }
        Ok::<_, Error>(heads)
    };
    let mut heads = of(enterprise)?;
    let unassigned = of("")?;
    if !unassigned.is_empty() && is_only_enterprise(connection, enterprise)? {
        heads.extend(unassigned);
    }
    Ok(heads)
}

/// Whether entries without enterprise are those of this one.
pub(super) fn is_only_enterprise(connection: &Connection, enterprise: &str) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(OTHER_ENTERPRISE)?;
    Ok(!statement.query_row([enterprise], |row| row.get::<_, bool>(0))?)
}

/// None while an operator pauses delivery.
pub(in crate::sqlite) fn claim(
    connection: &Connection,
    enterprise: &str,
    purpose: ClaimFor<'_>,
    now: Millis,
) -> Result<Option<Claim>, Error> {
    if operator_pause(connection, enterprise)? {
        return Ok(None);
    }
    let sql = match purpose {
        ClaimFor::Delivery { .. } => CLAIM,
        ClaimFor::Probe { .. } => PROBE,
    };
    while let Some(id) = candidate(connection, enterprise, purpose, now)? {
        let claimed = connection.prepare_cached(sql)?.query_row(params![now, id], claim_of);
        if let Some(claim) = claimed.optional()? {
            return Ok(Some(claim));
        }
        connection.prepare_cached(UNMARK)?.execute([id])?;
    }
    Ok(None)
}

/// The due head that is claimed first.
fn candidate(
    connection: &Connection,
    enterprise: &str,
    purpose: ClaimFor<'_>,
    now: Millis,
) -> Result<Option<i64>, Error> {
    match purpose {
        ClaimFor::Delivery { order } => {
            for lane in order {
                let heads = heads(connection, enterprise, lane, now, 1)?;
                if let Some(head) = heads.into_iter().min_by_key(|head| (head.due_at, head.id)) {
                    return Ok(Some(head.id));
                }
            }
            Ok(None)
        }
        ClaimFor::Probe { avoid, newest } => {
            if newest && let Some(id) = newest_unsent(connection, enterprise, now)? {
                return Ok(Some(id));
            }
            let limit = usize::try_from(PROBE_CANDIDATES).unwrap_or(0) + avoid.len();
            let mut candidates = Vec::new();
            for lane in Lane::ALL {
                let heads = heads(connection, enterprise, lane, now, limit)?;
                candidates.extend(heads.into_iter().map(|head| (lane, head)));
            }
            let first = candidates.into_iter().min_by_key(|(lane, head)| {
                let is_avoided = avoid.contains(&EntryId(head.id));
                // If all were probed, the one that was probed first is next.
                let risk = if is_avoided { 0 } else { risk(head.actions) };
                (is_avoided, lane.number(), risk, head.due_at, head.id)
            });
            Ok(first.map(|(_, head)| head.id))
        }
    }
}

fn newest_unsent(
    connection: &Connection,
    enterprise: &str,
    now: Millis,
) -> Result<Option<i64>, Error> {
    let mut statement = connection.prepare_cached(NEWEST)?;
    for lane in Lane::ALL {
        let newest = statement
            .query_row(params![enterprise, lane.number(), now, PROBE_CANDIDATES], |row| row.get(0));
        if let Some(id) = newest.optional()? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The rank of an entry as a probe: its next request has no actions, or is sent without them, or
/// repeats fields that telecrm has.
fn risk(actions: Actions) -> u8 {
    match actions {
        Actions::None | Actions::Doubtful => 0,
        Actions::Pending => 1,
        Actions::Remaining => 2,
    }
}

fn claim_of(row: &Row<'_>) -> rusqlite::Result<Claim> {
    let actions = Actions::from_number(row.get(5)?);
    let (actions, parts) = Parts::of_claim(actions, row.get(6)?, row.get(7)?);
    Ok(Claim {
        key: ClaimKey { id: EntryId(row.get(0)?), fence: row.get(1)? },
        attempts: row.get(1)?,
        enterprise: row.get(2)?,
        lead_key: row.get(3)?,
        body: row.get(4)?,
        actions,
        parts,
        received: row.get(8)?,
        lane: Lane::from_number(row.get(9)?),
        failures: row.get(10)?,
        waited: between(0, row.get(11)?),
    })
}

pub(in crate::sqlite) fn next_due(
    connection: &Connection,
    enterprise: &str,
    now: Millis,
) -> Result<Option<Duration>, Error> {
    if operator_pause(connection, enterprise)? {
        return Ok(None);
    }
    let mut due = None;
    for lane in Lane::ALL {
        for head in heads(connection, enterprise, lane, Millis::MAX, 1)? {
            let wait = between(now, head.due_at);
            due = Some(due.map_or(wait, |due: Duration| due.min(wait)));
        }
    }
    Ok(due)
}

/// Heads of the enterprise `?1` in the lane `?2` that are due later than `?4` become due at `?3`.
pub(super) const REPAIR: &str = "
UPDATE telecrm_outbox_entries INDEXED BY telecrm_outbox_heads SET due_at = ?3
WHERE state = 0 AND head = 1 AND enterprise = ?1 AND priority = ?2 AND due_at > ?4";

/// No wait is longer than an hour. A head that is due later was delayed by a clock that was wrong.
pub(in crate::sqlite) fn repair_times(
    connection: &Connection,
    enterprise: &str,
    now: Millis,
) -> Result<(), Error> {
    let latest = now.saturating_add(as_millis(LONGEST_WAIT));
    let mut statement = connection.prepare_cached(REPAIR)?;
    for enterprise in [enterprise, ""] {
        for lane in Lane::ALL {
            statement.execute(params![enterprise, lane.number(), now, latest])?;
        }
    }
    Ok(())
}
