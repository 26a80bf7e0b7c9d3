//! Heartbeat: a worker stores its status, so that any process can list the workers that live.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use std::{env, fs, process};

use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use super::shared::Shared;
use super::status::WorkerStatus;
use crate::store::{Report, Store};

/// The interval between two reports, if the status does not change.
const INTERVAL: Duration = Duration::from_secs(10);

/// Reports the status of a worker while it works, and then removes it from the list.
///
/// `reported` receives each status that was stored.
pub(super) async fn during<T>(
    store: &dyn Store,
    clients: &[Arc<Shared>],
    reported: &watch::Sender<WorkerStatus>,
    work: impl Future<Output = T>,
) -> T {
    let (working, ended) = oneshot::channel::<()>();
    let work = async {
        let outcome = work.await;
        drop(working);
        outcome
    };
    let (outcome, ()) = tokio::join!(work, report(store, clients, reported, ended));
    outcome
}

/// Reports until the work ends. A report is never interrupted: the worker would stay in the list.
async fn report(
    store: &dyn Store,
    clients: &[Arc<Shared>],
    reported: &watch::Sender<WorkerStatus>,
    mut ended: oneshot::Receiver<()>,
) {
    let mut statuses: Vec<_> = clients.iter().map(|client| client.status()).collect();
    let (host, pid) = (host(), process::id());
    let mut row = None;
    loop {
        let current =
            WorkerStatus::of_clients(statuses.iter_mut().map(|status| *status.borrow_and_update()));
        let report = Report { host: host.clone(), pid, status: current };
        match store.report_worker(row, report).await {
            Ok(id) => row = Some(id),
            Err(error) => tracing::debug!(%error, "outbox: the worker's status was not stored"),
        }
        reported.send_replace(current);
        let mut next: Vec<_> =
            statuses.iter_mut().map(|status| Box::pin(status.changed())).collect();
        let changed = poll_fn(|context| {
            let is_ready = next.iter_mut().any(|change| change.as_mut().poll(context).is_ready());
            if is_ready { Poll::Ready(()) } else { Poll::Pending }
        });
        tokio::select! {
            _ = &mut ended => break,
            () = changed => {}
            () = sleep(INTERVAL) => {}
        }
    }
    if let Some(id) = row
        && let Err(error) = store.remove_worker(id).await
    {
        tracing::debug!(%error, "outbox: the worker stays in the list for half a minute");
    }
    reported.send_replace(WorkerStatus::Ended);
}

/// The name of this machine or container; empty if it is unknown.
fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| env::var("HOSTNAME").or_else(|_| env::var("COMPUTERNAME")).ok());
    name.unwrap_or_default().trim().to_owned()
}
