//! Decisions of an operator, and erasure.

use super::store::{PostgresStore, number, state};
use crate::clock::{Millis, as_millis};
use crate::entry::{EntryId, State};
use crate::error::Error;
use crate::store::decision::{CONFIRMED, Decision, RESTORED};
use crate::store::{Retention, WORKER_LIFETIME};

impl PostgresStore {
    /// The error of a decision that was not for the entry.
    pub(super) async fn refusal(&self, id: EntryId, decision: Decision) -> Result<Error, Error> {
        let entry = self.read_entry(id).await?.ok_or(Error::NotFound { id })?;
        decision.check(id, entry.state)?;
        // Another call changed its state in between.
        Ok(Error::Locked)
    }

    pub(super) async fn retry_entry(&self, id: EntryId, with_actions: bool) -> Result<(), Error> {
        let sql = "SELECT outcome, state, newer FROM telecrm.retry($1, $2)";
        let row = self.row(sql, &[&id.0, &with_actions]).await?;
        match row.try_get::<_, &str>(0)? {
            "done" => {
                self.stored.notify_one();
                Ok(())
            }
            "not_found" => Err(Error::NotFound { id }),
            "erased" => Err(Error::Erased { id }),
            "superseded" => Err(Error::Superseded { id, newer: EntryId(row.try_get(2)?) }),
            _ => Decision::Retry.check(id, state(row.try_get(1)?)?),
        }
    }

    pub(super) async fn discard_entry(&self, id: EntryId) -> Result<(), Error> {
        let sql = "SELECT telecrm.discard($1, $2)";
        if self.row(sql, &[&id.0, &number(State::Discarded)]).await?.try_get(0)? {
            return Ok(());
        }
        Err(self.refusal(id, Decision::Discard).await?)
    }

    pub(super) async fn confirm_entry(&self, id: EntryId) -> Result<(), Error> {
        let sql = "SELECT telecrm.confirm($1, $2)";
        if self.row(sql, &[&id.0, &CONFIRMED]).await?.try_get(0)? {
            return Ok(());
        }
        Err(self.refusal(id, Decision::Confirm).await?)
    }

    /// In several transactions: each lead takes an entry of the server's lock table.
    pub(super) async fn assign_entries(&self, enterprise: String) -> Result<u64, Error> {
        let (mut assigned, mut after) = (0, 0_i64);
        loop {
            let sql = "SELECT assigned, last_id FROM telecrm.assign($1, $2)";
            let row = self.row(sql, &[&enterprise, &after]).await?;
            assigned += row.try_get::<_, i64>(0)?.unsigned_abs();
            match row.try_get(1)? {
                Some(last) => after = last,
                None => return Ok(assigned),
            }
        }
    }

    pub(super) async fn mark_after_restore(
        &self,
        discard_before: Option<Millis>,
    ) -> Result<(u64, u64), Error> {
        let sql = "SELECT discarded, marked FROM telecrm.after_restore($1, $2, $3)";
        let lifetime = as_millis(WORKER_LIFETIME);
        let row = self.row(sql, &[&discard_before, &RESTORED, &lifetime]).await?;
        match (row.try_get::<_, Option<i64>>(0)?, row.try_get::<_, Option<i64>>(1)?) {
            (Some(discarded), Some(marked)) => {
                Ok((discarded.unsigned_abs(), marked.unsigned_abs()))
            }
            _ => Err(Error::AlreadyDelivering),
        }
    }

    pub(super) async fn read_held_bodies(
        &self,
        after: EntryId,
        limit: u32,
    ) -> Result<Vec<(EntryId, Vec<u8>)>, Error> {
        let sql = "SELECT id, raw FROM telecrm.entries
             WHERE raw IS NOT NULL AND id > $1 ORDER BY id LIMIT $2";
        let rows = self.rows(sql, &[&after.0, &i64::from(limit)]).await?;
        rows.iter().map(|row| Ok((EntryId(row.try_get(0)?), row.try_get(1)?))).collect()
    }

    pub(super) async fn erase_held_entries(&self, ids: Vec<EntryId>) -> Result<u64, Error> {
        let ids: Vec<i64> = ids.into_iter().map(|id| id.0).collect();
        let sql = "DELETE FROM telecrm.entries WHERE id = ANY ($1) AND raw IS NOT NULL";
        self.run(sql, &[&ids]).await
    }

    pub(super) async fn erase_lead(
        &self,
        lead_key: String,
        enterprise: Option<String>,
    ) -> Result<u64, Error> {
        let row = self.row("SELECT telecrm.erase($1, $2)", &[&lead_key, &enterprise]).await?;
        Ok(row.try_get::<_, i64>(0)?.unsigned_abs())
    }

    pub(super) async fn erase_after(&self, retention: Retention) -> Result<u64, Error> {
        let (settled, attention) = (as_millis(retention.settled), as_millis(retention.attention));
        let row = self.row("SELECT telecrm.erase_settled($1, $2)", &[&settled, &attention]).await?;
        Ok(u64::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0))
    }
}
