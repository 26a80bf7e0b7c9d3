//! The judge: a request body as raw JSON against the rules of a workspace, by what `telecrm`'s
//! documentation says that background processing does.
//!
//! It reads JSON and shares no code with the generated types or their runtime, so that it can
//! bear witness about them.

mod clean;
mod kept;
mod value;

pub(crate) mod action;
pub(crate) mod grammar;
pub(crate) mod reason;

use std::borrow::Cow;

use serde_json::{Map, Value};
use telecrm_schema::Schema;

use crate::{
    code::Code,
    country::{CountryCode, InvalidCountryCode},
    delivery::{Drop, Outcome},
    near::Near,
    rules::{Kind, Rules},
};
use reason::{Fault, quoted};

/// Says what telecrm keeps of a request body, and what it drops without a word.
///
/// A judge knows one workspace and remembers nothing: a label that telecrm would create is
/// reported every time, and which leads exist already is not its business.
#[derive(Clone, Debug)]
pub struct Judge {
    rules: Rules,
}

/// What background processing does with one request body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verdict {
    /// What telecrm keeps; `None` where it drops the whole lead.
    pub lead: Option<AcceptedLead>,
    /// What it does not do as it was told, in the order identifier, other fields, actions, stray
    /// keys. A dropped lead still lists everything else that is wrong with it.
    pub drops: Vec<Drop>,
}

/// What telecrm keeps of one request body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AcceptedLead {
    /// The identifier's value: a phone with its country code, an email trimmed.
    pub identifier: String,
    /// The fields that are stored, the identifier among them, by API name.
    pub fields: Map<String, Value>,
    /// The actions that are appended to the timeline, in order.
    pub actions: Vec<Value>,
}

/// What background processing loses of one request body, where nobody asks what it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Losses {
    /// The identifier under which the lead is stored; `None` where the whole lead is dropped.
    pub identifier: Option<String>,
    /// As [`Verdict::drops`].
    pub drops: Vec<Drop>,
}

/// Why a body is no request at all: telecrm answers 400, so nothing is lost silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The body is JSON, but no object.
    #[error("the body must be a JSON object")]
    Body,
    /// `fields` is missing or no object.
    #[error("`fields` must be a JSON object keyed by field API name")]
    Fields,
    /// `actions` is there and no array.
    #[error("`actions` must be a JSON array")]
    Actions,
}

/// A verdict that copies nothing of the body.
struct Judged<'a> {
    /// As telecrm stores it.
    identifier: Option<String>,
    /// Without the identifier.
    fields: Vec<(&'a str, Cow<'a, Value>)>,
    actions: Vec<Cow<'a, Value>>,
    drops: Vec<Drop>,
}

impl Verdict {
    /// Whether the lead is stored.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.lead.is_some() { Outcome::Stored } else { Outcome::Dropped }
    }
}

impl Judge {
    /// A judge for this workspace. Phones without a country code are taken to be Indian.
    #[must_use]
    pub fn new(workspace: &Schema) -> Self {
        Self { rules: Rules::new(workspace, CountryCode::default()) }
    }

    /// The country code that telecrm adds to a phone without one: `91` or `+91`.
    ///
    /// # Errors
    ///
    /// When `code` is not one to three digits, the first not 0.
    pub fn with_default_country_code(mut self, code: &str) -> Result<Self, InvalidCountryCode> {
        self.rules.country = CountryCode::parse(code)?;
        Ok(self)
    }

    /// What is kept of the fields of a lead that exists, without its identifier.
    pub(crate) fn judge_fields(
        &self,
        fields: &Map<String, Value>,
    ) -> (Map<String, Value>, Vec<Drop>) {
        let mut drops = Vec::new();
        let kept = self.fields(fields, &mut drops);
        (owned(kept), drops)
    }

    /// The value as it is compared in searches and stored: phones with their country code.
    pub(crate) fn normal(&self, name: &str, sent: &Value) -> Value {
        let kind = self.rules.fields.get(name).map(|field| &field.kind);
        match (kind, sent.as_str()) {
            (Some(Kind::Phone), Some(_)) => {
                let judged = value::judge(sent, &Kind::Phone, &self.rules.country);
                judged.kept.map_or_else(|| sent.clone(), Cow::into_owned)
            }
            (Some(Kind::Email), Some(text)) => text.trim().into(),
            _ => sent.clone(),
        }
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Judges one request body. Every JSON value has an answer.
    ///
    /// # Errors
    ///
    /// When the body is not a JSON object with an object `fields` and, perhaps, an array
    /// `actions`: what telecrm refuses with 400.
    pub fn judge(&self, body: &Value) -> Result<Verdict, Malformed> {
        let Judged { identifier, fields, actions, drops } = self.look_at(body)?;
        let lead = identifier.map(|identifier| {
            let mut fields = owned(fields);
            fields.insert(self.rules.identifier.clone(), identifier.as_str().into());
            let actions = actions.into_iter().map(Cow::into_owned).collect();
            AcceptedLead { identifier, fields, actions }
        });
        Ok(Verdict { lead, drops })
    }

    /// What [`judge`](Self::judge) says, without a copy of what is kept.
    ///
    /// # Errors
    ///
    /// As those of [`judge`](Self::judge).
    pub fn losses(&self, body: &Value) -> Result<Losses, Malformed> {
        let Judged { identifier, drops, .. } = self.look_at(body)?;
        Ok(Losses { identifier, drops })
    }

    /// Whether these bytes are the JSON of one body of which nothing is lost, told quickly.
    ///
    /// `true` is certain: [`losses`](Self::losses) would find an identifier and no drop. `false`
    /// is an open question, and `losses` knows the answer.
    #[must_use]
    pub fn is_clean(&self, body: &[u8]) -> bool {
        clean::is_certain(self, body)
    }

    fn look_at<'a>(&self, body: &'a Value) -> Result<Judged<'a>, Malformed> {
        let body = body.as_object().ok_or(Malformed::Body)?;
        let fields = body.get("fields").and_then(Value::as_object).ok_or(Malformed::Fields)?;
        let actions = match body.get("actions") {
            None => &[][..],
            Some(Value::Array(actions)) => actions,
            Some(_) => return Err(Malformed::Actions),
        };

        let mut drops = Vec::new();
        let identifier = self.identifier(fields).map_err(|drop| drops.push(drop)).ok();
        let fields = self.fields(fields, &mut drops);
        let actions = actions
            .iter()
            .enumerate()
            .filter_map(|(index, sent)| action::judge(index, sent, &self.rules, &mut drops))
            .collect();
        for (key, sent) in body {
            if key != "fields" && key != "actions" {
                drops.push(action::stray_top_level(key, sent, &self.rules));
            }
        }
        Ok(Judged { identifier, fields, actions, drops })
    }

    /// The identifier as telecrm stores and compares it.
    fn identifier(&self, fields: &Map<String, Value>) -> Result<String, Drop> {
        let name = self.rules.identifier.as_str();
        let path = format!("fields.{name}");
        let Some(sent) = fields.get(name) else {
            return Err(missing_identifier(name, fields).at(path));
        };
        self.identify(sent).map_err(|fault| fault.at(path))
    }

    /// The identifier of which this was sent.
    fn identify(&self, sent: &Value) -> Result<String, Fault> {
        const NEEDED: &str = "the lead identifier finds the lead, so the whole lead is dropped";
        let name = self.rules.identifier.as_str();
        let needed = || Fault::new(Code::D20, sent, NEEDED, "a lead with an identifier");
        let kind = self.rules.fields.get(name).map_or(&Kind::Unjudged, |field| &field.kind);
        let trimmed = sent.as_str().map(str::trim);
        if trimmed == Some("") {
            return Err(needed());
        }
        let compared = match (kind, trimmed) {
            (Kind::Email, Some(trimmed)) => Cow::Owned(trimmed.into()),
            _ => Cow::Borrowed(sent),
        };
        let judged = value::judge(&compared, kind, &self.rules.country);
        match (judged.kept.map(Cow::into_owned), judged.faults.into_iter().next()) {
            (Some(Value::String(identifier)), _) => Ok(identifier),
            // Identifiers are phones, emails or texts; a schema that says otherwise gets here.
            (Some(other), _) => Ok(other.to_string()),
            (None, fault) => {
                let mut fault = fault.unwrap_or_else(needed);
                fault.reason.push_str("; without its identifier the whole lead is dropped");
                Err(fault)
            }
        }
    }

    /// The other fields: those that are stored.
    fn fields<'a>(
        &self,
        fields: &'a Map<String, Value>,
        drops: &mut Vec<Drop>,
    ) -> Vec<(&'a str, Cow<'a, Value>)> {
        let mut kept = Vec::with_capacity(fields.len());
        for (name, sent) in fields {
            if *name == self.rules.identifier {
                continue;
            }
            let path = || format!("fields.{name}");
            let Some(field) = self.rules.fields.get(name) else {
                drops.push(self.unknown_field(name).at(path()));
                continue;
            };
            let judged = value::judge(sent, &field.kind, &self.rules.country);
            drops.extend(judged.faults.into_iter().map(|fault| fault.at(path())));
            kept.extend(judged.kept.map(|value| (name.as_str(), value)));
        }
        kept
    }

    fn unknown_field(&self, name: &str) -> Fault {
        match self.rules.fields.near(name) {
            Some(near) => Fault {
                code: Code::D18,
                reason: format!(
                    "the field {} was sent; API names match to the letter; the key {} would have \
                     been kept",
                    quoted(name),
                    quoted(near)
                ),
                created: false,
            },
            None => Fault {
                code: Code::D17,
                reason: format!(
                    "the field {} was sent; the workspace does not define it; a field of the \
                     workspace, by its API name, would have been kept",
                    quoted(name)
                ),
                created: false,
            },
        }
    }
}

fn owned(fields: Vec<(&str, Cow<'_, Value>)>) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect()
}

fn missing_identifier(name: &str, fields: &Map<String, Value>) -> Fault {
    let wanted = Near::name(name);
    let misspelt = fields
        .keys()
        .find(|key| wanted.is_some() && Near::name(key) == wanted)
        .map(|key| format!(" ({} is another name)", quoted(key)))
        .unwrap_or_default();
    Fault {
        code: Code::D19,
        reason: format!(
            "no {} was sent{misspelt}; it is the lead identifier, so the whole lead is dropped; a \
             lead with it would have been kept",
            quoted(name)
        ),
        created: false,
    }
}
