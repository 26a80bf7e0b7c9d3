//! Heartbeat: a worker stores its status, so that any process can list the workers that live.

use std::time::Duration;
use std::{env, fs, process};

use tokio::sync::oneshot;
use tokio::time::sleep;

use super::shared::Shared;
use super::status::WorkerStatus;
use crate::store::Report;

/// The interval between two reports, if the status does not change.
const INTERVAL: Duration = Duration::from_secs(10);

/// Reports the status of a worker while it works, and then removes it from the list.
pub(super) async fn during<T>(shared: &Shared, work: impl Future<Output = T>) -> T {
    let (working, ended) = oneshot::channel::<()>();
    let work = async {
        let outcome = work.await;
        drop(working);
        outcome
    };
    let (outcome, ()) = tokio::join!(work, report(shared, ended));
    outcome
}

/// Reports until the work ends. A report is never interrupted: the worker would stay in the list.
async fn report(shared: &Shared, mut ended: oneshot::Receiver<()>) {
    let mut status = shared.status();
    let (host, pid) = (host(), process::id());
    let mut row = None;
    loop {
        let current = *status.borrow_and_update();
        let report = Report { host: host.clone(), pid, status: current };
        match shared.store.report_worker(row, report).await {
            Ok(id) => row = Some(id),
            Err(error) => tracing::debug!(%error, "outbox: the worker's status was not stored"),
        }
        shared.set_reported(current);
        tokio::select! {
            _ = &mut ended => break,
            Ok(()) = status.changed() => {}
            () = sleep(INTERVAL) => {}
        }
    }
    if let Some(id) = row
        && let Err(error) = shared.store.remove_worker(id).await
    {
        tracing::debug!(%error, "outbox: the worker stays in the list for half a minute");
    }
    shared.set_reported(WorkerStatus::Ended);
}

/// The name of this machine or container; empty if it is unknown.
fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| env::var("HOSTNAME").or_else(|_| env::var("COMPUTERNAME")).ok());
    name.unwrap_or_default().trim().to_owned()
}
