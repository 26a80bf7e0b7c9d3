//! `options`: enums of the lead's dropdown and tags fields, statuses and lost reasons.

use quote::quote;

use super::field::FieldForm;
use super::label_enum::{self, List};
use super::{Context, imports, lints};
use crate::output::Output;

pub(super) fn emit(
    context: &Context<'_>,
    forms: &[FieldForm<'_>],
    out: &mut Output,
) -> syn::Result<()> {
    let lists = List::of_fields(forms, None);
    let lists: Vec<_> = lists.chain(List::of_pipeline(&context.schema.pipeline)).collect();
    let allowed = lints::module();
    let module = quote! {
        /// Labels of the lead's dropdown and tags fields, statuses and lost reasons.
        #allowed
        pub mod options {}
    };
    out.item_with_items(module, |out| {
        if !lists.is_empty() {
            out.item(imports(true))?;
        }
        lists.iter().try_for_each(|list| label_enum::emit(list, "options", context, out))
    })
}
