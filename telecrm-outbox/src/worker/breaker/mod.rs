//! Circuit breaker of a worker: one cause that affects every lead pauses all delivery (D45).
//!
//! A state machine without I/O and without a clock: every call receives the time as a value. The worker
//! asks [`Breaker::permit`] before each request, and reports each outcome by [`Breaker::record`].
//!
//! ```text
//! Closed ──(systemic response, 3 of 10 requests in trouble, 5 refusals)──► Open ◄──┐
//!   ▲                                                     one probe, accepted │    │ any failure
//!   └──────────── 1, 2, 4, … requests at a time, all accepted ◄──────────── RampUp ┘
//! ```

mod repeats;

use std::collections::VecDeque;
use std::time::Duration;

use repeats::Repeats;

use super::status::PauseCause;
use crate::entry::EntryId;
use crate::transition::Verdict;

/// Time since the worker started.
pub(super) type Moment = Duration;

/// The wait before the first probe.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Maximum wait between two probes.
const MAX_WAIT: Duration = Duration::from_secs(60);
/// The longest `Retry-After` that counts: telecrm's limit is per hour.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);
/// The number of recent requests that count.
const RECENT: usize = 10;
/// This many recent requests in trouble open the breaker.
const TROUBLE: usize = 3;
/// This many refusals in a row open the breaker.
const REFUSALS: u32 = 5;
/// This many accepted requests undo one failure, so that rare failures cause only short waits.
const RECOVERY: u32 = 5;
/// One entry that gets the same systemic response this often, while others are accepted, is refused.
const SYSTEMIC_REPEATS: u32 = 2;
/// One entry that is in trouble this often, while others are accepted, does not count as an outage.
const TROUBLE_REPEATS: u32 = 3;
/// Bound of the entries that the breaker remembers.
const MAX_REMEMBERED: usize = 1_000;

/// The class of one outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// `QUEUED`, or another response that the application accepts.
    Queued,
    /// telecrm refused the lead with its JSON error envelope.
    Refused,
    /// A response that concerns no single lead.
    Systemic { cause: PauseCause, status: Option<u16> },
    /// 5xx, 408, a timeout, or no connection. `status` is `None` without a response.
    Trouble { status: Option<u16> },
    /// No evidence: 429, 413, or an entry that was not sent.
    Neutral,
}

/// The evidence of one settled request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence {
    pub(super) entry: EntryId,
    pub(super) class: Class,
    pub(super) is_probe: bool,
    /// The entry failed several times by itself, and the request contained no actions.
    pub(super) is_repeated: bool,
    /// `Retry-After` of the response.
    pub(super) retry_after: Option<Duration>,
}

/// A change that a call caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// Delivery pauses.
    Paused(PauseCause),
    /// A probe failed, so the pause becomes longer.
    StillPaused(PauseCause),
    /// Delivery resumes.
    Resumed,
}

/// The next step that the worker may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permit {
    /// Claim the next entry.
    Deliver,
    /// Claim an entry for a request that risks no action.
    Probe,
    /// Nothing before this moment.
    WaitUntil(Moment),
    /// Nothing before a request ends.
    WaitForResponse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open(Pause),
    RampUp { limit: usize, accepted: usize },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pause {
    cause: PauseCause,
    /// telecrm refused several entries itself, so a refused probe does not end the pause.
    by_refusals: bool,
    sharing: Sharing,
    probe_at: Moment,
    is_probing: bool,
}

/// Whether all workers of the token have a cause in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sharing {
    Local,
    /// They have, and the others are not informed yet.
    Unpublished,
    Published,
}

impl Pause {
    fn of(cause: PauseCause) -> Self {
        Self {
            cause,
            by_refusals: false,
            sharing: Sharing::Local,
            probe_at: Moment::ZERO,
            is_probing: false,
        }
    }
}

#[derive(Debug)]
pub(super) struct Breaker {
    concurrency: usize,
    state: State,
    /// Failed probes and failed ramp-ups since the breaker was closed, less those that were undone.
    failures: u32,
    /// Requests that were accepted during ramp-ups, up to [`RECOVERY`].
    recovery: u32,
    /// Whether the recent requests were in trouble, oldest first.
    recent: VecDeque<bool>,
    refusals: u32,
    accepted: u64,
    repeats: Repeats,
    /// Entries that a probe avoids while others are due, oldest first.
    avoided: VecDeque<EntryId>,
    /// `Retry-After`: no request before this moment.
    not_before: Moment,
}

impl Breaker {
    pub(super) fn new(concurrency: usize) -> Self {
        Self {
            concurrency,
            state: State::Closed,
            failures: 0,
            recovery: 0,
            recent: VecDeque::new(),
            refusals: 0,
            accepted: 0,
            repeats: Repeats::default(),
            avoided: VecDeque::new(),
            not_before: Moment::ZERO,
        }
    }

    /// The cause of the pause, if delivery is paused.
    pub(super) fn pause(&self) -> Option<PauseCause> {
        match &self.state {
            State::Open(pause) => Some(pause.cause),
            State::Closed | State::RampUp { .. } => None,
        }
    }

    /// The entries that the next probe avoids while others are due.
    pub(super) fn avoided(&self) -> Vec<EntryId> {
        self.avoided.iter().copied().collect()
    }

    pub(super) fn permit(&self, under_way: usize, now: Moment) -> Permit {
        let (limit, from) = match &self.state {
            State::Closed => (self.concurrency, self.not_before),
            State::RampUp { limit, .. } => (*limit, self.not_before),
            State::Open(pause) if pause.is_probing => return Permit::WaitForResponse,
            State::Open(pause) => {
                let from = pause.probe_at.max(self.not_before);
                return if now < from { Permit::WaitUntil(from) } else { Permit::Probe };
            }
        };
        if now < from {
            Permit::WaitUntil(from)
        } else if under_way >= limit {
            Permit::WaitForResponse
        } else {
            Permit::Deliver
        }
    }

    /// Whether a claimed entry may still be sent: the breaker may have opened since the permit.
    pub(super) fn admits(&self, is_probe: bool) -> bool {
        is_probe || self.pause().is_none()
    }

    /// Records that a probe was claimed.
    pub(super) fn begin_probe(&mut self, entry: EntryId) {
        if let State::Open(pause) = &mut self.state {
            pause.is_probing = true;
            self.avoid(entry);
        }
    }

    /// The wait before the next probe, after as many failures as there were.
    pub(super) fn wait(&self) -> Duration {
        FIRST_WAIT.saturating_mul(1 << self.failures.min(16)).min(MAX_WAIT)
    }

    /// The pause that all workers of the token have in common, if there is one.
    pub(super) fn shared_pause(&self, now: Moment) -> Option<(PauseCause, Duration)> {
        match &self.state {
            State::Open(pause) if pause.sharing != Sharing::Local => {
                let from = pause.probe_at.max(self.not_before);
                Some((pause.cause, from.saturating_sub(now)))
            }
            _ => None,
        }
    }

    /// Records that the other workers were informed of the pause.
    pub(super) fn published(&mut self) {
        if let State::Open(pause) = &mut self.state
            && pause.sharing == Sharing::Unpublished
        {
            pause.sharing = Sharing::Published;
        }
    }

    /// Takes over the pause that another worker of the token reported, and its end.
    pub(super) fn adopt(&mut self, pause: Option<(PauseCause, Duration)>, now: Moment) -> Change {
        match (pause, self.state) {
            (Some((cause, wait)), State::Closed | State::RampUp { .. }) => {
                let probe_at = now.saturating_add(wait);
                let shared = Pause { sharing: Sharing::Published, ..Pause::of(cause) };
                self.state = State::Open(Pause { probe_at, ..shared });
                Change::Paused(cause)
            }
            (Some((cause, wait)), State::Open(mut pause)) if pause.sharing != Sharing::Local => {
                (pause.cause, pause.sharing) = (cause, Sharing::Published);
                pause.probe_at = now.saturating_add(wait);
                self.state = State::Open(pause);
                Change::None
            }
            (None, State::Open(pause))
                if pause.sharing == Sharing::Published && !pause.is_probing =>
            {
                self.resume();
                Change::Resumed
            }
            _ => Change::None,
        }
    }

    /// Records the outcome of a request.
    pub(super) fn record(&mut self, evidence: Evidence, now: Moment) -> (Verdict, Change) {
        if let Some(wait) = evidence.retry_after {
            let until = now.saturating_add(wait.min(MAX_RETRY_AFTER));
            self.not_before = self.not_before.max(until);
        }
        let was_probe = self.end_probe(evidence, now);
        match evidence.class {
            Class::Queued => (Verdict::Own, self.accepted(evidence.entry, was_probe)),
            Class::Refused => self.refused(evidence.entry, was_probe, now),
            Class::Systemic { cause, .. } => {
                if cause != PauseCause::Unauthorized
                    && self.repeats.count(evidence.entry, evidence.class, self.accepted)
                        >= SYSTEMIC_REPEATS
                {
                    return (Verdict::Refuse, self.end_pause());
                }
                let is_shared = cause == PauseCause::Unauthorized;
                (Verdict::Return, self.open(evidence.entry, cause, is_shared, was_probe, now))
            }
            Class::Trouble { status } => self.trouble(evidence, status.is_some(), was_probe, now),
            Class::Neutral if was_probe || self.pause().is_none() => (Verdict::Own, Change::None),
            Class::Neutral => (Verdict::Return, Change::None),
        }
    }

    /// Whether the evidence is that of the current probe, which ends with it.
    fn end_probe(&mut self, evidence: Evidence, now: Moment) -> bool {
        let wait = self.wait();
        match &mut self.state {
            State::Open(pause) if evidence.is_probe && pause.is_probing => {
                pause.is_probing = false;
                pause.probe_at = now.saturating_add(wait);
                true
            }
            _ => false,
        }
    }

    fn accepted(&mut self, entry: EntryId, was_probe: bool) -> Change {
        self.accepted += 1;
        self.refusals = 0;
        self.repeats.forget(entry);
        self.note(false);
        if was_probe {
            self.resume();
            return Change::Resumed;
        }
        if let State::RampUp { limit, accepted } = &mut self.state {
            self.recovery += 1;
            if self.recovery == RECOVERY {
                self.recovery = 0;
                self.failures = self.failures.saturating_sub(1);
            }
            *accepted += 1;
            if accepted >= limit {
                (*limit, *accepted) = (limit.saturating_mul(2), 0);
            }
            if *limit >= self.concurrency {
                self.close();
            }
        }
        Change::None
    }

    fn refused(&mut self, entry: EntryId, was_probe: bool, now: Moment) -> (Verdict, Change) {
        if let State::Open(pause) = self.state {
            let change = match (was_probe, pause.by_refusals) {
                (false, _) => Change::None,
                (true, true) => self.open(entry, pause.cause, false, true, now),
                // The response is telecrm's own, so the cause is over.
                (true, false) => self.end_pause(),
            };
            return (Verdict::Return, change);
        }
        self.refusals += 1;
        if self.refusals < REFUSALS {
            return (Verdict::Own, Change::None);
        }
        let change = self.open(entry, PauseCause::Blocked, false, false, now);
        if let State::Open(pause) = &mut self.state {
            pause.by_refusals = true;
        }
        (Verdict::Return, change)
    }

    fn trouble(
        &mut self,
        evidence: Evidence,
        has_response: bool,
        was_probe: bool,
        now: Moment,
    ) -> (Verdict, Change) {
        let cause = PauseCause::Unavailable;
        if evidence.is_repeated && !was_probe && self.pause().is_none() {
            // Many such entries would look like an outage.
            return (Verdict::Own, Change::None);
        }
        if self.repeats.count(evidence.entry, evidence.class, self.accepted) >= TROUBLE_REPEATS {
            // Its own backoff applies.
            return (Verdict::Own, if was_probe { self.end_pause() } else { Change::None });
        }
        self.note(true);
        let in_trouble = self.recent.iter().filter(|in_trouble| **in_trouble).count();
        if self.state == State::Closed && in_trouble < TROUBLE {
            return (Verdict::Own, Change::None);
        }
        let change = self.open(evidence.entry, cause, has_response, was_probe, now);
        (Verdict::Return, change)
    }

    /// Opens the breaker, or extends the pause if a probe failed.
    fn open(
        &mut self,
        entry: EntryId,
        cause: PauseCause,
        is_shared: bool,
        was_probe: bool,
        now: Moment,
    ) -> Change {
        self.avoid(entry);
        let (old, by_refusals) = match self.state {
            // A request from before the pause adds nothing.
            State::Open(_) if !was_probe => return Change::None,
            State::Open(pause) => (Some(pause.cause), pause.by_refusals && pause.cause == cause),
            State::Closed | State::RampUp { .. } => (None, false),
        };
        let probe_at = now.saturating_add(self.wait());
        self.failures = self.failures.saturating_add(1);
        self.refusals = 0;
        let sharing = if is_shared { Sharing::Unpublished } else { Sharing::Local };
        let pause = Pause { by_refusals, sharing, probe_at, ..Pause::of(cause) };
        self.state = State::Open(pause);
        if old == Some(cause) { Change::StillPaused(cause) } else { Change::Paused(cause) }
    }

    fn end_pause(&mut self) -> Change {
        if self.pause().is_none() {
            return Change::None;
        }
        self.resume();
        Change::Resumed
    }

    fn resume(&mut self) {
        self.state = State::RampUp { limit: 1, accepted: 0 };
    }

    fn close(&mut self) {
        self.state = State::Closed;
        self.failures = 0;
        self.recent.clear();
        self.avoided.clear();
    }

    fn note(&mut self, in_trouble: bool) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(in_trouble);
    }

    fn avoid(&mut self, entry: EntryId) {
        self.avoided.retain(|avoided| *avoided != entry);
        if self.avoided.len() == MAX_REMEMBERED {
            self.avoided.pop_front();
        }
        self.avoided.push_back(entry);
    }
}

#[cfg(test)]
mod tests;
