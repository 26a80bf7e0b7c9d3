//! Violation: path, rule, reason and suggestion.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct as _};
use serde_json::Value;

use super::{drop_rule::DropRule, json::Json, words::shape};

/// A value of a body that telecrm silently drops or changes.
///
/// Its JSON object has the keys `path`, `code` (the rule's id) and `reason`, and `"warning": true` for a
/// [warning](Violation::is_warning).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// Path in the body: `fields.<API name>`, `actions[<index>].type`,
    /// `actions[<index>].fields.<API name>`, `actions[<index>].<key>`, or an unknown top-level key.
    pub path: String,
    /// The rule of the silent-drop catalogue.
    pub rule: DropRule,
    /// The value that was sent, the rule, and a value that would have been kept.
    ///
    /// It contains the start of the sent value, so it may contain personal data.
    pub reason: String,
    /// The value to send instead. The validator has checked that it removes this violation.
    pub suggestion: Option<Suggestion>,
    /// Whether telecrm stores the value anyway: it creates the label (D06, D08), or stores the
    /// instant (D37) or the text (D44).
    pub is_stored: bool,
}

/// A change of the body that removes one violation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Suggestion {
    /// Send this value at the path of the violation.
    Replace(Value),
    /// In the array at the path of the violation, send these labels instead of the item.
    ReplaceItem {
        /// The index of the item, from 0.
        index: usize,
        /// The labels.
        with: Vec<String>,
    },
    /// Send this value at another path, and remove the value at the path of the violation.
    Move {
        /// The other path.
        to: String,
        /// The value.
        value: Value,
    },
    /// Remove the value at the path of the violation.
    Remove,
}

impl Violation {
    /// Returns whether this is a warning: telecrm drops and changes nothing because of this rule.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.rule.is_warning()
    }

    /// Creates a violation of a dropped value, without a suggestion.
    #[must_use]
    pub fn new(path: impl Into<String>, rule: DropRule, reason: impl Into<String>) -> Self {
        Self { path: path.into(), rule, reason: reason.into(), suggestion: None, is_stored: false }
    }

    /// Creates a violation with a reason in the validator's form.
    ///
    /// The reason contains the sent value, the rule, and the value that would have been kept.
    #[must_use]
    pub fn of_value(path: String, rule: DropRule, sent: &Value, text: &str, kept: &str) -> Self {
        let sent = shape(&sent.into());
        Self::new(path, rule, format!("{sent} was sent; {text}; {kept} would have been kept"))
    }
}

impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut json =
            serializer.serialize_struct("Violation", 3 + usize::from(self.is_warning()))?;
        json.serialize_field("path", &self.path)?;
        json.serialize_field("code", self.rule.id())?;
        json.serialize_field("reason", &self.reason)?;
        if self.is_warning() {
            json.serialize_field("warning", &true)?;
        }
        json.end()
    }
}

/// A violation whose path in the body is not known yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) rule: DropRule,
    pub(super) reason: String,
    pub(super) suggestion: Option<Suggestion>,
    pub(super) is_stored: bool,
}

impl Fault {
    /// Creates a fault. `text` follows "… was sent; "; `kept` precedes "would have been kept".
    pub(super) fn new(rule: DropRule, sent: &Json<'_>, text: &str, kept: &str) -> Self {
        Self::worded(rule, format!("{} was sent; {text}; {kept} would have been kept", shape(sent)))
    }

    pub(super) fn worded(rule: DropRule, reason: String) -> Self {
        Self { rule, reason, suggestion: None, is_stored: false }
    }

    pub(super) fn suggesting(mut self, suggestion: Suggestion) -> Self {
        self.suggestion = Some(suggestion);
        self
    }

    /// Marks the value as stored.
    pub(super) fn stored(mut self) -> Self {
        self.is_stored = true;
        self
    }

    pub(super) fn at(self, place: Place<'_>) -> Violation {
        let Self { rule, reason, suggestion, is_stored } = self;
        Violation { path: place.to_string(), rule, reason, suggestion, is_stored }
    }
}

/// A path in the body, formatted only for a violation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// A field of the lead.
    Field(&'a str),
    /// A key of the action at an index.
    ActionKey(usize, &'a str),
    /// A field of the action at an index.
    ActionField(usize, &'a str),
    /// A top-level key other than `fields` and `actions`.
    Top(&'a str),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, "fields.{name}"),
            Self::ActionKey(index, key) => write!(f, "actions[{index}].{key}"),
            Self::ActionField(index, name) => write!(f, "actions[{index}].fields.{name}"),
            Self::Top(key) => f.write_str(key),
        }
    }
}
