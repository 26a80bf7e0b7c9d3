//! Claims: the entry whose request is next.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::clock::{Millis, between};
use crate::entry::EntryId;
use crate::error::Error;
use crate::store::{Claim, ClaimFor, ClaimKey, PROBE_CANDIDATES};
use crate::transition::{Actions, Parts};

/// Whether no entry of another enterprise is open.
macro_rules! no_other_enterprise {
    ($enterprise:literal) => {
        concat!(
            "NOT EXISTS (
                 SELECT 1 FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_open_order
                 WHERE state < 2 AND enterprise > ",
            $enterprise,
            ") AND NOT EXISTS (
                 SELECT 1 FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_open_order
                 WHERE state < 2 AND enterprise > '' AND enterprise < ",
            $enterprise,
            ")"
        )
    };
}
pub(super) use no_other_enterprise;

/// Index ranges of the heads that a worker of the enterprise `?2` may claim: its own, and those
/// without enterprise if no entry of another enterprise is open; none while an operator pauses
/// delivery.
///
/// Later versions order by priority. Here both priorities are equal.
macro_rules! ranges {
    () => {
        concat!(
            "WITH ranges (enterprise, priority) AS (
                 SELECT own.enterprise, priority.number
                 FROM (SELECT ?2 AS enterprise UNION SELECT '' WHERE ",
            no_other_enterprise!("?2"),
            ") AS own, (SELECT 0 AS number UNION ALL SELECT 1) AS priority
                 WHERE NOT EXISTS (SELECT 1 FROM telecrm_outbox_meta WHERE paused)) "
        )
    };
}

/// Heads of one range. A head that version 1 marked is possibly not the oldest of its order key.
macro_rules! heads {
    () => {
        "FROM telecrm_outbox_entries AS head INDEXED BY telecrm_outbox_heads
         WHERE head.state = 0 AND head.head = 1 AND head.enterprise = ranges.enterprise
             AND head.priority = ranges.priority AND NOT EXISTS (
                 SELECT 1 FROM telecrm_outbox_entries AS older INDEXED BY telecrm_outbox_open_order
                 WHERE older.state < 2 AND older.enterprise = head.enterprise
                     AND older.order_key = head.order_key AND older.id < head.id) "
    };
}

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

macro_rules! returning {
    () => {
        " RETURNING id, attempts, enterprise, lead_key, ifnull(body, ''), actions,
             fields_only_attempt = attempts, actions_only_attempt = attempts, received"
    };
}

pub(super) const CLAIM: &str = concat!(
    ranges!(),
    mark!("FALSE"),
    "WHERE id = (
         SELECT first.id FROM ranges JOIN telecrm_outbox_entries AS first ON first.id = (
             SELECT head.id ",
    heads!(),
    "AND head.due_at <= ?1 ORDER BY head.due_at, head.id LIMIT 1)
         ORDER BY first.due_at, first.id LIMIT 1)",
    returning!()
);

/// As few rows as [`PROBE_CANDIDATES`] of each range are read.
pub(super) const PROBE: &str = concat!(
    ranges!(),
    ", candidates AS (
         SELECT entry.id, entry.actions, entry.due_at
         FROM ranges JOIN telecrm_outbox_entries AS entry ON entry.id IN (
             SELECT head.id ",
    heads!(),
    "AND head.due_at <= ?1 ORDER BY head.due_at, head.id LIMIT ?4)) ",
    mark!("TRUE"),
    "WHERE id = (
         SELECT id FROM candidates
         ORDER BY id IN (SELECT value FROM json_each(?3)),
             CASE actions WHEN 1 THEN 1 WHEN 3 THEN 2 ELSE 0 END, due_at, id
         LIMIT 1)",
    returning!()
);

pub(super) const NEXT_DUE: &str = concat!(
    ranges!(),
    "SELECT min((SELECT head.due_at ",
    heads!(),
    "ORDER BY head.due_at, head.id LIMIT 1)) FROM ranges"
);

pub(in crate::sqlite) fn claim(
    connection: &Connection,
    enterprise: &str,
    purpose: ClaimFor<'_>,
    now: Millis,
) -> Result<Option<Claim>, Error> {
    let outcome = match purpose {
        ClaimFor::Delivery => {
            connection.prepare_cached(CLAIM)?.query_row(params![now, enterprise], claim_of)
        }
        ClaimFor::Probe { avoid } => {
            let ids: Vec<String> = avoid.iter().map(ToString::to_string).collect();
            let avoid = format!("[{}]", ids.join(","));
            let limit = usize::try_from(PROBE_CANDIDATES).unwrap_or(0) + ids.len();
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            connection
                .prepare_cached(PROBE)?
                .query_row(params![now, enterprise, avoid, limit], claim_of)
        }
    };
    Ok(outcome.optional()?)
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
    })
}

pub(in crate::sqlite) fn next_due(
    connection: &Connection,
    enterprise: &str,
    now: Millis,
) -> Result<Option<Duration>, Error> {
    let due: Option<Millis> = connection
        .prepare_cached(NEXT_DUE)?
        .query_row(params![now, enterprise], |row| row.get(0))?;
    Ok(due.map(|due| between(now, due)))
}
