//! Entries and their numbers.

use std::time::Duration;

use tokio_postgres::Row;

use super::parameter::Parameters;
use super::store::{PostgresStore, number, state};
use crate::clock::{as_millis, between};
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::store::EXPIRY_WARNING;

const COLUMNS: &str = "id, enterprise, lead_key, coalesce(raw, convert_to(body, 'UTF8')), state, \
     attempts, reason, enqueued_at, due_at, sent_at, settled_at, source";

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

impl PostgresStore {
    pub(super) async fn read_stats(&self) -> Result<Stats, Error> {
        let mut stats = Stats::default();
        let sql = "SELECT state, count(*), telecrm.now_ms() - min(
                 CASE WHEN state < 2 THEN enqueued_at ELSE coalesce(settled_at, enqueued_at) END)
             FROM telecrm.entries GROUP BY state";
        for row in self.rows(sql, &[]).await? {
            let found = state(row.try_get(0)?)?;
            let count: i64 = row.try_get(1)?;
            *stats.of_mut(found) = u64::try_from(count).unwrap_or(0);
            stats.set_oldest(found, Some(between(0, row.try_get(2)?)));
        }
        let sql = "SELECT count(*) FROM telecrm.entries
             WHERE state < 2 AND (enterprise = ''
                 OR enterprise NOT IN (SELECT telecrm.client_enterprises())
                     AND EXISTS (SELECT telecrm.client_enterprises()))";
        stats.unassigned = self.row(sql, &[]).await?.try_get::<_, i64>(0)?.unsigned_abs();
        stats.expiring = self.count_expiring().await?;
        Ok(stats)
    }

    pub(super) async fn count_expiring(&self) -> Result<Option<u64>, Error> {
        let sql = "SELECT
                 (SELECT count(*) FROM telecrm.entries AS entry
                  WHERE entry.state >= 2 AND entry.state IN (3, 4, 6, 7)
                      AND entry.body IS NOT NULL AND entry.settled_at <= expiry.before)
                 + (SELECT count(*) FROM telecrm.entries AS entry
                  WHERE entry.raw IS NOT NULL AND entry.state = 10
                      AND entry.enqueued_at <= expiry.before),
                 expiry.before IS NOT NULL
             FROM (SELECT telecrm.now_ms() - max(attention_retention) + $1 AS before
                 FROM telecrm.meta) AS expiry";
        let row = self.row(sql, &[&as_millis(EXPIRY_WARNING)]).await?;
        let expiring = row.try_get::<_, i64>(0)?.unsigned_abs();
        Ok(row.try_get::<_, bool>(1)?.then_some(expiring))
    }

    pub(super) async fn read_entries(
        &self,
        state: State,
        enterprise: Option<String>,
        limit: u32,
    ) -> Result<Vec<Entry>, Error> {
        let condition = if state.is_open() {
            "state < 2 AND state = $1 AND coalesce(enterprise = $3, true) ORDER BY id LIMIT $2"
        } else {
            "state >= 2 AND state = $1 AND coalesce(enterprise = $3, true)
             ORDER BY settled_at NULLS FIRST, id LIMIT $2"
        };
        self.select(condition, &[&number(state), &i64::from(limit), &enterprise]).await
    }

    pub(super) async fn read_queued(
        &self,
        after: EntryId,
        limit: u32,
    ) -> Result<Vec<Entry>, Error> {
        let condition = "state < 2 AND state = 0 AND id > $1 ORDER BY id LIMIT $2";
        self.select(condition, &[&after.0, &i64::from(limit)]).await
    }

    pub(super) async fn read_stuck(
        &self,
        older_than: Duration,
        limit: u32,
    ) -> Result<Vec<Entry>, Error> {
        let condition = "state < 2 AND attempts > (state = 1)::int AND reason IS NOT NULL
             AND enqueued_at <= telecrm.now_ms() - $1::bigint ORDER BY id LIMIT $2";
        self.select(condition, &[&as_millis(older_than), &i64::from(limit)]).await
    }

    pub(super) async fn read_entry(&self, id: EntryId) -> Result<Option<Entry>, Error> {
        Ok(self.select("id = $1", &[&id.0]).await?.pop())
    }

    async fn select(
        &self,
        condition: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Entry>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM telecrm.entries WHERE {condition}");
        self.rows(&sql, parameters).await?.iter().map(entry_of).collect()
    }
}
