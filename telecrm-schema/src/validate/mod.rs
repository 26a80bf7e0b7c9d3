//! Validator of request bodies: raw JSON against the rules of a workspace.
//!
//! It says what telecrm's background processing keeps of a body and what it silently drops, by
//! telecrm's documentation. It reads JSON and shares no code with the generated types or their
//! runtime, so that its word about what they send is worth something.
//!
//! Where telecrm's documentation is silent, it decides like this:
//!
//! - Each body is validated by the schema alone: a label that an earlier body created is still
//!   reported (D06, D08), every time.
//! - `null` and `""` are checked by the field's type as any other value; only a text takes `""`.
//! - A blank label (nothing of it is visible) is dropped, even where `codegen: open` lets other
//!   labels be sent: nothing can be created from it.
//! - In an action's field everything that is dropped is D24; what telecrm stores all the same
//!   keeps its id: D06, D08, D37. A key beside an action's own is D24, `created_on` on a payment
//!   D25.
//! - A dropdown with `codegen: open`, and any field under `codegen: skip`, take every other value.
//! - Of a key that is repeated in one JSON object the last value counts.

mod action;
mod date;
mod drop_rule;
mod grammar;
mod index;
mod json;
mod labels;
mod phone;
mod rules;
mod sink;
mod value;
mod violation;
mod walk;
mod words;

use std::ops::ControlFlow;

use serde::Serialize;
use serde_json::{Map, Value};

pub use self::{
    action::{ACTION_PREFIX, PAYMENT, PAYMENT_CURRENCIES, PAYMENT_STATUSES, is_predefined_action},
    drop_rule::DropRule,
    grammar::date_text_millis,
    json::Json,
    phone::InvalidCountryCode,
    violation::{Suggestion, Violation},
    walk::Malformed,
    words::quoted,
};
use self::{
    phone::CountryCode,
    rules::Rules,
    sink::{Keep, Sink, Stop},
    value::{Check, Stored},
    walk::{Body, Walk},
};
use crate::{field_type::FieldType, schema::Schema};

/// Validates request bodies against one workspace.
///
/// It remembers nothing: which leads exist already is not its business. Bodies are taken as
/// `&serde_json::Value` or, read from text without a copy, as [`Json`].
#[derive(Clone, Debug)]
pub struct Validator {
    rules: Rules,
}

/// Result of background processing of one request body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// The identifier under which the lead is stored: a phone with its country code, an email
    /// trimmed. `None` where the whole lead is dropped.
    pub identifier: Option<String>,
    /// Values that are silently dropped or changed, in the order identifier, other fields, actions, stray
    /// keys. A dropped lead still lists everything else that is wrong with it.
    pub violations: Vec<Violation>,
}

/// A [`Validation`] with the values that telecrm keeps.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Acceptance {
    /// The part that telecrm keeps; `None` where it drops the whole lead.
    pub lead: Option<AcceptedLead>,
    /// As [`Validation::violations`].
    pub violations: Vec<Violation>,
}

/// The part that telecrm keeps of one request body.
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

/// Whether a lead is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LeadOutcome {
    /// The lead is created or updated, perhaps without some of what was sent.
    Stored,
    /// Nothing of the request is kept.
    Dropped,
}

impl LeadOutcome {
    fn of<T>(lead: Option<&T>) -> Self {
        if lead.is_some() { Self::Stored } else { Self::Dropped }
    }
}

impl Validation {
    /// Whether the lead is stored.
    #[must_use]
    pub fn outcome(&self) -> LeadOutcome {
        LeadOutcome::of(self.identifier.as_ref())
    }

    /// Whether nothing is dropped or changed.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.violations.is_empty()
    }
}

impl Acceptance {
    /// Whether the lead is stored.
    #[must_use]
    pub fn outcome(&self) -> LeadOutcome {
        LeadOutcome::of(self.lead.as_ref())
    }
}

impl Validator {
    /// A validator for this workspace. Phones without a country code are taken to be Indian.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        Self { rules: Rules::new(schema, CountryCode::default()) }
    }

    /// Sets the country code that telecrm adds to a phone without one: `91` or `+91`.
    ///
    /// # Errors
    ///
    /// When `code` is not one to three digits, the first not 0.
    pub fn with_default_country_code(mut self, code: &str) -> Result<Self, InvalidCountryCode> {
        self.rules.country = CountryCode::parse(code)?;
        Ok(self)
    }

    /// Validates one request body. Every JSON value has an answer.
    ///
    /// # Errors
    ///
    /// When the body is not a JSON object with an object `fields` and, perhaps, an array
    /// `actions`: what telecrm refuses with 400.
    pub fn validate<'a>(&self, body: impl Into<Json<'a>>) -> Result<Validation, Malformed> {
        let mut violations = Vec::new();
        let identifier = self.walk(&body.into(), &mut violations)?;
        Ok(Validation { identifier: identifier.continue_value().flatten(), violations })
    }

    /// Whether nothing of a body is dropped or changed. It stops at the first violation.
    #[must_use]
    pub fn is_valid<'a>(&self, body: impl Into<Json<'a>>) -> bool {
        self.walk(&body.into(), &mut Stop).is_ok_and(|walk| walk.is_continue())
    }

    /// Validates one request body, and says what telecrm keeps of it.
    ///
    /// # Errors
    ///
    /// As those of [`validate`](Self::validate).
    pub fn accept<'a>(&self, body: impl Into<Json<'a>>) -> Result<Acceptance, Malformed> {
        let mut kept = Keep::default();
        let identifier = self.walk(&body.into(), &mut kept)?.continue_value().flatten();
        let Keep { violations, mut fields, actions, .. } = kept;
        let lead = identifier.map(|identifier| {
            fields.insert(self.rules.identifier.clone(), identifier.as_str().into());
            AcceptedLead { identifier, fields, actions }
        });
        Ok(Acceptance { lead, violations })
    }

    /// Validates the fields of a lead that exists, and says what is kept of them. The identifier
    /// is left out.
    #[must_use]
    pub fn accept_fields(
        &self,
        fields: &Map<String, Value>,
    ) -> (Map<String, Value>, Vec<Violation>) {
        let mut kept = Keep::default();
        if let Json::Object(fields) = Json::from(fields) {
            // It keeps on to the end.
            let _ = Walk { rules: &self.rules, sink: &mut kept }.fields(&fields);
        }
        (kept.fields, kept.violations)
    }

    /// Validates one action, and says what is kept of it. `index` is its place in `actions`.
    #[must_use]
    pub fn accept_action(&self, index: usize, action: &Value) -> (Option<Value>, Vec<Violation>) {
        let mut kept = Keep::default();
        // It keeps on to the end.
        let _ = Walk { rules: &self.rules, sink: &mut kept }.action(index, &action.into());
        (kept.actions.pop(), kept.violations)
    }

    /// A field's value in the form in which telecrm stores and compares it: a phone with its
    /// country code, an email trimmed.
    #[must_use]
    pub fn comparable(&self, name: &str, sent: &Value) -> Value {
        let Some(field) = self.rules.fields.get(name) else { return sent.clone() };
        match (&field.field_type, sent.as_str()) {
            (Some(FieldType::Email), Some(text)) => text.trim().into(),
            (Some(FieldType::Phone), Some(_)) => {
                match Check::new(field, &self.rules.country).run(&sent.into(), &mut Vec::new()) {
                    Stored::As(value) => value.to_value(),
                    Stored::AsSent | Stored::Dropped => sent.clone(),
                }
            }
            _ => sent.clone(),
        }
    }

    fn walk<S: Sink>(
        &self,
        body: &Json<'_>,
        sink: &mut S,
    ) -> Result<ControlFlow<(), Option<String>>, Malformed> {
        let body = Body::new(body)?;
        Ok(Walk { rules: &self.rules, sink }.body(body))
    }
}
