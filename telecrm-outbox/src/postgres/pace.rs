//! Turns of all processes, and pauses that they share.

use std::time::Duration;

use super::store::{PostgresStore, micros};
use crate::error::Error;
use crate::store::Pace;
use crate::worker::status::PauseCause;

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
        pace: Pace,
        pause: Option<(PauseCause, Duration)>,
    ) -> Result<bool, Error> {
        let cause = pause.map(|(cause, _)| cause.number());
        let wait = micros(pause.map(|(_, wait)| wait).unwrap_or_default());
        let sql = "INSERT INTO telecrm.pace AS pace (token, cause, probe_at)
             VALUES ($1, $2, telecrm.now_us() + $3)
             ON CONFLICT (token) DO UPDATE SET cause = excluded.cause, probe_at = excluded.probe_at
             WHERE pace.cause IS DISTINCT FROM excluded.cause
                 OR pace.probe_at < excluded.probe_at";
        self.run(sql, &[&pace.token, &cause, &wait]).await?;
        Ok(true)
    }

    pub(super) async fn read_shared_pause(
        &self,
        pace: Pace,
    ) -> Result<Option<(PauseCause, Duration)>, Error> {
        let sql = "SELECT cause, greatest(0, probe_at - telecrm.now_us()) FROM telecrm.pace
             WHERE token = $1 AND cause IS NOT NULL";
        let rows = self.rows(sql, &[&pace.token]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let wait = u64::try_from(row.try_get::<_, i64>(1)?).unwrap_or(0);
        let cause = PauseCause::from_number(row.try_get(0)?);
        Ok(Some((cause, Duration::from_micros(wait))))
    }

    pub(super) async fn reserve_probe(&self, pace: Pace, wait: Duration) -> Result<bool, Error> {
        let sql = "UPDATE telecrm.pace SET probe_at = telecrm.now_us() + $2
             WHERE token = $1 AND (cause IS NULL OR probe_at <= telecrm.now_us())";
        Ok(self.run(sql, &[&pace.token, &micros(wait)]).await? > 0)
    }
}
