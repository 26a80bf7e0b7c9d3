//! `actions`: a struct for each custom action, and a module with the types of its fields.

use quote::quote;

use super::action::title;
use super::docs::{code, doc_lines, docs, only_these, prose};
use super::field::FieldForm;
use super::field_type::Modules;
use super::label_enum::{self, List};
use super::{Context, ident, imports, lints, texts};
use crate::names::NamedAction;
use crate::output::Output;

pub(super) fn emit(context: &Context<'_>, out: &mut Output) -> syn::Result<()> {
    let allowed = lints::module();
    let module = quote! {
        /// The workspace's custom actions.
        #allowed
        pub mod actions {}
    };
    out.item_with_items(module, |out| {
        let actions = &context.schema.actions;
        if !actions.is_empty() {
            out.item(imports(true))?;
        }
        for action in actions {
            let modules = Modules {
                options: &action.module,
                pipeline: "super::options",
                texts: &action.module,
            };
            let forms = FieldForm::of_fields(&action.fields, modules, None);
            definition(context, action, &forms, out)?;
            inherent(action, out)?;
            setters(action, &forms, out);
            types(context, action, &forms, out)?;
        }
        Ok(())
    })
}

fn definition(
    context: &Context<'_>,
    action: &NamedAction,
    forms: &[FieldForm<'_>],
    out: &mut Output,
) -> syn::Result<()> {
    let mut text = title(action);
    if !action.schema.backdatable {
        text.push_str("\n\nThis action cannot be backdated: telecrm records the time of arrival.");
    }
    if let Some(description) = &action.schema.description {
        text.push_str("\n\n");
        text.push_str(&prose(description));
    }
    let place = format!("; {} has", code(&action.schema.code));
    let names = forms.iter().map(FieldForm::name);
    let comment = only_these("fields", &place, names);
    let (docs, ident) = (docs(&text), ident(&action.ident));
    let added = context.attributes.of("actions", &action.ident);
    let definition = quote! {
        #docs
        #[derive(Default)]
        #[must_use = "an action reaches telecrm with its lead"]
        #added
        pub struct #ident {}
    };
    let mut members: Vec<String> = forms.iter().flat_map(FieldForm::member).collect();
    if action.schema.backdatable {
        members.extend(doc_lines(
            "Time of the action. By default, telecrm records the time of arrival.",
        ));
        members.push("pub created_on: Option<telecrm::Date>,".to_owned());
    }
    out.item_with_lines(definition, &comment, &members)
}

/// Appends `CODE`, `new` and `created_on`, which backdates the action or does not compile.
fn inherent(action: &NamedAction, out: &mut Output) -> syn::Result<()> {
    let (ident, code) = (ident(&action.ident), &action.schema.code);
    out.item_with_items(quote!(impl #ident {}), |out| {
        out.item(quote! {
            /// The action's `type` in JSON.
            pub const CODE: &'static str = #code;
        })?;
        out.item(quote! {
            /// Creates an action without fields.
            pub fn new() -> Self {
                Self::default()
            }
        })?;
        out.item(if action.schema.backdatable {
            quote! {
                /// Backdates the action (`created_on`).
                pub fn created_on(mut self, at: impl telecrm::setter::IntoDate) -> Self {
                    self.created_on = at.into_value();
                    self
                }
            }
        } else {
            quote! {
                #[doc(hidden)]
                pub fn created_on(self, at: impl telecrm::__private::NotBackdatable<Self>) -> Self {
                    at.refuse(self)
                }
            }
        })
    })
}

/// Appends the macro call that defines the setters and describes the fields to the runtime.
fn setters(action: &NamedAction, forms: &[FieldForm<'_>], out: &mut Output) {
    let created_on = if action.schema.backdatable { "(created_on)" } else { "" };
    let head = format!("{}{created_on}", action.ident);
    out.macro_call(
        "impl_custom_action",
        &[(head, forms.iter().flat_map(FieldForm::entry).collect())],
    );
}

/// Appends the module with the types of the action's fields, if a field has its own type.
fn types(
    context: &Context<'_>,
    action: &NamedAction,
    forms: &[FieldForm<'_>],
    out: &mut Output,
) -> syn::Result<()> {
    let lists: Vec<_> = List::of_fields(forms, Some(action)).collect();
    let texts = texts::aliases(forms);
    if lists.is_empty() && texts.is_none() {
        return Ok(());
    }
    let docs = docs(&format!("Types of the fields of {}.", code(&action.schema.display_name)));
    let module = ident(&action.module);
    out.item_with_items(quote!(#docs pub mod #module {}), |out| {
        out.item(imports(!lists.is_empty()))?;
        if let Some(texts) = texts {
            out.item(texts)?;
        }
        let module = format!("actions::{}", action.module);
        lists.iter().try_for_each(|list| label_enum::emit(list, &module, context, out))
    })
}
