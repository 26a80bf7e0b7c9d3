//! `Lead`: the struct, its constructor, and the macro call that gives it its setters and tells the
//! runtime of its fields.

use quote::quote;
use syn::{ImplItem, ImplItemFn, Item};

use super::docs::{code, doc_lines, docs, field as field_docs, line_comment, prose, some_of};
use super::field::{self, Paths};
use super::{Attributes, Verbatim, ast, lints};
use crate::names::NamedSchema;

const PATHS: Paths<'static> = Paths { own: "options", pipeline: "options", texts: "texts" };

pub(super) fn emit(
    workspace: &NamedSchema,
    file: &str,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
) -> syn::Result<Vec<Item>> {
    Ok(vec![
        definition(workspace, file, attributes, verbatim)?,
        inherent(workspace)?,
        fields(workspace, verbatim),
    ])
}

fn definition(
    workspace: &NamedSchema,
    file: &str,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
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
        #[must_use = "a lead reaches telecrm when it is sent"]
        #allowed
        #added
    })?);
    let mut lines = field::members(&workspace.fields, PATHS, Some(workspace.identifier()));
    lines.extend(doc_lines("Actions that are appended to the lead's timeline, in this order."));
    lines.push("pub actions: Vec<Action>,".to_owned());
    Ok(ast::structure(attrs, "Lead", verbatim.members(lines)))
}

/// `new` and `action`.
fn inherent(workspace: &NamedSchema) -> syn::Result<Item> {
    let identifier = workspace.identifier();
    let mut of_new = docs(&format!(
        "A lead with this identifier, and no other field set.\n\n{}",
        field_docs(identifier, true)
    ));
    of_new.push(line_comment(&format!(
        "the lead identifier {}: telecrm drops a lead without it",
        code(&identifier.api_name)
    )));
    let (name, ty) = (&identifier.ident, field::identifier_type(identifier));
    let mut new: ImplItemFn = syn::parse_str(&format!(
        "pub fn new({name}: impl telecrm::setter::IntoIdentifier<{ty}>) -> Self {{
            telecrm::GeneratedLead::identified({name}.into_value())
        }}"
    ))?;
    new.attrs = of_new;
    let action = syn::parse2(quote! {
        /// Appends an action to the lead's timeline: one of [`actions`], or a payment.
        ///
        /// telecrm appends it each time that it accepts the lead.
        pub fn action(mut self, action: impl telecrm::setter::IntoAction<Action>) -> Self {
            if let Some(action) = action.into_action() {
                self.actions.push(action);
            }
            self
        }
    })?;
    let allowed = ast::attributes(lints::new())?;
    Ok(ast::implementation(allowed, None, "Lead", vec![ImplItem::Fn(new), action]))
}

/// The macro call that makes the setters and tells the runtime of the fields.
fn fields(workspace: &NamedSchema, verbatim: &mut Verbatim) -> Item {
    let identifier = workspace.identifier();
    let ty = field::identifier_type(identifier);
    let head = format!("Lead({}: {ty}, Action, WORKSPACE)", identifier.ident);
    let entries = workspace.fields.iter().flat_map(|it| {
        if it.api_name == identifier.api_name {
            field::identifier_entry(it, PATHS)
        } else {
            field::entry(it, PATHS, true)
        }
    });
    verbatim.macro_call("impl_lead", vec![(head, entries.collect())])
}
