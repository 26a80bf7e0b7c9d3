//! `Lead`: its fields, its setters, and the calls into the runtime that send it.

use quote::quote;
use syn::{Expr, ImplItem, ImplItemFn, Item, Stmt};
use telecrm_schema::FieldType;

use super::ast::{self, ident};
use super::docs::{code, docs, field as field_docs, line_comment, prose, some_of};
use super::field::{self, Paths};
use super::{Attributes, lints};
use crate::names::{NamedField, NamedSchema};

pub(super) fn emit(
    workspace: &NamedSchema,
    file: &str,
    attributes: &Attributes,
) -> syn::Result<Vec<Item>> {
    let paths = Paths { own: "options", pipeline: "options" };
    let mut items = vec![
        definition(workspace, paths, file, attributes)?,
        inherent(workspace, paths)?,
        sending(workspace)?,
    ];
    items.push(syn::parse2(quote! {
        impl telecrm::serde::Serialize for Lead {
            fn serialize<S: telecrm::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                telecrm::serialize_lead(self, serializer)
            }
        }
    })?);
    Ok(items)
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

/// `new`, the setters, `action` and `set`.
fn inherent(workspace: &NamedSchema, paths: Paths<'_>) -> syn::Result<Item> {
    let identifier = workspace.identifier();
    let others = || workspace.fields.iter().filter(|it| it.api_name != identifier.api_name);
    let mut items = vec![new(workspace, others(), paths), identifier_setter(identifier, paths)];
    items.extend(others().map(|it| field::setter(it, paths)));
    items.push(syn::parse2(quote! {
        /// Appends an action to the lead's timeline: one of [`actions`], or a payment.
        ///
        /// telecrm appends it each time that it accepts the lead.
        pub fn action(mut self, action: impl telecrm::IntoAction<Action>) -> Self {
            if let Some(action) = action.into_action() {
                self.actions.push(action);
            }
            self
        }
    })?);
    items.push(set(workspace)?);
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

/// Setting by API name, for forms and CSV.
fn set(workspace: &NamedSchema) -> syn::Result<ImplItem> {
    let arms = workspace.fields.iter().enumerate().map(|(index, field)| {
        let parse = match &field.field_type {
            _ if index == workspace.identifier => "required",
            FieldType::Tags(_) => "tags",
            _ => "optional",
        };
        let target = ast::reference(ast::own(&field.ident), Some(<syn::Token![mut]>::default()));
        let arguments = [ast::text(&field.api_name), ast::name("text"), target];
        ast::arm(&field.api_name, ast::call(ast::path(parse), arguments))
    });
    let others =
        || workspace.fields.iter().filter(|it| it.api_name != workspace.identifier().api_name);
    let is_tags = |field: &NamedField| matches!(field.field_type, FieldType::Tags(_));
    let optional = others().any(|field| !is_tags(field)).then(|| ident("optional"));
    let tags = others().any(is_tags).then(|| ident("tags"));
    let imports = [Some(ident("required")), optional, tags].into_iter().flatten();
    let mut set: ImplItemFn = syn::parse2(quote! {
        /// Sets the field with this API name from text, for forms and CSV files.
        ///
        /// Blank text leaves the field unset. Commas separate tags.
        ///
        /// # Errors
        ///
        /// The workspace has no such field, or the text does not fit its type. Then the lead
        /// stays as it was.
        pub fn set(
            &mut self,
            api_name: &str,
            text: &str,
        ) -> Result<(), telecrm::SetError> {
            use telecrm::set::{#(#imports),*};

            match api_name {
                _ => Err(telecrm::set::unknown(api_name, WORKSPACE)),
            }
        }
    })?;
    if let Some(Stmt::Expr(Expr::Match(by_name), _)) = set.block.stmts.last_mut() {
        by_name.arms.splice(0..0, arms);
    }
    Ok(ImplItem::Fn(set))
}

/// `impl telecrm::Lead`
fn sending(workspace: &NamedSchema) -> syn::Result<Item> {
    let mut items: Vec<ImplItem> = vec![syn::parse2(quote! {
        fn workspace(&self) -> &'static telecrm::Workspace {
            WORKSPACE
        }
    })?];
    items.push(field::encode(&workspace.fields));
    items.push(syn::parse2(quote! {
        fn action_at(
            &self,
            index: usize,
        ) -> Option<telecrm::ActionRef<'_>> {
            self.actions.get(index).map(Action::as_ref)
        }
    })?);
    let attrs = ast::attributes(lints::wire())?;
    Ok(ast::implementation(attrs, Some(ast::path("telecrm::Lead")), "Lead", items))
}
