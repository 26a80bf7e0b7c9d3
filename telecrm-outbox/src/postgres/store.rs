//! Outbox on PostgreSQL: each operation is one statement.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::PreparedLead;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::ENQUEUE;
use super::connection::Connection;
use crate::clock::as_millis;
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::store::{
    Accepted, Claim, ClaimFor, ClaimKey, Decision, Guard, Pace, Position, Store, Task,
};
use crate::transition::{Actions, Parts, Settlement};
use crate::worker::status::PauseCause;

/// The fallback where a notification is lost.
const POLL: Duration = Duration::from_secs(1);

const COLUMNS: &str = "id, enterprise, lead_key, coalesce(raw, convert_to(body, 'UTF8')), state, \
     attempts, reason, enqueued_at, due_at, sent_at, settled_at, source";

#[derive(Clone)]
pub(crate) struct PostgresStore {
    connection: Arc<Connection>,
}

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

impl PostgresStore {
    pub(crate) async fn connect(url: &str, creates: bool) -> Result<Self, Error> {
        let connection = Connection::new(url)?;
        connection.migrate(creates).await?;
        Ok(Self { connection: Arc::new(connection) })
    }

    async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Error> {
        Ok(self.connection.client().await?.query(sql, parameters).await?)
    }

    async fn row(&self, sql: &str, parameters: Parameters<'_>) -> Result<Row, Error> {
        Ok(self.connection.client().await?.query_one(sql, parameters).await?)
    }

    async fn run(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, Error> {
        Ok(self.connection.client().await?.execute(sql, parameters).await?)
    }

    #[cfg(test)]
    pub(crate) async fn client(&self) -> Arc<tokio_postgres::Client> {
        self.connection.client().await.unwrap()
    }

    #[cfg(test)]
    pub(crate) async fn execute(&self, sql: &str) {
        self.client().await.batch_execute(sql).await.unwrap();
    }
}

fn state(number: i16) -> Result<State, Error> {
    State::from_number(number.into()).ok_or(Error::Corrupted)
}

/// Every state has a number of one digit.
fn number(state: State) -> i16 {
    i16::try_from(state.number()).unwrap_or_default()
}

fn entry_of(row: &Row) -> Result<Entry, Error> {
    let attempts: i64 = row.try_get(5)?;
    Ok(Entry {
        id: EntryId(row.try_get(0)?),
        enterprise: row.try_get(1)?,
        lead_key: row.try_get(2)?,
        body: row.try_get(3)?,
        state: state(row.try_get(4)?)?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        reason: row.try_get(6)?,
        enqueued_at: row.try_get(7)?,
        due_at: row.try_get(8)?,
        sent_at: row.try_get(9)?,
        settled_at: row.try_get(10)?,
        source: row.try_get(11)?,
    })
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

fn claim_of(row: &Row) -> Result<Claim, Error> {
    let fence: i64 = row.try_get(1)?;
    let actions = Actions::from_number(row.try_get::<_, i16>(5)?.into());
    let (actions, parts) = Parts::of_claim(actions, row.try_get(6)?, row.try_get(7)?);
    Ok(Claim {
        key: ClaimKey { id: EntryId(row.try_get(0)?), fence },
        attempts: u32::try_from(fence).unwrap_or(u32::MAX),
        enterprise: row.try_get(2)?,
        lead_key: row.try_get(3)?,
        body: row.try_get(4)?,
        actions,
        parts,
        received: row.try_get(8)?,
    })
}

impl Store for PostgresStore {
    fn enqueue(&self, lead: PreparedLead) -> Task<'static, EntryId> {
        let store = self.clone();
        Box::pin(async move {
            let (enterprise, lead_key, body) = lead.to_parameters();
            let row = store.row(ENQUEUE, &[&enterprise, &lead_key, &body]).await?;
            Ok(EntryId(row.try_get(0)?))
        })
    }

    fn stats(&self) -> Task<'_, Stats> {
        Box::pin(async move {
            let mut stats = Stats::default();
            let sql = "SELECT state, count(*), telecrm.now_ms() - min(enqueued_at)
                 FROM telecrm.entries GROUP BY state";
            for row in self.rows(sql, &[]).await? {
                let found = state(row.try_get(0)?)?;
                let count: i64 = row.try_get(1)?;
                *stats.of_mut(found) = u64::try_from(count).unwrap_or(0);
                if found == State::Queued {
                    let age = u64::try_from(row.try_get::<_, i64>(2)?).unwrap_or(0);
                    stats.oldest_queued = Some(Duration::from_millis(age));
                }
            }
            Ok(stats)
        })
    }

    fn entries(&self, wanted: State, limit: u32) -> Task<'_, Vec<Entry>> {
        Box::pin(async move {
            let (half, order) = if wanted.is_open() {
                ("state < 2", "id")
            } else {
                ("state >= 2", "settled_at, id")
            };
            let sql = format!(
                "SELECT {COLUMNS} FROM telecrm.entries WHERE {half} AND state = $1
                 ORDER BY {order} LIMIT $2"
            );
            let rows = self.rows(&sql, &[&number(wanted), &i64::from(limit)]).await?;
            rows.iter().map(entry_of).collect()
        })
    }

    fn queued(&self, after: EntryId, limit: u32) -> Task<'_, Vec<Entry>> {
        Box::pin(async move {
            let sql = format!(
                "SELECT {COLUMNS} FROM telecrm.entries WHERE state < 2 AND state = 0 AND id > $1
                 ORDER BY id LIMIT $2"
            );
            let rows = self.rows(&sql, &[&after.0, &i64::from(limit)]).await?;
            rows.iter().map(entry_of).collect()
        })
    }

    fn entry(&self, id: EntryId) -> Task<'_, Option<Entry>> {
        Box::pin(async move {
            let sql = format!("SELECT {COLUMNS} FROM telecrm.entries WHERE id = $1");
            self.rows(&sql, &[&id.0]).await?.first().map(entry_of).transpose()
        })
    }

    fn retry(&self, id: EntryId, with_actions: bool) -> Task<'_, ()> {
        Box::pin(async move {
            let sql = "SELECT outcome, state, newer FROM telecrm.retry($1, $2)";
            let row = self.row(sql, &[&id.0, &with_actions]).await?;
            match row.try_get::<_, &str>(0)? {
                "done" => Ok(()),
                "not_found" => Err(Error::NotFound { id }),
                "erased" => Err(Error::Erased { id }),
                "superseded" => Err(Error::Superseded { id, newer: EntryId(row.try_get(2)?) }),
                _ => Decision::Retry.check(id, state(row.try_get(1)?)?),
            }
        })
    }

    fn discard(&self, id: EntryId) -> Task<'_, ()> {
        Box::pin(async move {
            let sql = "SELECT telecrm.discard($1, $2)";
            if self.row(sql, &[&id.0, &number(State::Discarded)]).await?.try_get(0)? {
                return Ok(());
            }
            let entry = self.entry(id).await?.ok_or(Error::NotFound { id })?;
            Decision::Discard.check(id, entry.state)
        })
    }

    fn erase(&self, lead_keys: Vec<String>) -> Task<'_, u64> {
        Box::pin(async move {
            let mut erased = 0;
            for lead_key in lead_keys {
                let row = self.row("SELECT telecrm.erase($1)", &[&lead_key]).await?;
                erased += u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0);
            }
            Ok(erased)
        })
    }

    /// Any number of workers deliver: leases keep them apart.
    fn lock(&self) -> Result<Guard, Error> {
        Ok(Box::new(()))
    }

    /// Entries that a dead worker left behind are taken over when their lease is over: now, and by each claim.
    fn recover(&self) -> Task<'_, ()> {
        Box::pin(async move {
            let sql = "UPDATE telecrm.entries
                 SET state = 0, received = true, due_at = telecrm.now_ms(), reason = $1,
                     actions = CASE WHEN actions = 0 OR fields_only_attempt = attempts THEN actions
                         ELSE 2 END
                 WHERE state = 1 AND lease_until < telecrm.now_ms()
                     AND actions_only_attempt <> attempts";
            self.run(sql, &[&Settlement::CRASHED]).await?;
            Ok(())
        })
    }

    fn claim<'a>(
        &'a self,
        enterprise: &'a str,
        lease: Duration,
        purpose: ClaimFor<'a>,
    ) -> Task<'a, Option<Claim>> {
        Box::pin(async move {
            let sql = "SELECT id, attempts, enterprise, lead_key, coalesce(body, ''), actions,
                     fields_only_attempt = attempts, actions_only_attempt = attempts, received
                 FROM telecrm.claim($1, $2, $3, $4)";
            let (is_probe, avoided) = match purpose {
                ClaimFor::Delivery => (false, Vec::new()),
                ClaimFor::Probe { avoid } => (true, avoid.iter().map(|id| id.0).collect()),
            };
            let lease = as_millis(lease);
            let rows = self.rows(sql, &[&enterprise, &lease, &is_probe, &avoided]).await?;
            rows.first().map(claim_of).transpose()
        })
    }

    fn settle(&self, claim: ClaimKey, settlement: Settlement) -> Task<'_, bool> {
        Box::pin(async move {
            let actions = i16::try_from(settlement.actions.number()).unwrap_or(2);
            let sql = "SELECT telecrm.settle($1, $2, $3, $4, $5, $6, $7)";
            let parameters: Parameters<'_> = &[
                &claim.id.0,
                &claim.fence,
                &number(settlement.state),
                &actions,
                &settlement.received,
                &settlement.reason,
                &as_millis(settlement.delay),
            ];
            let settled = self.row(sql, parameters).await?.try_get(0)?;
            self.connection.heard.notify_one();
            Ok(settled)
        })
    }

    fn next_due<'a>(&'a self, enterprise: &'a str) -> Task<'a, Option<Duration>> {
        Box::pin(async move {
            let row = self.row("SELECT telecrm.next_due($1)", &[&enterprise]).await?;
            let wait: Option<i64> = row.try_get(0)?;
            Ok(wait.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
        })
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            // Either way somebody looks.
            let _ = tokio::time::timeout(POLL, self.connection.heard.notified()).await;
        })
    }

    fn accepted(&self, after: Position, limit: u32) -> Task<'_, Vec<Accepted>> {
        Box::pin(async move {
            let sql = "SELECT id, settled_at, enterprise, lead_key, body, coalesce(sent_at, 0)
                 FROM telecrm.entries
                 WHERE state >= 2 AND state = 2 AND body IS NOT NULL AND (settled_at, id) > ($1, $2)
                 ORDER BY settled_at, id LIMIT $3";
            let rows = self.rows(sql, &[&after.0, &after.1.0, &i64::from(limit)]).await?;
            rows.iter()
                .map(|row| {
                    let id = EntryId(row.try_get(0)?);
                    Ok(Accepted {
                        id,
                        position: (row.try_get(1)?, id),
                        enterprise: row.try_get(2)?,
                        lead_key: row.try_get(3)?,
                        body: row.try_get(4)?,
                        sent_at: row.try_get(5)?,
                    })
                })
                .collect()
        })
    }

    fn verified(&self, id: EntryId, state: State, reason: Option<String>) -> Task<'_, ()> {
        Box::pin(async move {
            let sql = "UPDATE telecrm.entries AS entry
                 SET settled_at = telecrm.now_ms(),
                     state = CASE WHEN $2 <> 5 AND telecrm.newer_sent(entry) IS NOT NULL
                         THEN 8::smallint ELSE $2::smallint END,
                     reason = CASE WHEN $2 <> 5 AND telecrm.newer_sent(entry) IS NOT NULL
                         THEN NULL ELSE $3 END
                 WHERE id = $1 AND state = 2";
            self.run(sql, &[&id.0, &number(state), &reason]).await?;
            Ok(())
        })
    }

    fn erase_settled(&self, retention: Duration) -> Task<'_, u64> {
        Box::pin(async move {
            // While an older entry of the lead may be retried, the row has to show that a newer one
            // was sent; what a person has to look at stays, too.
            let sql = "WITH due AS (
                     SELECT id, body, state IN (3, 6, 7) AS listed, EXISTS (
                         SELECT 1 FROM telecrm.entries AS older
                         WHERE older.lead_key = entry.lead_key
                             AND older.enterprise = entry.enterprise AND older.id < entry.id
                             AND older.state >= 2 AND older.body IS NOT NULL) AS guards
                     FROM telecrm.entries AS entry
                     WHERE state >= 2 AND state <> 4 AND lead_key <> ''
                         AND settled_at <= telecrm.now_ms() - $1),
                 chosen AS (SELECT * FROM due WHERE body IS NOT NULL OR NOT guards LIMIT 500),
                 kept AS (
                     UPDATE telecrm.entries AS entry
                     SET body = NULL,
                         lead_key = CASE WHEN chosen.guards THEN entry.lead_key ELSE '' END
                     FROM chosen WHERE entry.id = chosen.id AND (chosen.guards OR chosen.listed)
                     RETURNING 1),
                 gone AS (
                     DELETE FROM telecrm.entries AS entry USING chosen
                     WHERE entry.id = chosen.id AND NOT chosen.guards AND NOT chosen.listed
                     RETURNING 1)
                 SELECT (SELECT count(*) FROM kept) + (SELECT count(*) FROM gone)";
            let erased: i64 = self.row(sql, &[&as_millis(retention)]).await?.try_get(0)?;
            Ok(u64::try_from(erased).unwrap_or(0))
        })
    }

    fn turn(&self, pace: Pace) -> Task<'_, Option<Duration>> {
        Box::pin(async move {
            let Pace { token, period, burst } = pace;
            let period = i64::try_from(period.as_micros()).unwrap_or(i64::MAX);
            let sql = "SELECT telecrm.turn($1, $2, $3)";
            let wait: i64 =
                self.row(sql, &[&token, &period, &i64::from(burst)]).await?.try_get(0)?;
            Ok(u64::try_from(wait).ok().filter(|wait| *wait > 0).map(Duration::from_micros))
        })
    }

    fn paused(&self, pace: Pace, wait: Option<Duration>) -> Task<'_, ()> {
        Box::pin(async move {
            let wait = wait.map(micros);
            self.row("SELECT telecrm.pause($1, $2)", &[&pace.token, &wait]).await?;
            Ok(())
        })
    }

    fn share_pause(&self, pace: Pace, pause: Option<(PauseCause, Duration)>) -> Task<'_, bool> {
        Box::pin(async move {
            let cause = pause.map(|(cause, _)| cause.number());
            let wait = micros(pause.map(|(_, wait)| wait).unwrap_or_default());
            let sql = "INSERT INTO telecrm.pace AS pace (token, cause, probe_at)
                 VALUES ($1, $2, telecrm.now_us() + $3)
                 ON CONFLICT (token) DO UPDATE SET cause = excluded.cause, probe_at = excluded.probe_at
                 WHERE pace.cause IS DISTINCT FROM excluded.cause
                     OR pace.probe_at < excluded.probe_at";
            self.run(sql, &[&pace.token, &cause, &wait]).await?;
            Ok(true)
        })
    }

    fn shared_pause(&self, pace: Pace) -> Task<'_, Option<(PauseCause, Duration)>> {
        Box::pin(async move {
            let sql = "SELECT cause, greatest(0, probe_at - telecrm.now_us()) FROM telecrm.pace
                 WHERE token = $1 AND cause IS NOT NULL";
            let rows = self.rows(sql, &[&pace.token]).await?;
            let Some(row) = rows.first() else { return Ok(None) };
            let wait = u64::try_from(row.try_get::<_, i64>(1)?).unwrap_or(0);
            let cause = PauseCause::from_number(row.try_get(0)?);
            Ok(Some((cause, Duration::from_micros(wait))))
        })
    }

    fn take_probe(&self, pace: Pace, wait: Duration) -> Task<'_, bool> {
        Box::pin(async move {
            let sql = "UPDATE telecrm.pace SET probe_at = telecrm.now_us() + $2
                 WHERE token = $1 AND (cause IS NULL OR probe_at <= telecrm.now_us())";
            Ok(self.run(sql, &[&pace.token, &micros(wait)]).await? > 0)
        })
    }
}
