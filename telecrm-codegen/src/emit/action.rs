//! `Action`: what can be appended to a timeline.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{code, docs, line_comment, some_of};
use super::{Attributes, ident, lints};
use crate::model::Action;

pub(super) fn emit(actions: &[Action], file: &str, attributes: &Attributes) -> TokenStream {
    let shown = some_of(actions.iter().map(|action| action.ident.as_str()));
    let comment = line_comment(&format!(
        "telecrm silently drops any action but Payment and those of {}: {shown}",
        code(file)
    ));
    let attributes = attributes.of("", "Action");
    let variants = actions.iter().map(|action| {
        let name = ident(&action.ident);
        let docs = docs(&format!("{} ({})", code(&action.display_name), code(&action.code)));
        quote!(#docs #name(actions::#name))
    });
    let names = actions.iter().map(|action| ident(&action.ident));
    let underscores = lints::underscores(actions.iter().map(|action| action.ident.as_str()));
    quote! {
        /// An action on a lead's timeline: one of the workspace's own, or a payment.
        #comment
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(
            clippy::doc_markdown,
            clippy::enum_variant_names,
            reason = "the names are telecrm's"
        )]
        #[allow(clippy::large_enum_variant, reason = "a match should reach the action itself")]
        #underscores
        #attributes
        pub enum Action {
            #(#variants,)*
            /// A payment (`PAYMENT`).
            Payment(telecrm::Payment),
        }

        telecrm::impl_action!(Action: #(#names),*);
    }
}
