//! New entries: leads to send, held leads, and corrected ones.

use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension as _, params};
use telecrm_runtime::PreparedLead;

use super::existing;
use crate::clock::{Millis, millis};
use crate::entry::{EntryId, State};
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::lane::Lane;
use crate::options::{EnqueueOptions, Enqueued, body_digest};
use crate::sqlite::ENQUEUE_WITH;
use crate::store::decision::{Decision, lead_to_resend, resent_as};

pub(in crate::sqlite) fn enqueue(
    connection: &Connection,
    lead: &PreparedLead,
    options: &EnqueueOptions,
) -> Result<Enqueued, Error> {
    let Some(key) = &options.key else {
        let id = insert(connection, lead, options, None)?;
        return Ok(Enqueued { id, is_new: true });
    };
    let digest = body_digest(lead.body().as_bytes());
    let enterprise = lead.enterprise_id().unwrap_or_default();
    match with_key(connection, enterprise, key, false)? {
        Some((id, found)) if found == digest => Ok(Enqueued { id, is_new: false }),
        Some((id, _)) => Err(Error::KeyConflict { id }),
        None => {
            let id = insert(connection, lead, options, Some(&digest))?;
            Ok(Enqueued { id, is_new: true })
        }
    }
}

/// Whether a bulk entry is open: usually none is, and the answer costs less than the row of a new entry.
const HAS_BULK: &str = "
SELECT EXISTS (
    SELECT 1 FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_bulk
    WHERE state < 2 AND priority = 1)";

/// The bulk entries before the urgent entry `?1` of their lead become urgent, too.
const RAISE: &str = "
UPDATE telecrm_outbox_entries INDEXED BY telecrm_outbox_bulk SET priority = 0
WHERE state < 2 AND priority = 1 AND id < ?1
    AND order_key = (SELECT order_key FROM telecrm_outbox_entries WHERE id = ?1)
    AND enterprise = (SELECT enterprise FROM telecrm_outbox_entries WHERE id = ?1)";

fn insert(
    connection: &Connection,
    lead: &PreparedLead,
    options: &EnqueueOptions,
    digest: Option<&[u8]>,
) -> Result<EntryId, Error> {
    let lane = Lane::of(options.priority);
    connection.prepare_cached(ENQUEUE_WITH)?.execute(params![
        lead.enterprise_id(),
        lead.lead_key(),
        lead.body(),
        lead.has_actions(),
        lane.number(),
        options.key,
        digest,
        millis(SystemTime::now()),
    ])?;
    let id = EntryId(connection.last_insert_rowid());
    if lane == Lane::Interactive
        && connection.prepare_cached(HAS_BULK)?.query_row([], |row| row.get(0))?
    {
        connection.prepare_cached(RAISE)?.execute([id.0])?;
    }
    Ok(id)
}

/// The entry that has a key, and the digest of its body. Held leads have separate keys.
fn with_key(
    connection: &Connection,
    enterprise: &str,
    key: &str,
    is_held: bool,
) -> Result<Option<(EntryId, Vec<u8>)>, Error> {
    let sql = "SELECT id, body_digest FROM telecrm_outbox_entries
         WHERE enterprise = ?1 AND idempotency_key = ?2 AND (source IS NULL) = ?3";
    let found =
        connection.prepare_cached(sql)?.query_row(params![enterprise, key, !is_held], |row| {
            Ok((EntryId(row.get(0)?), row.get(1)?))
        });
    Ok(found.optional()?)
}

pub(in crate::sqlite) fn hold(
    connection: &Connection,
    held: &HeldLead,
    limits: HeldLimits,
    now: Millis,
) -> Result<EntryId, Error> {
    let digest = held.key.is_some().then(|| body_digest(&held.body));
    if let Some(key) = &held.key {
        match with_key(connection, "", key, true)? {
            Some((id, found)) if Some(&found) == digest.as_ref() => return Ok(id),
            Some((id, _)) => return Err(Error::KeyConflict { id }),
            None => {}
        }
    }
    let (entries, bytes): (i64, i64) = connection
        .prepare_cached(
            "SELECT count(*), ifnull(sum(length(raw)), 0)
             FROM telecrm_outbox_entries INDEXED BY telecrm_outbox_raw
             WHERE raw IS NOT NULL AND state = 10",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if !limits.allow(entries.unsigned_abs(), bytes.unsigned_abs(), held.body.len()) {
        return Err(Error::TooManyHeld);
    }
    connection
        .prepare_cached(
            "INSERT INTO telecrm_outbox_entries
                 (enterprise, lead_key, state, actions, head, enqueued_at, due_at, reason, source,
                 raw, idempotency_key, body_digest)
             VALUES ('', '', 10, 0, 0, ?1, ?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            now,
            Some(held.reasons.as_str()).filter(|reasons| !reasons.is_empty()),
            held.source,
            held.body,
            held.key,
            digest,
        ])?;
    Ok(EntryId(connection.last_insert_rowid()))
}

pub(in crate::sqlite) fn release(
    connection: &Connection,
    id: EntryId,
    lead: &PreparedLead,
    now: Millis,
) -> Result<EntryId, Error> {
    Decision::Release.check(id, existing(connection, id)?.state)?;
    let enterprise = lead.enterprise_id().unwrap_or_default();
    let key: Option<String> = connection.query_row(
        "SELECT idempotency_key FROM telecrm_outbox_entries WHERE id = ?1",
        [id.0],
        |row| row.get(0),
    )?;
    // Another part of the same delivery was possibly enqueued with the key.
    let key = match key {
        Some(key) if with_key(connection, enterprise, &key, false)?.is_none() => Some(key),
        _ => None,
    };
    let digest = key.is_some().then(|| body_digest(lead.body().as_bytes()));
    let options = EnqueueOptions { key, ..EnqueueOptions::default() };
    let new = insert(connection, lead, &options, digest.as_deref())?;
    // Its bytes stay until the new entry is settled.
    connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = ?2, settled_at = ?3, reason = ?4, replaced_by = ?5 WHERE id = ?1",
        params![id.0, State::Discarded.number(), now, format!("released as entry {new}"), new.0],
    )?;
    Ok(new)
}

pub(in crate::sqlite) fn resend(
    connection: &Connection,
    id: EntryId,
    with_actions: bool,
    now: Millis,
) -> Result<EntryId, Error> {
    let lead = lead_to_resend(&existing(connection, id)?, with_actions)?;
    let new = insert(connection, &lead, &EnqueueOptions::new(), None)?;
    connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = ?2, settled_at = ?3, reason = ?4, body = NULL WHERE id = ?1",
        params![id.0, State::Discarded.number(), now, resent_as(new)],
    )?;
    Ok(new)
}
