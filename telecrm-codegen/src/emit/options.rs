//! `options`: an enum per dropdown or tags field, and those of the pipeline.

use proc_macro2::TokenStream;
use quote::quote;

use super::choice::{self, List};
use super::{Attributes, imports, lints};
use crate::model::{Kind, Workspace};

pub(super) fn emit(workspace: &Workspace, attributes: &Attributes) -> TokenStream {
    let lists = workspace.fields.iter().filter_map(|field| match &field.kind {
        Kind::Dropdown(options) | Kind::Tags(options) => Some(List::of_field(field, options, None)),
        _ => None,
    });
    let lists = lists.chain(List::of_pipeline(&workspace.pipeline));
    let pipeline = &workspace.pipeline;
    let statuses = pipeline.statuses.iter().map(|status| &status.choice);
    let labels = statuses.chain(&pipeline.lost_reasons).map(|choice| choice.label.as_str());
    let archived = pipeline.archived_statuses.iter().chain(&pipeline.archived_lost_reasons);
    let labels = labels.chain(archived.map(|it| it.label.as_str()));
    let spellings = lints::spellings(lints::wire_names(&workspace.fields).chain(labels));
    let enums: Vec<TokenStream> =
        lists.map(|list| choice::emit(&list, "options", attributes)).collect();
    let imports = (!enums.is_empty()).then(imports);
    quote! {
        /// Labels that the workspace's fields take.
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(
            clippy::doc_markdown,
            clippy::enum_variant_names,
            reason = "the names are telecrm's"
        )]
        #spellings
        pub mod options {
            #imports
            #(#enums)*
        }
    }
}
