//! View of a lead and its timeline on the page.

use serde_json::Value;
use telecrm_schema::Schema;

use super::{clock_time, find::Find};
use crate::store::Record;

/// Maximum number of shown actions of one timeline.
const MAX_ACTIONS: usize = 20;
/// Maximum number of shown characters of one value.
const MAX_CHARACTERS: usize = 300;

pub(super) struct LeadView {
    pub(super) id: String,
    pub(super) identifier: String,
    /// The field `name`, if it is not blank.
    pub(super) name: Option<String>,
    pub(super) time: String,
    /// A text that changes with every change of the lead.
    pub(super) version: String,
    pub(super) fields: Vec<(String, String)>,
    /// Newest first.
    pub(super) actions: Vec<ActionView>,
    pub(super) actions_total: usize,
}

pub(super) struct ActionView {
    pub(super) title: String,
    pub(super) code: String,
    pub(super) time: String,
    pub(super) fields: Vec<(String, String)>,
}

impl LeadView {
    pub(super) fn actions_omitted(&self) -> usize {
        self.actions_total - self.actions.len()
    }
}

/// Returns the last changed matching leads, newest first, and the number of all matches.
pub(super) fn newest(
    records: &[Record],
    find: Option<&Find>,
    limit: usize,
    schema: &Schema,
) -> (Vec<LeadView>, usize) {
    let found = records.iter().enumerate();
    let found = found.filter(|(_, record)| find.is_none_or(|find| find.finds_lead(record)));
    let mut order: Vec<(u64, usize)> = found.map(|(at, record)| (record.modified_on, at)).collect();
    let total = order.len();
    let newest_first = |a: &(u64, usize), b: &(u64, usize)| b.cmp(a);
    if order.len() > limit {
        order.select_nth_unstable_by(limit, newest_first);
        order.truncate(limit);
    }
    order.sort_unstable_by(newest_first);
    (order.iter().map(|(_, at)| view(&records[*at], schema)).collect(), total)
}

fn view(record: &Record, schema: &Schema) -> LeadView {
    let lead = &record.lead;
    let name = lead.fields.get("name").and_then(Value::as_str).map(str::trim);
    let mut fields: Vec<(String, String)> =
        lead.fields.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    // The identifier comes first; the other fields keep their order.
    fields.sort_by_key(|(name, _)| *name != schema.identifier().api_name);
    let actions = lead.actions.iter().zip(&record.stamps).rev().take(MAX_ACTIONS);
    LeadView {
        id: lead.id.clone(),
        identifier: lead.identifier.clone(),
        name: name.filter(|name| !name.is_empty()).map(shortened),
        time: clock_time(record.modified_on),
        version: format!("{}-{}-{}", record.modified_on, lead.actions.len(), record.changes),
        fields,
        actions: actions.map(|(action, stamp)| action_view(action, stamp.on, schema)).collect(),
        actions_total: lead.actions.len(),
    }
}

fn action_view(action: &Value, on: u64, schema: &Schema) -> ActionView {
    let code = action["type"].as_str().unwrap_or_default();
    let title = schema.action(code).map_or(code, |action| action.display_name.as_str());
    let title = if code == "PAYMENT" { "Payment" } else { title };
    let mut fields = Vec::new();
    if let Some(entries) = action.as_object() {
        for (key, value) in entries.iter().filter(|(key, _)| *key != "type") {
            match value.as_object().filter(|_| key == "fields") {
                Some(own) => {
                    fields.extend(own.iter().map(|(name, value)| (name.clone(), text(value))));
                }
                None => fields.push((key.clone(), text(value))),
            }
        }
    }
    ActionView { title: title.to_owned(), code: code.to_owned(), time: clock_time(on), fields }
}

/// Returns a readable form of a value: texts without quotes, other values as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => shortened(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let labels: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            shortened(&labels.join(" · "))
        }
        other => shortened(&other.to_string()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
