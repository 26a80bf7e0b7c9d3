//! Claims and outcomes of requests.

use std::time::Duration;

use tokio_postgres::Row;

use super::parameter::Parameters;
use super::store::{PostgresStore, number};
use crate::clock::{as_millis, between};
use crate::entry::EntryId;
use crate::error::Error;
use crate::lane::Lane;
use crate::store::{Claim, ClaimFor, ClaimKey, LONGEST_WAIT};
use crate::transition::{Actions, Parts, Settlement};

/// The interval at which a worker looks for commits of other processes.
const POLL: Duration = Duration::from_secs(1);

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
        lane: Lane::from_number(row.try_get(9)?),
        failures: u32::try_from(row.try_get::<_, i64>(10)?).unwrap_or(u32::MAX),
        waited: between(0, row.try_get(11)?),
    })
}

impl PostgresStore {
    /// Entries that a dead worker marked are taken over after their lease: now, and by each claim.
    pub(super) async fn recover_entries(&self) -> Result<(), Error> {
        let sql = "SELECT telecrm.close_unconfirmed(id) FROM telecrm.entries
             WHERE state = 1 AND lease_until < telecrm.now_ms()
                 AND actions_only_attempt = attempts";
        self.rows(sql, &[]).await?;
        let sql = "UPDATE telecrm.entries
             SET state = 0, received = true, due_at = telecrm.now_ms(), reason = $1,
                 actions = CASE WHEN actions = 0 OR fields_only_attempt = attempts THEN actions
                     ELSE 2 END
             WHERE state = 1 AND lease_until < telecrm.now_ms()
                 AND actions_only_attempt <> attempts";
        self.run(sql, &[&Settlement::CRASHED]).await?;
        Ok(())
    }

    pub(super) async fn repair_entry_times(&self, enterprise: &str) -> Result<(), Error> {
        let sql = "SELECT telecrm.repair_times($1, $2)";
        self.row(sql, &[&enterprise, &as_millis(LONGEST_WAIT)]).await?;
        Ok(())
    }

    pub(super) async fn claim_entry(
        &self,
        enterprise: &str,
        lease: Duration,
        purpose: ClaimFor<'_>,
    ) -> Result<Option<Claim>, Error> {
        let sql = "SELECT id, attempts, enterprise, lead_key, coalesce(body, ''), actions,
                 fields_only_attempt = attempts, actions_only_attempt = attempts, received,
                 priority, failures, telecrm.now_ms() - enqueued_at
             FROM telecrm.claim($1, $2, $3, $4, $5, $6)";
        let (is_probe, avoided, order, newest) = match purpose {
            ClaimFor::Delivery { order } => (false, Vec::new(), order, false),
            ClaimFor::Probe { avoid, newest } => {
                (true, avoid.iter().map(|id| id.0).collect(), Lane::ALL, newest)
            }
        };
        let lanes = order.map(Lane::number).to_vec();
        let lease = as_millis(lease);
        let parameters: Parameters<'_> =
            &[&enterprise, &lease, &is_probe, &avoided, &lanes, &newest];
        let rows = self.rows(sql, parameters).await?;
        rows.first().map(claim_of).transpose()
    }

    pub(super) async fn settle_claim(
        &self,
        claim: ClaimKey,
        settlement: Settlement,
    ) -> Result<bool, Error> {
        let actions = i16::try_from(settlement.actions.number()).unwrap_or(2);
        let sql = "SELECT telecrm.settle($1, $2, $3, $4, $5, $6, $7, $8)";
        let parameters: Parameters<'_> = &[
            &claim.id.0,
            &claim.fence,
            &number(settlement.state),
            &actions,
            &settlement.received,
            &settlement.reason,
            &as_millis(settlement.delay),
            &settlement.is_own_failure,
        ];
        let settled = self.row(sql, parameters).await?.try_get(0)?;
        self.stored.notify_one();
        Ok(settled)
    }

    pub(super) async fn time_until_due(&self, enterprise: &str) -> Result<Option<Duration>, Error> {
        let row = self.row("SELECT telecrm.next_due($1)", &[&enterprise]).await?;
        let wait: Option<i64> = row.try_get(0)?;
        Ok(wait.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
    }

    pub(super) async fn notified(&self) {
        // After either, the caller reads the table.
        let _ = tokio::time::timeout(POLL, self.stored.notified()).await;
    }
}
