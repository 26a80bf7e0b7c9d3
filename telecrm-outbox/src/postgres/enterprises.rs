//! Enterprises: those that workers have a client for, their pauses, and the numbers of their entries.

use super::store::{PostgresStore, state};
use crate::clock::as_millis;
use crate::enterprise::{EnterpriseStats, StatsByEnterprise, Waiting};
use crate::error::Error;
use crate::store::EXPIRY_WARNING;

impl PostgresStore {
    pub(super) async fn store_clients(&self, enterprises: Vec<String>) -> Result<(), Error> {
        let sql = "INSERT INTO telecrm.clients (enterprise, reported_at)
             SELECT enterprise, telecrm.now_ms() FROM unnest($1::text[]) AS own (enterprise)
             ORDER BY enterprise
             ON CONFLICT (enterprise) DO UPDATE SET reported_at = excluded.reported_at";
        self.run(sql, &[&enterprises]).await?;
        Ok(())
    }

    pub(super) async fn read_waiting(&self) -> Result<Waiting, Error> {
        // From the index: one row for each enterprise.
        let sql = "WITH RECURSIVE waiting (enterprise) AS (
                 SELECT min(entry.enterprise) FROM telecrm.entries AS entry
                 WHERE entry.state = 0 AND entry.head
                 UNION ALL
                 SELECT (SELECT min(entry.enterprise) FROM telecrm.entries AS entry
                     WHERE entry.state = 0 AND entry.head
                         AND entry.enterprise > waiting.enterprise)
                 FROM waiting WHERE waiting.enterprise IS NOT NULL)
             SELECT coalesce(array_agg(enterprise), '{}'),
                 ARRAY(SELECT telecrm.client_enterprises())
             FROM waiting WHERE enterprise IS NOT NULL";
        let row = self.row(sql, &[]).await?;
        Ok(Waiting { enterprises: row.try_get(0)?, clients: row.try_get(1)? })
    }

    pub(super) async fn read_stats_by_enterprise(&self) -> Result<Vec<EnterpriseStats>, Error> {
        let sql = "SELECT telecrm.now_ms(),
                 telecrm.now_ms() - max(attention_retention) + $1 FROM telecrm.meta";
        let row = self.row(sql, &[&as_millis(EXPIRY_WARNING)]).await?;
        let expiry: Option<i64> = row.try_get(1)?;
        let mut stats = StatsByEnterprise::new(row.try_get(0)?, expiry.is_some());
        let sql = "SELECT ARRAY(SELECT telecrm.client_enterprises()),
                 ARRAY(SELECT enterprise FROM telecrm.pauses)";
        let row = self.row(sql, &[]).await?;
        stats.add_clients(row.try_get(0)?);
        stats.add_pauses(row.try_get(1)?);
        let sql =
            "SELECT enterprise, state, count(*), min(coalesce(settled_at, enqueued_at)), count(CASE
                 WHEN state IN (3, 4, 6, 7) AND settled_at <= $1 AND body IS NOT NULL THEN 1
                 WHEN state = 10 AND enqueued_at <= $1 AND raw IS NOT NULL THEN 1 END)
             FROM telecrm.entries GROUP BY enterprise, state";
        for row in self.rows(sql, &[&expiry]).await? {
            let [count, expiring]: [i64; 2] = [row.try_get(2)?, row.try_get(4)?];
            let counts = [count, expiring].map(i64::unsigned_abs);
            stats.add_entries(row.try_get(0)?, state(row.try_get(1)?)?, counts, row.try_get(3)?);
        }
        Ok(stats.finish())
    }
}
