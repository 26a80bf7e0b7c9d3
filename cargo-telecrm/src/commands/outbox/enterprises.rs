//! Numbers of each enterprise in `outbox status`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use telecrm_outbox::{EnterpriseStats, State};

use super::print::numbers;

pub(super) fn json(enterprises: &[EnterpriseStats]) -> Value {
    let object = |one: &EnterpriseStats| {
        let mut object = numbers(&one.stats);
        object.insert("enterprise_id".to_owned(), json!(one.enterprise_id));
        object.insert("has_client".to_owned(), json!(one.has_client));
        object.insert("paused_by_operator".to_owned(), json!(one.is_paused));
        Value::Object(object)
    };
    enterprises.iter().map(object).collect()
}

/// One line for each enterprise, and the entries that no client delivers.
pub(super) fn lines(enterprises: &[EnterpriseStats]) -> String {
    let mut text = String::new();
    let without_id = |one: &&EnterpriseStats| one.enterprise_id.is_none();
    if enterprises.iter().filter(|one| !without_id(one)).count() > 1 {
        let _ = writeln!(text, "\n{:<24}{:>8}{:>16}", "enterprise", "open", "need a decision");
        for one in enterprises {
            let _ = writeln!(text, "{}", line(one));
        }
    }
    let unassigned = |one: &EnterpriseStats| one.stats.unassigned;
    let without_enterprise: u64 = enterprises.iter().filter(without_id).map(unassigned).sum();
    let without_client: u64 =
        enterprises.iter().filter(|one| !without_id(one)).map(unassigned).sum();
    if without_enterprise > 0 {
        let _ = writeln!(
            text,
            "\n{} without enterprise. While other enterprises have open entries or clients, nothing \
             sends them:\n  cargo telecrm outbox assign ENTERPRISE",
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

fn line(one: &EnterpriseStats) -> String {
    let sum = |states: fn(State) -> bool| -> u64 {
        let states = State::ALL.iter().filter(|state| states(**state));
        states.map(|state| one.stats.of(*state)).sum()
    };
    let (open, attention) = (sum(State::is_open), sum(State::needs_attention));
    let mut notes = String::new();
    if one.is_paused {
        notes.push_str("  paused by an operator");
    }
    if one.enterprise_id.is_some() && one.stats.unassigned > 0 {
        notes.push_str("  no client");
    }
    let name = one.enterprise_id.as_deref().unwrap_or("(none)");
    format!("{name:<24}{open:>8}{attention:>16}{notes}")
}

fn open_entries(count: u64) -> String {
    if count == 1 { "1 open entry is".to_owned() } else { format!("{count} open entries are") }
}
