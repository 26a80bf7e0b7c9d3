//! Verification: closed entries are read back through the Sync API.
//!
//! | entry | readings |
//! |---|---|
//! | accepted | until telecrm stores everything, or the window of the client's policy is over |
//! | accepted, and a newer entry of the lead was sent | one: the first reading decides |
//! | mismatched, missing | one after an hour, and one after a day |
//! | unconfirmed | like an accepted entry, and each of its actions needs its own entry in the timeline |
//!
//! One worker reads for all workers of an enterprise. If telecrm refuses its token, it pauses, and another
//! worker may read.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use telecrm_runtime::sync::{ActionCheck, Client, Mismatch, Verification};
use telecrm_runtime::{Error, PreparedLead};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::counting::Counted;
use super::sender::Step;
use super::settled::Settled;
use super::shared::Shared;
use super::unread::{ReadBack, Unread};
use crate::clock::system_time;
use crate::entry::{EntryId, State};
use crate::error::Error as StoreError;
use crate::reading::Reading;
use crate::store::{Position, Recorded, Unverified};

/// The readings of one lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// Until telecrm stores everything that was sent, or the window is over.
    Window,
    /// One, whose result is final.
    Once,
}

/// Reads leads back: the Sync API's client, or a test.
pub(crate) trait Verifier: Send + Sync {
    /// The enterprise whose leads it reads.
    fn enterprise(&self) -> &str;

    /// Verifies leads that were sent at these times, and reports the result of each by its index.
    fn verify(
        &self,
        leads: Vec<(PreparedLead, SystemTime)>,
        schedule: Schedule,
        reports: mpsc::UnboundedSender<(usize, ReadBack)>,
    ) -> Step<'_, ()>;

    /// Verifies one lead by the content of its actions. `is_counted`: each stored action counts for one
    /// action of the lead.
    fn verify_actions<'a>(
        &'a self,
        lead: &'a PreparedLead,
        since: SystemTime,
        is_counted: bool,
    ) -> Step<'a, Result<Verification, Error>>;
}

/// Entries of one call: as many as telecrm looks for in one search.
const BATCH: u32 = 100;
/// Maximum number of entries in progress.
const MAX_UNDER_WAY: usize = 1_000;
/// Maximum number of unconfirmed entries in progress: each needs separate requests.
const MAX_UNCONFIRMED: usize = 100;
/// The interval between two looks at the table.
const INTERVAL: Duration = Duration::from_secs(1);
/// The interval between two looks at the whole table: a newer entry of a lead may have been sent.
const WHOLE_INTERVAL: Duration = Duration::from_secs(5);
/// An entry that could not be read is read again after this time.
const AGAIN: Duration = Duration::from_secs(60);

/// Another worker reads if the reader did not extend its claim for this time.
const LEASE: Duration = Duration::from_secs(30);
/// The first pause after telecrm refused the token, doubled by each further refusal, and the maximum.
const PAUSE: Duration = Duration::from_secs(60);
const MAX_PAUSE: Duration = Duration::from_secs(60 * 60);

const START: Position = (i64::MIN, EntryId(0));

/// The readings of one entry that are in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Reading(Schedule),
    Unconfirmed,
    /// telecrm could not be read, or the result was stored.
    Done(Instant),
}

/// Verifies closed entries until the worker is stopped. Entries without a result by then are verified
/// after the next start.
pub(super) async fn verify_entries(shared: &Arc<Shared>, verifier: &Arc<dyn Verifier>) {
    let mut verification = Running {
        shared,
        verifier,
        tasks: JoinSet::new(),
        in_progress: HashMap::new(),
        after: START,
        whole_at: Instant::now(),
        id: RandomState::new().hash_one(0).cast_signed(),
        is_reader: false,
        pause: PAUSE,
    };
    loop {
        if let Err(error) = verification.look().await {
            tracing::error!(%error, "outbox: verification waits for the database");
        }
        if shared.unless_stopped(sleep(INTERVAL)).await.is_none() {
            // Dropping the tasks ends them: reading changes nothing.
            return;
        }
    }
}

struct Running<'a> {
    shared: &'a Arc<Shared>,
    verifier: &'a Arc<dyn Verifier>,
    tasks: JoinSet<Ended>,
    in_progress: HashMap<EntryId, Progress>,
    /// The entries before this position were seen.
    after: Position,
    whole_at: Instant,
    /// Random: the id of this reader among all processes.
    id: i64,
    /// Reads for all workers of the enterprise.
    is_reader: bool,
    /// The next pause.
    pause: Duration,
}

/// A task that ended.
struct Ended {
    ids: Vec<EntryId>,
    progress: Progress,
    is_unauthorized: bool,
}

impl Running<'_> {
    /// Starts readings of the entries that are due.
    async fn look(&mut self) -> Result<(), StoreError> {
        let now = Instant::now();
        while let Some(ended) = self.tasks.try_join_next() {
            let Ok(Ended { ids, progress, is_unauthorized }) = ended else { continue };
            if is_unauthorized {
                self.pause(now).await;
                return Ok(());
            }
            self.pause = PAUSE;
            for id in ids {
                // A reading with another schedule may have begun since.
                if self.in_progress.get(&id) == Some(&progress) {
                    self.in_progress.insert(id, Progress::Done(now + AGAIN));
                }
            }
        }
        self.in_progress
            .retain(|_, state| !matches!(state, Progress::Done(until) if *until <= now));
        let enterprise = self.shared.sender.enterprise();
        if now >= self.whole_at {
            (self.after, self.whole_at) = (START, now + WHOLE_INTERVAL);
            self.is_reader = self.shared.store.claim_reading(enterprise, self.id, LEASE).await?;
            if !self.is_reader {
                self.abandon();
            }
        }
        while self.is_reader && self.in_progress.len() < MAX_UNDER_WAY {
            let entries = self.shared.store.unverified(enterprise, self.after, BATCH).await?;
            let Some(last) = entries.last() else { break };
            self.after = last.position;
            self.begin(entries);
        }
        Ok(())
    }

    /// Ends the readings without a result.
    fn abandon(&mut self) {
        self.is_reader = false;
        self.tasks.abort_all();
        self.in_progress.clear();
    }

    /// Reads nothing for a while, since every reading would get the same response.
    async fn pause(&mut self, now: Instant) {
        let pause = self.pause;
        tracing::error!(
            ?pause,
            "outbox: telecrm refused the token of the Sync API; verification is paused"
        );
        self.abandon();
        self.whole_at = now + pause;
        self.pause = (2 * pause).min(MAX_PAUSE);
        let enterprise = self.shared.sender.enterprise();
        if let Err(error) =
            self.shared.store.claim_reading(enterprise, self.id, Duration::ZERO).await
        {
            // Its lease ends.
            tracing::warn!(%error, "outbox: other workers were not informed of a pause");
        }
    }

    fn begin(&mut self, entries: Vec<Unverified>) {
        let (mut in_window, mut at_once) = (Vec::new(), Vec::new());
        for entry in entries {
            let old = self.in_progress.get(&entry.id);
            if entry.state == State::Unconfirmed {
                let unconfirmed = self.in_progress.values();
                let unconfirmed =
                    unconfirmed.filter(|state| **state == Progress::Unconfirmed).count();
                if old.is_none() && unconfirmed < MAX_UNCONFIRMED {
                    self.in_progress.insert(entry.id, Progress::Unconfirmed);
                    let (shared, verifier) = (Arc::clone(self.shared), Arc::clone(self.verifier));
                    self.tasks.spawn(confirm(shared, verifier, entry));
                }
                continue;
            }
            let is_once = entry.has_newer || entry.state != State::Accepted;
            let schedule = if is_once { Schedule::Once } else { Schedule::Window };
            let is_due = match old {
                None => true,
                // A newer entry was sent in the meantime.
                Some(Progress::Reading(Schedule::Window)) => is_once,
                Some(_) => false,
            };
            if is_due {
                self.in_progress.insert(entry.id, Progress::Reading(schedule));
                if is_once { at_once.push(entry) } else { in_window.push(entry) }
            }
        }
        for (entries, schedule) in [(in_window, Schedule::Window), (at_once, Schedule::Once)] {
            if !entries.is_empty() {
                let (shared, verifier) = (Arc::clone(self.shared), Arc::clone(self.verifier));
                self.tasks.spawn(verify(shared, verifier, entries, schedule));
            }
        }
    }
}

fn prepared(entry: &Unverified) -> Option<PreparedLead> {
    let enterprise = Some(entry.enterprise.as_str()).filter(|id| !id.is_empty());
    // It was sent, so it is a lead.
    PreparedLead::from_json(enterprise, &entry.lead_key, &entry.body).ok()
}

/// Verifies one batch.
async fn verify(
    shared: Arc<Shared>,
    verifier: Arc<dyn Verifier>,
    entries: Vec<Unverified>,
    schedule: Schedule,
) -> Ended {
    let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
    let mut sought = Vec::with_capacity(entries.len());
    let mut leads = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(lead) = prepared(&entry) {
            sought.push(entry.id);
            leads.push((lead, system_time(entry.sent_at)));
        }
    }
    let (reports, mut reported) = mpsc::unbounded_channel::<(usize, ReadBack)>();
    let record = async {
        let mut is_unauthorized = false;
        while let Some((index, read_back)) = reported.recv().await {
            is_unauthorized |= read_back.as_ref().is_err_and(|unread| unread.is_unauthorized);
            if let Some(id) = sought.get(index) {
                record(&shared, *id, read_back).await;
            }
        }
        is_unauthorized
    };
    let ((), is_unauthorized) = tokio::join!(verifier.verify(leads, schedule, reports), record);
    Ended { ids, progress: Progress::Reading(schedule), is_unauthorized }
}

/// Looks for the actions of an unconfirmed entry.
async fn confirm(shared: Arc<Shared>, verifier: Arc<dyn Verifier>, entry: Unverified) -> Ended {
    let bodies = shared.store.bodies_beside(entry.id).await;
    let counted = bodies.map(|bodies| Counted::new(&entry, &bodies));
    let read_back = match counted {
        Err(error) => Err(Unread::from(&*error.to_string())),
        Ok(None) => Err(Unread::from("its body cannot be read")),
        Ok(Some(counted)) => {
            let since = system_time(entry.sent_at);
            let Counted { lead, repeats_type, .. } = &counted;
            let verification = verifier.verify_actions(lead, since, *repeats_type).await;
            read_back(verification.map(|verification| counted.own(verification)))
        }
    };
    let is_unauthorized = read_back.as_ref().is_err_and(|unread| unread.is_unauthorized);
    record(&shared, entry.id, read_back).await;
    Ended { ids: vec![entry.id], progress: Progress::Unconfirmed, is_unauthorized }
}

async fn record(shared: &Shared, id: EntryId, read_back: ReadBack) {
    let reading = match read_back {
        Ok(reading) => reading,
        Err(Unread { reason, .. }) => {
            return tracing::warn!(entry = id.0, reason, "outbox: an entry could not be verified");
        }
    };
    let reason = reading.reason().map(str::to_owned);
    let Recorded { state, is_changed, attempts, waited } = match shared
        .store
        .record_reading(id, reading)
        .await
    {
        Ok(Some(recorded)) => recorded,
        // It was decided in the meantime.
        Ok(None) => return,
        Err(error) => {
            return tracing::error!(%error, entry = id.0, "outbox: a reading could not be stored");
        }
    };
    if state.needs_attention() {
        let state = state.as_str();
        tracing::warn!(entry = id.0, state, reason, "outbox: telecrm stores an entry differently");
    } else {
        tracing::info!(entry = id.0, state = state.as_str(), "outbox: an entry was read back");
    }
    if is_changed {
        shared.settled(Settled { id, state, attempts, waited });
    }
}

impl Verifier for Client {
    fn enterprise(&self) -> &str {
        self.enterprise_id().as_str()
    }

    fn verify(
        &self,
        leads: Vec<(PreparedLead, SystemTime)>,
        schedule: Schedule,
        reports: mpsc::UnboundedSender<(usize, ReadBack)>,
    ) -> Step<'_, ()> {
        Box::pin(async move {
            // Each lead has its own time.
            let verifying = self.verify_all(leads, SystemTime::now());
            let mut verifying = match schedule {
                Schedule::Window => verifying,
                Schedule::Once => verifying.once(),
            };
            while let Some((position, result)) = verifying.next().await {
                let index = usize::try_from(position).unwrap_or(usize::MAX);
                // The receiver is gone only if the worker is.
                let _ = reports.send((index, read_back(result.map(reading_of))));
            }
        })
    }

    fn verify_actions<'a>(
        &'a self,
        lead: &'a PreparedLead,
        since: SystemTime,
        is_counted: bool,
    ) -> Step<'a, Result<Verification, Error>> {
        let check = if is_counted { ActionCheck::Count } else { ActionCheck::Content };
        Box::pin(async move {
            let mut verifying = self.verify_all([lead], since).compare_actions(check);
            match verifying.next().await {
                Some((_, result)) => result,
                // One lead has one result.
                None => Ok(Verification::Missing),
            }
        })
    }
}

fn read_back(result: Result<Option<Reading>, Error>) -> ReadBack {
    match result {
        Ok(Some(reading)) => Ok(reading),
        Ok(None) => Err(Unread::from("a later version of the client has another result")),
        Err(error) => Err(Unread::from(&error)),
    }
}

fn reading_of(verification: Verification) -> Option<Reading> {
    match verification {
        Verification::Verified => Some(Reading::Verified),
        Verification::Mismatched(mismatches) => Some(mismatched(&mismatches)),
        Verification::Missing => Some(Reading::missing()),
        _ => None,
    }
}

fn mismatched(mismatches: &[Mismatch]) -> Reading {
    let paths = mismatches.iter().map(|mismatch| mismatch.path().to_owned()).collect();
    // Paths and kinds: its `Display` shows no values.
    let reasons: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
    Reading::Mismatched { paths, reason: reasons.join("; ") }
}
