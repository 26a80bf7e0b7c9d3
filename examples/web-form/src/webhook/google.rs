//! The webhook of Google's lead forms.

use serde_json::{Map, Value};

use super::Target::{Field, Ignored, Part};
use super::{Parts, Sender, Target, is_marked_as_test};
use crate::crm::fields::{EMAIL, NAME, PHONE};

/// Every key of Google's body that is not a column, and the columns that the workspace has a field for.
const KEYS: &[(&str, Target<'static>)] = &[
    ("FULL_NAME", Field(NAME)),
    ("FIRST_NAME", Part(NAME)),
    ("LAST_NAME", Part(NAME)),
    ("PHONE_NUMBER", Field(PHONE)),
    ("EMAIL", Field(EMAIL)),
    ("lead_id", Ignored),
    ("google_key", Ignored),
    ("is_test", Ignored),
    ("api_version", Ignored),
    ("lead_submit_time", Ignored),
    ("lead_source", Ignored),
    ("form_id", Ignored),
    ("campaign_id", Ignored),
    ("adgroup_id", Ignored),
    ("asset_group_id", Ignored),
    ("creative_id", Ignored),
    ("gcl_id", Ignored),
];

/// The member with the answers of the visitor.
const COLUMNS: &str = "user_column_data";

/// Google's lead forms.
pub static GOOGLE: Sender = Sender {
    path: "/webhook/google",
    keys: Some(KEYS),
    split,
    clean: str::to_owned,
    contact_source: None,
};

fn split(body: &Map<String, Value>) -> Parts<'_> {
    let mut members = Vec::new();
    for (key, value) in body {
        match value {
            Value::Array(columns) if key == COLUMNS => members.extend(columns.iter().map(column)),
            _ => members.push((key.as_str(), value)),
        }
    }
    Parts { key: body.get("lead_id"), is_test: is_marked_as_test(body), members }
}

/// The id and the value of a column. A column of another shape is a member that is not in the mapping.
fn column(column: &Value) -> (&str, &Value) {
    let id = column.get("column_id").and_then(Value::as_str);
    match (id, column.get("string_value")) {
        (Some(id), Some(value)) => (id, value),
        _ => (COLUMNS, column),
    }
}
