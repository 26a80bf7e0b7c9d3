//! Bounds of the memory of an emulator, and estimates of the memory that a value owns.
//!
//! An estimate is never below the allocated memory: the capacity of a map may be twice its length.

use std::mem::size_of;

use serde_json::{Map, Value};
use telecrm_schema::validate::{Suggestion, Violation};

/// Default maximum of the total memory of the leads, in bytes.
///
/// [`Builder::lead_bytes`](crate::Builder::lead_bytes) sets another maximum.
pub const MAX_LEAD_BYTES: usize = 1024 * 1024 * 1024;

/// Bounds in bytes, including owned memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) deliveries: usize,
    pub(crate) queue: usize,
    pub(crate) leads: usize,
}

/// Size of an entry of a JSON object: hash, key, value, and index slot.
const ENTRY: usize = size_of::<(usize, String, Value)>() + 2 * size_of::<usize>();

/// Returns the bytes that a JSON value owns, without the value itself.
pub(crate) fn of_value(value: &Value) -> usize {
    match value {
        Value::String(text) => text.capacity(),
        Value::Array(items) => of_values(items),
        Value::Object(entries) => of_map(entries),
        _ => 0,
    }
}

pub(crate) fn of_values(items: &Vec<Value>) -> usize {
    items.capacity() * size_of::<Value>() + items.iter().map(of_value).sum::<usize>()
}

pub(crate) fn of_map(entries: &Map<String, Value>) -> usize {
    let contents = entries.iter().map(|(key, value)| key.capacity() + of_value(value));
    2 * ENTRY * entries.len() + contents.sum::<usize>()
}

pub(crate) fn of_violations(violations: &Vec<Violation>) -> usize {
    let contents = violations.iter().map(|violation| {
        let suggestion = match &violation.suggestion {
            Some(Suggestion::Replace(value)) => of_value(value),
            Some(Suggestion::Move { to, value }) => to.capacity() + of_value(value),
            Some(Suggestion::ReplaceItem { with, .. }) => {
                let labels = with.iter().map(|label| size_of::<String>() + label.capacity());
                labels.sum()
            }
            _ => 0,
        };
        violation.path.capacity() + violation.reason.capacity() + suggestion
    });
    violations.capacity() * size_of::<Violation>() + contents.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_keys_and_items_count() {
        let text = "x".repeat(1000);
        for value in [json!(text), json!([text]), json!({ "a": text }), json!({ &text: 1 })] {
            assert!(of_value(&value) >= 1000, "{value}");
        }
        assert!(of_value(&json!([null, null])) >= 2 * size_of::<Value>());
        assert!(of_value(&json!({ "a": null })) >= ENTRY);
        assert_eq!(of_value(&json!(5)), 0);
    }
}
