//! `actions`: a struct per custom action, and a module with the types of its fields.

use quote::quote;
use syn::{ImplItem, Item, Stmt, Token};

use super::ast;
use super::docs::{self, code, docs, line_comment, prose, some_of};
use super::field::{self, Paths};
use super::label_enum::{self, List};
use super::{Attributes, imports, lints, texts, verbatim};
use crate::names::NamedAction;

pub(super) fn emit(actions: &[NamedAction], attributes: &Attributes) -> syn::Result<Item> {
    let mut attrs = docs("The workspace's custom actions.");
    attrs.extend(ast::attributes(lints::module())?);
    let mut items = if actions.is_empty() { Vec::new() } else { Vec::from(imports()) };
    for action in actions {
        items.push(definition(action, attributes)?);
        items.push(inherent(action));
        items.push(slots(action));
        items.extend(types(action, attributes)?);
    }
    Ok(ast::module(attrs, "actions", items))
}

/// The modules of types, seen from the module of the actions.
fn paths(action: &NamedAction) -> Paths<'_> {
    Paths { own: &action.module, pipeline: "super::options", texts: &action.module }
}

fn definition(action: &NamedAction, attributes: &Attributes) -> syn::Result<Item> {
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
    attrs.push(ast::attribute_with("derive", quote!(Clone, Debug, Default, PartialEq, Eq)));
    attrs.push(ast::note("must_use", "an action reaches telecrm with its lead"));
    attrs.extend(ast::attributes(attributes.of("actions", &action.ident))?);
    let members = action.fields.iter().map(|field| {
        let value = field::value_type(field, paths(action), false);
        let value = ast::type_with("Option", value);
        ast::field(docs(&docs::field(field, false)), &field.ident, value)
    });
    let created_on = action.backdatable.then(|| {
        let docs = docs("When it happened; otherwise telecrm stamps the time of arrival.");
        ast::field(docs, "created_on", optional_date())
    });
    Ok(ast::structure(attrs, &action.ident, members.chain(created_on)))
}

fn optional_date() -> syn::Type {
    ast::type_with("Option", ast::type_of(ast::path("telecrm::Date")))
}

/// `CODE`, `new` and the setters.
fn inherent(action: &NamedAction) -> Item {
    let mut items = vec![
        ast::constant(
            docs("Type of the action on the wire."),
            ast::public(),
            "CODE",
            ast::static_ref(ast::type_of(ast::path("str"))),
            ast::text(&action.code),
        ),
        ast::function(
            docs("An action with no field set."),
            ast::public(),
            "new",
            [],
            Some(itself()),
            vec![Stmt::Expr(ast::call(ast::path("Self::default"), []), None)],
        ),
    ];
    items.extend(action.fields.iter().map(|it| field::setter(it, paths(action))));
    items.push(created_on(action));
    ast::implementation(Vec::new(), None, &action.ident, items)
}

fn itself() -> syn::Type {
    ast::type_of(ast::path("Self"))
}

/// Backdating, or the message that refuses it.
fn created_on(action: &NamedAction) -> ImplItem {
    let at = || ast::name("at");
    if action.backdatable {
        let date = ast::method_call(at(), "into_date", []);
        ast::function(
            docs("Backdates the action (`created_on`)."),
            ast::public(),
            "created_on",
            [
                ast::self_value(Some(<Token![mut]>::default())),
                ast::argument("at", ast::impl_trait(ast::path("telecrm::setter::IntoDate"))),
            ],
            Some(itself()),
            vec![
                ast::statement(ast::assignment(ast::own("created_on"), date)),
                Stmt::Expr(ast::name("self"), None),
            ],
        )
    } else {
        let refusal = ast::with_arguments(
            ast::path("telecrm::__private::NotBackdatable"),
            [syn::GenericArgument::Type(itself())],
        );
        ast::function(
            vec![ast::attribute_with("doc", quote!(hidden))],
            ast::public(),
            "created_on",
            [ast::self_value(None), ast::argument("at", ast::impl_trait(refusal))],
            Some(itself()),
            vec![Stmt::Expr(ast::method_call(at(), "refuse", [ast::name("self")]), None)],
        )
    }
}

/// The macro call that tells the runtime of the fields.
fn slots(action: &NamedAction) -> Item {
    let created_on = if action.backdatable { "(created_on)" } else { "" };
    let head = format!("{}{created_on}", action.ident);
    verbatim::fields_macro("impl_custom_action", &head, &action.fields, paths(action), false)
}

/// The module with the types of the action's fields, where it has any of its own.
fn types(action: &NamedAction, attributes: &Attributes) -> syn::Result<Option<Item>> {
    let module = format!("actions::{}", action.module);
    let mut enums = Vec::new();
    for field in &action.fields {
        if let Some(options) = &field.options {
            let list = List::of_field(field, options, Some(action));
            enums.extend(label_enum::emit(&list, &module, attributes)?);
        }
    }
    let texts = texts::aliases(&action.fields);
    if enums.is_empty() && texts.is_empty() {
        return Ok(None);
    }
    let docs = docs(&format!("Types of the fields of {}.", code(&action.display_name)));
    let [prelude, runtime] = imports();
    let mut items = if enums.is_empty() { vec![runtime] } else { vec![prelude, runtime] };
    items.extend(texts);
    items.extend(enums);
    Ok(Some(ast::module(docs, &action.module, items)))
}
