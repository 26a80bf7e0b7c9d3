//! Settings that all processes share, and the workers that reported their status.

use std::time::Duration;

use super::store::PostgresStore;
use crate::clock::{as_millis, system_time};
use crate::error::Error;
use crate::store::{OperatorPauses, Report, WORKER_LIFETIME};
use crate::worker::info::WorkerInfo;
use crate::worker::status::WorkerStatus;

impl PostgresStore {
    /// Without an enterprise, the pause is for the whole database.
    pub(super) async fn store_operator_pause(
        &self,
        enterprise: Option<String>,
        paused: bool,
    ) -> Result<(), Error> {
        match enterprise {
            None => self.run("UPDATE telecrm.meta SET paused = $1", &[&paused]).await?,
            Some(enterprise) => {
                let sql = if paused {
                    "INSERT INTO telecrm.pauses VALUES ($1) ON CONFLICT DO NOTHING"
                } else {
                    "DELETE FROM telecrm.pauses WHERE enterprise = $1"
                };
                self.run(sql, &[&enterprise]).await?
            }
        };
        self.stored.notify_one();
        Ok(())
    }

    /// Whether the delivery of an enterprise is paused, or that of the whole database.
    pub(super) async fn read_operator_pause(&self, enterprise: &str) -> Result<bool, Error> {
        let sql = "SELECT bool_or(paused) OR EXISTS (
                 SELECT 1 FROM telecrm.pauses WHERE enterprise = $1) FROM telecrm.meta";
        Ok(self.row(sql, &[&enterprise]).await?.try_get(0)?)
    }

    pub(super) async fn read_pauses(&self) -> Result<OperatorPauses, Error> {
        let sql = "SELECT bool_or(paused),
                 ARRAY(SELECT enterprise FROM telecrm.pauses ORDER BY enterprise)
             FROM telecrm.meta";
        let row = self.row(sql, &[]).await?;
        Ok(OperatorPauses { database: row.try_get(0)?, enterprises: row.try_get(1)? })
    }

    pub(super) async fn store_worker(&self, id: Option<i64>, report: Report) -> Result<i64, Error> {
        let (status, cause) = report.status.numbers();
        let sql = "UPDATE telecrm.workers
             SET since = CASE WHEN status = $2 AND cause IS NOT DISTINCT FROM $3 THEN since
                     ELSE telecrm.now_ms() END,
                 status = $2, cause = $3, seen_at = telecrm.now_ms()
             WHERE id = $1";
        if let Some(id) = id
            && self.run(sql, &[&id, &status, &cause]).await? > 0
        {
            return Ok(id);
        }
        // Workers that died left their rows.
        let sql = "DELETE FROM telecrm.workers WHERE abs(telecrm.now_ms() - seen_at) >= $1";
        self.run(sql, &[&as_millis(WORKER_LIFETIME)]).await?;
        let sql = "INSERT INTO telecrm.workers (host, pid, status, cause, since, seen_at)
             VALUES ($1, $2, $3, $4, telecrm.now_ms(), telecrm.now_ms()) RETURNING id";
        let pid = i64::from(report.pid);
        Ok(self.row(sql, &[&report.host, &pid, &status, &cause]).await?.try_get(0)?)
    }

    pub(super) async fn delete_worker(&self, id: i64) -> Result<(), Error> {
        self.run("DELETE FROM telecrm.workers WHERE id = $1", &[&id]).await?;
        Ok(())
    }

    pub(super) async fn read_workers(&self) -> Result<Vec<WorkerInfo>, Error> {
        // A clock that was wrong leaves times in the future, too.
        let sql = "SELECT host, pid, status, cause, since FROM telecrm.workers
             WHERE abs(telecrm.now_ms() - seen_at) < $1 ORDER BY id";
        let rows = self.rows(sql, &[&as_millis(WORKER_LIFETIME)]).await?;
        rows.iter()
            .map(|row| {
                Ok(WorkerInfo {
                    host: row.try_get(0)?,
                    pid: u32::try_from(row.try_get::<_, i64>(1)?).unwrap_or_default(),
                    status: WorkerStatus::from_numbers(row.try_get(2)?, row.try_get(3)?),
                    since: system_time(row.try_get(4)?),
                })
            })
            .collect()
    }

    pub(super) async fn store_attention_retention(&self, retention: Duration) -> Result<(), Error> {
        let sql = "UPDATE telecrm.meta SET attention_retention = $1";
        self.run(sql, &[&as_millis(retention)]).await?;
        Ok(())
    }
}
