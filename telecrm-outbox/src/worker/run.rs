//! The loop of one client's delivery: permit, turn, claim, request, settle.

use std::sync::Arc;
use std::time::Duration;

use telecrm_runtime::PreparedLead;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::breaker::{Change, Permit};
use super::sender::{backoff, send};
use super::settled::Settled;
use super::shared::Shared;
use super::verify::{Verifier, verify_entries};
use crate::error::Error;
use crate::lane::Lane;
use crate::store::{Claim, ClaimFor};
use crate::transition::{Outcome, Parts, Sent, Settlement};

/// The first wait after an error of the database.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Maximum wait between attempts on a database that fails.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// The wait after a claim that found nothing, although an entry was due.
const NOTHING_CLAIMED: Duration = Duration::from_millis(100);
/// The interval at which a worker reads the pauses of other processes, and looks for due entries.
const SHARED_INTERVAL: Duration = Duration::from_secs(1);
/// After this many attempts an ending worker gives up storing an outcome.
const LAST_ATTEMPTS: u32 = 5;

/// Delivers until the worker or the client is stopped and every request in flight is settled.
pub(super) async fn run(shared: &Arc<Shared>, verifier: Option<&Arc<dyn Verifier>>) {
    let mut requests = JoinSet::new();
    let delivering = async {
        deliver_all(shared, &mut requests).await;
        shared.end();
    };
    let reading_back = async {
        if let Some(verifier) = verifier {
            verify_entries(shared, verifier).await;
        }
    };
    tokio::join!(delivering, reading_back);
    while requests.join_next().await.is_some() {}
}

/// Starts requests until the worker or the client is stopped.
async fn deliver_all(shared: &Arc<Shared>, requests: &mut JoinSet<()>) {
    let mut changes = shared.changes.clone();
    let mut wait = Backoff::default();
    let mut pauses = SharedPauses::default();
    loop {
        while requests.try_join_next().is_some() {}
        let step = async {
            pauses.adopt(shared).await?;
            let permit = shared.breaker().permit(requests.len(), shared.now());
            match permit {
                Permit::Deliver => next(shared, requests, &mut changes, false).await,
                Permit::Probe => next(shared, requests, &mut changes, true).await,
                Permit::WaitForResponse => {
                    requests.join_next().await;
                    Ok(Step::Waited)
                }
                Permit::WaitUntil(moment) => {
                    let until = shared.instant(moment).min(Instant::now() + SHARED_INTERVAL);
                    tokio::select! {
                        () = sleep_until(until) => {}
                        Some(_) = requests.join_next() => {}
                    }
                    Ok(Step::Waited)
                }
            }
        };
        match shared.unless_stopped(step).await {
            None | Some(Ok(Step::Stopped)) => return,
            Some(Ok(Step::Began)) => wait = Backoff::default(),
            Some(Ok(Step::Waited)) => {}
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
    /// Something may have changed.
    Waited,
    /// The client was stopped.
    Stopped,
}

/// Waits for a due entry and for the turn of its request, and begins the request.
async fn next(
    shared: &Arc<Shared>,
    requests: &mut JoinSet<()>,
    changes: &mut watch::Receiver<()>,
    is_probe: bool,
) -> Result<Step, Error> {
    let Shared { store, sender, .. } = &**shared;
    let due = store.next_due(sender.enterprise()).await?;
    if due.is_none_or(|due| !due.is_zero()) {
        tokio::select! {
            _ = changes.changed() => {}
            () = sleep(due.unwrap_or(SHARED_INTERVAL).min(SHARED_INTERVAL)) => {}
            Some(_) = requests.join_next() => {}
        }
        return Ok(Step::Waited);
    }
    // Before the claim: the outcome of an entry that waits for its turn is known.
    if !sender.turn().await {
        let enterprise = sender.enterprise();
        tracing::warn!(enterprise, "outbox: the client was stopped, and its delivery with it");
        return Ok(Step::Stopped);
    }
    while let Some(pace) = sender.pace()
        && let Some(wait) = store.turn(pace).await?
    {
        sleep(wait).await;
    }
    let expected = if is_probe { Permit::Probe } else { Permit::Deliver };
    let permit = shared.breaker().permit(requests.len(), shared.now());
    if permit != expected || (is_probe && !may_probe(shared).await?) {
        // The breaker changed during the wait.
        return Ok(Step::Waited);
    }
    // In a separate task: an entry that is claimed is sent, even if the worker is stopped now.
    let (begun, has_begun) = oneshot::channel();
    let task = Arc::clone(shared);
    requests.spawn(async move {
        let asked = Instant::now();
        match claim(&task, is_probe).await {
            Ok(Some(claim)) => {
                let _ = begun.send(Ok(true));
                deliver(&task, claim, asked, is_probe).await;
            }
            // Another worker was faster.
            Ok(None) => drop(begun.send(Ok(false))),
            Err(error) => drop(begun.send(Err(error))),
        }
    });
    if has_begun.await.map_err(|_| Error::Closed)?? {
        return Ok(Step::Began);
    }
    tokio::select! {
        _ = changes.changed() => {}
        () = sleep(NOTHING_CLAIMED) => {}
    }
    Ok(Step::Waited)
}

/// Whether this worker may send the probe: one of all workers that have the pause in common does.
async fn may_probe(shared: &Shared) -> Result<bool, Error> {
    let (pause, wait) = {
        let breaker = shared.breaker();
        (breaker.shared_pause(shared.now()), breaker.wait())
    };
    match (pause, shared.sender.pace()) {
        (Some(_), Some(pace)) => shared.store.take_probe(pace, wait).await,
        _ => Ok(true),
    }
}

async fn claim(shared: &Shared, is_probe: bool) -> Result<Option<Claim>, Error> {
    let lease = shared.sender.timeout().saturating_add(shared.lease_margin);
    let avoid = shared.breaker().avoided();
    let purpose = if is_probe {
        ClaimFor::Probe { avoid: &avoid, newest: shared.turns().next_probe_is_newest() }
    } else {
        ClaimFor::Delivery { order: shared.turns().order() }
    };
    let claim = shared.store.claim(shared.sender.enterprise(), lease, purpose).await?;
    if let Some(claim) = &claim {
        shared.turns().took(claim.lane);
        if is_probe {
            shared.breaker().begin_probe(claim.key.id);
        }
    }
    Ok(claim)
}

/// Makes one request, and settles its entry.
async fn deliver(shared: &Shared, claim: Claim, asked: Instant, is_probe: bool) {
    let Claim { key, enterprise, lead_key, body, actions, parts, received, attempts, .. } = claim;
    let is_repeated = claim.lane == Lane::Repeated && !parts.contain_actions(actions);
    let enterprise = Some(enterprise.as_str()).filter(|id| !id.is_empty());
    tracing::debug!(entry = key.id.0, attempts, is_probe, "outbox: sending");
    let outcome = match PreparedLead::from_json(enterprise, &lead_key, &body) {
        Err(error) => Outcome::Invalid { reason: error.to_string() },
        // The process was suspended: another one may send the entry by now.
        Ok(_) if asked.elapsed() >= shared.lease_margin => Outcome::Stopped,
        Ok(_) if !shared.breaker().admits(is_probe) => Outcome::Stopped,
        Ok(lead) => {
            let with_actions = parts.contain_actions(actions);
            // If no field is the identifier, the fields go again with the actions.
            let lead = match parts {
                Parts::ActionsOnly => lead.actions_only().unwrap_or(lead),
                Parts::Whole | Parts::FieldsOnly => lead,
            };
            send(&*shared.sender, &lead, with_actions).await
        }
    };
    let (verdict, change) = shared.record(key.id, &outcome, is_probe, is_repeated);
    inform_others(shared, &outcome, change).await;
    let sent = Sent { actions, parts, received };
    let backoff = backoff(&*shared.sender, attempts, claim.failures);
    let settlement = Settlement::of(outcome, sent, verdict, backoff);
    let mut wait = Backoff::default();
    loop {
        match shared.store.settle(key, settlement.clone()).await {
            Ok(true) => {
                report(&settlement, key.id.0, attempts);
                let (id, state) = (key.id, settlement.state);
                let waited = claim.waited.saturating_add(asked.elapsed());
                break shared.settled(Settled { id, state, attempts, waited });
            }
            Ok(false) => {
                break tracing::warn!(
                    entry = key.id.0,
                    "outbox: the entry was taken over or erased"
                );
            }
            Err(error) => {
                tracing::error!(%error, entry = key.id.0, "outbox: an outcome is not stored yet");
                // The next start counts it as unknown, which is safe.
                if shared.is_ending() && wait.count >= LAST_ATTEMPTS {
                    break;
                }
                sleep(wait.next()).await;
            }
        }
    }
}

/// Informs the other workers of the token of a 429, and of a pause that they have in common.
async fn inform_others(shared: &Shared, outcome: &Outcome, change: Change) {
    let Some(pace) = shared.sender.pace() else { return };
    let informed = async {
        if let Outcome::RateLimited { wait, .. } = outcome {
            shared.store.paused(pace, *wait).await?;
        }
        match change {
            Change::None => {}
            Change::Resumed => drop(shared.store.share_pause(pace, None).await?),
            Change::Paused(_) | Change::StillPaused(_) => {
                let pause = shared.breaker().shared_pause(shared.now());
                if pause.is_some() && shared.store.share_pause(pace, pause).await? {
                    shared.breaker().published();
                }
            }
        }
        Ok::<_, Error>(())
    };
    if let Err(error) = informed.await {
        tracing::warn!(%error, "outbox: other workers were not informed of a pause");
    }
}

/// Pauses that other processes set: all workers of the token, or an operator. They are read at most
/// once per [`SHARED_INTERVAL`].
#[derive(Default)]
struct SharedPauses {
    read_at: Option<Instant>,
}

impl SharedPauses {
    async fn adopt(&mut self, shared: &Shared) -> Result<(), Error> {
        if self.read_at.is_some_and(|read_at| read_at.elapsed() < SHARED_INTERVAL) {
            return Ok(());
        }
        self.read_at = Some(Instant::now());
        let enterprise = shared.sender.enterprise();
        shared.set_operator_pause(shared.store.operator_pause(enterprise).await?);
        let Some(pace) = shared.sender.pace() else { return Ok(()) };
        let pause = shared.store.shared_pause(pace).await?;
        let change = shared.breaker().adopt(pause, shared.now());
        shared.announce(change, Some("another worker of the token reported it"));
        Ok(())
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
