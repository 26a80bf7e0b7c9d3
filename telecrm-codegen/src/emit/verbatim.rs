//! Macro calls with one line for each field, and tables of labels, laid out by hand.
//!
//! prettyplease fills lines with the tokens of a macro it does not know. So each line travels as a
//! marked doc comment of a module that is left out of the file, see `output`.

use std::fmt::Write as _;

use syn::Item;

use super::ast;
use super::field::{Paths, limits_of};
use crate::names::NamedField;

/// Marks a doc line whose rest stands in the file as it is.
pub(crate) const VERBATIM: char = '\u{2064}';

/// The module that carries the lines, as it is printed.
pub(crate) const CARRIER: &str = "pub mod __verbatim {}";

/// `telecrm::name! { head { field line; … } }`, with the constants of the API names or without.
pub(super) fn fields_macro(
    name: &str,
    head: &str,
    fields: &[NamedField],
    paths: Paths<'_>,
    constants: bool,
) -> Item {
    let mut lines = vec![format!("telecrm::{name}! {{")];
    if fields.is_empty() {
        lines.push(format!("    {head} {{}}"));
    } else {
        lines.push(format!("    {head} {{"));
        lines.extend(fields.iter().map(|it| format!("        {};", line(it, paths, constants))));
        lines.push("    }".to_owned());
    }
    lines.push("}".to_owned());
    carrier(&lines)
}

/// `telecrm::name! { head { item item … } … }`, with as many items on a line as fit.
pub(super) fn labels_macro(name: &str, blocks: &[(String, Vec<String>)]) -> Item {
    const WIDTH: usize = 88;

    let mut lines = vec![format!("telecrm::{name}! {{")];
    for (head, items) in blocks {
        if items.is_empty() {
            lines.push(format!("    {head} {{}}"));
            continue;
        }
        lines.push(format!("    {head} {{"));
        let mut filled = String::new();
        for item in items {
            if !filled.is_empty() && filled.len() + item.len() + 9 > WIDTH {
                lines.push(format!("        {}", std::mem::take(&mut filled)));
            }
            if !filled.is_empty() {
                filled.push(' ');
            }
            filled.push_str(item);
        }
        lines.push(format!("        {filled}"));
        lines.push("    }".to_owned());
    }
    lines.push("}".to_owned());
    carrier(&lines)
}

/// The module that carries the lines to `output`.
fn carrier(lines: &[String]) -> Item {
    let docs = lines.iter().map(|line| ast::doc(&format!(" {VERBATIM}{line}"))).collect();
    ast::module(docs, "__verbatim", Vec::new())
}

/// `remark(REMARK) = text("remark").length(None, Some(200))`, or without the constant.
fn line(field: &NamedField, paths: Paths<'_>, constant: bool) -> String {
    use telecrm_schema::FieldType;

    let kind = match &field.field_type {
        FieldType::Text(_) => "text",
        FieldType::Email => "email",
        FieldType::Phone => "phone",
        FieldType::Number => "number",
        FieldType::Date => "date",
        FieldType::Dropdown(_) => "dropdown",
        FieldType::Tags(_) => "tags",
        FieldType::Money => "money",
        FieldType::Website => "website",
        FieldType::MediaLink => "media_link",
        FieldType::ActiveUsers => "active_users",
        FieldType::Rating => "rating",
        FieldType::Status => "status",
        FieldType::LostReason => "lost_reason",
    };
    let api_name = proc_macro2::Literal::string(&field.api_name);
    let constant = if constant { format!("({})", field.constant()) } else { String::new() };
    let mut line = format!("{}{constant} = {kind}({api_name})", field.ident);
    match &field.field_type {
        FieldType::Text(length) if length.min.is_some() || length.max.is_some() => {
            let [min, max] = limits_of(*length);
            let _ = write!(line, ".length({min}, {max})");
        }
        FieldType::Dropdown(options) | FieldType::Tags(options) => {
            let _ = write!(line, ".options({}::LABELS)", paths.own_text(field));
            if options.open {
                line.push_str(".open()");
            }
        }
        _ => {}
    }
    if let Some(description) = &field.description {
        let _ = write!(line, ".description({})", proc_macro2::Literal::string(description));
    }
    if field.lock_after_create {
        line.push_str(".locked()");
    }
    line
}
