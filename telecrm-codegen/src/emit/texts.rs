//! `texts`: a type for each text field with length limits.

use proc_macro2::TokenStream;
use quote::quote;

use super::field::FieldForm;
use super::{imports, lints};
use crate::output::Output;

/// Appends the module of the lead's texts, if a text has limits.
pub(super) fn emit(forms: &[FieldForm<'_>], out: &mut Output) -> syn::Result<()> {
    let Some(aliases) = aliases(forms) else { return Ok(()) };
    let allowed = lints::texts();
    let module = quote! {
        /// Types of texts with length limits, one for each field.
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
