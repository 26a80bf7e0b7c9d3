//! `Lead`: its fields and setters, and the macro call that tells the runtime of them.

use quote::quote;
use syn::{ImplItem, Item, Stmt};

use super::ast;
use super::docs::{code, docs, field as field_docs, line_comment, prose, some_of};
use super::field::{self, Paths};
use super::{Attributes, lints, verbatim};
use crate::names::{NamedField, NamedSchema};

pub(super) fn emit(
    workspace: &NamedSchema,
    file: &str,
    attributes: &Attributes,
) -> syn::Result<Vec<Item>> {
    let paths = Paths { own: "options", pipeline: "options", texts: "texts" };
    let identifier = workspace.identifier();
    let head = format!(
        "Lead({}: {}, Action, WORKSPACE)",
        identifier.ident,
        field::identifier_type(identifier)
    );
    Ok(vec![
        definition(workspace, paths, file, attributes)?,
        inherent(workspace, paths)?,
        verbatim::fields_macro("impl_lead", &head, &workspace.fields, paths, true),
    ])
}

fn definition(
    workspace: &NamedSchema,
    paths: Paths<'_>,
    file: &str,
    attributes: &Attributes,
) -> syn::Result<Item> {
    let of = workspace
        .enterprise_name
        .as_deref()
        .map_or_else(String::new, |name| format!(" of {}", prose(name)));
    let mut attrs = docs(&format!(
        "A lead{of}.\n\n[`Lead::new`] makes one from its identifier, and each field has a setter. \
         telecrm updates the lead with this identifier, or creates it; fields that are not set \
         stay as they are.",
    ));
    let names = some_of(workspace.fields.iter().map(|field| field.ident.as_str()));
    attrs.push(line_comment(&format!(
        "telecrm silently drops any field but those of {}: {names}",
        code(file)
    )));
    let (allowed, added) = (lints::lead(), attributes.of("", "Lead"));
    attrs.extend(ast::attributes(quote! {
        #[derive(Clone, Debug, PartialEq)]
        #[must_use = "a lead reaches telecrm when it is sent"]
        #allowed
        #added
    })?);
    let fields = workspace.fields.iter().enumerate().map(|(index, field)| {
        let is_identifier = index == workspace.identifier;
        let value = field::value_type(field, paths, is_identifier);
        let value = if is_identifier { value } else { ast::type_with("Option", value) };
        ast::field(docs(&field_docs(field, is_identifier)), &field.ident, value)
    });
    let actions = ast::field(
        docs("Actions that are appended to the lead's timeline, in this order."),
        "actions",
        ast::type_with("Vec", ast::type_of(ast::path("Action"))),
    );
    Ok(ast::structure(attrs, "Lead", fields.chain([actions])))
}

/// `new`, the setters and `action`.
fn inherent(workspace: &NamedSchema, paths: Paths<'_>) -> syn::Result<Item> {
    let identifier = workspace.identifier();
    let others = || workspace.fields.iter().filter(|it| it.api_name != identifier.api_name);
    let mut items = vec![new(workspace, others(), paths), identifier_setter(identifier, paths)];
    items.extend(others().map(|it| field::setter(it, paths)));
    items.push(syn::parse2(quote! {
        /// Appends an action to the lead's timeline: one of [`actions`], or a payment.
        ///
        /// telecrm appends it each time that it accepts the lead.
        pub fn action(mut self, action: impl telecrm::setter::IntoAction<Action>) -> Self {
            if let Some(action) = action.into_action() {
                self.actions.push(action);
            }
            self
        }
    })?);
    Ok(ast::implementation(ast::attributes(lints::setters())?, None, "Lead", items))
}

fn new<'m>(
    workspace: &NamedSchema,
    others: impl Iterator<Item = &'m NamedField>,
    paths: Paths<'_>,
) -> ImplItem {
    let identifier = workspace.identifier();
    let mut attrs = docs(&format!(
        "A lead with this identifier, and no other field set.\n\n{}",
        field_docs(identifier, true)
    ));
    attrs.push(line_comment(&format!(
        "the lead identifier {}: telecrm drops a lead without it",
        code(&identifier.api_name)
    )));
    let name = identifier.ident.as_str();
    let given = ast::method_call(ast::name(name), "into_identifier", []);
    let unset = others.map(|field| (field.ident.as_str(), ast::name("None")));
    let actions = ("actions", ast::call(ast::path("Vec::new"), []));
    let lead =
        ast::struct_literal("Self", [(name, given)].into_iter().chain(unset).chain([actions]));
    ast::function(
        attrs,
        ast::public(),
        "new",
        [ast::argument(name, ast::impl_trait(field::identifier_trait(identifier, paths)))],
        Some(ast::type_of(ast::path("Self"))),
        vec![Stmt::Expr(lead, None)],
    )
}

fn identifier_setter(identifier: &NamedField, paths: Paths<'_>) -> ImplItem {
    let mut attrs = docs(&format!("Replaces the identifier.\n\n{}", field_docs(identifier, true)));
    attrs.extend(field::alias(identifier));
    let into = field::identifier_trait(identifier, paths);
    field::by_value(attrs, identifier, into, "into_identifier")
}
