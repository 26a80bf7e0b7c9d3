//! Validator of request bodies: raw JSON against the rules of a workspace.
//!
//! The validator predicts which values telecrm's background processing stores and which values it
//! silently drops, according to telecrm's documentation. It reads JSON and shares no code with the
//! generated types or their runtime, so it checks their output independently.
//!
//! ```
//! use serde_json::json;
//! use telecrm_schema::Schema;
//! use telecrm_schema::validate::{DropRule, Validator};
//!
//! let schema = Schema::from_yaml(
//!     "customFields:
//!        - { apiName: phone, type: PHONE, isLeadid: true }
//!        - { apiName: email, type: EMAIL }",
//! )?;
//! let validator = Validator::new(&schema);
//!
//! let body = json!({ "fields": { "phone": "9876543210", "email": "jane@example" } });
//! let validation = validator.validate(&body)?;
//! assert_eq!(validation.identifier.as_deref(), Some("919876543210"));
//! assert_eq!(validation.violations[0].path, "fields.email");
//! assert_eq!(validation.violations[0].rule, DropRule::MalformedEmail);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! telecrm's documentation leaves some cases open. [`Behaviors`] are the cases that can be switched. The
//! validator handles the others as follows:
//!
//! - Only the schema decides about a body. A label that an earlier body created is still reported
//!   each time (D06, D08).
//! - The field's type decides about `null` and `""` as about any other value. Only a text field
//!   accepts `""`. The stored lead decides about the effect of both: [`AcceptedLead::fields`].
//! - A blank label (without a visible character) is dropped, even if `codegen: open` allows other
//!   labels, because telecrm cannot create a label from it.
//! - A dropped value in a field of an action is D24. A value that telecrm stores anyway keeps its
//!   id: D06, D08, D37. An unknown key of an action is D24, and `created_on` on a payment is D25.
//! - A dropdown with `codegen: open` accepts any label, and a field under `codegen: skip` accepts
//!   any value.
//! - Text that a program wrote instead of a value (D44) is a warning, in addition to the violation of a
//!   type that does not accept the text.
//! - If a key occurs more than once in a JSON object, its last value is used.

mod action;
mod assumption;
mod behavior;
mod date;
mod drop_rule;
mod flat;
mod grammar;
mod index;
mod json;
mod labels;
mod own_limit;
mod phone;
mod placeholder;
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
    assumption::{Assumption, Provenance},
    behavior::{
        BackdatedAction, BadActionField, Behavior, Behaviors, EmptyText, InvalidBehavior,
        LockedField, LongText, NullValue, PlusSign, StoredTags, SystemNote, TrunkZero,
        UnknownLabel, UnprefixedAction,
    },
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
    rules::{FieldRule, Rules},
    sink::{Keep, Sink, Stop},
    value::{Check, Stored},
    walk::{Body, Walk},
};
use crate::{field_type::FieldType, schema::Schema};

/// Validates request bodies against one workspace.
///
/// A validator has no state: it does not track which leads exist. A body is a
/// `&serde_json::Value`, or a [`Json`] that borrows from the text.
#[derive(Clone, Debug)]
pub struct Validator {
    rules: Rules,
}

/// Result of background processing of one request body.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// The identifier under which the lead is stored: a phone with its country code, an email
    /// trimmed. `None` if the whole lead is dropped.
    pub identifier: Option<String>,
    /// Values that are silently dropped or changed, and [warnings](DropRule::is_warning).
    ///
    /// The order is: identifier, other fields, actions, unknown top-level keys. If the lead is
    /// dropped, its other violations are still listed.
    pub violations: Vec<Violation>,
}

/// A [`Validation`] with the values that telecrm keeps.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Acceptance {
    /// The part that telecrm keeps; `None` if it drops the whole lead.
    pub lead: Option<AcceptedLead>,
    /// The same list as [`Validation::violations`].
    pub violations: Vec<Violation>,
}

/// The values of a request body that telecrm keeps.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AcceptedLead {
    /// The identifier's value: a phone with its country code, an email trimmed.
    pub identifier: String,
    /// The stored fields, including the identifier, by API name.
    ///
    /// [`Behaviors::empty_text`] and [`Behaviors::null`] decide whether `""` and `null` change a stored lead,
    /// and [`Behaviors::tags`] whether tags replace the stored tags.
    pub fields: Map<String, Value>,
    /// The actions that are appended to the timeline, in order.
    pub actions: Vec<Value>,
}

/// Outcome of a lead: stored or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LeadOutcome {
    /// The lead is created or updated; some of its values may be dropped.
    Stored,
    /// The whole request is dropped.
    Dropped,
}

impl LeadOutcome {
    fn of<T>(lead: Option<&T>) -> Self {
        if lead.is_some() { Self::Stored } else { Self::Dropped }
    }
}

impl Validation {
    /// Returns whether the lead is stored.
    #[must_use]
    pub fn outcome(&self) -> LeadOutcome {
        LeadOutcome::of(self.identifier.as_ref())
    }

    /// Returns whether telecrm keeps every value unchanged. Warnings do not count.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.violations.iter().all(Violation::is_warning)
    }
}

impl Acceptance {
    /// Returns whether the lead is stored.
    #[must_use]
    pub fn outcome(&self) -> LeadOutcome {
        LeadOutcome::of(self.lead.as_ref())
    }
}

impl Validator {
    /// Creates a validator for a workspace.
    ///
    /// A phone without a country code gets India's code, `91`.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let (country, behaviors) = (CountryCode::default(), Behaviors::default());
        Self { rules: Rules::new(schema, country, behaviors) }
    }

    /// Sets the behaviors of telecrm that no document confirms.
    #[must_use]
    pub fn with_behaviors(mut self, behaviors: Behaviors) -> Self {
        self.rules.behaviors = behaviors;
        self
    }

    /// Sets the country code that telecrm adds to a phone without one: `91` or `+91`.
    ///
    /// # Errors
    ///
    /// Returns an error if `code` is not one to three digits, or starts with 0.
    pub fn with_default_country_code(mut self, code: &str) -> Result<Self, InvalidCountryCode> {
        self.rules.country = CountryCode::parse(code)?;
        Ok(self)
    }

    /// Validates one request body.
    ///
    /// # Errors
    ///
    /// Returns an error if telecrm refuses the body with 400: it is not a JSON object, its `fields`
    /// is not an object, or its optional `actions` is not an array.
    pub fn validate<'a>(&self, body: impl Into<Json<'a>>) -> Result<Validation, Malformed> {
        let mut violations = Vec::new();
        let identifier = self.walk(&body.into(), &mut violations)?;
        Ok(Validation { identifier: identifier.continue_value().flatten(), violations })
    }

    /// Returns whether telecrm keeps every value of a body unchanged. Warnings do not count.
    ///
    /// Validation stops at the first violation.
    #[must_use]
    pub fn is_valid<'a>(&self, body: impl Into<Json<'a>>) -> bool {
        self.walk(&body.into(), &mut Stop).is_ok_and(|walk| walk.is_continue())
    }

    /// Validates one request body, and returns the values that telecrm keeps.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`validate`](Self::validate).
    pub fn accept<'a>(&self, body: impl Into<Json<'a>>) -> Result<Acceptance, Malformed> {
        let mut kept = Keep::default();
        let body = body.into();
        let identifier = self.walk(&body, &mut kept)?.continue_value().flatten();
        let Keep { violations, mut fields, actions, .. } = kept;
        let lead = identifier.map(|identifier| {
            let stored = self.stored_identifier(&identifier, &body);
            fields.insert(self.rules.identifier.clone(), stored.into());
            AcceptedLead { identifier, fields, actions }
        });
        Ok(Acceptance { lead, violations })
    }

    /// Validates the fields of an existing lead, and returns the values that telecrm keeps. The
    /// result does not contain the identifier.
    #[must_use]
    pub fn accept_fields(
        &self,
        fields: &Map<String, Value>,
    ) -> (Map<String, Value>, Vec<Violation>) {
        let mut kept = Keep::default();
        if let Json::Object(fields) = Json::from(fields) {
            // `Keep` never stops the walk.
            let _ = Walk { rules: &self.rules, sink: &mut kept }.fields(&fields);
        }
        (kept.fields, kept.violations)
    }

    /// Validates one action, and returns the values that telecrm keeps. `index` is its index in
    /// `actions`.
    #[must_use]
    pub fn accept_action(&self, index: usize, action: &Value) -> (Option<Value>, Vec<Violation>) {
        let mut kept = Keep::default();
        // `Keep` never stops the walk.
        let _ = Walk { rules: &self.rules, sink: &mut kept }.action(index, &action.into());
        (kept.actions.pop(), kept.violations)
    }

    /// Returns a value in the form in which telecrm stores and compares it.
    ///
    /// A phone gets its country code, and an email loses surrounding spaces.
    #[must_use]
    pub fn comparable(&self, name: &str, sent: &Value) -> Value {
        let Some(field) = self.rules.fields.get(name) else { return sent.clone() };
        match (&field.field_type, sent.as_str()) {
            (Some(FieldType::Email), Some(text)) => text.trim().into(),
            (Some(FieldType::Phone), Some(_)) => {
                let check = Check::new(field, &self.rules).comparing();
                match check.run(&sent.into(), &mut Vec::new()) {
                    Stored::As(value) => value.to_value(),
                    Stored::AsSent | Stored::Dropped => sent.clone(),
                }
            }
            _ => sent.clone(),
        }
    }

    /// Returns the value of the identifier field of a stored lead.
    fn stored_identifier(&self, identifier: &str, body: &Json<'_>) -> String {
        let sent = body.get("fields").and_then(|fields| fields.get(&self.rules.identifier));
        let is_phone =
            self.rules.fields.get(&self.rules.identifier).is_some_and(FieldRule::is_phone);
        let has_plus =
            is_phone && sent.and_then(Json::as_str).is_some_and(|text| text.starts_with('+'));
        match self.rules.behaviors.plus_sign {
            PlusSign::Keep if has_plus => format!("+{identifier}"),
            _ => identifier.to_owned(),
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
