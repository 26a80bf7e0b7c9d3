//! State that the tasks of one client share. A worker has one of them for each of its clients.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::breaker::{Breaker, Change, Class, Evidence, Moment};
use super::sender::Sender;
use super::settled::{self, OnSettled, Settled};
use super::status::{PauseCause, WorkerStatus};
use crate::entry::EntryId;
use crate::lane::Turns;
use crate::store::Store;
use crate::transition::{Outcome, Verdict};

pub(super) struct Shared {
    pub(super) store: Arc<dyn Store>,
    pub(super) sender: Arc<dyn Sender>,
    /// A lease outlasts the client's timeout by this much.
    pub(super) lease_margin: Duration,
    /// Notified after entries changed, of any enterprise.
    pub(super) changes: watch::Receiver<()>,
    status: watch::Sender<WorkerStatus>,
    on_settled: Option<OnSettled>,
    breaker: Mutex<Breaker>,
    turns: Mutex<Turns>,
    started: Instant,
    stop: watch::Receiver<bool>,
    /// No request begins any more.
    is_ending: AtomicBool,
    /// An operator paused delivery: no claim returns an entry.
    is_paused_by_operator: AtomicBool,
}

impl Shared {
    pub(super) fn new(
        store: Arc<dyn Store>,
        sender: Arc<dyn Sender>,
        concurrency: usize,
        lease_margin: Duration,
        on_settled: Option<OnSettled>,
        (changes, stop): (watch::Receiver<()>, watch::Receiver<bool>),
    ) -> Self {
        Self {
            store,
            sender,
            lease_margin,
            changes,
            status: watch::Sender::new(WorkerStatus::Starting),
            on_settled,
            breaker: Mutex::new(Breaker::new(concurrency)),
            turns: Mutex::default(),
            started: Instant::now(),
            stop,
            is_ending: AtomicBool::new(false),
            is_paused_by_operator: AtomicBool::new(false),
        }
    }

    pub(super) fn enterprise(&self) -> &str {
        self.sender.enterprise()
    }

    pub(super) fn status(&self) -> watch::Receiver<WorkerStatus> {
        self.status.subscribe()
    }

    pub(super) fn set_status(&self, status: WorkerStatus) {
        self.status.send_if_modified(|old| std::mem::replace(old, status) != status);
    }

    /// Reports a settled entry to the application.
    pub(super) fn settled(&self, settled: Settled) {
        settled::call(self.on_settled.as_ref(), settled);
    }

    pub(super) fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn breaker(&self) -> MutexGuard<'_, Breaker> {
        // A panic leaves no half-made change in it.
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time as the breaker counts it.
    pub(super) fn now(&self) -> Moment {
        self.started.elapsed()
    }

    /// The instant of a moment.
    pub(super) fn instant(&self, moment: Moment) -> Instant {
        // No wait of the breaker is longer than an hour.
        self.started + moment
    }

    /// Reports the outcome of a request to the breaker, and returns its decision about the entry.
    pub(super) fn record(
        &self,
        entry: EntryId,
        outcome: &Outcome,
        is_probe: bool,
        is_repeated: bool,
    ) -> (Verdict, Change) {
        let (class, retry_after, reason) = evidence(outcome);
        let evidence = Evidence { entry, class, is_probe, is_repeated, retry_after };
        let (verdict, change) = self.breaker().record(evidence, self.now());
        self.announce(change, reason);
        (verdict, change)
    }

    /// Shows a change of the breaker in the status and in the log.
    pub(super) fn announce(&self, change: Change, reason: Option<&str>) {
        let enterprise = self.sender.enterprise();
        match change {
            Change::None => return,
            Change::Paused(cause) => {
                tracing::error!(enterprise, %cause, reason, "outbox: delivery is paused");
            }
            Change::StillPaused(cause) => {
                tracing::warn!(enterprise, %cause, reason, "outbox: delivery is still paused");
            }
            Change::Resumed => tracing::info!(enterprise, "outbox: delivery resumes"),
        }
        self.show();
    }

    /// Takes over the pause of an operator, which every process can set.
    pub(super) fn set_operator_pause(&self, is_paused: bool) {
        if self.is_paused_by_operator.swap(is_paused, Ordering::Relaxed) != is_paused {
            let enterprise = self.sender.enterprise();
            tracing::warn!(enterprise, is_paused, "outbox: an operator paused or resumed delivery");
            self.show();
        }
    }

    /// Sets the status of a client that delivers.
    pub(super) fn show(&self) {
        let by_operator = self.is_paused_by_operator.load(Ordering::Relaxed);
        let pause = by_operator.then_some(PauseCause::Operator).or_else(|| self.breaker().pause());
        self.set_status(pause.map_or(WorkerStatus::Delivering, WorkerStatus::Paused));
    }

    pub(super) fn end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    /// Returns when the worker or its client is stopped.
    pub(super) async fn stopped(&self) {
        let mut stop = self.stop.clone();
        tokio::select! {
            // An error: the handle of the worker was dropped, which stops it too.
            _ = stop.wait_for(|stopped| *stopped) => {}
            () = self.sender.stopped() => {}
        }
    }

    /// `None` if the worker was stopped before.
    pub(super) async fn unless_stopped<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.stopped() => None,
            outcome = wait => Some(outcome),
        }
    }
}

/// The class of an outcome, its `Retry-After`, and its reason.
fn evidence(outcome: &Outcome) -> (Class, Option<Duration>, Option<&str>) {
    match outcome {
        Outcome::Queued => (Class::Queued, None, None),
        Outcome::NotSent { reason, wait, status } | Outcome::Unknown { reason, wait, status } => {
            (Class::Trouble { status: *status }, *wait, Some(reason))
        }
        Outcome::RateLimited { reason, wait } => (Class::Neutral, *wait, Some(reason)),
        Outcome::Systemic { cause, reason, status, .. } => {
            (Class::Systemic { cause: *cause, status: *status }, None, Some(reason))
        }
        Outcome::Refused { reason } => (Class::Refused, None, Some(reason)),
        Outcome::Invalid { reason } => (Class::Neutral, None, Some(reason)),
        Outcome::Stopped => (Class::Neutral, None, None),
    }
}
