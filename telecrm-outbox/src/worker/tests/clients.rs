//! One worker with the clients of several enterprises.

use telecrm_runtime::EnterpriseId;

use super::log::Log;
use super::reading::Reader;
use super::*;
use crate::reading::Reading;
use crate::store::conformance::enqueue_for;
use crate::worker::WorkerStatus;

const LEADS: u32 = 100;

fn other(
    enterprise: &'static str,
    respond: impl Fn(&Request) -> Outcome + Send + Sync + 'static,
) -> Arc<Telecrm> {
    Arc::new(Telecrm { enterprise, ..Telecrm::new(respond) })
}

impl Setup {
    /// A worker with the client of this setup and others.
    fn with_clients(&self, others: &[&Arc<Telecrm>]) -> Delivery {
        let mut delivery = self.delivery();
        for other in others {
            delivery.add_sender(Arc::clone(other) as _);
        }
        delivery
    }

    async fn enqueue_for(&self, enterprise: &str, key: &str) -> EntryId {
        enqueue_for(&*self.store, Some(enterprise), key).await
    }
}

fn id(enterprise: &str) -> EnterpriseId {
    EnterpriseId::parse(enterprise).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_outage_or_a_revoked_token_of_one_client_delays_no_other() {
    const OUTAGE: Duration = Duration::from_secs(600);

    let fails_with = |failure: Outcome| {
        move |request: &Request| {
            if request.at < OUTAGE { failure.clone() } else { Outcome::Queued }
        }
    };
    let unreachable = Outcome::NotSent { reason: String::new(), wait: None, status: None };
    let setup = Setup::new(fails_with(unreachable)).await;
    let revoked = other("revoked", fails_with(systemic(PauseCause::Unauthorized, 401)));
    let healthy = other("healthy", |_| Outcome::Queued);
    for lead in 0..LEADS {
        for enterprise in [ENTERPRISE, "revoked", "healthy"] {
            setup.enqueue_for(enterprise, &format!("lead{lead}")).await;
        }
    }
    let started = healthy.started.elapsed();
    let mut worker = setup.with_clients(&[&revoked, &healthy]).start();
    worker.ready().await.unwrap();
    sleep(PACE * (LEADS + 10)).await;

    // The third enterprise: all of its leads, at the pace that its token allows.
    let requests = healthy.requests();
    assert_eq!(requests.len(), usize::try_from(LEADS).unwrap());
    let ideal = PACE * (LEADS - 1) + LATENCY;
    let last = requests.last().unwrap().at;
    let latest = started + ideal + Duration::from_millis(500);
    assert!(last <= latest, "{last:?} instead of {latest:?}");
    // The others wait, and nothing of theirs is refused.
    assert_eq!(worker.status_of(&id("healthy")), Some(WorkerStatus::Delivering));
    let paused = |cause| Some(WorkerStatus::Paused(cause));
    assert_eq!(worker.status_of(&id(ENTERPRISE)), paused(PauseCause::Unavailable));
    assert_eq!(worker.status_of(&id("revoked")), paused(PauseCause::Unauthorized));
    assert_eq!(worker.status_of(&id("stranger")), None);
    assert!(worker.status() == WorkerStatus::Delivering && !worker.is_paused());
    let stats = setup.store.stats().await.unwrap();
    assert_eq!((stats.accepted, stats.queued, stats.refused), (100, 200, 0), "{stats:?}");

    setup.drained().await;
    worker.stop().await.unwrap();
    let stats = setup.store.stats().await.unwrap();
    assert_eq!((stats.accepted, stats.refused), (300, 0), "{stats:?}");
    // Each lead went to its own enterprise.
    for telecrm in [&setup.telecrm, &revoked, &healthy] {
        let accepted = telecrm.requests().iter().filter(|request| request.accepted).count();
        assert_eq!(accepted, 100, "{}", telecrm.enterprise);
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_clients_are_all_paused_is_paused() {
    let refused = || |_: &Request| systemic(PauseCause::Unauthorized, 401);
    let setup = Setup::new(refused()).await;
    let second = other("second", refused());
    let worker = setup.with_clients(&[&second]).start();
    setup.enqueue("a", false).await;
    sleep(Duration::from_secs(2)).await;
    assert!(!worker.is_paused(), "the second client delivers");
    setup.enqueue_for("second", "a").await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(worker.status(), WorkerStatus::Paused(PauseCause::Unauthorized));
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn entries_without_a_client_stay_queued_with_one_warning_for_each_enterprise() {
    let log = Log::start();
    let setup = Setup::new(|_| Outcome::Queued).await;
    let second = other("second", |_| Outcome::Queued);
    let mut waiting = Vec::new();
    for enterprise in ["third", "fourth"] {
        for key in ["a", "b"] {
            waiting.push(setup.enqueue_for(enterprise, key).await);
        }
    }
    let worker = setup.with_clients(&[&second]).start();
    let own = setup.enqueue("a", false).await;
    setup.reaches(own, State::Accepted).await;
    // It is possibly a lead of either client.
    waiting.push(enqueue_for(&*setup.store, None, "a").await);
    sleep(Duration::from_secs(600)).await;
    for id in waiting {
        assert_eq!(setup.state(id).await, State::Queued);
    }
    for enterprise in ["\"third\"", "\"fourth\"", "\"\""] {
        let warnings = log.warnings(&format!("enterprise={enterprise}"));
        assert_eq!(warnings.len(), 1, "{enterprise}: {warnings:?}");
        assert!(warnings[0].contains("no client delivers"), "{warnings:?}");
    }
    assert_eq!(setup.store.stats().await.unwrap().unassigned, 5);
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn each_enterprise_is_read_back_by_its_own_client() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let second = other("second", |_| Outcome::Queued);
    let unread = other("unread", |_| Outcome::Queued);
    let reader = |enterprise| {
        let play = move |lead: &PreparedLead| {
            assert_eq!(lead.enterprise_id(), Some(enterprise));
            Ok(Reading::Verified)
        };
        Arc::new(Reader::new(enterprise, play))
    };
    let mut delivery = setup.with_clients(&[&second, &unread]);
    delivery.add_verifier(reader(ENTERPRISE));
    delivery.add_verifier(reader("second"));
    let mut ids = Vec::new();
    for enterprise in [ENTERPRISE, "second", "unread"] {
        ids.push(setup.enqueue_for(enterprise, "a").await);
    }
    let worker = delivery.start();
    setup.reaches(ids[0], State::Verified).await;
    setup.reaches(ids[1], State::Verified).await;
    assert_eq!(setup.state(ids[2]).await, State::Accepted);
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_one_enterprise_stops_only_its_client() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let second = other("second", |_| Outcome::Queued);
    let mut worker = setup.with_clients(&[&second]).start();
    worker.ready().await.unwrap();
    setup.store.set_operator_pause(Some("second".to_owned()), true).await.unwrap();
    let waits = setup.enqueue_for("second", "a").await;
    let own = setup.enqueue("a", false).await;
    setup.reaches(own, State::Accepted).await;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(setup.state(waits).await, State::Queued);
    let paused = WorkerStatus::Paused(PauseCause::Operator);
    assert_eq!(worker.status_of(&id("second")), Some(paused));
    assert_eq!(worker.status_of(&id(ENTERPRISE)), Some(WorkerStatus::Delivering));
    setup.store.set_operator_pause(Some("second".to_owned()), false).await.unwrap();
    setup.reaches(waits, State::Accepted).await;
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_worker_ends_when_all_of_its_clients_are_stopped() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let second = other("second", |_| Outcome::Queued);
    let mut worker = setup.with_clients(&[&second]).start();
    worker.ready().await.unwrap();
    setup.telecrm.stop.send_replace(true);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(worker.status_of(&id(ENTERPRISE)), Some(WorkerStatus::Ended));
    assert_eq!(worker.status(), WorkerStatus::Delivering);
    let delivered = setup.enqueue_for("second", "a").await;
    setup.reaches(delivered, State::Accepted).await;
    second.stop.send_replace(true);
    worker.join().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_second_client_of_an_enterprise_replaces_the_first() {
    let setup = Setup::new(|_| refused()).await;
    let replacement = other(ENTERPRISE, |_| Outcome::Queued);
    let worker = setup.with_clients(&[&replacement]).start();
    let id = setup.enqueue("a", false).await;
    setup.reaches(id, State::Accepted).await;
    worker.stop().await.unwrap();
    assert_eq!((setup.telecrm.requests().len(), replacement.requests().len()), (0, 1));
}
