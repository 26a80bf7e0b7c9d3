//! Contents of the outbox, as text and as JSON.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use telecrm_outbox::{Entry, EntryId, Restored, State};
use telecrm_schema::escaped;

use crate::commands::counted;
use crate::output::{Format, json_pretty};

pub(super) fn list(entries: &[Entry], option: &str, format: Format) -> String {
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
    let _ = writeln!(text, "{}", entries_of(entries.len() as u64));
    text + &next_commands(entries, option)
}

pub(super) fn entries_of(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// The commands that decide about the first listed entry of each state. The option names the database.
fn next_commands(entries: &[Entry], option: &str) -> String {
    let mut text = String::new();
    let mut states = Vec::new();
    for entry in entries {
        let state = entry.state();
        if states.contains(&state) {
            continue;
        }
        states.push(state);
        let commands: &[_] = match state {
            State::Queued => &[("retry", "", "send it now"), ("discard", "", "never send it")],
            State::Refused | State::Mismatched | State::Missing => &[
                ("retry", "", "send it again; actions that telecrm may have are left out"),
                ("resend", "", "send its fields again although a newer entry was sent"),
                ("discard", "", "never send it again, and erase its data"),
            ],
            State::Unconfirmed => &[
                ("confirm", "", "telecrm has its actions"),
                ("retry", " --with-actions", "telecrm does not have its actions: send them again"),
                ("discard", "", "send nothing again, and erase its data"),
            ],
            State::Held => &[
                ("show", "", "print its body"),
                ("release", " BODY", "send the corrected body in the file BODY"),
                ("discard", "", "never send it, and erase its data"),
            ],
            _ => &[],
        };
        if !commands.is_empty() {
            let _ = writeln!(text, "\n{state}:");
        }
        for (command, argument, effect) in commands {
            let command =
                format!("cargo telecrm outbox {command} {}{argument}{option}", entry.id());
            let width = 46 + option.len();
            let _ = writeln!(text, "  {command:<width$} {effect}");
        }
    }
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
    line("enterprise", entry.enterprise_id().unwrap_or("(none)"));
    line("attempts", &entry.attempts().to_string());
    line("reason", entry.reason().unwrap_or("-"));
    let old = age(entry.enqueued_at().elapsed().unwrap_or_default());
    line("stored", &format!("{old} ago"));
    if let Some(source) = entry.source() {
        line("source", source);
    }
    match (entry.body(), entry.raw_body()) {
        (Some(body), _) => line("body", body),
        (None, Some(bytes)) => line("body", &format!("(base64) {}", STANDARD.encode(bytes))),
        (None, None) => line("body", "(erased)"),
    }
    text
}

pub(super) fn done(id: EntryId, state: &str, format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", json!({ "id": id.as_i64(), "state": state })),
        _ => format!("entry {id} is {state}\n"),
    }
}

pub(super) fn released(id: EntryId, new: EntryId, format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", json!({ "id": id.as_i64(), "released_as": new.as_i64() })),
        _ => format!("entry {id} is released as entry {new}\n"),
    }
}

pub(super) fn resent(id: EntryId, new: EntryId, format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", json!({ "id": id.as_i64(), "resent_as": new.as_i64() })),
        _ => format!("entry {id} is sent again as entry {new}\n"),
    }
}

pub(super) fn restored(restored: Restored, option: &str, format: Format) -> String {
    let Restored { discarded, marked, .. } = restored;
    if format == Format::Json {
        return format!("{}\n", json!({ "discarded": discarded, "marked": marked }));
    }
    format!(
        "{} discarded\n{} kept; their actions are not sent again\n\
         delivery is paused until `cargo telecrm outbox resume{option}`\n",
        entries_of(discarded),
        entries_of(marked)
    )
}

pub(super) fn assigned(count: u64, left: u64, format: Format) -> String {
    if format == Format::Json {
        return format!("{}\n", json!({ "assigned": count, "unassigned": left }));
    }
    let left = match left {
        0 => String::new(),
        _ => format!("; {left} left, whose leads are in flight: repeat the command"),
    };
    format!("{} assigned{left}\n", entries_of(count))
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
        _ => "the tables have the newest version\n".to_owned(),
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
        "source": entry.source(),
        "enqueued_at": seconds(Some(entry.enqueued_at())),
        "due_at": seconds(entry.due_at()),
        "sent_at": seconds(entry.sent_at()),
        "settled_at": seconds(entry.settled_at()),
    });
    if with_body {
        let body = entry.body().map(|body| serde_json::from_str(body).unwrap_or(json!(body)));
        if let (None, Some(bytes)) = (&body, entry.raw_body()) {
            object["body_base64"] = json!(STANDARD.encode(bytes));
        }
        object["body"] = body.unwrap_or(Value::Null);
    }
    object
}

/// Unix seconds.
pub(super) fn seconds(time: Option<SystemTime>) -> Option<u64> {
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
