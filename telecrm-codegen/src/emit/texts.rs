//! `texts`: a type for each text with length limits.

use syn::Item;
use telecrm_schema::FieldType;

use super::docs::{doc_lines, docs, text as text_docs};
use super::{Verbatim, ast, field, imports, lints};
use crate::names::NamedField;

/// The module of the lead's texts, where it has any with limits.
pub(super) fn emit(fields: &[NamedField], verbatim: &mut Verbatim) -> syn::Result<Option<Item>> {
    let Some(aliases) = aliases(fields, verbatim) else { return Ok(None) };
    let mut attrs = docs("Texts with length limits: one type for each field.");
    attrs.extend(ast::attributes(lints::texts())?);
    let [_, runtime] = imports();
    Ok(Some(ast::module(attrs, "texts", vec![runtime, aliases])))
}

/// `pub type Remark = telecrm::BoundedText<0, 200>;` for each text with limits.
pub(super) fn aliases(fields: &[NamedField], verbatim: &mut Verbatim) -> Option<Item> {
    let mut lines = Vec::new();
    for field in fields {
        if let (Some(ident), FieldType::Text(length)) = (&field.text, &field.field_type)
            && let Some(limits) = field::limits(*length)
        {
            lines.extend(doc_lines(&text_docs(field)));
            lines.push(format!("pub type {ident} = telecrm::BoundedText<{limits}>;"));
        }
    }
    (!lines.is_empty()).then(|| verbatim.item(lines))
}
