//! Metrics of an outbox with the `metrics` crate.
//!
//! ```sh
//! TELECRM_ENTERPRISE_ID=… TELECRM_ASYNC_TOKEN=… cargo run --example metrics
//! ```
//!
//! Install a recorder first, for example that of `metrics-exporter-prometheus`. Without one, nothing is
//! recorded.

use std::error::Error;
use std::time::Duration;

use metrics::{counter, gauge, histogram};
use telecrm_outbox::{Outbox, Settled, State, Stats, WorkerStatus};
use telecrm_runtime::Client;

/// For `Delivery::on_settled`. No value of a lead becomes a label.
pub(crate) fn settled(settled: &Settled) {
    let state = settled.state.as_str();
    counter!("telecrm_outbox_settled_total", "state" => state).increment(1);
    histogram!("telecrm_outbox_attempts", "state" => state).record(settled.attempts);
    histogram!("telecrm_outbox_waited_seconds", "state" => state).record(settled.waited);
}

/// For each scrape, or each minute.
pub(crate) fn report(stats: &Stats, worker: WorkerStatus) {
    for state in State::ALL {
        let name = state.as_str();
        gauge!("telecrm_outbox_entries", "state" => name).set(number(stats.of(*state)));
        let oldest = stats.oldest(*state).unwrap_or_default();
        gauge!("telecrm_outbox_oldest_seconds", "state" => name).set(oldest.as_secs_f64());
    }
    gauge!("telecrm_outbox_unassigned").set(number(stats.unassigned));
    gauge!("telecrm_outbox_expiring").set(number(stats.expiring.unwrap_or_default()));
    let delivers = worker == WorkerStatus::Delivering;
    gauge!("telecrm_outbox_delivers").set(number(delivers.into()));
}

/// More than 4,294,967,295 entries count as that many.
fn number(count: u64) -> f64 {
    u32::try_from(count).unwrap_or(u32::MAX).into()
}

#[allow(dead_code, reason = "a test uses only the functions above")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let outbox = Outbox::open("leads.db").await?;
    let client = Client::builder_from_env()?.build()?;
    let worker = outbox.deliver(client).on_settled(settled).start();
    loop {
        report(&outbox.stats().await?, worker.status());
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}
