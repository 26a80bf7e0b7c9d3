//! `Action`: the enum of the actions that a lead's timeline accepts.

use quote::quote;

use super::docs::{code, doc_lines, only_these};
use super::{Context, ident, lints};
use crate::names::NamedAction;
use crate::output::{Output, filled};

pub(super) fn emit(context: &Context<'_>, out: &mut Output) -> syn::Result<()> {
    let actions = &context.schema.actions;
    let mut names = vec!["Payment"];
    names.extend(actions.iter().map(|action| action.ident.as_str()));
    let place = format!("; {} has", code(context.file));
    let comment = only_these("actions", &place, names.into_iter());
    let (allowed, added) = (lints::action(), context.attributes.of("", "Action"));
    let action = quote! {
        /// An action on a lead's timeline: a custom action of the workspace, or a payment.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #allowed
        #added
        pub enum Action {}
    };
    let mut variants = Vec::new();
    for action in actions {
        variants.extend(doc_lines(&title(action)));
        variants.push(format!("{0}(actions::{0}),", action.ident));
    }
    variants.extend(doc_lines("A payment (`PAYMENT`)."));
    variants.push("Payment(telecrm::Payment),".to_owned());
    out.item_with_lines(action, &comment, &variants)?;
    let names = actions.iter().map(|action| format!("{},", action.ident));
    out.macro_call("impl_action", &[("Action".to_owned(), filled(names))]);
    conversions(actions, out)
}

/// The display name and the code of an action.
pub(super) fn title(action: &NamedAction) -> String {
    format!("{} ({})", code(&action.schema.display_name), code(&action.schema.code))
}

/// Appends the conversions into `Action`, and the types that `Lead::action` accepts.
///
/// They are not in the macro, so that rustc lists the accepted types with a line for each.
fn conversions(actions: &[NamedAction], out: &mut Output) -> syn::Result<()> {
    out.item(quote! {
        impl telecrm::setter::IntoAction<Action> for Action {
            fn into_action(self) -> Option<Action> {
                Some(self)
            }
        }
    })?;
    let own = actions.iter().map(|action| {
        let ident = ident(&action.ident);
        (quote!(actions::#ident), ident)
    });
    for (path, ident) in own.chain([(quote!(telecrm::Payment), ident("Payment"))]) {
        out.item(quote! {
            impl From<#path> for Action {
                fn from(action: #path) -> Self {
                    Self::#ident(action)
                }
            }
        })?;
        out.item(quote! {
            impl telecrm::setter::IntoAction<Action> for #path {
                fn into_action(self) -> Option<Action> {
                    Some(Action::from(self))
                }
            }
        })?;
    }
    Ok(())
}
