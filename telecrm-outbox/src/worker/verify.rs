//! Verification: accepted entries are read back, and move on by what is found.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use telecrm_runtime::sync::{Client, Verification};
use telecrm_runtime::{Error, PreparedLead};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::sender::Step;
use super::shared::Shared;
use crate::clock::system_time;
use crate::entry::{EntryId, State};
use crate::reading::Reading;
use crate::store::{Position, Unverified};

/// A reading, or the reason why telecrm could not be read, which proves nothing about the entry.
pub(crate) type ReadBack = Result<Reading, String>;

/// Reason of an entry that telecrm does not have.
pub(super) const MISSING: &str =
    "telecrm queued the lead, and did not have it at the end of the window";

/// Reads leads back: the Sync API's client, or a test.
pub(crate) trait Verifier: Send + Sync {
    /// Verifies leads that were sent at the times given, and reports each by its index as soon as it
    /// is known.
    fn verify(
        &self,
        leads: Vec<(PreparedLead, SystemTime)>,
        reports: mpsc::UnboundedSender<(usize, ReadBack)>,
    ) -> Step<'_, ()>;
}

/// Entries of one call: as many as telecrm looks for in one search.
const BATCH: u32 = 100;
/// Entries under way at most.
const MAX_UNDER_WAY: usize = 1_000;
/// How often the table is looked at for accepted entries.
const INTERVAL: Duration = Duration::from_secs(1);
/// Entries that could not be read are tried again after this long.
const AGAIN: Duration = Duration::from_secs(60);

const START: Position = (i64::MIN, EntryId(0));

/// Verifies accepted entries until the worker is stopped. Entries without a result by then are verified
/// after the next start.
pub(super) async fn verify_accepted(shared: &Arc<Shared>, verifier: &Arc<dyn Verifier>) {
    let mut batches = JoinSet::new();
    let mut under_way = HashSet::new();
    let mut after = START;
    let mut since_start = tokio::time::Instant::now();
    loop {
        while let Some(done) = batches.try_join_next() {
            let done: Vec<EntryId> = done.unwrap_or_default();
            under_way.retain(|id| !done.contains(id));
        }
        // Entries that could not be read are behind the position, and so is one that was settled
        // while the clock was set back.
        if since_start.elapsed() >= AGAIN {
            (after, since_start) = (START, tokio::time::Instant::now());
        }
        if under_way.len() < MAX_UNDER_WAY {
            match shared.store.unverified(shared.sender.enterprise(), after, BATCH).await {
                Ok(mut entries) => {
                    after = entries.last().map_or(after, |entry| entry.position);
                    let full = entries.len() >= BATCH as usize;
                    entries.retain(|entry| under_way.insert(entry.id));
                    if !entries.is_empty() {
                        let batch = verify(Arc::clone(shared), Arc::clone(verifier), entries);
                        batches.spawn(batch);
                    }
                    if full {
                        continue;
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "outbox: verification waits for the database");
                }
            }
        }
        if shared.unless_stopped(sleep(INTERVAL)).await.is_none() {
            // Dropping the batches ends them: reading changes nothing.
            return;
        }
    }
}

/// Verifies one batch, and returns its entries.
async fn verify(
    shared: Arc<Shared>,
    verifier: Arc<dyn Verifier>,
    entries: Vec<Unverified>,
) -> Vec<EntryId> {
    let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
    let mut sought = Vec::with_capacity(entries.len());
    let mut leads = Vec::with_capacity(entries.len());
    for entry in entries {
        let enterprise = Some(entry.enterprise.as_str()).filter(|id| !id.is_empty());
        // It was sent, so it is a lead.
        if let Ok(lead) = PreparedLead::from_json(enterprise, &entry.lead_key, &entry.body) {
            sought.push(entry.id);
            leads.push((lead, system_time(entry.sent_at)));
        }
    }
    let (reports, mut reported) = mpsc::unbounded_channel();
    let record = async {
        while let Some((index, read_back)) = reported.recv().await {
            if let Some(id) = sought.get(index) {
                record(&shared, *id, read_back).await;
            }
        }
    };
    tokio::join!(verifier.verify(leads, reports), record);
    ids
}

async fn record(shared: &Shared, id: EntryId, read_back: ReadBack) {
    let reading = match read_back {
        Ok(reading) => reading,
        Err(reason) => {
            return tracing::warn!(entry = id.0, reason, "outbox: an entry could not be verified");
        }
    };
    let reason = reading.reason().map(str::to_owned);
    match shared.store.record_reading(id, reading).await {
        Ok(Some(State::Verified)) => {
            tracing::info!(entry = id.0, "outbox: an entry was verified");
        }
        Ok(Some(state)) => {
            let state = state.as_str();
            tracing::warn!(entry = id.0, state, reason, "outbox: an entry is not as it was sent");
        }
        // Another decision came first.
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, entry = id.0, "outbox: the result of reading is not stored");
        }
    }
}

impl Verifier for Client {
    fn verify(
        &self,
        leads: Vec<(PreparedLead, SystemTime)>,
        reports: mpsc::UnboundedSender<(usize, ReadBack)>,
    ) -> Step<'_, ()> {
        Box::pin(async move {
            let count = leads.len();
            let report = |index, read_back| {
                // Nobody records it any more: the worker is gone.
                let _ = reports.send((index, read_back));
            };
            match self.verify_all_prepared(leads, None).await {
                Ok(mut verifying) => {
                    while let Some((position, result)) = verifying.next().await {
                        report(usize::try_from(position).unwrap_or(usize::MAX), read_back(result));
                    }
                }
                Err(error) => {
                    let unread = Err(error.to_string());
                    (0..count).for_each(|index| report(index, unread.clone()));
                }
            }
        })
    }
}

fn read_back(result: Result<Verification, Error>) -> ReadBack {
    match result {
        Ok(Verification::Verified) => Ok(Reading::Verified),
        Ok(Verification::Mismatched(mismatches)) => {
            let paths = mismatches.iter().map(|mismatch| mismatch.path().to_owned()).collect();
            // Paths and kinds: the `Display` of a mismatch contains no values.
            let texts: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
            Ok(Reading::Mismatched { paths, reason: texts.join("; ") })
        }
        Ok(Verification::Missing) => Ok(Reading::Missing { reason: MISSING.to_owned() }),
        Ok(_) => Err("the outcome of the verification is not known here".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
