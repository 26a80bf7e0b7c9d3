//! Fields in Rust: the type, and the line that tells the runtime of them, by field type.

use std::fmt::Write as _;

use telecrm_schema::{FieldType, Length};

use super::docs::{doc_lines, field as field_docs};
use super::verbatim::text;
use crate::names::NamedField;

/// Where the enums of a field are, seen from the struct that has it.
#[derive(Clone, Copy)]
pub(super) struct Paths<'p> {
    /// The module of the enums that the field's own options became.
    pub(super) own: &'p str,
    /// The module of `Status` and `LostReason`.
    pub(super) pipeline: &'p str,
    /// The module of the types of texts with limits.
    pub(super) texts: &'p str,
}

impl Paths<'_> {
    /// The enum of the field's options: `options::City`.
    fn own(self, field: &NamedField) -> String {
        // Every field with options has been named.
        let ident = field.options.as_ref().map_or("", |options| &options.ident);
        format!("{}::{ident}", self.own)
    }
}

/// The members of the struct for these fields, with their documentation.
pub(super) fn members<'f>(
    fields: impl IntoIterator<Item = &'f NamedField>,
    paths: Paths<'_>,
    identifier: Option<&NamedField>,
) -> Vec<String> {
    let mut lines = Vec::new();
    for field in fields {
        let is_identifier = identifier.is_some_and(|it| it.api_name == field.api_name);
        lines.extend(doc_lines(&field_docs(field, is_identifier)));
        lines.push(if is_identifier {
            format!("pub {}: {},", field.ident, identifier_type(field))
        } else {
            format!("pub {}: Option<{}>,", field.ident, value_type(field, paths))
        });
    }
    lines
}

/// The type of a value of the field.
fn value_type(field: &NamedField, paths: Paths<'_>) -> String {
    let option = |open: bool| {
        let own = paths.own(field);
        if open { format!("telecrm::Open<{own}>") } else { own }
    };
    match &field.field_type {
        FieldType::Text(_) => match &field.text {
            Some(ident) => format!("{}::{ident}", paths.texts),
            None => "telecrm::Text".to_owned(),
        },
        FieldType::Email => "telecrm::Email".to_owned(),
        FieldType::Phone => "telecrm::Phone".to_owned(),
        FieldType::Number => "telecrm::Number".to_owned(),
        FieldType::Date => "telecrm::Date".to_owned(),
        FieldType::Dropdown(it) => option(it.open),
        FieldType::Tags(it) => format!("Vec<{}>", option(it.open)),
        FieldType::Money => "telecrm::Money".to_owned(),
        FieldType::Website => "telecrm::Website".to_owned(),
        FieldType::MediaLink => "telecrm::MediaLink".to_owned(),
        FieldType::ActiveUsers => "telecrm::ActiveUser".to_owned(),
        FieldType::Rating => "telecrm::Rating".to_owned(),
        FieldType::Status => format!("{}::Status", paths.pipeline),
        FieldType::LostReason => format!("{}::LostReason", paths.pipeline),
    }
}

/// The type of the value that identifies a lead.
pub(super) fn identifier_type(identifier: &NamedField) -> &'static str {
    match &identifier.field_type {
        FieldType::Email => "telecrm::Email",
        FieldType::Text(_) => "telecrm::NonBlankText",
        _ => "telecrm::Phone",
    }
}

/// The trait that the setter takes, in the module `setter` of the runtime.
fn setter_trait(field: &NamedField, paths: Paths<'_>) -> String {
    match &field.field_type {
        FieldType::Text(length) => match limits(*length) {
            Some(limits) => format!("IntoBoundedText<{limits}>"),
            None => "IntoText".to_owned(),
        },
        FieldType::Email => "IntoEmail".to_owned(),
        FieldType::Phone => "IntoPhone".to_owned(),
        FieldType::Number => "IntoNumber".to_owned(),
        FieldType::Date => "IntoDate".to_owned(),
        FieldType::Dropdown(it) if it.open => format!("IntoOpenDropdown<{}>", paths.own(field)),
        FieldType::Dropdown(_) => format!("IntoDropdown<{}>", paths.own(field)),
        FieldType::Tags(it) if it.open => format!("IntoOpenTags<{}>", paths.own(field)),
        FieldType::Tags(_) => format!("IntoTags<{}>", paths.own(field)),
        FieldType::Money => "IntoMoney".to_owned(),
        FieldType::Website => "IntoWebsite".to_owned(),
        FieldType::MediaLink => "IntoMediaLink".to_owned(),
        FieldType::ActiveUsers => "IntoActiveUser".to_owned(),
        FieldType::Rating => "IntoRating".to_owned(),
        FieldType::Status => format!("IntoStatus<{}::Status>", paths.pipeline),
        FieldType::LostReason => format!("IntoLostReason<{}::LostReason>", paths.pipeline),
    }
}

/// The line of an optional field in the macro call: its setter with its documentation, and its type.
///
/// `remark(REMARK, None): impl telecrm::setter::IntoText = Text("remark");`, for an action without the
/// constant and the value in a new lead.
pub(super) fn entry(field: &NamedField, paths: Paths<'_>, of_lead: bool) -> Vec<String> {
    let mut lines: Vec<String> = doc_lines(&field_docs(field, false)).collect();
    lines.extend(alias(field));
    let ident = &field.ident;
    let new = if of_lead { format!("({}, None)", field.constant()) } else { String::new() };
    let into = setter_trait(field, paths);
    push(&mut lines, format!("{ident}{new}: impl telecrm::setter::{into}"), &info(field, paths));
    lines
}

/// The line of the lead's identifier in the macro call.
pub(super) fn identifier_entry(field: &NamedField, paths: Paths<'_>) -> Vec<String> {
    let docs = format!("Replaces the identifier.\n\n{}", field_docs(field, true));
    let mut lines: Vec<String> = doc_lines(&docs).collect();
    lines.extend(alias(field));
    let (ident, constant, into) = (&field.ident, field.constant(), identifier_type(field));
    let setter =
        format!("{ident}({constant}, {ident}): impl telecrm::setter::IntoIdentifier<{into}>");
    push(&mut lines, setter, &info(field, paths));
    lines
}

/// One line, or two: rustc cuts long lines off at both ends, and shows the one with the setter.
fn push(lines: &mut Vec<String>, setter: String, info: &str) {
    const WIDTH: usize = 110;

    if setter.len() + info.len() <= WIDTH {
        lines.push(format!("{setter} = {info};"));
    } else {
        lines.push(setter);
        lines.push(format!("    = {info};"));
    }
}

/// The field as data: `Text("remark"), Length(None, Some(200))`.
fn info(field: &NamedField, paths: Paths<'_>) -> String {
    let kind = match &field.field_type {
        FieldType::Text(_) => "Text",
        FieldType::Email => "Email",
        FieldType::Phone => "Phone",
        FieldType::Number => "Number",
        FieldType::Date => "Date",
        FieldType::Dropdown(_) => "Dropdown",
        FieldType::Tags(_) => "Tags",
        FieldType::Money => "Money",
        FieldType::Website => "Website",
        FieldType::MediaLink => "MediaLink",
        FieldType::ActiveUsers => "ActiveUsers",
        FieldType::Rating => "Rating",
        FieldType::Status => "Status",
        FieldType::LostReason => "LostReason",
    };
    let mut info = format!("{kind}({})", text(&field.api_name));
    match &field.field_type {
        FieldType::Text(length) if length.min.is_some() || length.max.is_some() => {
            let [min, max] = [length.min, length.max].map(|limit| match limit {
                None => "None".to_owned(),
                Some(limit) => format!("Some({})", grouped(limit)),
            });
            let _ = write!(info, ", Length({min}, {max})");
        }
        FieldType::Dropdown(options) | FieldType::Tags(options) => {
            let _ = write!(info, ", Options({}::LABELS)", paths.own(field));
            if options.open {
                info.push_str(", Open()");
            }
        }
        _ => {}
    }
    if let Some(description) = &field.description {
        let _ = write!(info, ", Description({})", text(description));
    }
    if field.lock_after_create {
        info.push_str(", Locked()");
    }
    info
}

/// rustc suggests a setter by its alias, too: by the API name, where Rust's differs.
fn alias(field: &NamedField) -> Option<String> {
    let api_name = field.api_name.as_str();
    let plain = field.ident.strip_prefix("r#").unwrap_or(&field.ident);
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if api_name == plain || !api_name.chars().all(word) || api_name.is_empty() {
        return None;
    }
    Some(format!("#[doc(alias = {})]", text(api_name)))
}

/// The limits of a text as arguments of its type: `0, 1_000`.
pub(super) fn limits(length: Length) -> Option<String> {
    length.bounds().map(|(min, max)| format!("{}, {}", grouped(min), grouped(max)))
}

/// A number with its digits in groups, as a person would write it.
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
