//! Contents of the outbox, for people and as JSON.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use telecrm_outbox::{Entry, EntryId, State, Stats};
use telecrm_schema::escaped;

use crate::commands::counted;
use crate::output::{Format, json_pretty};

pub(super) fn stats(stats: &Stats, format: Format) -> String {
    let oldest = stats.oldest_queued;
    if format == Format::Json {
        let counts = State::ALL.iter().map(|state| (state.as_str(), json!(stats.of(*state))));
        let oldest = ("oldest_queued_seconds", json!(oldest.map(|oldest| oldest.as_secs())));
        let object = counts.chain([oldest]).map(|(name, value)| (name.to_owned(), value));
        return json_pretty(&Value::Object(object.collect()));
    }
    let mut text = String::new();
    for state in State::ALL {
        let _ = writeln!(text, "{:<12}{:>10}", state.as_str(), stats.of(*state));
    }
    if let Some(oldest) = oldest {
        let _ = writeln!(text, "\nThe oldest queued entry has waited for {}.", age(oldest));
    }
    text
}

pub(super) fn list(entries: &[Entry], format: Format) -> String {
    if format == Format::Json {
        return json_pretty(&entries.iter().map(|entry| object(entry, false)).collect::<Value>());
    }
    let mut text = String::new();
    for entry in entries {
        let _ = writeln!(
            text,
            "{:>8}  {:<11}  {:<15}  {:>2} attempts  {:>9} old  {}",
            entry.id(),
            entry.state().as_str(),
            escaped(entry.lead_key()),
            entry.attempts(),
            age(entry.enqueued_at().elapsed().unwrap_or_default()),
            escaped(entry.reason().unwrap_or_default()),
        );
    }
    let count = entries.len();
    let noun = if count == 1 { "entry" } else { "entries" };
    let _ = writeln!(text, "{count} {noun}");
    text
}

pub(super) fn entry(entry: &Entry, format: Format) -> String {
    if format == Format::Json {
        return json_pretty(&object(entry, true));
    }
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<12}{}", escaped(value));
    };
    line("id", &entry.id().to_string());
    line("state", entry.state().as_str());
    line("lead", entry.lead_key());
    line("enterprise", entry.enterprise_id().unwrap_or("(not named)"));
    line("attempts", &entry.attempts().to_string());
    line("reason", entry.reason().unwrap_or("-"));
    let old = age(entry.enqueued_at().elapsed().unwrap_or_default());
    line("stored", &format!("{old} ago"));
    line("body", entry.body().unwrap_or("(erased)"));
    text
}

pub(super) fn done(id: EntryId, what: &str, format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", json!({ "id": id.as_i64(), "state": what })),
        _ => format!("entry {id} is {what}\n"),
    }
}

pub(super) fn erased(count: u64, format: Format) -> String {
    if format == Format::Json {
        return format!("{}\n", json!({ "erased": count }));
    }
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    format!("{} erased\n", counted(count, "row"))
}

pub(super) fn migrated(format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", json!({ "migrated": true })),
        _ => "the tables are there, in their newest version\n".to_owned(),
    }
}

fn object(entry: &Entry, with_body: bool) -> Value {
    let mut object = json!({
        "id": entry.id().as_i64(),
        "state": entry.state().as_str(),
        "lead_key": entry.lead_key(),
        "enterprise_id": entry.enterprise_id(),
        "attempts": entry.attempts(),
        "reason": entry.reason(),
        "enqueued_at": seconds(Some(entry.enqueued_at())),
        "due_at": seconds(entry.due_at()),
        "sent_at": seconds(entry.sent_at()),
        "settled_at": seconds(entry.settled_at()),
    });
    if with_body {
        let body = entry.body().map(|body| serde_json::from_str(body).unwrap_or(json!(body)));
        object["body"] = body.unwrap_or(Value::Null);
    }
    object
}

/// Unix seconds.
fn seconds(time: Option<SystemTime>) -> Option<u64> {
    time.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_secs())
}

/// In its two largest units: `3d 4h`.
pub(super) fn age(age: Duration) -> String {
    let seconds = age.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m {}s", seconds % 60),
        (0, _, _) => format!("{hours}h {minutes}m"),
        _ => format!("{days}d {hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_two_units() {
        let age = |seconds| age(Duration::from_secs(seconds));
        assert_eq!([age(59), age(61), age(3_661)], ["59s", "1m 1s", "1h 1m"]);
        assert_eq!(age(90_061), "1d 1h");
    }
}
