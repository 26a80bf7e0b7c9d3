//! Reports of a worker: its status, its settled entries, and its warnings.

use std::fmt::{Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::reading::Reader;
use super::*;
use crate::reading::Reading;
use crate::store::WORKER_LIFETIME;
use crate::worker::{Settled, WorkerStatus};

/// The status of each worker that is listed.
async fn listed(setup: &Setup) -> Vec<WorkerStatus> {
    let workers = setup.store.workers().await.unwrap();
    assert!(workers.iter().all(|worker| worker.pid == std::process::id()), "{workers:?}");
    workers.into_iter().map(|worker| worker.status).collect()
}

/// Waits until these workers are listed; the paused clock advances by itself.
async fn lists(setup: &Setup, expected: &[WorkerStatus]) {
    for _ in 0..1_000 {
        if listed(setup).await == expected {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("{:?}", listed(setup).await);
}

#[tokio::test(start_paused = true)]
async fn every_worker_is_listed_with_its_status_and_its_cause_until_it_ends() {
    let setup = Setup::new(|_| systemic(PauseCause::Unauthorized, 401)).await;
    let mut first = setup.delivery().start();
    first.ready().await.unwrap();
    let mut second = setup.other().await.start();
    second.ready().await.unwrap();
    assert_eq!(listed(&setup).await, [WorkerStatus::Delivering, WorkerStatus::Standby]);
    setup.enqueue("a", false).await;
    let paused = WorkerStatus::Paused(PauseCause::Unauthorized);
    lists(&setup, &[paused, WorkerStatus::Standby]).await;
    sleep(4 * WORKER_LIFETIME).await;
    assert_eq!(listed(&setup).await, [paused, WorkerStatus::Standby], "they report again");
    second.stop().await.unwrap();
    assert_eq!(listed(&setup).await, [paused]);
    first.stop().await.unwrap();
    assert_eq!(listed(&setup).await, []);
}

#[tokio::test(start_paused = true)]
async fn on_settled_is_called_for_a_closed_entry_and_again_when_a_reading_changes_it() {
    let respond = |request: &Request| match request.key.as_str() {
        "refused" => refused(),
        _ => Outcome::Queued,
    };
    let setup = Setup::new(respond).await;
    let accepted = setup.enqueue("accepted", false).await;
    let not_accepted = setup.enqueue("refused", false).await;
    let settled = Arc::new(Mutex::new(Vec::<Settled>::new()));
    let calls = Arc::clone(&settled);
    let mut delivery = setup.delivery().on_settled(move |settled| {
        calls.lock().unwrap().push(*settled);
        assert_ne!(settled.state, State::Refused, "a panic of the application");
    });
    delivery.verifiers = vec![Arc::new(Reader::new(ENTERPRISE, |_| Ok(Reading::missing())))];
    let worker = delivery.start();
    setup.reaches(accepted, State::Missing).await;
    worker.stop().await.unwrap();
    let settled = settled.lock().unwrap();
    let states: Vec<_> = settled.iter().map(|settled| (settled.id, settled.state)).collect();
    let expected =
        [(accepted, State::Accepted), (not_accepted, State::Refused), (accepted, State::Missing)];
    assert_eq!(states, expected);
    assert!(settled.iter().all(|settled| settled.attempts == 1), "{settled:?}");
    assert!(settled[2].waited >= settled[0].waited + Duration::from_secs(300), "{settled:?}");
}

/// The warnings of a test, with their fields.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<String>>);

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_worker_warns_seven_days_before_the_attention_retention_ends() {
    let setup = Setup::new(|_| refused()).await;
    for key in ["a", "b"] {
        setup.enqueue(key, false).await;
    }
    let worker = setup.delivery().start();
    setup.drained().await;
    worker.stop().await.unwrap();
    for (days, expected) in [(82_i64, None), (84, Some("entries=2"))] {
        let connection = rusqlite::Connection::open(&setup.path).unwrap();
        let day = 24 * 60 * 60 * 1_000;
        let sql = "UPDATE telecrm_outbox_entries SET settled_at = due_at - ?1";
        connection.execute(sql, [days * day]).unwrap();
        let warnings = Warnings::default();
        let guard = tracing::subscriber::set_default(warnings.clone());
        let worker = setup.delivery().start();
        sleep(Duration::from_secs(5)).await;
        worker.stop().await.unwrap();
        drop(guard);
        let text = warnings.0.lock().unwrap().clone();
        let warning = "outbox: entries that need a decision lose their data within seven days";
        assert_eq!(text.matches(warning).count(), usize::from(expected.is_some()), "{text}");
        assert!(text.contains(expected.unwrap_or_default()), "{days} days: {text}");
    }
}
