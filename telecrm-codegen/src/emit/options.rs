//! `options`: an enum per dropdown or tags field, and those of the pipeline.

use syn::Item;

use super::ast;
use super::docs::docs;
use super::label_enum::{self, List};
use super::{Attributes, Verbatim, imports, lints};
use crate::names::NamedSchema;

pub(super) fn emit(
    workspace: &NamedSchema,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
) -> syn::Result<Item> {
    let lists = workspace.fields.iter().filter_map(|field| {
        field.options.as_ref().map(|options| List::of_field(field, options, None))
    });
    let lists = lists.chain(List::of_pipeline(&workspace.pipeline));
    let mut enums = Vec::new();
    for list in lists {
        enums.extend(label_enum::emit(&list, "options", attributes, verbatim)?);
    }
    if !enums.is_empty() {
        enums.splice(0..0, imports());
    }
    let mut attrs = docs("Labels that the workspace's fields take.");
    attrs.extend(ast::attributes(lints::module())?);
    Ok(ast::module(attrs, "options", enums))
}
