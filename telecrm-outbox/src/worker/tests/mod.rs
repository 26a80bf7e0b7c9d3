//! The worker with a simulated telecrm, on a clock that the test moves.

mod clients;
mod delivery;
mod lanes;
mod log;
mod outage;
mod reading;
mod report;
mod standby;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use telecrm_runtime::PreparedLead;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, advance, sleep, sleep_until};

use super::sender::{Sender, Step};
use super::status::PauseCause;
use super::unread::ReadBack;
use super::verify::Verifier;
use super::{Delivery, Worker};
use crate::clock::Clock;
use crate::entry::{EntryId, State};
use crate::sqlite::SqliteStore;
use crate::store::Store;
use crate::store::conformance::{ENTERPRISE, enqueue, refused, systemic};
use crate::transition::Outcome;

/// The default time of one request.
const LATENCY: Duration = Duration::from_millis(50);
/// The time between two requests: telecrm accepts five per second.
const PACE: Duration = Duration::from_millis(200);

/// One request to the simulated telecrm.
#[derive(Clone, Debug)]
struct Request {
    /// Since the start of the test.
    at: Duration,
    key: String,
    /// The body without the actions.
    fields: String,
    has_actions: bool,
    accepted: bool,
    /// telecrm may have the request.
    received: bool,
}

type Respond = Box<dyn Fn(&Request) -> Outcome + Send + Sync>;

struct Telecrm {
    enterprise: &'static str,
    respond: Respond,
    latency: Duration,
    started: Instant,
    next_turn: Mutex<Instant>,
    requests: Mutex<Vec<Request>>,
    most_under_way: Mutex<(usize, usize)>,
    stop: watch::Sender<bool>,
}

impl Telecrm {
    fn new(respond: impl Fn(&Request) -> Outcome + Send + Sync + 'static) -> Self {
        Self {
            enterprise: ENTERPRISE,
            respond: Box::new(respond),
            latency: LATENCY,
            started: Instant::now(),
            next_turn: Mutex::new(Instant::now()),
            requests: Mutex::default(),
            most_under_way: Mutex::default(),
            stop: watch::Sender::new(false),
        }
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Number of requests that may have delivered the actions of this lead.
    fn actions_of(&self, key: &str) -> usize {
        let requests = self.requests();
        let delivered =
            |request: &&Request| request.key == key && request.has_actions && request.received;
        requests.iter().filter(delivered).count()
    }

    async fn respond(&self, lead: &PreparedLead, with_actions: bool) -> Outcome {
        {
            let mut under_way = self.most_under_way.lock().unwrap();
            under_way.0 += 1;
            under_way.1 = under_way.1.max(under_way.0);
        }
        sleep(self.latency).await;
        self.most_under_way.lock().unwrap().0 -= 1;
        let mut request = Request {
            at: self.started.elapsed(),
            key: lead.lead_key().to_owned(),
            fields: lead.without_actions().body().to_owned(),
            has_actions: with_actions && lead.has_actions(),
            accepted: false,
            received: false,
        };
        let outcome = (self.respond)(&request);
        request.accepted = outcome == Outcome::Queued;
        request.received = match &outcome {
            Outcome::Queued | Outcome::Unknown { .. } => true,
            Outcome::Systemic { received, .. } => *received,
            _ => false,
        };
        self.requests.lock().unwrap().push(request);
        outcome
    }
}

impl Sender for Telecrm {
    fn enterprise(&self) -> &'static str {
        self.enterprise
    }

    fn turn(&self) -> Step<'_, bool> {
        Box::pin(async {
            let turn = {
                let mut next = self.next_turn.lock().unwrap();
                let turn = Instant::now().max(*next);
                *next = turn + PACE;
                turn
            };
            sleep_until(turn).await;
            !*self.stop.borrow()
        })
    }

    fn stopped(&self) -> Step<'_, ()> {
        let mut stop = self.stop.subscribe();
        Box::pin(async move { drop(stop.wait_for(|stopped| *stopped).await) })
    }

    fn send<'a>(&'a self, lead: &'a PreparedLead, with_actions: bool) -> Step<'a, Outcome> {
        Box::pin(self.respond(lead, with_actions))
    }

    fn backoff(&self, attempts: u32) -> Duration {
        Duration::from_secs(1 << attempts.min(6))
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(30)
    }
}

struct Setup {
    store: Arc<SqliteStore>,
    telecrm: Arc<Telecrm>,
    path: PathBuf,
    _directory: TempDir,
}

impl Setup {
    async fn new(respond: impl Fn(&Request) -> Outcome + Send + Sync + 'static) -> Self {
        Self::of(Telecrm::new(respond)).await
    }

    async fn of(telecrm: Telecrm) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("leads.db");
        let store = Arc::new(SqliteStore::open(path.clone(), true, Clock::tokio()).await.unwrap());
        Self { store, telecrm: Arc::new(telecrm), path, _directory: directory }
    }

    fn delivery(&self) -> Delivery {
        Delivery::with(Arc::clone(&self.store) as _, Arc::clone(&self.telecrm) as _)
    }

    async fn enqueue(&self, key: &str, with_actions: bool) -> EntryId {
        enqueue(&*self.store, key, with_actions).await
    }

    async fn state(&self, id: EntryId) -> State {
        self.store.entry(id).await.unwrap().unwrap().state()
    }

    /// Waits until the entry is in the state; the paused clock advances by itself.
    async fn reaches(&self, id: EntryId, state: State) {
        for _ in 0..10_000 {
            if self.state(id).await == state {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("{id} is {:?}, not {state}", self.store.entry(id).await);
    }

    /// Waits until nothing is left to send.
    async fn drained(&self) {
        for _ in 0..100_000 {
            let stats = self.store.stats().await.unwrap();
            if stats.queued + stats.sending == 0 {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("{:?}", self.store.stats().await);
    }
}

fn server_error() -> Outcome {
    Outcome::Unknown { reason: "500".to_owned(), wait: None, status: Some(500) }
}
