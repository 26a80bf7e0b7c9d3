//! `Action`: what can be appended to a timeline.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{code, docs, line_comment, some_of};
use super::{Attributes, ident, lints};
use crate::model::Action;

pub(super) fn emit(actions: &[Action], file: &str, attributes: &Attributes) -> TokenStream {
    let names = some_of(actions.iter().map(|action| action.ident.as_str()));
    let comment = line_comment(&format!(
        "telecrm silently drops any action but Payment and those of {}: {names}",
        code(file)
    ));
    let attributes = attributes.of("", "Action");
    let variants = actions.iter().map(|action| {
        let name = ident(&action.ident);
        let docs = docs(&format!("{} ({})", code(&action.display_name), code(&action.code)));
        quote!(#docs #name(self::actions::#name))
    });
    let refs = actions.iter().map(|action| {
        let name = ident(&action.ident);
        quote!(Self::#name(action) => ::telecrm_runtime::ActionRef::Custom(action))
    });
    let conversions = actions.iter().map(|action| {
        let name = ident(&action.ident);
        conversion(&name, &quote!(self::actions::#name))
    });
    let underscores = lints::underscores(actions.iter().map(|action| action.ident.as_str()));
    let payment = conversion(&ident("Payment"), &quote!(::telecrm_runtime::Payment));
    quote! {
        /// An action on a lead's timeline: one of the workspace's own, or a payment.
        #comment
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(
            clippy::doc_markdown,
            clippy::enum_variant_names,
            reason = "the names are telecrm's"
        )]
        #[allow(clippy::large_enum_variant, reason = "a match should reach the action itself")]
        #attributes
        pub enum Action {
            #(#variants,)*
            /// A payment (`PAYMENT`).
            Payment(::telecrm_runtime::Payment),
        }

        #underscores
        impl Action {
            fn as_ref(&self) -> ::telecrm_runtime::ActionRef<'_> {
                match self {
                    #(#refs,)*
                    Self::Payment(payment) => ::telecrm_runtime::ActionRef::Payment(payment),
                }
            }
        }

        impl ::telecrm_runtime::IntoAction<Action> for Action {
            fn into_action(self) -> ::core::option::Option<Action> {
                ::core::option::Option::Some(self)
            }
        }

        #(#conversions)*
        #payment
    }
}

fn conversion(variant: &proc_macro2::Ident, path: &TokenStream) -> TokenStream {
    let underscores = lints::underscores([variant.to_string().as_str()]);
    quote! {
        #underscores
        impl ::core::convert::From<#path> for Action {
            fn from(action: #path) -> Self {
                Self::#variant(action)
            }
        }

        #underscores
        impl ::telecrm_runtime::IntoAction<Action> for #path {
            fn into_action(self) -> ::core::option::Option<Action> {
                ::core::option::Option::Some(Action::#variant(self))
            }
        }
    }
}
