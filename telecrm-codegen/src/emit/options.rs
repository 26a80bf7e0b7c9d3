//! `options`: an enum for each dropdown or tags field of the lead, for the statuses and for the lost reasons.

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
        /// Labels that the workspace's fields take.
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
