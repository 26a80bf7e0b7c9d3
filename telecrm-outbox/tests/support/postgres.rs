//! Databases of a test cluster.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio_postgres::{Client, NoTls};

static DATABASES: AtomicU64 = AtomicU64::new(0);

/// The URL of a new database, if there is a cluster.
pub(crate) async fn database() -> Option<String> {
    let cluster = std::env::var("TELECRM_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    let Some(cluster) = cluster else {
        eprintln!("SKIPPED: TELECRM_TEST_POSTGRES names no PostgreSQL");
        return None;
    };
    let number = DATABASES.fetch_add(1, Ordering::SeqCst);
    let name = format!("outbox_process_{}_{number}", std::process::id());
    let client = connect(&cluster).await;
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (base, _) = cluster.rsplit_once('/').unwrap();
    Some(format!("{base}/{name}"))
}

/// A separate connection, in addition to the outbox.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
