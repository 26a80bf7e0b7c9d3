//! The schema of version 1 on PostgreSQL: its upgrade, and programs of version 1 that run during and
//! after it.

#![cfg(feature = "postgres")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use support::postgres::{connect, database};
use support::{Gateway, drained, phone};
use telecrm_outbox::{Error, Outbox, State};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// The schema and the entries of version 1.
const VERSION_1: &str = include_str!("fixtures/version_1.sql");

/// The statements of version 1, which are compiled into its programs.
mod version_1 {
    pub(super) const ENQUEUE: &str = "SELECT telecrm.enqueue($1, $2, $3)";
    pub(super) const CLAIM: &str =
        "SELECT id, attempts, enterprise, lead_key, coalesce(body, ''), actions
                 FROM telecrm.claim($1, $2)";
    pub(super) const SETTLE: &str = "SELECT telecrm.settle($1, $2, $3, $4, $5, $6, $7)";
    pub(super) const NEXT_DUE: &str = "SELECT telecrm.next_due($1)";
    pub(super) const RECOVER: &str = "UPDATE telecrm.entries
                 SET state = 0, received = true, due_at = telecrm.now_ms(), reason = $1,
                     actions = CASE actions WHEN 1 THEN 2 ELSE actions END
                 WHERE state = 1 AND lease_until < telecrm.now_ms()";
    pub(super) const VERIFIED: &str = "UPDATE telecrm.entries AS entry
                 SET settled_at = telecrm.now_ms(),
                     state = CASE WHEN $2 <> 5 AND telecrm.newer_sent(entry) IS NOT NULL
                         THEN 8::smallint ELSE $2::smallint END,
                     reason = CASE WHEN $2 <> 5 AND telecrm.newer_sent(entry) IS NOT NULL
                         THEN NULL ELSE $3 END
                 WHERE id = $1 AND state = 2";
}

async fn enqueue_as_version_1(client: &Client, key: &str, number: u64) {
    let body = format!(r#"{{"fields":{{"phone":"{key}","n":{number}}}}}"#);
    client.query_one(version_1::ENQUEUE, &[&Some("acme"), &key, &body]).await.unwrap();
}

/// A claim of version 1, and its outcome. A claim that waits for the upgrade has its columns from
/// before it: it fails and changes nothing. The worker of version 1 logs such an error and claims
/// again.
async fn deliver_as_version_1(client: &Client) -> Option<i64> {
    client.query_one(version_1::NEXT_DUE, &[&"acme"]).await.unwrap();
    let rows = match client.query(version_1::CLAIM, &[&"acme", &60_000_i64]).await {
        Err(error) if error.code() == Some(&SqlState::DATATYPE_MISMATCH) => return None,
        rows => rows.unwrap(),
    };
    let (id, fence): (i64, i64) = rows.first().map(|row| (row.get(0), row.get(1)))?;
    let settled = client
        .query_one(version_1::SETTLE, &[&id, &fence, &2_i16, &0_i16, &true, &None::<&str>, &0_i64])
        .await
        .unwrap();
    assert!(settled.get::<_, bool>(0));
    Some(id)
}

/// A database of version 1.
async fn version_1() -> Option<String> {
    let database = database().await?;
    connect(&database).await.batch_execute(VERSION_1).await.unwrap();
    Some(database)
}

#[tokio::test]
async fn a_schema_of_version_1_is_upgraded_with_its_entries() {
    let Some(database) = version_1().await else { return };
    let error = Outbox::connect_existing(&database).await.unwrap_err();
    assert!(matches!(error, Error::OlderSchema { found: 1, .. }), "{error:?}");
    let outbox = Outbox::connect(&database).await.unwrap();
    // Another role can run the script, and run it twice.
    let script = telecrm_outbox::postgres::MIGRATION;
    connect(&database).await.batch_execute(script).await.unwrap();
    Outbox::connect_existing(&database).await.unwrap();
    let stats = outbox.stats().await.unwrap();
    assert_eq!((stats.queued, stats.sending, stats.unassigned, stats.held), (4, 1, 1, 0));
    let listed = [stats.accepted, stats.unconfirmed, stats.refused, stats.missing, stats.discarded];
    assert_eq!(listed, [1; 5]);
    outbox.retry(3.into()).await.unwrap();
    let gateway = Gateway::start().await;
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    assert_eq!(outbox.entry(9.into()).await.unwrap().unwrap().state(), State::Unconfirmed);
    assert_eq!(gateway.actions(), [(3, 1), (6, 1), (7, 1)].into());
    let numbers: Vec<u64> =
        gateway.processed().iter().filter_map(|request| request.number).collect();
    let spellings: Vec<u64> = numbers.into_iter().filter(|n| (6..=8).contains(n)).collect();
    assert_eq!(spellings, [6, 7, 8], "two spellings of one phone wait for each other");
}

#[tokio::test]
async fn an_upgraded_schema_is_that_of_a_new_database() {
    let Some(old) = version_1().await else { return };
    let Some(new) = database().await else { return };
    let mut schemas = Vec::new();
    for database in [&old, &new] {
        drop(Outbox::connect(database).await.unwrap());
        let client = connect(database).await;
        let sql = "SELECT table_name || '.' || column_name || ' ' || data_type || ' '
                 || coalesce(column_default, '') || coalesce(generation_expression, '') || is_nullable
             FROM information_schema.columns WHERE table_schema = 'telecrm'
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'telecrm'
             UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
             WHERE pronamespace = 'telecrm'::regnamespace
             UNION ALL SELECT 'version ' || max(version) FROM telecrm.meta ORDER BY 1";
        let rows = client.query(sql, &[]).await.unwrap();
        schemas.push(rows.iter().map(|row| row.get(0)).collect::<Vec<String>>());
    }
    assert_eq!(schemas[0], schemas[1]);
}

/// A call that starts during the upgrade can run the text of the new function in the language of the old
/// one.
#[tokio::test]
async fn functions_that_programs_of_version_1_call_keep_their_language() {
    let Some(database) = version_1().await else { return };
    let functions = async || -> Vec<String> {
        let sql = "SELECT proname || '(' || oidvectortypes(proargtypes) || ') ' || lanname
             FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
             WHERE pronamespace = 'telecrm'::regnamespace";
        let rows = connect(&database).await.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    let old = functions().await;
    drop(Outbox::connect(&database).await.unwrap());
    let new = functions().await;
    assert!(old.len() > 10, "{old:?}");
    let changed: Vec<_> = old.iter().filter(|function| !new.contains(function)).collect();
    assert_eq!(changed, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_of_version_1_enqueue_and_deliver_during_and_after_the_upgrade() {
    const LEADS: u64 = 5;
    const BEFORE: u64 = 40;
    let Some(database) = version_1().await else { return };
    let (began, upgraded) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let enqueuing = tokio::spawn({
        let (began, upgraded) = (Arc::clone(&began), Arc::clone(&upgraded));
        let client = connect(&database).await;
        async move {
            let mut number = 0;
            let mut after = 0;
            while after < BEFORE {
                enqueue_as_version_1(&client, &phone(number % LEADS), 1_000 + number).await;
                number += 1;
                began.store(number >= BEFORE, Ordering::SeqCst);
                after += u64::from(upgraded.load(Ordering::SeqCst));
            }
            number
        }
    });
    let delivering = tokio::spawn({
        let upgraded = Arc::clone(&upgraded);
        let client = connect(&database).await;
        async move {
            let (mut delivered, mut after) = (Vec::new(), 0);
            while after < BEFORE {
                delivered.extend(deliver_as_version_1(&client).await);
                after += u64::from(upgraded.load(Ordering::SeqCst));
            }
            delivered
        }
    });
    while !began.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    let outbox = Outbox::connect(&database).await.unwrap();
    upgraded.store(true, Ordering::SeqCst);
    let (enqueued, delivered) = (enqueuing.await.unwrap(), delivering.await.unwrap());
    let gateway = Gateway::start().await;
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    gateway.assert_in_order();
    let numbers = gateway.processed().into_iter().filter_map(|request| request.number);
    let by_version_2 = numbers.filter(|number| *number >= 1_000).count() as u64;
    let mut by_version_1 = 0;
    for id in delivered {
        let entry = outbox.entry(id.into()).await.unwrap().unwrap();
        let body: serde_json::Value = serde_json::from_str(entry.body().unwrap()).unwrap();
        by_version_1 += u64::from(body["fields"]["n"].as_u64().unwrap() >= 1_000);
    }
    assert!(by_version_1 > 0);
    assert_eq!(by_version_1 + by_version_2, enqueued, "each once");
}

#[tokio::test]
async fn other_statements_of_version_1_run_after_the_upgrade() {
    let Some(database) = version_1().await else { return };
    let outbox = Outbox::connect(&database).await.unwrap();
    let client = connect(&database).await;
    client.execute(version_1::RECOVER, &[&"crashed"]).await.unwrap();
    let recovered = outbox.entry(9.into()).await.unwrap().unwrap();
    assert_eq!((recovered.state(), recovered.reason()), (State::Queued, Some("crashed")));
    client.execute(version_1::VERIFIED, &[&1_i64, &7_i32, &Some("absent")]).await.unwrap();
    assert_eq!(outbox.entry(1.into()).await.unwrap().unwrap().state(), State::Missing);
    for sql in [
        "SELECT telecrm.discard(3, 9::smallint)",
        "SELECT outcome, state, newer FROM telecrm.retry(4, false)",
        "SELECT telecrm.turn(1, 200000, 10)",
        "SELECT telecrm.pause(1, NULL)",
        "SELECT telecrm.erase('919800000001')",
    ] {
        client.query_one(sql, &[]).await.unwrap();
    }
    assert_eq!(outbox.entry(4.into()).await.unwrap().unwrap().state(), State::Queued);
    assert_eq!(outbox.entry(1.into()).await.unwrap(), None);
}
