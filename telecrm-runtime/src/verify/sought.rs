//! Sent leads to verify.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::compare::{is_same, normalized};
use super::outcome::Mismatch;
use crate::error::Error;
use crate::sync::live::FieldTypes;

/// Identifier, fields and actions of a body.
type Parts = (String, Map<String, Value>, Vec<Value>);

/// Sent lead with the state of its verification.
pub(super) struct Sought {
    pub(super) position: u64,
    pub(super) types: Arc<FieldTypes>,
    /// The sent identifier.
    pub(super) identifier: String,
    /// The identifier, normalised.
    pub(super) key: String,
    pub(super) fields: Map<String, Value>,
    pub(super) actions: Vec<Value>,
    pub(super) since: SystemTime,
    /// Time of the next read; `interval` follows it, and `last` is the time of the last read.
    pub(super) due: Instant,
    pub(super) interval: Duration,
    pub(super) last: Instant,
}

impl Sought {
    /// Returns the identifier, the fields and the actions of a body.
    pub(super) fn parts(body: &str, types: &FieldTypes) -> Result<Parts, Error> {
        let invalid = Error::invalid_request;
        let body: Value =
            serde_json::from_str(body).map_err(|_| invalid("the body is not JSON"))?;
        let Value::Object(mut body) = body else {
            return Err(invalid("the body is not an object"));
        };
        let Some(Value::Object(fields)) = body.remove("fields") else {
            return Err(invalid("the body has no `fields`"));
        };
        let actions = match body.remove("actions") {
            Some(Value::Array(actions)) => actions,
            _ => Vec::new(),
        };
        match fields.get(&types.identifier).and_then(Value::as_str) {
            Some(identifier) => Ok((identifier.to_owned(), fields, actions)),
            None => Err(invalid("the body does not contain the field that identifies a lead")),
        }
    }

    pub(super) fn normal(types: &FieldTypes, identifier: &str) -> String {
        normalized(types.identifier_type(), identifier)
    }

    /// Returns the mismatches between the sent fields and the stored ones.
    pub(super) fn compare_fields(&self, stored: &Map<String, Value>) -> Vec<Mismatch> {
        let types = &self.types.fields;
        compare(&self.fields, stored, |name| types.get(name).copied(), "fields")
    }
}

/// Returns the mismatches between sent and stored fields, with paths below `path`.
pub(super) fn compare(
    sent: &Map<String, Value>,
    stored: &Map<String, Value>,
    field_type: impl Fn(&str) -> Option<crate::field_info::FieldType>,
    path: &str,
) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    for (name, sent) in sent {
        let stored = stored.get(name).filter(|stored| !stored.is_null());
        // An empty text and no value are the same: telecrm may store either.
        if stored.is_none() && sent.as_str() == Some("") {
            continue;
        }
        if !stored.is_some_and(|stored| is_same(field_type(name), sent, stored)) {
            mismatches.push(Mismatch::new(format!("{path}.{name}"), sent.clone(), stored.cloned()));
        }
    }
    mismatches
}

#[cfg(test)]
pub(super) fn test_lead(phone: &str) -> Sought {
    use crate::field_info::FieldType;

    let fields = [("phone".to_owned(), FieldType::Phone)].into();
    let types = FieldTypes { identifier: "phone".to_owned(), fields, ..FieldTypes::default() };
    let now = Instant::now();
    Sought {
        position: 0,
        key: Sought::normal(&types, phone),
        types: Arc::new(types),
        identifier: phone.to_owned(),
        fields: Map::new(),
        actions: Vec::new(),
        since: SystemTime::UNIX_EPOCH,
        due: now,
        interval: Duration::from_secs(1),
        last: now,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a10_empty_text_equals_no_value_and_no_other_value() {
        let compared = |sent: Value, stored: Value| {
            let (sent, stored) = (sent.as_object().unwrap(), stored.as_object().unwrap());
            compare(sent, stored, |_| None, "fields").len()
        };
        for (stored, mismatches) in [
            (json!({}), 0),
            (json!({ "a": null }), 0),
            (json!({ "a": "" }), 0),
            (json!({ "a": "b" }), 1),
        ] {
            assert_eq!(compared(json!({ "a": "" }), stored), mismatches);
        }
        assert_eq!(compared(json!({ "a": " " }), json!({})), 1);
    }
}
