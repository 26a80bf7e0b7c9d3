//! `Lead`: its fields and setters, and the macro call that tells the runtime of them.

use quote::quote;
use syn::{Attribute, ImplItem, Item, Stmt};

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
    let paths = Paths { own: "options", pipeline: "options" };
    let identifier = workspace.identifier();
    let head = format!(
        "Lead({}: {}, Action, WORKSPACE)",
        identifier.ident,
        field::identifier_type(identifier)
    );
    let attributes_of_impls = lints::of_fields(&workspace.fields);
    Ok(vec![
        definition(workspace, paths, file, attributes)?,
        inherent(workspace, paths)?,
        verbatim::fields_macro("impl_lead", &attributes_of_impls, &head, &workspace.fields, paths),
    ])
}

/// What lints would say of the names of the lead's fields.
fn names(workspace: &NamedSchema) -> syn::Result<Vec<Attribute>> {
    let underscores = lints::underscores(workspace.fields.iter().map(|it| it.ident.as_str()));
    let spellings = lints::spellings(workspace.fields.iter().map(|it| it.api_name.as_str()));
    ast::attributes(quote!(#underscores #spellings))
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
        "A lead{of}.\n\nMade with [`Lead::new`] from its identifier; one setter per field. What is \
         not set stays as it is in telecrm.",
    ));
    let names = some_of(workspace.fields.iter().map(|field| field.ident.as_str()));
    attrs.push(line_comment(&format!(
        "telecrm silently drops any field but those of {}: {names}",
        code(file)
    )));
    let underscores = lints::underscores(workspace.fields.iter().map(|it| it.ident.as_str()));
    let added = attributes.of("", "Lead");
    attrs.extend(ast::attributes(quote! {
        #[derive(Clone, Debug, PartialEq)]
        #[must_use = "a lead reaches telecrm when it is sent"]
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(clippy::doc_markdown, clippy::struct_field_names, reason = "the names are telecrm's")]
        #underscores
        #added
    })?);
    let fields = workspace.fields.iter().enumerate().map(|(index, field)| {
        let is_identifier = index == workspace.schema.identifier;
        let value = field::value_type(field, paths, is_identifier);
        let value = if is_identifier { value } else { ast::type_with("Option", value) };
        ast::field(docs(&code(&field.api_name)), &field.ident, value)
    });
    let actions = ast::field(
        docs("What is appended to the lead's timeline, in this order."),
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
        /// Adds an action to the lead's timeline: one of [`actions`], or a payment.
        ///
        /// Actions are appended in the order of these calls, and once more with each lead
        /// that telecrm accepts.
        pub fn action(mut self, action: impl telecrm::setter::IntoAction<Action>) -> Self {
            if let Some(action) = action.into_action() {
                self.actions.push(action);
            }
            self
        }
    })?);
    let mut attrs = names(workspace)?;
    attrs.extend(ast::attributes(quote! {
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(clippy::doc_markdown, reason = "descriptions are telecrm's")]
        #[allow(
            clippy::wrong_self_convention,
            clippy::should_implement_trait,
            reason = "setters are named as telecrm's fields"
        )]
    })?);
    Ok(ast::implementation(attrs, None, "Lead", items))
}

fn new<'m>(
    workspace: &NamedSchema,
    others: impl Iterator<Item = &'m NamedField>,
    paths: Paths<'_>,
) -> ImplItem {
    let identifier = workspace.identifier();
    let mut attrs = docs(&format!(
        "A lead with this identifier and nothing else set.\n\n{}",
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
    let mut attrs = docs(&format!(
        "Another identifier than [`new`](Self::new) was given.\n\n{}",
        field_docs(identifier, true)
    ));
    attrs.extend(field::alias(identifier));
    let into = field::identifier_trait(identifier, paths);
    field::by_value(attrs, identifier, into, "into_identifier")
}
