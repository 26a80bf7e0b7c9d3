//! Table of the form of each field type in generated code.

use std::fmt::Write as _;

use telecrm_schema::{FieldType, Length, Options};

use super::docs::some_labels;
use crate::names::NamedField;
use crate::output::RUNTIME;

/// Paths of the modules with a field's types, relative to the struct with the field.
#[derive(Clone, Copy)]
pub(super) struct Modules<'m> {
    /// The module of the enums of the field's own options.
    pub(super) options: &'m str,
    /// The module of `Status` and `LostReason`.
    pub(super) pipeline: &'m str,
    /// The module of the types of texts with limits.
    pub(super) texts: &'m str,
}

/// Form of a field type in generated code.
pub(super) struct TypeForm {
    /// The variant of `telecrm::FieldPart`.
    pub(super) part: &'static str,
    /// Further variants of `telecrm::FieldPart`, each after a comma.
    pub(super) details: String,
    /// The type of a value.
    pub(super) value: String,
    /// The type of a text with limits, which `value` names.
    pub(super) bounded: Option<String>,
    /// The trait of `telecrm::setter` that the setter accepts.
    pub(super) setter: String,
    /// The rule for values, as documentation (telecrm: Field Types).
    pub(super) rule: String,
}

impl TypeForm {
    /// Looks up the form of a field's type.
    pub(super) fn of(field: &NamedField, modules: Modules<'_>) -> Self {
        // Each field with options has an enum.
        let own = field.options.as_ref().map_or("", |options| options.ident.as_str());
        let own = (modules.options, own);
        let (part, value, rule) = match &field.schema.field_type {
            FieldType::Text(length) => return Self::text(*length, field, modules),
            FieldType::Email => ("Email", "Email", "Email address."),
            FieldType::Phone => ("Phone", "Phone", "Phone number with its country code."),
            FieldType::Number => ("Number", "Number", "Number, integer or decimal."),
            FieldType::Date => ("Date", "Date", "Instant, in milliseconds."),
            FieldType::Dropdown(options) => {
                return Self::options("Dropdown", own, options, "Dropdown: one label of its list");
            }
            FieldType::Tags(options) => {
                let form = Self::options("Tags", own, options, "Tags: labels of its list");
                return Self { value: format!("Vec<{}>", form.value), ..form };
            }
            FieldType::Money => ("Money", "Money", "Amount in the workspace's currency."),
            FieldType::Website => ("Website", "Website", "URL."),
            FieldType::MediaLink => {
                ("MediaLink", "MediaLink", "URL of a file that anyone can open.")
            }
            FieldType::ActiveUsers => {
                ("ActiveUsers", "ActiveUser", "Team member, by email address.")
            }
            FieldType::Rating => ("Rating", "Rating", "Rating from 1 to 5."),
            FieldType::Status => {
                let rule = "Active status of the lead stage pipeline.";
                return Self::labels("Status", (modules.pipeline, "Status"), rule);
            }
            FieldType::LostReason => {
                let rule = "Active lost reason.";
                return Self::labels("LostReason", (modules.pipeline, "LostReason"), rule);
            }
        };
        Self::value(part, value, rule)
    }

    /// The form of a type of the runtime.
    fn value(part: &'static str, value: &str, rule: &str) -> Self {
        Self {
            part,
            details: String::new(),
            value: format!("{RUNTIME}::{value}"),
            bounded: None,
            setter: format!("Into{value}"),
            rule: rule.to_owned(),
        }
    }

    /// The form of a text, which has its own type if it has limits.
    fn text(length: Length, field: &NamedField, modules: Modules<'_>) -> Self {
        let limits = match (length.min, length.max) {
            (None, None) => return Self::value("Text", "Text", "Text."),
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
        };
        let rule = format!("Text of {limits} Unicode characters.");
        let mut form = Self::value("Text", "Text", &rule);
        for (detail, limit) in [("MinLength", length.min), ("MaxLength", length.max)] {
            if let Some(limit) = limit {
                let _ = write!(form.details, ", {detail}({})", grouped(limit));
            }
        }
        if let (Some(text), Some((min, max))) = (&field.text, length.bounds()) {
            let bounded = format!("BoundedText<{}, {}>", grouped(min), grouped(max));
            form.value = format!("{}::{text}", modules.texts);
            form.setter = format!("IntoBoundedText<{}>", form.value);
            form.bounded = Some(format!("{RUNTIME}::{bounded}"));
        }
        form
    }

    /// The form of a label of an enum, from the module and the name of the enum.
    fn labels(part: &'static str, (module, name): (&str, &str), rule: &str) -> Self {
        Self {
            part,
            details: String::new(),
            value: format!("{module}::{name}"),
            bounded: None,
            setter: format!("Into{part}<{module}::{name}>"),
            rule: rule.to_owned(),
        }
    }

    /// The form of a label of the field's enum, or of any other label if the list is open.
    fn options(
        part: &'static str,
        (module, name): (&str, &str),
        options: &Options,
        rule: &str,
    ) -> Self {
        let mut form = Self::labels(part, (module, name), rule);
        form.details = format!(", Options({module}::{name}::LABELS)");
        if options.open {
            form.details.push_str(", Open()");
            form.value = format!("{RUNTIME}::Open<{}>", form.value);
            form.setter = format!("IntoOpen{part}<{module}::{name}>");
            form.rule = format!("{part} to which telecrm adds new labels");
        }
        let labels = options.labels.iter().map(|label| label.text.as_str());
        if labels.len() > 0 {
            let separator = if options.open { ", in addition to " } else { ": " };
            form.rule.push_str(separator);
            form.rule.push_str(&some_labels(labels));
        }
        form.rule.push('.');
        form
    }
}

/// The kind of a list; its variants are those of `telecrm::LabelKind`.
#[derive(Clone, Copy, Debug)]
pub(super) enum ListKind {
    Dropdown,
    Tags,
    Status,
    LostReason,
}

impl ListKind {
    /// The name of the kind in messages.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Dropdown => "dropdown",
            Self::Tags => "tags",
            Self::Status => "status",
            Self::LostReason => "lost reason",
        }
    }
}

/// Formats a number with digit groups: `120_000`.
fn grouped(value: u32) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}
