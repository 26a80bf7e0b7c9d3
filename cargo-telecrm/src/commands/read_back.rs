//! Reading leads back through the Sync API, for `send --verify` and `verify`.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value};
use telecrm_runtime::sync::{ActionCheck, Client, Verification, VerifyPolicy};
use telecrm_runtime::{BuildError, Error, PreparedLead};
use telecrm_schema::{Schema, escaped, quoted};

use super::{counted, duration};
use crate::exit::Failure;
use crate::terminal::Terminal;

pub(super) const USER_AGENT: &str = concat!("cargo-telecrm/", env!("CARGO_PKG_VERSION"));

/// Minimum time between two messages about the progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// A lead to read back.
pub(super) struct Sent {
    /// The place of its body, ready to print.
    pub(super) place: String,
    pub(super) lead: PreparedLead,
    pub(super) since: SystemTime,
}

/// Returns an error if the schema and the environment have different enterprise ids.
///
/// `undone` is the work that was not done: `nothing was sent`.
pub(super) fn same_enterprise(schema: &Schema, undone: &str) -> Result<(), Failure> {
    let configured = env::var("TELECRM_ENTERPRISE_ID").unwrap_or_default();
    match &schema.enterprise_id {
        Some(expected) if !configured.trim().is_empty() && configured != *expected => {
            Err(Failure::new(format!(
                "the schema is for enterprise {}, and TELECRM_ENTERPRISE_ID is {}",
                quoted(expected),
                quoted(&configured)
            ))
            .hint(format!("{undone}; use the schema of the workspace that the leads go to")))
        }
        _ => Ok(()),
    }
}

/// Returns the Sync API's client that the environment describes.
pub(super) fn client(window: Duration, undone: &str) -> Result<Client, Failure> {
    let policy = VerifyPolicy::default().window(window);
    let build = || Client::builder_from_env()?.user_agent(USER_AGENT).verify_policy(policy).build();
    build().map_err(|error: BuildError| {
        let hint = format!("{undone}; correct the environment");
        Failure::new(escaped(&error.to_string())).hint(hint)
    })
}

/// The body without the parts that telecrm ignores: keys except `fields` and `actions`, and actions
/// without a type.
pub(super) fn as_sent(body: &Value) -> Value {
    let mut sent = Map::new();
    if let Some(fields) = body.get("fields") {
        sent.insert("fields".to_owned(), fields.clone());
    }
    if let Some(Value::Array(actions)) = body.get("actions") {
        let typed = |action: &&Value| action.get("type").is_some_and(Value::is_string);
        sent.insert("actions".to_owned(), actions.iter().filter(typed).cloned().collect());
    }
    Value::Object(sent)
}

/// Reads leads back, and passes each final result with the index of its lead to `found`.
///
/// `window` is the time in which telecrm may store the leads, from now on. Messages on stderr show it, the
/// progress, and each mismatch when it is first seen.
pub(super) async fn read_back(
    client: &Client,
    sent: Vec<Sent>,
    window: Duration,
    mut found: impl FnMut(usize, &str, Result<Verification, Error>),
) {
    Terminal::say(format_args!(
        "reading {} back; telecrm has {} to store {} (--verify-window)",
        counted(sent.len(), "lead"),
        duration::shown(window),
        if sent.len() == 1 { "it" } else { "them" }
    ));
    let is_single = sent.len() == 1;
    let (places, leads): (Vec<_>, Vec<_>) =
        sent.into_iter().map(|lead| (lead.place, (lead.lead, lead.since))).unzip();
    let places: Arc<[String]> = places.into();
    let progress = Arc::new(Mutex::new(Progress::new(Arc::clone(&places), window)));
    let observer = Arc::clone(&progress);
    // One search for many leads shows only whether a lead has an action of this type.
    let check = if is_single { ActionCheck::Content } else { ActionCheck::Presence };
    // Each lead has its own time.
    let mut reading = client
        .verify_all(leads, SystemTime::now())
        .compare_actions(check)
        .on_pending(move |position, result: &Result<Verification, Error>| {
            observer.lock().unwrap_or_else(PoisonError::into_inner).pending(position, result);
        });
    while let Some((position, result)) = reading.next().await {
        let index = usize::try_from(position).unwrap_or(usize::MAX);
        progress.lock().unwrap_or_else(PoisonError::into_inner).settled += 1;
        found(index, places.get(index).map_or("a lead", String::as_str), result);
    }
}

/// Messages while leads are read again.
struct Progress {
    places: Arc<[String]>,
    settled: usize,
    /// The mismatches that were printed, by the index of their lead.
    seen: BTreeSet<(u64, String)>,
    end: Instant,
    /// The time of the last message.
    last: Option<Instant>,
}

impl Progress {
    fn new(places: Arc<[String]>, window: Duration) -> Self {
        let now = Instant::now();
        let end = now.checked_add(window).unwrap_or(now);
        Self { places, settled: 0, seen: BTreeSet::new(), end, last: None }
    }

    /// Reports a result that is not final.
    fn pending(&mut self, position: u64, result: &Result<Verification, Error>) {
        let index = usize::try_from(position).unwrap_or(usize::MAX);
        let place = self.places.get(index).map_or("a lead", String::as_str);
        if let Ok(Verification::Mismatched(mismatches)) = result {
            for mismatch in mismatches {
                if self.seen.insert((position, mismatch.path().to_owned())) {
                    let text = escaped(&mismatch.to_string());
                    Terminal::say(format_args!("{place}: so far, {text}"));
                }
            }
        }
        let now = Instant::now();
        if self.last.is_none_or(|last| now.duration_since(last) >= PROGRESS_INTERVAL) {
            self.last = Some(now);
            let left = self.end.saturating_duration_since(now).as_secs();
            Terminal::say(format_args!(
                "{} of {} read to the end; the others are read again for {left}s",
                self.settled,
                counted(self.places.len(), "lead")
            ));
        }
    }
}

/// Returns whether a lead is verified, and a report.
pub(super) fn described(place: &str, result: Result<Verification, Error>) -> (bool, String) {
    match result {
        Ok(Verification::Verified) => (true, format!("{place}: verified\n")),
        Ok(Verification::Mismatched(mismatches)) => {
            let mut text = format!("{place}: stored, but with different values\n");
            for mismatch in mismatches {
                // Writing to a `String` cannot fail.
                let _ = writeln!(text, "  D41 {}", escaped(&mismatch.to_string()));
            }
            (false, text)
        }
        Ok(Verification::Missing) => {
            (false, format!("{place}: queued, but telecrm does not have the lead (D41)\n"))
        }
        Ok(_) => (
            false,
            format!("{place}: queued, with an outcome that this version does not support\n"),
        ),
        Err(error) => {
            let error = escaped(&error.to_string());
            (false, format!("{place}: queued; the stored lead could not be read: {error}\n"))
        }
    }
}
