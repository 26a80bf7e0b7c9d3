//! `actions`: a struct per custom action, and a module with the types of its fields.

use quote::quote;
use syn::Item;

use super::docs::{code, doc_lines, docs, line_comment, prose, some_of};
use super::field::{self, Paths};
use super::label_enum::{self, List};
use super::{Attributes, Verbatim, ast, imports, lints, texts, verbatim};
use crate::names::NamedAction;

pub(super) fn emit(
    actions: &[NamedAction],
    attributes: &Attributes,
    verbatim: &mut Verbatim,
) -> syn::Result<Item> {
    let mut attrs = docs("The workspace's custom actions.");
    attrs.extend(ast::attributes(lints::module())?);
    let mut items = if actions.is_empty() { Vec::new() } else { Vec::from(imports()) };
    for action in actions {
        items.push(definition(action, attributes, verbatim)?);
        items.push(fields(action, verbatim));
        items.extend(types(action, attributes, verbatim)?);
    }
    Ok(ast::module(attrs, "actions", items))
}

/// The modules of types, seen from the module of the actions.
fn paths(action: &NamedAction) -> Paths<'_> {
    Paths { own: &action.module, pipeline: "super::options", texts: &action.module }
}

fn definition(
    action: &NamedAction,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
) -> syn::Result<Item> {
    let mut text = format!("{} ({})", code(&action.display_name), code(&action.code));
    if !action.backdatable {
        text.push_str("\n\nIt cannot be backdated: telecrm stamps the time of arrival.");
    }
    if let Some(description) = &action.description {
        text.push_str("\n\n");
        text.push_str(&prose(description));
    }
    let mut attrs = docs(&text);
    let names = some_of(action.fields.iter().map(|field| field.ident.as_str()));
    attrs.push(line_comment(&format!(
        "telecrm silently drops any field but those of {}: {names}",
        code(&action.code)
    )));
    attrs.push(ast::attribute_with("derive", quote!(Default)));
    attrs.push(ast::note("must_use", "an action reaches telecrm with its lead"));
    attrs.extend(ast::attributes(attributes.of("actions", &action.ident))?);
    let mut lines = field::members(&action.fields, paths(action), None);
    if action.backdatable {
        lines.extend(doc_lines("When it happened; otherwise telecrm stamps the time of arrival."));
        lines.push("pub created_on: Option<telecrm::Date>,".to_owned());
    }
    Ok(ast::structure(attrs, &action.ident, verbatim.members(lines)))
}

/// The macro call that makes the setters and tells the runtime of the fields. Backdating, or the
/// message that refuses it, is in its head.
fn fields(action: &NamedAction, verbatim: &mut Verbatim) -> Item {
    let created_on = if action.backdatable {
        "created_on: impl telecrm::setter::IntoDate"
    } else {
        "!created_on: impl telecrm::__private::NotBackdatable<Self>"
    };
    let head = format!("{}({}, {created_on})", action.ident, verbatim::text(&action.code));
    let entries = action.fields.iter().flat_map(|it| field::entry(it, paths(action), false));
    verbatim.macro_call("impl_custom_action", vec![(head, entries.collect())])
}

/// The module with the types of the action's fields, where it has any of its own.
fn types(
    action: &NamedAction,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
) -> syn::Result<Option<Item>> {
    let module = format!("actions::{}", action.module);
    let mut enums = Vec::new();
    for field in &action.fields {
        if let Some(options) = &field.options {
            let list = List::of_field(field, options, Some(action));
            enums.extend(label_enum::emit(&list, &module, attributes, verbatim)?);
        }
    }
    let texts = texts::aliases(&action.fields, verbatim);
    if enums.is_empty() && texts.is_none() {
        return Ok(None);
    }
    let docs = docs(&format!("Types of the fields of {}.", code(&action.display_name)));
    let [prelude, runtime] = imports();
    let mut items = if enums.is_empty() { vec![runtime] } else { vec![prelude, runtime] };
    items.extend(texts);
    items.extend(enums);
    Ok(Some(ast::module(docs, &action.module, items)))
}
