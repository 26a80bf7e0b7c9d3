//! Reading of webhook bodies: the lead with the valid values, and the reasons for the other values.

mod flat;
mod google;
mod indiamart;
pub(crate) mod receive;
mod redact;
mod unmapped;

use serde_json::{Map, Value};
use telecrm_runtime::parse_partial;

use crate::crm::Lead;
use crate::crm::options::ContactSource;
use crate::form::india;

pub use flat::FLAT;
pub use google::GOOGLE;
pub use indiamart::INDIAMART;
pub use redact::redact;
pub use unmapped::Unmapped;

/// A sender of webhooks: its endpoint, and the mapping of its keys to fields.
pub struct Sender {
    /// The path of the endpoint, which is the source of held bodies.
    path: &'static str,
    /// Every key that the sender documents, or `None` if its keys are API names.
    keys: Option<&'static [(&'static str, Target<'static>)]>,
    /// Splits a body into its members.
    split: for<'a> fn(&'a Map<String, Value>) -> Parts<'a>,
    /// Converts the sender's notation to plain text.
    clean: fn(&str) -> String,
    /// The source of a lead whose body does not contain it.
    contact_source: Option<ContactSource>,
}

/// The destination of a key's value.
#[derive(Clone, Copy)]
enum Target<'a> {
    /// The field with this API name.
    Field(&'a str),
    /// A part of the field with this API name, if no other key has its whole value. Parts are joined in
    /// the order of the mapping.
    Part(&'a str),
    /// No field: the value is about the form or the campaign.
    Ignored,
}

/// The members of a body.
struct Parts<'a> {
    /// Identifies the delivery, so that a repeated webhook is not stored twice.
    key: Option<&'a Value>,
    is_test: bool,
    /// The sender's keys with their values.
    members: Vec<(&'a str, &'a Value)>,
}

/// The content of a body.
pub struct Reading {
    /// The sender's identifier of the delivery.
    pub key: Option<String>,
    /// Whether the sender marked the body as a test, which is not sent to telecrm.
    pub is_test: bool,
    /// The lead with every value that fits, unless its identifier is missing or invalid.
    pub lead: Option<Box<Lead>>,
    /// The reasons for the values that are not in the lead. There is at least one if there is no lead
    /// and the body is not a test.
    pub unmapped: Vec<Unmapped>,
}

impl Reading {
    fn without_lead(key: Option<String>, unmapped: Vec<Unmapped>) -> Self {
        Self { key, is_test: false, lead: None, unmapped }
    }
}

impl Sender {
    /// Reads a body. No bytes are an error: a value that does not become part of the lead has a reason.
    #[must_use]
    pub fn read(&self, body: &[u8]) -> Reading {
        let json = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let Ok(body) = serde_json::from_slice::<Map<String, Value>>(json) else {
            let reason = Unmapped::new("", "D29", "the body is not a JSON object");
            return Reading::without_lead(None, vec![reason]);
        };
        let Parts { key, is_test, members } = (self.split)(&body);
        let key = key.and_then(|key| text(key).ok().flatten());
        if is_test {
            return Reading { key, is_test, lead: None, unmapped: Vec::new() };
        }
        let (pairs, mut unmapped) = self.pairs(members);
        let options = match india() {
            Ok(options) => options,
            Err(error) => {
                let reason = Unmapped::new("", error.id(), error.to_string());
                return Reading::without_lead(key, vec![reason]);
            }
        };
        match parse_partial::<Lead>(pairs, &options) {
            Ok(partial) => {
                unmapped.extend(partial.errors.iter().map(Unmapped::from));
                let mut lead = partial.lead;
                if lead.contact_source.is_none() {
                    lead.contact_source = self.contact_source;
                }
                Reading { key, is_test, lead: Some(Box::new(lead)), unmapped }
            }
            Err(errors) => {
                unmapped.extend(errors.iter().map(Unmapped::from));
                Reading::without_lead(key, unmapped)
            }
        }
    }

    /// Converts members to pairs of API name and text, and returns the reasons for the other members.
    fn pairs<'a>(
        &self,
        members: Vec<(&'a str, &'a Value)>,
    ) -> (Vec<(&'a str, String)>, Vec<Unmapped>) {
        let (mut pairs, mut parts, mut unmapped) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in members {
            let target = self.target(key);
            if matches!(target, Some((_, Target::Ignored))) {
                continue;
            }
            let text = match text(value) {
                Ok(Some(text)) => (self.clean)(&text),
                Ok(None) => continue,
                Err(Nested) if target.is_some() => {
                    unmapped.push(Unmapped::new(key, "D01", "the value must not be nested"));
                    continue;
                }
                Err(Nested) => String::new(),
            };
            match target {
                Some((position, Target::Part(field))) => parts.push((position, field, text)),
                Some((_, Target::Field(field))) => match value_of(&pairs, field) {
                    Some(other) if other != text => {
                        let reason = "another member has a different value for the same field";
                        unmapped.push(Unmapped::new(key, "D43", reason));
                    }
                    _ => pairs.push((field, text)),
                },
                _ => {
                    let reason = format!("the mapping of {} does not list this key", self.path);
                    unmapped.push(Unmapped::new(key, "D17", reason));
                }
            }
        }
        parts.sort_by_key(|(position, ..)| *position);
        let mut joined: Vec<(&str, String)> = Vec::new();
        for (_, field, text) in parts {
            match joined.iter_mut().find(|(name, _)| *name == field) {
                Some((_, value)) => *value = format!("{value} {text}"),
                None if value_of(&pairs, field).is_none() => joined.push((field, text)),
                None => {}
            }
        }
        pairs.append(&mut joined);
        (pairs, unmapped)
    }

    /// The target of a key and its position in the mapping.
    fn target<'a>(&self, key: &'a str) -> Option<(usize, Target<'a>)> {
        let Some(keys) = self.keys else { return Some((0, Target::Field(key))) };
        let mut keys = keys.iter().enumerate();
        keys.find(|(_, (name, _))| *name == key).map(|(position, (_, target))| (position, *target))
    }
}

fn value_of<'a>(pairs: &'a [(&str, String)], field: &str) -> Option<&'a str> {
    pairs.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
}

/// The error for an array or an object, which is not the value of a field.
pub(crate) struct Nested;

/// The text of a value, or `None` if it is blank.
///
/// # Errors
///
/// Returns an error for an array or an object.
pub(crate) fn text(value: &Value) -> Result<Option<String>, Nested> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::Array(_) | Value::Object(_) => return Err(Nested),
    };
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// Whether `is_test` has the value `true`.
fn is_marked_as_test(body: &Map<String, Value>) -> bool {
    match body.get("is_test") {
        Some(Value::Bool(is_test)) => *is_test,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}
