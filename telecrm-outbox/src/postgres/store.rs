//! Outbox on PostgreSQL.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::PreparedLead;
use tokio::sync::Notify;
use tokio_postgres::Row;

use super::migrate::migrate;
use super::parameter::Parameters;
use super::pool::{Limits, Pool};
use crate::clock::Millis;
use crate::enterprise::{EnterpriseStats, Waiting};
use crate::entry::{Entry, EntryId, State, Stats};
use crate::error::Error;
use crate::held::{HeldLead, HeldLimits};
use crate::options::{EnqueueOptions, Enqueued};
use crate::reading::Reading;
use crate::store::{
    Claim, ClaimFor, ClaimKey, Guard, OperatorPauses, Pace, Position, Recorded, Report, Retention,
    Store, Task, Unverified,
};
use crate::transition::Settlement;
use crate::worker::info::WorkerInfo;
use crate::worker::status::PauseCause;

#[derive(Clone)]
pub(crate) struct PostgresStore {
    pub(super) pool: Arc<Pool>,
    /// Signalled by every commit of this process that a worker may wait for.
    pub(super) stored: Arc<Notify>,
}

impl PostgresStore {
    pub(crate) async fn connect(url: &str, may_change: bool) -> Result<Self, Error> {
        Self::connect_within(url, may_change, Limits::default()).await
    }

    pub(super) async fn connect_within(
        url: &str,
        may_change: bool,
        limits: Limits,
    ) -> Result<Self, Error> {
        let pool = Pool::new(url, limits)?;
        migrate(&pool, may_change).await?;
        Ok(Self { pool: Arc::new(pool), stored: Arc::default() })
    }

    /// The same database for a worker, with other connections: calls of the application that wait in
    /// the server do not delay delivery.
    pub(crate) fn for_delivery(&self) -> Self {
        Self { pool: Arc::new(self.pool.another()), stored: Arc::clone(&self.stored) }
    }

    pub(super) async fn rows(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, Error> {
        self.pool.rows(sql, parameters).await
    }

    pub(super) async fn row(&self, sql: &str, parameters: Parameters<'_>) -> Result<Row, Error> {
        self.pool.row(sql, parameters).await
    }

    pub(super) async fn run(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, Error> {
        self.pool.run(sql, parameters).await
    }

    /// A separate connection.
    #[cfg(test)]
    pub(crate) async fn client(&self) -> tokio_postgres::Client {
        self.pool.connect().await.unwrap().client
    }

    #[cfg(test)]
    pub(crate) async fn execute(&self, sql: &str) {
        self.client().await.batch_execute(sql).await.unwrap();
    }
}

pub(super) fn state(number: i16) -> Result<State, Error> {
    State::from_number(number.into()).ok_or(Error::Corrupted)
}

/// The state's number in the tables: it has at most two digits.
pub(super) fn number(state: State) -> i16 {
    i16::try_from(state.number()).unwrap_or_default()
}

pub(super) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// One line for each operation; the other modules contain the SQL.
impl Store for PostgresStore {
    fn enqueue(&self, lead: PreparedLead, options: EnqueueOptions) -> Task<'static, Enqueued> {
        Box::pin(self.clone().enqueue_lead(lead, options))
    }

    fn hold(&self, held: HeldLead, limits: HeldLimits) -> Task<'static, EntryId> {
        Box::pin(self.clone().hold_lead(held, limits))
    }

    fn release(&self, id: EntryId, lead: PreparedLead) -> Task<'_, EntryId> {
        Box::pin(self.release_entry(id, lead))
    }

    fn stats(&self) -> Task<'_, Stats> {
        Box::pin(self.read_stats())
    }

    fn expiring(&self) -> Task<'_, Option<u64>> {
        Box::pin(self.count_expiring())
    }

    fn stats_by_enterprise(&self) -> Task<'_, Vec<EnterpriseStats>> {
        Box::pin(self.read_stats_by_enterprise())
    }

    fn entries(
        &self,
        state: State,
        enterprise: Option<String>,
        limit: u32,
    ) -> Task<'_, Vec<Entry>> {
        Box::pin(self.read_entries(state, enterprise, limit))
    }

    fn queued(&self, after: EntryId, limit: u32) -> Task<'_, Vec<Entry>> {
        Box::pin(self.read_queued(after, limit))
    }

    fn entry(&self, id: EntryId) -> Task<'_, Option<Entry>> {
        Box::pin(self.read_entry(id))
    }

    fn stuck(&self, older_than: Duration, limit: u32) -> Task<'_, Vec<Entry>> {
        Box::pin(self.read_stuck(older_than, limit))
    }

    fn retry(&self, id: EntryId, with_actions: bool) -> Task<'_, ()> {
        Box::pin(self.retry_entry(id, with_actions))
    }

    fn discard(&self, id: EntryId) -> Task<'_, ()> {
        Box::pin(self.discard_entry(id))
    }

    fn confirm(&self, id: EntryId) -> Task<'_, ()> {
        Box::pin(self.confirm_entry(id))
    }

    fn assign(&self, enterprise: String) -> Task<'_, u64> {
        Box::pin(self.assign_entries(enterprise))
    }

    fn resend(&self, id: EntryId, with_actions: bool) -> Task<'_, EntryId> {
        Box::pin(self.resend_entry(id, with_actions))
    }

    fn after_restore(&self, discard_before: Option<Millis>) -> Task<'_, (u64, u64)> {
        Box::pin(self.mark_after_restore(discard_before))
    }

    fn held_bodies(&self, after: EntryId, limit: u32) -> Task<'_, Vec<(EntryId, Vec<u8>)>> {
        Box::pin(self.read_held_bodies(after, limit))
    }

    fn erase_held(&self, ids: Vec<EntryId>) -> Task<'_, u64> {
        Box::pin(self.erase_held_entries(ids))
    }

    fn erase(&self, lead_key: String, enterprise: Option<String>) -> Task<'_, u64> {
        Box::pin(self.erase_lead(lead_key, enterprise))
    }

    /// Any number of workers deliver: leases keep them apart.
    fn lock(&self) -> Result<Guard, Error> {
        Ok(Box::new(()))
    }

    fn recover(&self) -> Task<'_, ()> {
        Box::pin(self.recover_entries())
    }

    fn repair_times<'a>(&'a self, enterprise: &'a str) -> Task<'a, ()> {
        Box::pin(self.repair_entry_times(enterprise))
    }

    fn claim<'a>(
        &'a self,
        enterprise: &'a str,
        lease: Duration,
        purpose: ClaimFor<'a>,
    ) -> Task<'a, Option<Claim>> {
        Box::pin(self.claim_entry(enterprise, lease, purpose))
    }

    fn settle(&self, claim: ClaimKey, settlement: Settlement) -> Task<'_, bool> {
        Box::pin(self.settle_claim(claim, settlement))
    }

    fn next_due<'a>(&'a self, enterprise: &'a str) -> Task<'a, Option<Duration>> {
        Box::pin(self.time_until_due(enterprise))
    }

    fn changed(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.notified())
    }

    fn claim_reading<'a>(
        &'a self,
        enterprise: &'a str,
        reader: i64,
        lease: Duration,
    ) -> Task<'a, bool> {
        Box::pin(self.claim_readings(enterprise, reader, lease))
    }

    fn unverified<'a>(
        &'a self,
        enterprise: &'a str,
        after: Position,
        limit: u32,
    ) -> Task<'a, Vec<Unverified>> {
        Box::pin(self.read_unverified(enterprise, after, limit))
    }

    fn bodies_beside(&self, id: EntryId) -> Task<'_, Vec<String>> {
        Box::pin(self.read_bodies_beside(id))
    }

    fn record_reading(&self, id: EntryId, reading: Reading) -> Task<'_, Option<Recorded>> {
        Box::pin(self.apply_reading(id, reading))
    }

    fn erase_settled(&self, retention: Retention) -> Task<'_, u64> {
        Box::pin(self.erase_after(retention))
    }

    fn report_attention_retention(&self, retention: Duration) -> Task<'_, ()> {
        Box::pin(self.store_attention_retention(retention))
    }

    fn report_clients(&self, enterprises: Vec<String>) -> Task<'_, ()> {
        Box::pin(self.store_clients(enterprises))
    }

    fn waiting(&self) -> Task<'_, Waiting> {
        Box::pin(self.read_waiting())
    }

    fn set_operator_pause(&self, enterprise: Option<String>, paused: bool) -> Task<'_, ()> {
        Box::pin(self.store_operator_pause(enterprise, paused))
    }

    fn operator_pause<'a>(&'a self, enterprise: &'a str) -> Task<'a, bool> {
        Box::pin(self.read_operator_pause(enterprise))
    }

    fn pauses(&self) -> Task<'_, OperatorPauses> {
        Box::pin(self.read_pauses())
    }

    fn report_worker(&self, id: Option<i64>, report: Report) -> Task<'_, i64> {
        Box::pin(self.store_worker(id, report))
    }

    fn remove_worker(&self, id: i64) -> Task<'_, ()> {
        Box::pin(self.delete_worker(id))
    }

    fn workers(&self) -> Task<'_, Vec<WorkerInfo>> {
        Box::pin(self.read_workers())
    }

    fn turn(&self, pace: Pace) -> Task<'_, Option<Duration>> {
        Box::pin(self.take_turn(pace))
    }

    fn paused(&self, pace: Pace, wait: Option<Duration>) -> Task<'_, ()> {
        Box::pin(self.pause_turns(pace, wait))
    }

    fn share_pause(&self, pace: Pace, pause: Option<(PauseCause, Duration)>) -> Task<'_, bool> {
        Box::pin(self.store_shared_pause(pace, pause))
    }

    fn shared_pause(&self, pace: Pace) -> Task<'_, Option<(PauseCause, Duration)>> {
        Box::pin(self.read_shared_pause(pace))
    }

    fn take_probe(&self, pace: Pace, wait: Duration) -> Task<'_, bool> {
        Box::pin(self.reserve_probe(pace, wait))
    }
}
