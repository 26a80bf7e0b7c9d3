//! Delivery through `PgBouncer` in transaction mode, without prepared statements: each transaction may run
//! on another connection of the server.

#![cfg(feature = "postgres")]

mod support;

use support::postgres::{connect, database};
use support::{Gateway, drained, lead, phone};
use telecrm_outbox::Outbox;

#[tokio::test]
async fn two_processes_deliver_through_pgbouncer_in_transaction_mode() {
    let Some(database) = database().await else { return };
    let Some(bouncer) = std::env::var("TELECRM_TEST_PGBOUNCER").ok() else {
        return eprintln!("SKIPPED: TELECRM_TEST_PGBOUNCER is not set");
    };
    let (_, name) = database.rsplit_once('/').unwrap();
    let url = format!("postgres://postgres@{bouncer}/{name}?sslmode=disable");
    let gateway = Gateway::start().await;
    let (first, second) =
        (Outbox::connect(&url).await.unwrap(), Outbox::connect(&url).await.unwrap());
    let mut workers = Vec::new();
    for outbox in [&first, &second] {
        let mut worker = outbox.deliver(gateway.client()).start();
        worker.ready().await.unwrap();
        workers.push(worker);
    }
    let calls: Vec<_> = (0..60)
        .map(|number| {
            let outbox = if number % 2 == 0 { &first } else { &second };
            tokio::spawn(outbox.enqueue_prepared(lead(&phone(number % 20), number, true)))
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    drained(&first).await;
    for worker in workers {
        worker.stop().await.unwrap();
    }
    assert_eq!(first.stats().await.unwrap().accepted, 60);
    assert_eq!(gateway.actions().len(), 60);
    assert!(gateway.actions().values().all(|received| *received == 1));
    // The connections of the server belong to PgBouncer, which keeps none in a transaction or with a
    // setting of the session.
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
         AND pid <> pg_backend_pid() AND state <> 'idle'";
    let busy: i64 = connect(&database).await.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(busy, 0);
}
