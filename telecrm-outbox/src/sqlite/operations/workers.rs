//! Workers that reported their status.

use rusqlite::{Connection, params};

use crate::clock::{Millis, as_millis, system_time};
use crate::error::Error;
use crate::store::{Report, WORKER_LIFETIME};
use crate::worker::info::WorkerInfo;
use crate::worker::status::WorkerStatus;

/// Stores the status of a worker, and returns the id of its row: a new one if there is none.
pub(in crate::sqlite) fn report_worker(
    connection: &Connection,
    id: Option<i64>,
    report: &Report,
    now: Millis,
) -> Result<i64, Error> {
    let (status, cause) = report.status.numbers();
    let updated = connection
        .prepare_cached(
            "UPDATE telecrm_outbox_workers
             SET since = CASE WHEN status = ?2 AND cause IS ?3 THEN since ELSE ?4 END,
                 status = ?2, cause = ?3, seen_at = ?4
             WHERE id = ?1",
        )?
        .execute(params![id, status, cause, now])?;
    if let (1, Some(id)) = (updated, id) {
        return Ok(id);
    }
    // Workers that died left their rows.
    connection.execute(
        "DELETE FROM telecrm_outbox_workers WHERE abs(?1 - seen_at) >= ?2",
        params![now, as_millis(WORKER_LIFETIME)],
    )?;
    connection.execute(
        "INSERT INTO telecrm_outbox_workers (host, pid, status, cause, since, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        params![report.host, report.pid, status, cause, now],
    )?;
    Ok(connection.last_insert_rowid())
}

pub(in crate::sqlite) fn remove_worker(connection: &Connection, id: i64) -> Result<(), Error> {
    connection.execute("DELETE FROM telecrm_outbox_workers WHERE id = ?1", [id])?;
    Ok(())
}

pub(in crate::sqlite) fn workers(
    connection: &Connection,
    now: Millis,
) -> Result<Vec<WorkerInfo>, Error> {
    // A clock that was wrong leaves times in the future, too.
    let mut statement = connection.prepare(
        "SELECT host, pid, status, cause, since FROM telecrm_outbox_workers
         WHERE abs(?1 - seen_at) < ?2 ORDER BY id",
    )?;
    let workers = statement.query_map(params![now, as_millis(WORKER_LIFETIME)], |row| {
        Ok(WorkerInfo {
            host: row.get(0)?,
            pid: row.get(1)?,
            status: WorkerStatus::from_numbers(row.get(2)?, row.get(3)?),
            since: system_time(row.get(4)?),
        })
    })?;
    Ok(workers.collect::<Result<_, _>>()?)
}
