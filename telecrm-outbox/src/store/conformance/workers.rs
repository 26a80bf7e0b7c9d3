//! Workers that report their status.

use super::*;
use crate::store::{Report, WORKER_LIFETIME};
use crate::worker::status::WorkerStatus;

fn report(host: &str, status: WorkerStatus) -> Report {
    Report { host: host.to_owned(), pid: 7, status }
}

pub(crate) async fn workers_are_listed_while_they_report(subject: &impl Subject) {
    let store = &*subject.store();
    assert!(store.workers().await.unwrap().is_empty());
    let first = store.report_worker(None, report("one", WorkerStatus::Starting)).await.unwrap();
    let paused = WorkerStatus::Paused(PauseCause::Blocked);
    store.report_worker(None, report("two", paused)).await.unwrap();
    let workers = store.workers().await.unwrap();
    let listed: Vec<_> =
        workers.iter().map(|worker| (worker.host.as_str(), worker.pid, worker.status)).collect();
    assert_eq!(listed, [("one", 7, WorkerStatus::Starting), ("two", 7, paused)]);

    // A repeated report keeps the time at which the status began.
    subject.advance(WORKER_LIFETIME / 2).await;
    let again = report("one", WorkerStatus::Starting);
    assert_eq!(store.report_worker(Some(first), again).await.unwrap(), first);
    assert_eq!(store.workers().await.unwrap()[0].since, workers[0].since);
    subject.advance(WORKER_LIFETIME / 2).await;
    let workers_now = store.workers().await.unwrap();
    assert_eq!(workers_now.len(), 1, "the second one died: {workers_now:?}");
    let delivering = report("one", WorkerStatus::Delivering);
    store.report_worker(Some(first), delivering.clone()).await.unwrap();
    let delivers = &store.workers().await.unwrap()[0];
    assert!(delivers.status == WorkerStatus::Delivering && delivers.since > workers[0].since);

    store.remove_worker(first).await.unwrap();
    assert!(store.workers().await.unwrap().is_empty());
    // Its row was removed, for example by a restored backup.
    let new = store.report_worker(Some(first), delivering).await.unwrap();
    assert!(new > first);
    assert_eq!(store.workers().await.unwrap().len(), 1);
}
