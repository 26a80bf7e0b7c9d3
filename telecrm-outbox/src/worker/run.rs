//! The worker's loop: turn, claim, request, settle.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use telecrm_runtime::PreparedLead;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::sender::Sender;
use super::verify::{Verifier, verify_accepted};
use crate::error::Error;
use crate::store::{Claim, ClaimFor, Store};
use crate::transition::{Outcome, Settlement};

/// After an error of the database, and before the first probe of a paused worker.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Between probes of a paused worker, and between attempts on a database that fails.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// A worker looks for due entries at least this often, whatever it is told.
const MAX_IDLE: Duration = Duration::from_secs(30);
/// How often settled payloads are erased, where the retention is not shorter.
const ERASE_INTERVAL: Duration = Duration::from_secs(60);
/// A settlement that cannot be stored is given up after this many attempts once the worker stops.
const LAST_ATTEMPTS: u32 = 5;

/// State that the tasks of one worker share.
pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    sender: Arc<dyn Sender>,
    /// A lease outlasts the client's timeout by this much.
    lease_margin: Duration,
    pub(super) paused: AtomicBool,
    stopped: watch::Receiver<bool>,
}

impl Shared {
    pub(super) fn new(
        store: Arc<dyn Store>,
        sender: Arc<dyn Sender>,
        lease_margin: Duration,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self { store, sender, lease_margin, paused: AtomicBool::new(false), stopped }
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    async fn stopped(&self) {
        // An error: the worker is gone, which stops it as well.
        let _ = self.stopped.clone().wait_for(|stopped| *stopped).await;
    }

    /// A refused token pauses delivery, and any other answer of telecrm resumes it.
    fn pause_or_resume(&self, outcome: &Outcome) {
        let unauthorized = match outcome {
            Outcome::Unauthorized { .. } => true,
            Outcome::Queued | Outcome::Refused { .. } | Outcome::NotQueued { .. } => false,
            Outcome::NotSent { .. }
            | Outcome::RateLimited { .. }
            | Outcome::Unknown { .. }
            | Outcome::Stopped => return,
        };
        if self.paused.swap(unauthorized, Ordering::Relaxed) != unauthorized {
            if unauthorized {
                tracing::error!("outbox: telecrm refuses the token, delivery is paused");
            } else {
                tracing::info!("outbox: delivery goes on");
            }
        }
    }

    fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// `None` where the worker was stopped before.
    pub(super) async fn unless_stopped<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.stopped() => None,
            outcome = wait => Some(outcome),
        }
    }
}

/// Delivers until it is stopped, and until every request under way is settled.
pub(super) async fn run(
    shared: &Arc<Shared>,
    concurrency: usize,
    retention: Duration,
    verifier: Option<&Arc<dyn Verifier>>,
) {
    let mut requests = JoinSet::new();
    let reading_back = async {
        match verifier {
            Some(verifier) => verify_accepted(shared, verifier).await,
            None => shared.stopped().await,
        }
    };
    tokio::join!(
        deliver_all(shared, concurrency, &mut requests),
        erase_settled(shared, retention),
        reading_back,
    );
    while requests.join_next().await.is_some() {}
}

/// Starts requests until the worker is stopped.
async fn deliver_all(shared: &Arc<Shared>, concurrency: usize, requests: &mut JoinSet<()>) {
    let mut wait = Backoff::default();
    loop {
        // A paused worker has one request under way at most: it probes.
        let room = if shared.is_paused() { 1 } else { concurrency };
        while requests.len() >= room {
            if shared.unless_stopped(requests.join_next()).await.is_none() {
                return;
            }
        }
        if shared.is_paused() && shared.unless_stopped(sleep(wait.next())).await.is_none() {
            return;
        }
        match shared.unless_stopped(next(shared, requests)).await {
            None | Some(Ok(Step::Stopped)) => return,
            Some(Ok(Step::Began)) => {
                if !shared.is_paused() {
                    wait = Backoff::default();
                }
            }
            Some(Ok(Step::Looked)) => {}
            Some(Err(error)) => {
                tracing::error!(%error, "outbox: delivery waits for the database");
                if shared.unless_stopped(sleep(wait.next())).await.is_none() {
                    return;
                }
            }
        }
    }
}

enum Step {
    /// A request began.
    Began,
    /// Nothing was due, and then something may have changed.
    Looked,
    /// The client was stopped.
    Stopped,
}

/// Waits for a due entry and for the turn of its request, and begins it.
async fn next(shared: &Arc<Shared>, requests: &mut JoinSet<()>) -> Result<Step, Error> {
    let Shared { store, sender, .. } = &**shared;
    let due = store.next_due(sender.enterprise()).await?;
    if due.is_none_or(|due| !due.is_zero()) {
        tokio::select! {
            () = store.changed() => {}
            () = sleep(due.unwrap_or(MAX_IDLE).min(MAX_IDLE)) => {}
            Some(_) = requests.join_next() => {}
        }
        return Ok(Step::Looked);
    }
    // Before the claim: an entry that waits for its turn is not in doubt.
    if !sender.turn().await {
        tracing::warn!("outbox: the client was stopped, and delivery with it");
        return Ok(Step::Stopped);
    }
    while let Some(pace) = sender.pace()
        && let Some(wait) = store.turn(pace).await?
    {
        sleep(wait).await;
    }
    // In a task of its own: a claim that is made is delivered, even if the worker is stopped now.
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let shared = Arc::clone(shared);
    requests.spawn(async move {
        let lease = shared.sender.timeout().saturating_add(shared.lease_margin);
        let asked = Instant::now();
        let claim = shared.store.claim(shared.sender.enterprise(), lease, ClaimFor::Delivery).await;
        match claim {
            Ok(Some(claim)) => {
                let _ = begun.send(Ok(Step::Began));
                deliver(&shared, claim, asked).await;
            }
            // Somebody else was faster.
            Ok(None) => drop(begun.send(Ok(Step::Looked))),
            Err(error) => drop(begun.send(Err(error))),
        }
    });
    has_begun.await.map_err(|_| Error::Closed)?
}

/// Makes one request, and settles its entry.
async fn deliver(shared: &Shared, claim: Claim, asked: Instant) {
    let Claim { key, enterprise, lead_key, body, actions, parts, attempts } = claim;
    let enterprise = Some(enterprise.as_str()).filter(|id| !id.is_empty());
    tracing::debug!(entry = key.id.0, attempts, "outbox: sending");
    let outcome = match PreparedLead::from_json(enterprise, &lead_key, &body) {
        // The process stood still: by now another one may send the entry.
        Ok(_) if asked.elapsed() >= shared.lease_margin => Outcome::Stopped,
        Ok(lead) => shared.sender.send(&lead, parts.contain_actions(actions)).await,
        Err(error) => Outcome::Refused { reason: error.to_string() },
    };
    shared.pause_or_resume(&outcome);
    if let (Outcome::RateLimited { wait, .. }, Some(pace)) = (&outcome, shared.sender.pace())
        && let Err(error) = shared.store.paused(pace, *wait).await
    {
        tracing::warn!(%error, "outbox: other processes do not know of a 429");
    }
    let settlement = Settlement::of(outcome, actions, parts, shared.sender.backoff(attempts));
    let mut wait = Backoff::default();
    loop {
        match shared.store.settle(key, settlement.clone()).await {
            Ok(true) => break report(&settlement, key.id.0, attempts),
            Ok(false) => {
                break tracing::warn!(
                    entry = key.id.0,
                    "outbox: the entry was taken over or erased"
                );
            }
            Err(error) => {
                tracing::error!(%error, entry = key.id.0, "outbox: an outcome is not stored yet");
                // The next start takes it for unknown, which is safe.
                if shared.is_stopped() && wait.count >= LAST_ATTEMPTS {
                    break;
                }
                sleep(wait.next()).await;
            }
        }
    }
}

fn report(settlement: &Settlement, entry: i64, attempts: u32) {
    let state = settlement.state.as_str();
    let reason = settlement.reason.as_deref();
    if settlement.state.needs_attention() {
        tracing::warn!(entry, state, attempts, reason, "outbox: an entry needs attention");
    } else {
        tracing::info!(entry, state, attempts, reason, "outbox: an entry was settled");
    }
}

/// Erases payloads whose retention is over, until the worker is stopped.
async fn erase_settled(shared: &Shared, retention: Duration) {
    let interval = ERASE_INTERVAL.min(retention).max(FIRST_WAIT);
    loop {
        match shared.unless_stopped(shared.store.erase_settled(retention)).await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(entries)) => {
                tracing::info!(entries, "outbox: payloads were erased after the retention");
                // There may be more of them.
                continue;
            }
            Some(Err(error)) => tracing::error!(%error, "outbox: payloads could not be erased"),
        }
        if shared.unless_stopped(sleep(interval)).await.is_none() {
            return;
        }
    }
}

/// Doubling waits.
#[derive(Default)]
struct Backoff {
    count: u32,
}

impl Backoff {
    fn next(&mut self) -> Duration {
        let wait = FIRST_WAIT.saturating_mul(1 << self.count.min(16)).min(MAX_WAIT);
        self.count = self.count.saturating_add(1);
        wait
    }
}
