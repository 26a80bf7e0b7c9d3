//! Flat JSON with API names as keys, as an automation tool or a website sends it.

use serde_json::{Map, Value};

use super::{Parts, Sender, is_marked_as_test};
use crate::crm::options::ContactSource;

/// A sender whose keys are API names.
pub static FLAT: Sender = Sender {
    path: "/webhook",
    keys: None,
    split,
    clean: str::to_owned,
    contact_source: Some(ContactSource::Website),
};

fn split(body: &Map<String, Value>) -> Parts<'_> {
    let is_test = is_marked_as_test(body) || body.values().any(is_dummy_of_meta);
    let members = body.iter().filter(|(key, _)| *key != "is_test");
    Parts {
        key: None,
        is_test,
        members: members.map(|(key, value)| (key.as_str(), value)).collect(),
    }
}

/// Whether the value is from Meta's tool for test leads: `<test lead: dummy data for full_name>`.
fn is_dummy_of_meta(value: &Value) -> bool {
    let text = value.as_str().map_or("", str::trim);
    text.starts_with("<test lead:") && text.ends_with('>')
}
