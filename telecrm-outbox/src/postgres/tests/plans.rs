//! Costs of the statements.

use super::*;
use crate::entry::EntryId;
use crate::reading::Reading;
use crate::store::{ClaimFor, Retention};
use conformance::{claimed, probe, settle};

impl Postgres {
    /// Rows of entries that a statement reads; its changes are undone.
    async fn rows_read(&self, sql: &str) -> i64 {
        let client = self.store.client().await;
        let counted = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_all_tables
             WHERE schemaname = 'telecrm' AND relname = 'entries'";
        client.batch_execute("BEGIN").await.unwrap();
        let before: i64 = client.query_one(counted, &[]).await.unwrap().get(0);
        client.batch_execute(sql).await.unwrap();
        let after: i64 = client.query_one(counted, &[]).await.unwrap().get(0);
        client.batch_execute("ROLLBACK").await.unwrap();
        after - before
    }
}

#[tokio::test]
async fn waiting_entries_of_a_lead_or_of_another_enterprise_are_not_read() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    let store = &postgres.store;
    let stored = |key: &str, enterprise: &str| {
        format!(
            "SELECT telecrm.enqueue('{enterprise}', {key}, '{{\"fields\":{{}}}}')
             FROM generate_series(1, 1000) AS number"
        )
    };
    for _ in 0..10 {
        store.execute(&stored("'a'", ENTERPRISE)).await;
        store.execute(&stored("'other ' || random()", "other")).await;
    }
    enqueue(&**store, "b", false).await;
    let first = claim(&**store).await.unwrap();
    assert_eq!(first.lead_key, "a");
    for sql in [
        format!("SELECT telecrm.next_due('{ENTERPRISE}')"),
        format!("SELECT telecrm.claim('{ENTERPRISE}', 40000)"),
        format!(
            "SELECT telecrm.settle({}, 1, 2::smallint, 0::smallint, true, NULL, 0, false)",
            first.key.id
        ),
        format!("SELECT telecrm.discard({}, 9::smallint)", first.key.id.0 + 1),
        format!("SELECT telecrm.retry({}, false)", first.key.id.0 + 1),
    ] {
        let read = postgres.rows_read(&sql).await;
        assert!(read <= 12, "{sql} reads {read} rows");
    }
    assert_eq!(claim(&**store).await.unwrap().lead_key, "b");
    assert!(claim(&**store).await.is_none());
}

/// Entries of each state and each kind.
const MANY: i64 = 5_000;

impl Postgres {
    /// Many entries: queued ones of different leads and of one lead, and closed ones of every state,
    /// whose retention is not over.
    async fn fill(&self) {
        let insert = |key: &str, enterprise: &str, state: i64| {
            format!(
                "INSERT INTO telecrm.entries (enterprise, lead_key, body, actions, head, state,
                     enqueued_at, due_at, settled_at, sent_at, received, read_count, raw)
                 SELECT '{enterprise}', {key}, '{{}}', 0,
                     {state} = 0 AND ({key} <> 'a' OR number = 1), {state}, telecrm.now_ms(),
                     telecrm.now_ms(), CASE WHEN {state} >= 2 THEN telecrm.now_ms() - number END,
                     telecrm.now_ms(), {state} >= 2, 3,
                     CASE WHEN {state} = 10 THEN '\\x00'::bytea END
                 FROM generate_series(1, {MANY}) AS number"
            )
        };
        for enterprise in [ENTERPRISE, "other", ""] {
            self.store.execute(&insert("'a'", enterprise, 0)).await;
            self.store.execute(&insert("'lead ' || number", enterprise, 0)).await;
        }
        for state in State::ALL.iter().filter(|state| !state.is_open()) {
            self.store.execute(&insert("'a'", ENTERPRISE, state.number())).await;
        }
        self.store.execute("VACUUM ANALYZE telecrm.entries").await;
    }

    /// Rows of entries that were read since the last call.
    async fn rows_read_since(&self, last: &mut i64) -> i64 {
        // By the connection of the statements, since the last one that was used is used again.
        self.store.rows("SELECT pg_stat_force_next_flush()", &[]).await.unwrap();
        let counted = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables
             WHERE schemaname = 'telecrm' AND relname = 'entries'";
        let total: i64 = self.store.row(counted, &[]).await.unwrap().get(0);
        total - std::mem::replace(last, total)
    }
}

#[tokio::test]
async fn d45_no_statement_of_a_worker_or_of_enqueue_scans_the_entries() {
    let Some(url) = url() else { return };
    let postgres = Postgres::new(&url).await;
    postgres.fill().await;
    let store = &*postgres.store;
    let mut last = 0;
    let mut slow = Vec::new();
    postgres.rows_read_since(&mut last).await;
    macro_rules! watch {
        ($($name:literal: $operation:expr),* $(,)?) => {
            $(
                $operation;
                let rows = postgres.rows_read_since(&mut last).await;
                if rows > 600 {
                    slow.push(format!("{} reads {rows} rows", $name));
                }
            )*
        };
    }
    let options = || EnqueueOptions::new().key("key");
    let day = Duration::from_secs(24 * 60 * 60);
    watch! {
        "enqueue": enqueue(store, "a", false).await,
        "enqueue of a new lead": enqueue(store, "new", false).await,
        "enqueue with a key": store.enqueue(lead("key", 1, false), options()).await.unwrap(),
        "enqueue with the key": store.enqueue(lead("key", 1, false), options()).await.unwrap(),
        "recover": store.recover().await.unwrap(),
        "repair_times": store.repair_times(ENTERPRISE).await.unwrap(),
        "attention": store.report_attention_retention(90 * day).await.unwrap(),
        "erase_settled":
            store.erase_settled(Retention { settled: day, attention: day }).await.unwrap(),
        "expiring": store.expiring().await.unwrap(),
        "clients": store.report_clients(vec![ENTERPRISE.to_owned()]).await.unwrap(),
        "waiting": store.waiting().await.unwrap(),
        "operator_pause": store.operator_pause(ENTERPRISE).await.unwrap(),
        "next_due": store.next_due(ENTERPRISE).await.unwrap(),
    }
    watch! { "claim": assert!(claimed(store).await.is_some()) }
    let first = claim(store).await.unwrap();
    let probed = probe(store, &[first.key.id]).await.unwrap();
    watch! {
        "probe": assert!(probe(store, &[first.key.id]).await.is_some()),
        "settle": assert!(settle(store, &first, conformance::refused()).await),
        "settle as accepted": assert!(settle(store, &probed, Outcome::Queued).await),
        "claim after": assert!(store.claim(ENTERPRISE, LEASE, ClaimFor::DELIVERY).await.unwrap().is_some()),
        "unverified": store.unverified(ENTERPRISE, (i64::MAX, EntryId(0)), 100).await.unwrap(),
        "bodies_beside": store.bodies_beside(probed.key.id).await.unwrap(),
        "record_reading": store.record_reading(probed.key.id, Reading::Verified).await.unwrap(),
        "retry": store.retry(first.key.id, false).await.unwrap(),
        "discard": store.discard(first.key.id).await.unwrap(),
    }
    assert_eq!(slow, [""; 0]);
}
