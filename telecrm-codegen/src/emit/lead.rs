//! `Lead`: the struct, its constructor, and the macro call that defines its setters.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{code, doc_lines, docs, only_these, prose};
use super::field::FieldForm;
use super::field_type::Modules;
use super::{Context, ident, lints};
use crate::names::NamedSchema;
use crate::output::Output;

/// The forms of the lead's fields.
pub(super) fn forms(schema: &NamedSchema) -> Vec<FieldForm<'_>> {
    let modules = Modules { options: "options", pipeline: "options", texts: "texts" };
    FieldForm::of_fields(&schema.fields, modules, Some(schema.identifier))
}

pub(super) fn emit(
    context: &Context<'_>,
    forms: &[FieldForm<'_>],
    out: &mut Output,
) -> syn::Result<()> {
    definition(context, forms, out)?;
    inherent(context, forms, out)?;
    let identifier = &forms[context.schema.identifier];
    let head = format!("Lead({}: {}, Action, WORKSPACE)", identifier.name(), identifier.value());
    out.macro_call("impl_lead", &[(head, forms.iter().flat_map(FieldForm::entry).collect())]);
    Ok(())
}

fn definition(context: &Context<'_>, forms: &[FieldForm<'_>], out: &mut Output) -> syn::Result<()> {
    let enterprise = context.schema.schema.enterprise_name.as_deref();
    let enterprise = enterprise.map_or_else(String::new, |name| format!(" of {}", prose(name)));
    let docs = docs(&format!(
        "A lead{enterprise}.\n\n```text\n{}\n```\n\n[`Lead::new`] creates a lead from its identifier, and each field has \
         a setter. telecrm updates the lead with this identifier, or creates it. Fields that are not \
         set keep their values in telecrm.",
        example(context.schema, forms),
    ));
    let place = format!("; {} has", code(context.file));
    let names = forms.iter().map(FieldForm::name);
    let comment = only_these("fields", &place, names);
    let (allowed, added) = (lints::lead(), context.attributes.of("", "Lead"));
    let lead = quote! {
        #docs
        #[must_use = "a lead reaches telecrm when it is sent"]
        #allowed
        #added
        pub struct Lead {}
    };
    let mut members: Vec<String> = forms.iter().flat_map(FieldForm::member).collect();
    members.extend(doc_lines("Actions that are appended to the lead's timeline, in this order."));
    members.push("pub actions: Vec<Action>,".to_owned());
    out.item_with_lines(lead, &comment, &members)
}

/// Maximum number of setters in the example, which then has ten lines.
const MAX_SETTERS: usize = 7;

/// An example that builds a lead of this workspace and sends it.
fn example(schema: &NamedSchema, forms: &[FieldForm<'_>]) -> String {
    let crm = "crm";
    let identifier = forms[schema.identifier].identifier_example();
    let setters = forms.iter().filter_map(|form| form.example(crm)).take(MAX_SETTERS);
    let action = schema.actions.first();
    let action = action.map(|action| format!(".action({crm}::actions::{}::new())", action.ident));
    let mut lines = vec![format!("let lead = {crm}::Lead::new({identifier})")];
    lines.extend(setters.chain(action).map(|call| format!("    {call}")));
    format!("{};\nclient.send(&lead).await?;", lines.join("\n"))
}

/// Appends `new` and `action`.
fn inherent(context: &Context<'_>, forms: &[FieldForm<'_>], out: &mut Output) -> syn::Result<()> {
    let identifier = &forms[context.schema.identifier];
    let docs = docs(&format!(
        "Creates a lead with this identifier and no other field.\n\n{}",
        identifier.docs()
    ));
    let comment = format!(
        "the lead identifier {}: telecrm drops a lead without it",
        code(&context.schema.identifier().schema.api_name)
    );
    let (name, value) = (ident(identifier.name()), identifier.value().parse::<TokenStream>()?);
    let mut members = vec!["Self {".to_owned()];
    members.extend(forms.iter().map(|form| format!("    {}", form.initial())));
    members.push("    actions: Vec::new(),".to_owned());
    members.push("}".to_owned());
    let allowed = lints::new();
    out.item_with_items(quote!(#allowed impl Lead {}), |out| {
        let new = quote! {
            #docs
            pub fn new(#name: impl telecrm::setter::IntoIdentifier<#value>) -> Self {}
        };
        out.item_with_lines(new, &comment, &members)?;
        out.item(quote! {
            /// Appends an action to the lead's timeline: a custom action from [`actions`], or a payment.
            ///
            /// telecrm appends the action each time it accepts the lead.
            pub fn action(mut self, action: impl telecrm::setter::IntoAction<Action>) -> Self {
                if let Some(action) = action.into_action() {
                    self.actions.push(action);
                }
                self
            }
        })
    })
}
