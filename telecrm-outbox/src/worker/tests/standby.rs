//! Several workers of one database file, and the end of a worker.

use super::*;
use crate::error::Error;
use crate::worker::WorkerStatus;

impl Setup {
    /// Another process that uses the same file, with the same telecrm.
    pub(super) async fn other(&self) -> Delivery {
        let store = SqliteStore::open(self.path.clone(), true, Clock::tokio()).await.unwrap();
        Delivery::with(Arc::new(store), Arc::clone(&self.telecrm) as _)
    }
}

#[tokio::test(start_paused = true)]
async fn d45_a_second_worker_waits_and_takes_over() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let mut first = setup.delivery().start();
    first.ready().await.unwrap();
    let mut second = setup.other().await.start();
    // A rolling deployment waits for this.
    second.ready().await.unwrap();
    assert_eq!(second.status(), WorkerStatus::Standby);
    assert_eq!(first.status(), WorkerStatus::Delivering);
    // An entry that the first worker leaves behind is recovered by the second.
    let purpose = crate::store::ClaimFor::DELIVERY;
    let left = setup.enqueue("a", true).await;
    let lease = Duration::from_secs(40);
    first.stop().await.unwrap();
    let claimed = setup.store.claim("acme", lease, purpose).await.unwrap();
    if let Some(claim) = claimed {
        assert_eq!(claim.key.id, left);
    }
    let id = setup.enqueue("b", true).await;
    setup.reaches(id, State::Accepted).await;
    assert_eq!(second.status(), WorkerStatus::Delivering);
    second.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_a_worker_that_takes_over_recovers_the_entries_of_the_other() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let lock = setup.store.lock().unwrap();
    let id = setup.enqueue("a", true).await;
    let lease = Duration::from_secs(40);
    setup.store.claim("acme", lease, crate::store::ClaimFor::DELIVERY).await.unwrap().unwrap();
    let mut worker = setup.other().await.start();
    worker.ready().await.unwrap();
    assert_eq!(worker.status(), WorkerStatus::Standby);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(setup.state(id).await, State::Sending, "the other one may still settle it");
    drop(lock);
    setup.reaches(id, State::Unconfirmed).await;
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_without_standby_a_second_worker_is_an_error() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let lock = setup.store.lock().unwrap();
    let mut worker = setup.other().await.standby(false).start();
    assert!(matches!(worker.ready().await, Err(Error::AlreadyDelivering)));
    assert_eq!(worker.status(), WorkerStatus::Ended);
    let worker = setup.other().await.standby(false).start();
    assert!(matches!(worker.join().await, Err(Error::AlreadyDelivering)));
    let worker = setup.other().await.standby(false).start();
    assert!(matches!(worker.stop().await, Err(Error::AlreadyDelivering)));
    drop(lock);
    let mut worker = setup.other().await.standby(false).start();
    worker.ready().await.unwrap();
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_a_stop_of_the_client_stops_the_worker_and_releases_the_lock() {
    for is_standby in [false, true] {
        let setup = Setup::new(|_| Outcome::Queued).await;
        let lock = is_standby.then(|| setup.store.lock().unwrap());
        let mut worker = setup.other().await.start();
        worker.ready().await.unwrap();
        // While it waits for an entry, or for the lock.
        sleep(Duration::from_secs(1)).await;
        setup.telecrm.stop.send_replace(true);
        worker.join().await.unwrap();
        drop(lock);
        setup.store.lock().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn d45_join_returns_when_the_client_is_stopped_and_requests_in_flight_are_settled() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    for lead in 0..20 {
        setup.enqueue(&format!("lead{lead}"), true).await;
    }
    let worker = setup.delivery().start();
    sleep(Duration::from_secs(1)).await;
    setup.telecrm.stop.send_replace(true);
    worker.join().await.unwrap();
    let stats = setup.store.stats().await.unwrap();
    assert_eq!(stats.sending, 0, "{stats:?}");
    assert_eq!(stats.accepted, setup.telecrm.requests().len() as u64);
    assert!(stats.queued > 0, "{stats:?}");
}

#[tokio::test(start_paused = true)]
async fn d45_a_dropped_worker_ends_and_releases_the_lock() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let mut worker = setup.other().await.start();
    worker.ready().await.unwrap();
    drop(worker);
    for _ in 0..100 {
        if setup.store.lock().is_ok() {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the lock is not released");
}

#[tokio::test(start_paused = true)]
async fn d45_a_worker_that_was_stopped_before_it_was_ready_reports_it() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    setup.telecrm.stop.send_replace(true);
    let lock = setup.store.lock().unwrap();
    let mut worker = setup.other().await.start();
    // Standby is reached, or the end: never a wait without end.
    let _ = worker.ready().await;
    worker.join().await.unwrap();
    drop(lock);
}
