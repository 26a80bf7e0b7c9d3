//! Schedule of verification: the times of the reads, and the end of each verification.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::actions::{self, ActionCheck, search};
use super::outcome::Verification;
use super::pairing::{Pair, pair};
use super::sought::Sought;
use crate::error::Error;
use crate::prepared::PreparedLead;
use crate::sync::client::Client;
use crate::sync::lead::Lead;
use crate::sync::live::FieldTypes;
use crate::sync::verify_policy::VerifyPolicy;
use crate::workspace::Workspace;

/// Maximum number of identifiers in one search request (telecrm: Sync API, `limit`).
pub(super) const BATCH: usize = 100;
/// Maximum number of leads that wait for another read, which limits the memory.
const MAX_WAITING: usize = 10_000;

/// A lead with the result of one read.
type Outcome = (Sought, Result<Verification, Error>);

/// A lead whose verification has not begun.
struct Added {
    position: u64,
    lead: PreparedLead,
    since: SystemTime,
}

/// Set of leads that are being verified.
pub(super) struct Engine {
    client: Client,
    policy: VerifyPolicy,
    /// The types of each schema; nearly always there is only one.
    types: Vec<(&'static Workspace, Arc<FieldTypes>)>,
    /// Leads that were stored: their types come from the Sync API.
    untyped: Vec<Added>,
    waiting: Vec<Sought>,
    results: VecDeque<(u64, Result<Verification, Error>)>,
    next_position: u64,
    actions: ActionCheck,
    observer: Option<Observer>,
}

/// Function that receives each result that is not final yet.
pub(super) type Observer = Box<dyn FnMut(u64, &Result<Verification, Error>) + Send>;

/// The result of a step.
pub(super) enum Progress {
    /// The time of a read has come.
    Waited,
    Read(Vec<Outcome>),
    Types(Result<Arc<FieldTypes>, Error>),
}

/// A read or a wait, which does not borrow the engine.
pub(super) type Step = Pin<Box<dyn Future<Output = Progress> + Send>>;

impl Engine {
    pub(super) fn new(client: &Client, actions: ActionCheck) -> Self {
        Self {
            client: client.clone(),
            policy: client.verify_policy(),
            types: Vec::new(),
            untyped: Vec::new(),
            waiting: Vec::new(),
            results: VecDeque::new(),
            next_position: 0,
            actions,
            observer: None,
        }
    }

    pub(super) fn observe(&mut self, observer: Observer) {
        self.observer = Some(observer);
    }

    pub(super) fn compare_actions(&mut self, check: ActionCheck) {
        self.actions = check;
    }

    /// Reads each lead once, after the first wait of the policy.
    pub(super) fn read_once(&mut self) {
        self.policy = self.policy.window(Duration::ZERO);
    }

    /// Adds a lead; a lead that cannot be searched for gets its result immediately.
    pub(super) fn add(&mut self, lead: PreparedLead, since: SystemTime) {
        let position = self.next_position;
        self.next_position += 1;
        if let Err(error) = self.client.check_enterprise(lead.enterprise_id()) {
            return self.results.push_back((position, Err(error)));
        }
        let workspace = lead.workspace();
        let lead = Added { position, lead, since };
        match workspace {
            None => self.untyped.push(lead),
            Some(workspace) => {
                let types = self.types_of(workspace);
                self.begin(&lead, &types);
            }
        }
    }

    fn types_of(&mut self, workspace: &'static Workspace) -> Arc<FieldTypes> {
        let known = self.types.iter().find(|(own, _)| std::ptr::eq(*own, workspace));
        if let Some((_, types)) = known {
            return Arc::clone(types);
        }
        let types = Arc::new(FieldTypes::of_workspace(workspace));
        self.types.push((workspace, Arc::clone(&types)));
        types
    }

    fn begin(&mut self, lead: &Added, types: &Arc<FieldTypes>) {
        match self.sought(lead, types) {
            Ok(sought) => self.waiting.push(sought),
            Err(error) => self.results.push_back((lead.position, Err(error))),
        }
    }

    fn sought(&self, lead: &Added, types: &Arc<FieldTypes>) -> Result<Sought, Error> {
        let &Added { position, ref lead, since } = lead;
        let (identifier, fields, actions) = Sought::parts(lead.body(), types)?;
        let now = Instant::now();
        let elapsed = SystemTime::now().duration_since(since).unwrap_or_default();
        let due = now + self.policy.first_after.saturating_sub(elapsed);
        let last = now.checked_add(self.policy.window.saturating_sub(elapsed)).unwrap_or(due);
        Ok(Sought {
            position,
            key: Sought::normal(types, &identifier),
            types: Arc::clone(types),
            identifier,
            fields,
            actions,
            since,
            due,
            interval: self.policy.first_interval(),
            last: last.max(due),
        })
    }

    /// Removes and returns the next result.
    pub(super) fn result(&mut self) -> Option<(u64, Result<Verification, Error>)> {
        self.results.pop_front()
    }

    /// Returns the number of leads that may be added.
    ///
    /// It is at most the size of the next request, and never exceeds the limit.
    pub(super) fn room(&self) -> usize {
        let now = Instant::now();
        let due = self.waiting.iter().filter(|lead| lead.due <= now).count() + self.untyped.len();
        let added = self.waiting.len() + self.untyped.len();
        BATCH.saturating_sub(due).min(MAX_WAITING.saturating_sub(added))
    }

    /// Whether all added leads have their results.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.untyped.is_empty() && self.results.is_empty()
    }

    /// Returns the next read or wait, or `None` if no lead waits.
    pub(super) fn step(&mut self) -> Option<Step> {
        let client = self.client.clone();
        if !self.untyped.is_empty() {
            return Some(Box::pin(async move { Progress::Types(client.live_types().await) }));
        }
        let now = Instant::now();
        let first = self.waiting.iter().map(|lead| lead.due).min()?;
        if first > now {
            return Some(Box::pin(async move {
                tokio::time::sleep_until(first).await;
                Progress::Waited
            }));
        }
        let (batch, actions) = (self.batch(now), self.actions);
        Some(Box::pin(async move { Progress::Read(read(&client, batch, actions).await) }))
    }

    /// Returns the leads of the next request.
    ///
    /// These are due now or soon, so that few requests cover many leads.
    fn batch(&mut self, now: Instant) -> Vec<Sought> {
        self.waiting.sort_by_key(|lead| lead.due);
        let types = self.waiting.first().map(|lead| Arc::clone(&lead.types));
        let max = match self.actions {
            ActionCheck::Presence => BATCH,
            ActionCheck::Content | ActionCheck::Count => 1,
        };
        let mut batch = Vec::new();
        let mut rest = Vec::with_capacity(self.waiting.len());
        for lead in std::mem::take(&mut self.waiting) {
            let soon = lead.due <= now + lead.interval / 2;
            let together = types.as_ref().is_some_and(|types| Arc::ptr_eq(types, &lead.types));
            let list = if soon && together && batch.len() < max { &mut batch } else { &mut rest };
            list.push(lead);
        }
        self.waiting = rest;
        batch
    }

    /// Records the results of a step.
    pub(super) fn absorb(&mut self, progress: Progress) {
        match progress {
            Progress::Waited => {}
            Progress::Read(outcomes) => self.record(outcomes),
            Progress::Types(types) => {
                for lead in std::mem::take(&mut self.untyped) {
                    match &types {
                        Ok(types) => self.begin(&lead, types),
                        Err(error) => {
                            self.results.push_back((lead.position, Err(error.clone())));
                        }
                    }
                }
            }
        }
    }

    fn record(&mut self, outcomes: Vec<Outcome>) {
        let now = Instant::now();
        for (mut lead, outcome) in outcomes {
            let settled = match &outcome {
                Ok(verification) => verification.is_verified(),
                Err(Error::Stopped) => true,
                Err(error) => !error.is_retryable(),
            };
            if settled || now >= lead.last {
                self.results.push_back((lead.position, outcome));
            } else {
                if let Some(observer) = &mut self.observer {
                    observer(lead.position, &outcome);
                }
                lead.due = (now + lead.interval).min(lead.last);
                lead.interval = self.policy.next_interval(lead.interval);
                self.waiting.push(lead);
            }
        }
    }
}

/// Reads up to 100 leads with one search, and one search for each distinct action type.
///
/// It makes more requests only if telecrm refuses this many leads in one request, or if an
/// identifier is ambiguous.
async fn read(client: &Client, batch: Vec<Sought>, check: ActionCheck) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut parts = VecDeque::from([batch]);
    while let Some(mut part) = parts.pop_front() {
        match read_part(client, &part, check).await {
            // The maximum of a search is not documented, and may be lower.
            Err(Error::Rejected { status: 400 | 413 | 414 | 422, .. }) if part.len() > 1 => {
                parts.push_front(part.split_off(part.len() / 2));
                parts.push_front(part);
            }
            Err(error) => {
                let errors: Vec<_> = part.iter().map(|_| Err(error.clone())).collect();
                outcomes.extend(part.into_iter().zip(errors));
            }
            Ok(read) => {
                for (lead, outcome) in part.into_iter().zip(read) {
                    match outcome {
                        Some(verification) => outcomes.push((lead, Ok(verification))),
                        None => parts.push_back(vec![lead]),
                    }
                }
            }
        }
    }
    outcomes
}

/// Reads leads; the result is `None` for a lead that needs a separate search.
async fn read_part(
    client: &Client,
    part: &[Sought],
    check: ActionCheck,
) -> Result<Vec<Option<Verification>>, Error> {
    let leads: Vec<&Sought> = part.iter().collect();
    let page = client.search(&search(&leads)).await?;
    let more = page.total_count > page.leads.len() as u64;
    let pairs = pair(&leads, &page.leads);
    let found: Vec<(usize, &Lead)> = pairs
        .iter()
        .enumerate()
        .filter_map(|(place, pair)| match pair {
            Pair::Found(index) => Some((place, &page.leads[*index])),
            _ => None,
        })
        .collect();
    let mut outcomes = Vec::with_capacity(part.len());
    for pair in &pairs {
        outcomes.push(match pair {
            Pair::Found(_) => Some(Verification::Verified),
            Pair::NotFound if !more || part.len() == 1 => Some(Verification::Missing),
            Pair::Unclear if part.len() == 1 => {
                return Err(Error::incomplete("its leads cannot be distinguished"));
            }
            Pair::NotFound | Pair::Unclear => None,
        });
    }
    let actions = missing_actions(client, &leads, &found, check).await?;
    for ((place, stored), missing) in found.into_iter().zip(actions) {
        let mut mismatches = leads[place].compare_fields(&stored.fields);
        mismatches.extend(missing);
        if !mismatches.is_empty() {
            outcomes[place] = Some(Verification::Mismatched(mismatches));
        }
    }
    Ok(outcomes)
}

/// Returns the missing or differing actions of each lead that was found.
async fn missing_actions(
    client: &Client,
    leads: &[&Sought],
    found: &[(usize, &Lead)],
    check: ActionCheck,
) -> Result<Vec<Vec<super::Mismatch>>, Error> {
    let of_found: Vec<&Sought> = found.iter().map(|(place, _)| leads[*place]).collect();
    if let ([lead], [(_, stored)], true) = (&of_found[..], found, check != ActionCheck::Presence)
        && !lead.actions.is_empty()
    {
        let Some(stored) = actions::stored(client, stored).await? else {
            if check == ActionCheck::Count {
                return Err(Error::incomplete("it has no lead id, so actions cannot be counted"));
            }
            return actions::missing(client, &of_found, |_, _| true).await;
        };
        let (mut differing, absent) = actions::by_content(lead, &stored);
        if check == ActionCheck::Count {
            differing.extend(absent.into_iter().map(|index| actions::absent(lead, index)));
            return Ok(vec![differing]);
        }
        // A page shows only some actions; the action history shows whether the others exist.
        let missing =
            actions::missing(client, &of_found, |_, index| absent.contains(&index)).await?;
        differing.extend(missing.into_iter().flatten());
        return Ok(vec![differing]);
    }
    actions::missing(client, &of_found, |_, _| true).await
}
