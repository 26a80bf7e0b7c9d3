//! `texts`: a type for each text with length limits.

use syn::Item;
use telecrm_schema::FieldType;

use super::docs::{docs, text as text_docs};
use super::{ast, field, imports, lints};
use crate::names::NamedField;

/// The module of the lead's texts, where it has any with limits.
pub(super) fn emit(fields: &[NamedField]) -> syn::Result<Option<Item>> {
    let mut items = aliases(fields);
    if items.is_empty() {
        return Ok(None);
    }
    let mut attrs = docs("Texts with length limits: one type for each field.");
    attrs.extend(ast::attributes(lints::texts())?);
    let [_, runtime] = imports();
    items.insert(0, runtime);
    Ok(Some(ast::module(attrs, "texts", items)))
}

/// `pub type Remark = telecrm::BoundedText<0, 200>;` for each text with limits.
pub(super) fn aliases(fields: &[NamedField]) -> Vec<Item> {
    let alias = |it: &NamedField| {
        let (Some(ident), FieldType::Text(length)) = (&it.text, &it.field_type) else {
            return None;
        };
        let bounded =
            ast::with_arguments(ast::path("telecrm::BoundedText"), field::limits(*length)?);
        Some(ast::type_alias(docs(&text_docs(it)), ident, ast::type_of(bounded)))
    };
    fields.iter().filter_map(alias).collect()
}
