//! Turns of all processes, and pauses that they share.

use std::time::Duration;

use super::store::{PostgresStore, micros};
use crate::clock::as_millis;
use crate::error::Error;
use crate::store::{Pace, SharedPause};

impl PostgresStore {
    pub(super) async fn take_turn(&self, pace: Pace) -> Result<Option<Duration>, Error> {
        let Pace { token, period, burst } = pace;
        let sql = "SELECT telecrm.turn($1, $2, $3)";
        let row = self.row(sql, &[&token, &micros(period), &i64::from(burst)]).await?;
        let wait: i64 = row.try_get(0)?;
        Ok(u64::try_from(wait).ok().filter(|wait| *wait > 0).map(Duration::from_micros))
    }

    pub(super) async fn pause_turns(
        &self,
        pace: Pace,
        wait: Option<Duration>,
    ) -> Result<(), Error> {
        self.row("SELECT telecrm.pause($1, $2)", &[&pace.token, &wait.map(micros)]).await?;
        Ok(())
    }

    pub(super) async fn store_shared_pause(
        &self,
        token: i64,
        pause: Option<SharedPause>,
    ) -> Result<(), Error> {
        let cause = pause.map(|pause| pause.cause);
        let wait = micros(pause.map(|pause| pause.wait).unwrap_or_default());
        self.row("SELECT telecrm.share_pause($1, $2, $3)", &[&token, &cause, &wait]).await?;
        self.run("SELECT pg_notify('telecrm_outbox', '')", &[]).await?;
        Ok(())
    }

    pub(super) async fn read_shared_pause(
        &self,
        token: i64,
    ) -> Result<Option<SharedPause>, Error> {
        let sql = "SELECT cause, greatest(0, probe_at - telecrm.now_us()) FROM telecrm.pace
             WHERE token = $1 AND cause IS NOT NULL";
        let rows = self.rows(sql, &[&token]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let wait = row.try_get::<_, i64>(1)?.unsigned_abs();
        Ok(Some(SharedPause { cause: row.try_get(0)?, wait: Duration::from_micros(wait) }))
    }

    pub(super) async fn reserve_probe(&self, token: i64, next: Duration) -> Result<bool, Error> {
        let row = self.row("SELECT telecrm.take_probe($1, $2)", &[&token, &micros(next)]).await?;
        Ok(row.try_get(0)?)
    }

    pub(super) async fn store_operator_pause(&self, paused: bool) -> Result<(), Error> {
        self.run("UPDATE telecrm.meta SET paused = $1", &[&paused]).await?;
        self.run("SELECT pg_notify('telecrm_outbox', '')", &[]).await?;
        Ok(())
    }

    pub(super) async fn read_operator_pause(&self) -> Result<bool, Error> {
        Ok(self.row("SELECT bool_or(paused) FROM telecrm.meta", &[]).await?.try_get(0)?)
    }

    pub(super) async fn store_attention_retention(
        &self,
        retention: Duration,
    ) -> Result<(), Error> {
        let sql = "UPDATE telecrm.meta SET attention_retention = $1";
        self.run(sql, &[&as_millis(retention)]).await?;
        Ok(())
    }
}
