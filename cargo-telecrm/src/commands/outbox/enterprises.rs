//! Numbers of each enterprise in `outbox status`.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use telecrm_outbox::{EnterpriseStats, State, Stats};

/// The numbers of a database or of an enterprise, as JSON.
pub(super) fn numbers(stats: &Stats) -> Map<String, Value> {
    let counts = State::ALL.iter().map(|state| (state.as_str(), json!(stats.of(*state))));
    let oldest = State::ALL.iter().filter_map(|state| {
        let oldest = stats.oldest(*state)?;
        Some((state.as_str().to_owned(), json!(oldest.as_secs())))
    });
    let numbers = [
        ("unassigned", json!(stats.unassigned)),
        ("expiring", json!(stats.expiring)),
        ("oldest_queued_seconds", json!(stats.oldest_queued.map(|oldest| oldest.as_secs()))),
        ("oldest_seconds", Value::Object(oldest.collect())),
    ];
    counts.chain(numbers).map(|(name, value)| (name.to_owned(), value)).collect()
}

pub(super) fn json(enterprises: &[EnterpriseStats]) -> Value {
    let object = |enterprise: &EnterpriseStats| {
        let mut object = numbers(&enterprise.stats);
        object.insert("enterprise_id".to_owned(), json!(enterprise.enterprise_id));
        object.insert("has_client".to_owned(), json!(enterprise.has_client));
        object.insert("paused_by_operator".to_owned(), json!(enterprise.is_paused));
        Value::Object(object)
    };
    enterprises.iter().map(object).collect()
}

/// One line for each enterprise, and the entries that no client delivers.
pub(super) fn lines(enterprises: &[EnterpriseStats], option: &str) -> String {
    let mut text = String::new();
    let without_id = |enterprise: &&EnterpriseStats| enterprise.enterprise_id.is_none();
    if enterprises.iter().filter(|enterprise| !without_id(enterprise)).count() > 1 {
        let _ = writeln!(text, "\n{:<24}{:>8}{:>16}", "enterprise", "open", "need a decision");
        for enterprise in enterprises {
            let _ = writeln!(text, "{}", line(enterprise));
        }
    }
    let unassigned = |enterprise: &EnterpriseStats| enterprise.stats.unassigned;
    let without_enterprise: u64 = enterprises.iter().filter(without_id).map(unassigned).sum();
    let without_client: u64 =
        enterprises.iter().filter(|enterprise| !without_id(enterprise)).map(unassigned).sum();
    if without_enterprise > 0 {
        let _ = writeln!(
            text,
            "\n{} without enterprise. While other enterprises have open entries or clients, nothing \
             sends them:\n  cargo telecrm outbox assign ENTERPRISE{option}",
            open_entries(without_enterprise)
        );
    }
    if without_client > 0 {
        let _ = writeln!(
            text,
            "\n{} of an enterprise for which the worker has no client: add it with \
             `Delivery::client`.",
            open_entries(without_client)
        );
    }
    text
}

fn line(enterprise: &EnterpriseStats) -> String {
    let sum = |states: fn(State) -> bool| -> u64 {
        let states = State::ALL.iter().filter(|state| states(**state));
        states.map(|state| enterprise.stats.of(*state)).sum()
    };
    let (open, attention) = (sum(State::is_open), sum(State::needs_attention));
    let mut notes = String::new();
    if enterprise.is_paused {
        notes.push_str("  paused by an operator");
    }
    if enterprise.enterprise_id.is_some() && enterprise.stats.unassigned > 0 {
        notes.push_str("  no client");
    }
    let name = enterprise.enterprise_id.as_deref().unwrap_or("(none)");
    format!("{name:<24}{open:>8}{attention:>16}{notes}")
}

fn open_entries(count: u64) -> String {
    if count == 1 { "1 open entry is".to_owned() } else { format!("{count} open entries are") }
}
