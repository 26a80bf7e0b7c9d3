//! `options`: an enum per dropdown or tags field, and those of the pipeline.

use proc_macro2::TokenStream;
use quote::quote;

use super::Attributes;
use super::choice::{self, List};
use crate::model::{Kind, Workspace};

pub(super) fn emit(workspace: &Workspace, attributes: &Attributes) -> TokenStream {
    let lists = workspace.fields.iter().filter_map(|field| match &field.kind {
        Kind::Dropdown(options) | Kind::Tags(options) => Some(List::of_field(field, options, None)),
        _ => None,
    });
    let lists = lists.chain(List::of_pipeline(&workspace.pipeline));
    let enums = lists.map(|list| choice::emit(&list, "options", attributes));
    quote! {
        /// Labels that the workspace's fields take.
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(
            clippy::doc_markdown,
            clippy::enum_variant_names,
            reason = "the names are telecrm's"
        )]
        pub mod options {
            #(#enums)*
        }
    }
}
