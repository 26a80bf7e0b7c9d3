//! `options`: an enum per dropdown or tags field, and those of the pipeline.

use quote::quote;
use syn::Item;

use super::ast;
use super::choice::{self, List};
use super::{Attributes, imports, lints};
use crate::names::NamedSchema;

pub(super) fn emit(workspace: &NamedSchema, attributes: &Attributes) -> syn::Result<Item> {
    let lists = workspace.fields.iter().filter_map(|field| {
        field.options.as_ref().map(|options| List::of_field(field, options, None))
    });
    let lists = lists.chain(List::of_pipeline(&workspace.pipeline));
    let pipeline = &workspace.pipeline;
    let statuses = pipeline.statuses.iter().map(|status| &status.label);
    let labels = statuses.chain(&pipeline.lost_reasons).map(|choice| choice.text.as_str());
    let archived = pipeline.archived_statuses.iter().chain(&pipeline.archived_lost_reasons);
    let labels = labels.chain(archived.map(|it| it.text.as_str()));
    let spellings = lints::spellings(lints::wire_names(&workspace.fields).chain(labels));
    let attrs = ast::attributes(quote! {
        /// Labels that the workspace's fields take.
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(
            clippy::doc_markdown,
            clippy::enum_variant_names,
            reason = "the names are telecrm's"
        )]
        #spellings
    })?;
    let mut enums = Vec::new();
    for list in lists {
        enums.extend(choice::emit(&list, "options", attributes)?);
    }
    if !enums.is_empty() {
        enums.splice(0..0, imports());
    }
    Ok(ast::module(attrs, "options", enums))
}
