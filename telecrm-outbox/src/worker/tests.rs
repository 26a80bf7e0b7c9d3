//! The worker with a telecrm that the test plays, on a clock that the test moves.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use telecrm_runtime::PreparedLead;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::sender::{Sender, Step};
use super::verify::{ReadBack, Verifier};
use super::{Delivery, Worker};
use crate::clock::Clock;
use crate::entry::{EntryId, State};
use crate::sqlite::SqliteStore;
use crate::store::Store;
use crate::store::conformance::{enqueue, refused};
use crate::transition::Outcome;

type Play<T> = Box<dyn Fn(&PreparedLead) -> T + Send + Sync>;

/// Answers at once, and notes when.
struct Telecrm {
    answer: Play<Outcome>,
    sent: Mutex<Vec<(tokio::time::Instant, bool)>>,
}

impl Sender for Telecrm {
    fn enterprise(&self) -> &'static str {
        "acme"
    }

    fn turn(&self) -> Step<'_, bool> {
        Box::pin(async { true })
    }

    fn send<'a>(&'a self, lead: &'a PreparedLead, with_actions: bool) -> Step<'a, Outcome> {
        self.sent.lock().unwrap().push((tokio::time::Instant::now(), with_actions));
        Box::pin(async { (self.answer)(lead) })
    }

    fn backoff(&self, attempts: u32) -> Duration {
        Duration::from_secs(1 << attempts)
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(30)
    }
}

struct Reader(Play<ReadBack>);

impl Verifier for Reader {
    fn verify(
        &self,
        leads: Vec<(PreparedLead, SystemTime)>,
        reports: mpsc::UnboundedSender<(usize, ReadBack)>,
    ) -> Step<'_, ()> {
        Box::pin(async move {
            // The window of a real one.
            sleep(Duration::from_secs(5)).await;
            for (index, (lead, _)) in leads.iter().enumerate() {
                reports.send((index, (self.0)(lead))).unwrap();
            }
        })
    }
}

struct Setup {
    store: Arc<SqliteStore>,
    telecrm: Arc<Telecrm>,
    _directory: TempDir,
}

impl Setup {
    async fn new(answer: impl Fn(&PreparedLead) -> Outcome + Send + Sync + 'static) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("leads.db");
        let store = Arc::new(SqliteStore::open(path, true, Clock::tokio()).await.unwrap());
        let telecrm = Arc::new(Telecrm { answer: Box::new(answer), sent: Mutex::default() });
        Self { store, telecrm, _directory: directory }
    }

    fn delivery(&self) -> Delivery {
        Delivery::with(Arc::clone(&self.store) as _, Arc::clone(&self.telecrm) as _)
    }

    fn verified(
        &self,
        read_back: impl Fn(&PreparedLead) -> ReadBack + Send + Sync + 'static,
    ) -> Worker {
        let mut delivery = self.delivery();
        delivery.verifier = Some(Arc::new(Reader(Box::new(read_back))));
        delivery.start()
    }

    /// Until the entry is in the state; the paused clock moves on by itself.
    async fn reaches(&self, id: EntryId, state: State) {
        for _ in 0..10_000 {
            if self.store.entry(id).await.unwrap().unwrap().state() == state {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("{id} is {:?}, not {state}", self.store.entry(id).await);
    }
}

#[tokio::test(start_paused = true)]
async fn d41_accepted_entries_go_on_by_what_is_read_back() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let verified = enqueue(&*setup.store, "a", true).await;
    let mismatched = enqueue(&*setup.store, "b", true).await;
    let missing = enqueue(&*setup.store, "c", true).await;
    let worker = setup.verified(|lead| match lead.lead_key() {
        "a" => ReadBack::Verified,
        "b" => ReadBack::Mismatched("fields.course is absent".to_owned()),
        _ => ReadBack::Missing,
    });
    setup.reaches(verified, State::Verified).await;
    setup.reaches(mismatched, State::Mismatched).await;
    setup.reaches(missing, State::Missing).await;
    let entry = setup.store.entry(mismatched).await.unwrap().unwrap();
    assert_eq!(entry.reason(), Some("fields.course is absent"));
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d41_an_entry_that_a_newer_one_overwrote_is_superseded() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let older = enqueue(&*setup.store, "a", false).await;
    let newer = enqueue(&*setup.store, "a", false).await;
    let worker = setup.verified(|_| ReadBack::Missing);
    setup.reaches(older, State::Superseded).await;
    setup.reaches(newer, State::Missing).await;
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d41_what_could_not_be_read_is_read_again_and_after_a_restart() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let id = enqueue(&*setup.store, "a", false).await;
    let reads = Arc::new(Mutex::new(0));
    let count = Arc::clone(&reads);
    let worker = setup.verified(move |_| {
        *count.lock().unwrap() += 1;
        ReadBack::Unread("no connection".to_owned())
    });
    setup.reaches(id, State::Accepted).await;
    sleep(Duration::from_secs(200)).await;
    worker.stop().await.unwrap();
    assert!((2..=5).contains(&*reads.lock().unwrap()), "{reads:?}");
    let worker = setup.verified(|_| ReadBack::Verified);
    setup.reaches(id, State::Verified).await;
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d36_an_unknown_outcome_is_repeated_after_the_backoff_without_actions() {
    let tries = Mutex::new(0);
    let setup = Setup::new(move |_| {
        let mut tries = tries.lock().unwrap();
        *tries += 1;
        let unknown = Outcome::Unknown { reason: "no response".to_owned(), wait: None };
        if *tries < 3 { unknown } else { Outcome::Queued }
    })
    .await;
    let id = enqueue(&*setup.store, "a", true).await;
    let worker = setup.delivery().start();
    setup.reaches(id, State::Unconfirmed).await;
    worker.stop().await.unwrap();
    let sent = setup.telecrm.sent.lock().unwrap().clone();
    assert_eq!(sent.iter().map(|(_, actions)| *actions).collect::<Vec<_>>(), [true, false, false]);
    assert!(sent[1].0 - sent[0].0 >= Duration::from_secs(2));
    assert!(sent[2].0 - sent[1].0 >= Duration::from_secs(4));
}

#[tokio::test(start_paused = true)]
async fn payloads_are_erased_by_the_worker() {
    let setup = Setup::new(|lead| if lead.lead_key() == "a" { Outcome::Queued } else { refused() });
    let setup = setup.await;
    let accepted = enqueue(&*setup.store, "a", false).await;
    let kept = enqueue(&*setup.store, "b", false).await;
    let worker = setup.delivery().retention(Duration::from_secs(3_600)).start();
    setup.reaches(accepted, State::Accepted).await;
    sleep(Duration::from_secs(3_000)).await;
    assert!(setup.store.entry(accepted).await.unwrap().is_some());
    sleep(Duration::from_secs(1_000)).await;
    assert_eq!(setup.store.entry(accepted).await.unwrap(), None);
    assert!(setup.store.entry(kept).await.unwrap().unwrap().body().is_some());
    worker.stop().await.unwrap();
}
