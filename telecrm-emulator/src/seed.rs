//! Initial leads of an emulator, read from JSON lines.

use std::collections::HashSet;

use serde_json::{Map, Value};
use telecrm_schema::{
    Schema,
    validate::{DropRule, Violation},
};

use crate::{loaded::LoadedSchema, store::Store};

/// A checked lead of a seed.
#[derive(Clone, Debug)]
pub(crate) struct SeedLead {
    identifier: String,
    fields: Map<String, Value>,
    actions: Vec<Value>,
}

/// Error in a line of a seed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the seed: {reason}")]
#[non_exhaustive]
pub struct InvalidSeed {
    /// The line number, from 1.
    pub line: usize,
    /// Reason why the line is invalid. It may contain a value of the line.
    pub reason: String,
}

impl SeedLead {
    pub(crate) fn store(self, store: &mut Store, schema: &Schema, now: u64) {
        let at = store.create(self.identifier, self.fields, schema, now);
        store.append(at, self.actions, schema, now);
    }
}

/// Reads one lead per line: a body of the Async API, or a lead from `GET /emulator/leads`.
///
/// Returns an error if telecrm would drop a value of a line, because such a seed is a mistake.
/// Archived statuses and archived lost reasons are accepted, because old leads have them.
pub(crate) fn read(text: &str, loaded: &LoadedSchema) -> Result<Vec<SeedLead>, InvalidSeed> {
    let mut leads = Vec::new();
    let mut identifiers = HashSet::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let invalid = |reason| InvalidSeed { line: index + 1, reason };
        let lead = lead(line, loaded).map_err(invalid)?;
        if !identifiers.insert(lead.identifier.to_lowercase()) {
            return Err(invalid("an earlier line has the same identifier".to_owned()));
        }
        leads.push(lead);
    }
    Ok(leads)
}

fn lead(line: &str, loaded: &LoadedSchema) -> Result<SeedLead, String> {
    let mut body: Value =
        serde_json::from_str(line).map_err(|error| format!("not valid JSON: {error}"))?;
    if let Some(body) = body.as_object_mut() {
        // Keys that `GET /emulator/leads` adds.
        body.shift_remove("id");
        body.shift_remove("identifier");
    }
    let accepted = loaded.validator.accept(&body).map_err(|malformed| malformed.to_string())?;
    if let Some(first) = accepted.violations.iter().find(|violation| !is_allowed(violation)) {
        return Err(format!("{} {}: {}", first.rule, first.path, first.reason));
    }
    let identifier = accepted.lead.map(|lead| lead.identifier);
    let identifier = identifier.ok_or_else(|| "the lead has no identifier".to_owned())?;
    let object = |key: &str| body.get(key).and_then(Value::as_object).cloned();
    let mut fields = object("fields").unwrap_or_default();
    for (name, value) in &mut fields {
        *value = loaded.validator.comparable(name, value);
    }
    fields.insert(loaded.identifier().to_owned(), identifier.as_str().into());
    let actions = body.get("actions").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(SeedLead { identifier, fields, actions })
}

fn is_allowed(violation: &Violation) -> bool {
    let archived = [DropRule::ArchivedStatus, DropRule::LostReason];
    violation.is_stored || archived.contains(&violation.rule)
}
