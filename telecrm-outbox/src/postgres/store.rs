//! Outbox on PostgreSQL.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::PreparedLead;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::connection::Connection;
use crate::clock::Millis;
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
    pub(super) connection: Arc<Connection>,
}

pub(super) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

impl PostgresStore {
    pub(crate) async fn connect(url: &str, may_change: bool) -> Result<Self, Error> {
        let connection = Connection::new(url)?;
        connection.migrate(may_change).await?;
        Ok(Self { connection: Arc::new(connection) })
    }

    pub(super) async fn rows(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, Error> {
        let client = self.connection.client().await?;
        self.connection.check(&client, client.query(sql, parameters).await).await
    }

    pub(super) async fn row(&self, sql: &str, parameters: Parameters<'_>) -> Result<Row, Error> {
        let client = self.connection.client().await?;
        self.connection.check(&client, client.query_one(sql, parameters).await).await
    }

    pub(super) async fn run(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, Error> {
        let client = self.connection.client().await?;
        self.connection.check(&client, client.execute(sql, parameters).await).await
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

    fn entries(&self, state: State, limit: u32) -> Task<'_, Vec<Entry>> {
        Box::pin(self.read_entries(state, limit))
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

    fn erase(&self, lead_keys: Vec<String>) -> Task<'_, u64> {
        Box::pin(self.erase_leads(lead_keys))
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
