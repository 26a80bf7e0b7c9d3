//! The store's operations as SQL, each within the caller's transaction.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::clock::{Millis, add, as_millis, between};
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::store::{Accepted, Claim, ClaimKey, Position, check_decidable};
use crate::transition::{Actions, Settlement};

const COLUMNS: &str = "id, enterprise, lead_key, body, state, attempts, reason, enqueued_at, due_at, sent_at, settled_at";

pub(super) fn stats(connection: &Connection, now: Millis) -> Result<Stats, Error> {
    let mut stats = Stats::default();
    // Each half is read off an index of its own.
    for half in ["state < 2", "state >= 2"] {
        let sql = format!(
            "SELECT state, count(*) FROM telecrm_outbox_entries WHERE {half} GROUP BY state"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let count: i64 = row.get(1)?;
            *stats.of_mut(state(row.get(0)?)?) = u64::try_from(count).unwrap_or(0);
        }
    }
    let oldest: Option<Millis> = connection
        .prepare_cached(
            "SELECT enqueued_at FROM telecrm_outbox_entries WHERE state < 2 AND state = 0
             ORDER BY id LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    stats.oldest_queued = oldest.map(|oldest| between(oldest, now));
    Ok(stats)
}

pub(super) fn entries(
    connection: &Connection,
    wanted: State,
    limit: u32,
) -> Result<Vec<Entry>, Error> {
    let (half, order) =
        if wanted.is_open() { ("state < 2", "id") } else { ("state >= 2", "settled_at, id") };
    let sql = format!(
        "SELECT {COLUMNS} FROM telecrm_outbox_entries WHERE {half} AND state = ?1
         ORDER BY {order} LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![wanted.number(), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(entry_of(row)?);
    }
    Ok(entries)
}

pub(super) fn queued(
    connection: &Connection,
    after: EntryId,
    limit: u32,
) -> Result<Vec<Entry>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM telecrm_outbox_entries WHERE state < 2 AND state = 0 AND id > ?1
         ORDER BY id LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![after.0, limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(entry_of(row)?);
    }
    Ok(entries)
}

pub(super) fn entry(connection: &Connection, id: EntryId) -> Result<Option<Entry>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM telecrm_outbox_entries WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(entry_of).transpose()
}

fn existing(connection: &Connection, id: EntryId) -> Result<Entry, Error> {
    entry(connection, id)?.ok_or(Error::NotFound { id })
}

fn entry_of(row: &Row<'_>) -> Result<Entry, Error> {
    Ok(Entry {
        id: EntryId(row.get(0)?),
        enterprise: row.get(1)?,
        lead_key: row.get(2)?,
        body: row.get(3)?,
        state: state(row.get(4)?)?,
        attempts: row.get(5)?,
        reason: row.get(6)?,
        enqueued_at: row.get(7)?,
        due_at: row.get(8)?,
        sent_at: row.get(9)?,
        settled_at: row.get(10)?,
    })
}

fn state(number: i64) -> Result<State, Error> {
    State::from_number(number).ok_or(Error::Corrupted)
}

const CLAIM: &str = "
UPDATE telecrm_outbox_entries
SET state = 1, attempts = attempts + 1,
    sent_at = CASE WHEN actions = 2 THEN ifnull(sent_at, ?1) ELSE ?1 END
WHERE id = (
    SELECT id FROM telecrm_outbox_entries
    WHERE state = 0 AND head = 1 AND due_at <= ?1 ORDER BY due_at, id LIMIT 1)
RETURNING id, attempts, enterprise, lead_key, ifnull(body, ''), actions";

const NEXT_DUE: &str = "
SELECT due_at FROM telecrm_outbox_entries WHERE state = 0 AND head = 1 ORDER BY due_at LIMIT 1";

/// Makes the oldest open entry of a lead its head.
const PROMOTE: &str = "
UPDATE telecrm_outbox_entries SET head = 1
WHERE head = 0 AND id = (
    SELECT min(id) FROM telecrm_outbox_entries
    WHERE lead_key = ?1 AND enterprise = ?2 AND state < 2)";

/// Takes the mark of the head behind an entry, which is the oldest of those.
const DEMOTE: &str = "
UPDATE telecrm_outbox_entries SET head = 0
WHERE head = 1 AND id = (
    SELECT min(id) FROM telecrm_outbox_entries
    WHERE lead_key = ?1 AND enterprise = ?2 AND state < 2 AND id > ?3)";

pub(super) fn claim(connection: &Connection, now: Millis) -> Result<Option<Claim>, Error> {
    let mut statement = connection.prepare_cached(CLAIM)?;
    let mut rows = statement.query([now])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let claim = Claim {
        key: ClaimKey { id: EntryId(row.get(0)?), fence: row.get(1)? },
        attempts: row.get(1)?,
        enterprise: row.get(2)?,
        lead_key: row.get(3)?,
        body: row.get(4)?,
        actions: Actions::from_number(row.get(5)?),
    };
    // The statement is done when it is stepped to its end.
    while rows.next()?.is_some() {}
    Ok(Some(claim))
}

pub(super) fn next_due(connection: &Connection, now: Millis) -> Result<Option<Duration>, Error> {
    let due: Option<Millis> =
        connection.prepare_cached(NEXT_DUE)?.query_row([], |row| row.get(0)).optional()?;
    Ok(due.map(|due| between(now, due)))
}

pub(super) fn settle(
    connection: &Connection,
    claim: ClaimKey,
    settlement: &Settlement,
    now: Millis,
) -> Result<bool, Error> {
    let closed = !settlement.state.is_open();
    let mut statement = connection.prepare_cached(
        "UPDATE telecrm_outbox_entries
         SET state = ?3, actions = ?4, received = received | ?5, reason = ?6, due_at = ?7,
             settled_at = ?8, head = ?9
         WHERE id = ?1 AND attempts = ?2 AND state = 1 RETURNING lead_key, enterprise",
    )?;
    let lead = statement
        .query_row(
            params![
                claim.id.0,
                claim.fence,
                settlement.state.number(),
                settlement.actions.number(),
                settlement.received,
                settlement.reason,
                add(now, settlement.delay),
                closed.then_some(now),
                !closed,
            ],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )
        .optional()?;
    let Some((lead_key, enterprise)) = lead else { return Ok(false) };
    if closed {
        promote(connection, &lead_key, &enterprise)?;
    }
    Ok(true)
}

fn promote(connection: &Connection, lead_key: &str, enterprise: &str) -> Result<(), Error> {
    connection.prepare_cached(PROMOTE)?.execute([lead_key, enterprise])?;
    Ok(())
}

pub(super) fn retry(
    connection: &Connection,
    id: EntryId,
    with_actions: bool,
    now: Millis,
) -> Result<(), Error> {
    let entry = existing(connection, id)?;
    check_decidable(id, entry.state, "a retry")?;
    if entry.body.is_none() {
        return Err(Error::Erased { id });
    }
    if let Some(newer) = newer_sent(connection, &entry)? {
        return Err(Error::Superseded { id, newer });
    }
    if entry.state != State::Queued {
        let parameters = params![entry.lead_key, entry.enterprise, id.0];
        connection.prepare_cached(DEMOTE)?.execute(parameters)?;
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
    promote(connection, &entry.lead_key, &entry.enterprise)
}

/// A newer entry of the lead that telecrm has, or may have, and that will not be sent again after
/// this one.
fn newer_sent(connection: &Connection, entry: &Entry) -> Result<Option<EntryId>, Error> {
    let lead = params![entry.lead_key, entry.enterprise, entry.id.0];
    for half in ["state < 2 AND state = 1", "state >= 2 AND received = 1"] {
        let sql = format!(
            "SELECT id FROM telecrm_outbox_entries
             WHERE lead_key = ?1 AND enterprise = ?2 AND id > ?3 AND {half}
             ORDER BY id DESC LIMIT 1"
        );
        let newer =
            connection.prepare_cached(&sql)?.query_row(lead, |row| row.get(0)).optional()?;
        if newer.is_some() {
            return Ok(newer.map(EntryId));
        }
    }
    Ok(None)
}

pub(super) fn discard(connection: &Connection, id: EntryId, now: Millis) -> Result<(), Error> {
    let entry = existing(connection, id)?;
    check_decidable(id, entry.state, "discarding")?;
    connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = ?2, body = NULL, head = 0, settled_at = ?3 WHERE id = ?1",
        params![id.0, State::Discarded.number(), now],
    )?;
    promote(connection, &entry.lead_key, &entry.enterprise)
}

pub(super) fn erase(connection: &Connection, lead_keys: &[String]) -> Result<u64, Error> {
    let mut erased = 0;
    for lead_key in lead_keys {
        for half in ["state < 2", "state >= 2"] {
            let sql = format!("DELETE FROM telecrm_outbox_entries WHERE lead_key = ?1 AND {half}");
            erased += connection.execute(&sql, [lead_key])?;
        }
    }
    Ok(u64::try_from(erased).unwrap_or(u64::MAX))
}

/// Entries that a dead worker left marked may have been received. Entries that are due impossibly late were
/// put off by a clock that was wrong.
pub(super) fn recover(connection: &Connection, now: Millis) -> Result<(), Error> {
    let recovered = connection.execute(
        "UPDATE telecrm_outbox_entries
         SET state = 0, received = 1, due_at = ?1, reason = ?2,
             actions = CASE actions WHEN 1 THEN 2 ELSE actions END
         WHERE state < 2 AND state = 1",
        params![now, Settlement::CRASHED],
    )?;
    if recovered > 0 {
        tracing::warn!(entries = recovered, "outbox: {}", Settlement::CRASHED);
    }
    connection.execute(
        "UPDATE telecrm_outbox_entries SET due_at = ?1
         WHERE state = 0 AND head = 1 AND due_at > ?1 + 7200000",
        [now],
    )?;
    Ok(())
}

pub(super) fn accepted(
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

pub(super) fn verified(
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

/// Erases at most this many at once, so that no write waits for long.
const ERASED_AT_ONCE: i64 = 500;

pub(super) fn erase_settled(
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

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::sqlite::{ENQUEUE, TABLES};

    #[test]
    fn what_waits_behind_a_lead_is_not_read() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let enqueue = |key: &str| {
            let parameters = params![Option::<&str>::None, key, r#"{"fields":{}}"#];
            connection.prepare_cached(ENQUEUE).unwrap().execute(parameters).unwrap();
        };
        for _ in 0..20_000 {
            enqueue("a");
        }
        enqueue("b");
        let now = Millis::MAX / 2;
        let first = claim(&connection, now).unwrap().unwrap();
        assert_eq!(first.lead_key, "a");
        assert_eq!(next_due(&connection, now).unwrap(), Some(Duration::ZERO));
        assert_eq!(claim(&connection, now).unwrap().unwrap().lead_key, "b");
        assert!(claim(&connection, now).unwrap().is_none());
        let refused = Settlement {
            state: State::Refused,
            actions: Actions::None,
            received: false,
            reason: None,
            delay: Duration::ZERO,
        };
        assert!(settle(&connection, first.key, &refused, now).unwrap());
        retry(&connection, first.key.id, false, now).unwrap();
        assert_eq!(claim(&connection, now).unwrap().unwrap().key.id, first.key.id);
        for sql in [CLAIM, NEXT_DUE, PROMOTE, DEMOTE] {
            let steps = connection.prepare_cached(sql).unwrap().get_status(StatementStatus::VmStep);
            assert!((1..1_000).contains(&steps), "{steps} steps:{sql}");
        }
    }
}
