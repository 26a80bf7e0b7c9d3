//! State of an outbox: its entries, its workers, and the pauses of operators.

use std::fmt::Write as _;

use serde_json::{Value, json};
use telecrm_outbox::{EnterpriseStats, OperatorPauses, State, Stats, WorkerInfo, WorkerStatus};
use telecrm_schema::escaped;

use super::enterprises;
use super::print::{age, entries_of, seconds};
use crate::output::{Format, json_pretty};

pub(super) fn shown(
    stats: &Stats,
    enterprises: &[EnterpriseStats],
    workers: &[WorkerInfo],
    pauses: &OperatorPauses,
    option: &str,
    format: Format,
) -> String {
    if format == Format::Json {
        return json_pretty(&object(stats, enterprises, workers, pauses));
    }
    let mut text = String::new();
    for state in State::ALL {
        let _ = write!(text, "{:<12}{:>10}", state.as_str(), stats.of(*state));
        if let Some(oldest) = stats.oldest(*state) {
            let _ = write!(text, "   the oldest for {}", age(oldest));
        }
        text.push('\n');
    }
    if workers.is_empty() {
        text.push_str("\nNo worker reports.\n");
    } else {
        text.push_str("\nWorkers:\n");
    }
    for WorkerInfo { host, pid, status, since, .. } in workers {
        let host = escaped(host);
        let since = age(since.elapsed().unwrap_or_default());
        let _ = writeln!(text, "  {host} {pid}: {status} for {since}");
    }
    if pauses.database || !pauses.enterprises.is_empty() {
        let _ = write!(text, "\n{}", self::pauses(pauses, option, format));
    }
    text.push_str(&enterprises::lines(enterprises, option));
    if let Some(expiring @ 1..) = stats.expiring {
        let _ = writeln!(
            text,
            "\n{} of those that need a decision lose their data within seven days:\n  \
             cargo telecrm outbox list{option}",
            entries_of(expiring)
        );
    }
    text
}

fn object(
    stats: &Stats,
    enterprises: &[EnterpriseStats],
    workers: &[WorkerInfo],
    pauses: &OperatorPauses,
) -> Value {
    let mut object = enterprises::numbers(stats);
    let parts = [
        ("enterprises", enterprises::json(enterprises)),
        ("workers", workers.iter().map(worker).collect()),
        ("paused_by_operator", json!(pauses.database)),
        ("paused_enterprises", json!(pauses.enterprises)),
    ];
    object.extend(parts.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(object)
}

fn worker(worker: &WorkerInfo) -> Value {
    let cause = match worker.status {
        WorkerStatus::Paused(cause) => Some(cause.as_str()),
        _ => None,
    };
    json!({
        "host": worker.host,
        "pid": worker.pid,
        "status": worker.status.as_str(),
        "cause": cause,
        "since": seconds(Some(worker.since)),
    })
}

/// The pauses of operators that are in effect.
pub(super) fn pauses(pauses: &OperatorPauses, option: &str, format: Format) -> String {
    if format == Format::Json {
        let (database, enterprises) = (pauses.database, &pauses.enterprises);
        let object = json!({ "paused_by_operator": database, "paused_enterprises": enterprises });
        return format!("{object}\n");
    }
    let mut text = String::new();
    if pauses.database {
        let _ =
            writeln!(text, "An operator paused delivery:\n  cargo telecrm outbox resume{option}");
    }
    for enterprise in &pauses.enterprises {
        let enterprise = escaped(enterprise);
        let _ = writeln!(
            text,
            "An operator paused the delivery of {enterprise}:\n  \
             cargo telecrm outbox resume --enterprise {enterprise}{option}"
        );
    }
    if text.is_empty() {
        text.push_str("delivery is not paused\n");
    }
    text
}
