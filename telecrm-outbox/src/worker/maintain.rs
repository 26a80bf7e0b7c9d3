//! Maintenance of the database while a worker delivers: erasing, repairs and warnings.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::store::{Retention, Store};

/// The interval between two rounds, if the retention is not shorter.
const MAX_INTERVAL: Duration = Duration::from_secs(60);
/// The interval between two rounds, if the retention is shorter.
const MIN_INTERVAL: Duration = Duration::from_millis(500);
/// The interval between two warnings about entries that lose their data.
const WARNING_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// Maintains the entries of all enterprises. Never returns.
pub(super) async fn maintain(store: &dyn Store, clients: &[String], retention: Retention) {
    let shorter = retention.settled.min(retention.attention);
    let interval = MAX_INTERVAL.min(shorter).max(MIN_INTERVAL);
    let mut warned: Option<Instant> = None;
    let mut unserved = HashSet::new();
    loop {
        match store.erase_settled(retention).await {
            Ok(0) => {}
            Ok(entries) => {
                tracing::info!(entries, "outbox: payloads were erased after the retention");
                // There may be more of them.
                continue;
            }
            Err(error) => tracing::error!(%error, "outbox: payloads could not be erased"),
        }
        for enterprise in clients {
            if let Err(error) = store.repair_times(enterprise).await {
                tracing::error!(%error, "outbox: the times of entries could not be repaired");
            }
        }
        if let Err(error) = store.report_clients(clients.to_vec()).await {
            tracing::error!(%error, "outbox: the enterprises of the clients were not stored");
        }
        warn_of_unserved(store, &mut unserved).await;
        if warned.is_none_or(|moment| moment.elapsed() >= WARNING_INTERVAL) {
            warn_of_expiry(store).await;
            warned = Some(Instant::now());
        }
        sleep(interval).await;
    }
}

/// Warns once of each enterprise whose entries wait without a client.
async fn warn_of_unserved(store: &dyn Store, warned: &mut HashSet<String>) {
    match store.waiting().await {
        Ok(waiting) => {
            for enterprise in waiting.without_client() {
                if warned.insert(enterprise.to_owned()) {
                    tracing::warn!(
                        enterprise,
                        "outbox: entries wait, since no client delivers their enterprise"
                    );
                }
            }
        }
        Err(error) => {
            tracing::error!(%error, "outbox: the enterprises of the entries could not be read");
        }
    }
}

async fn warn_of_expiry(store: &dyn Store) {
    match store.expiring().await {
        Ok(None | Some(0)) => {}
        Ok(Some(entries)) => {
            tracing::warn!(
                entries,
                "outbox: entries that need a decision lose their data within seven days"
            );
        }
        Err(error) => tracing::error!(%error, "outbox: the entries could not be counted"),
    }
}
