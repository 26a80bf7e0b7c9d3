//! Types of texts with length limits: one for each field.

use proc_macro2::TokenStream;
use quote::quote;

use super::field::FieldForm;
use super::{imports, lints};
use crate::output::Output;

/// The module of the lead's texts, if any has limits.
pub(super) fn emit(forms: &[FieldForm<'_>], out: &mut Output) -> syn::Result<()> {
    let Some(aliases) = aliases(forms) else { return Ok(()) };
    let allowed = lints::texts();
    let module = quote! {
        /// Texts with length limits: one type for each field.
        #allowed
        pub mod texts {}
    };
    out.item_with_items(module, |out| {
        out.item(imports(false))?;
        out.item(aliases)
    })
}

/// The types of the texts with limits, if there are any.
pub(super) fn aliases(forms: &[FieldForm<'_>]) -> Option<TokenStream> {
    let aliases: Vec<_> = forms.iter().filter_map(FieldForm::alias).collect();
    (!aliases.is_empty()).then(|| quote!(#(#aliases)*))
}
