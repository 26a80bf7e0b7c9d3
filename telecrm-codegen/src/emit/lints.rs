//! Lints that telecrm's names and texts can trip, allowed once around the generated module.

use syn::Attribute;

use super::ast;

/// Allowed on the module that holds everything.
///
/// `tests/compiled.rs` compiles each name that a lint of clippy's groups `all` and `pedantic` knows.
pub(super) fn around_the_module() -> syn::Result<Vec<Attribute>> {
    ast::attributes(quote::quote! {
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(non_upper_case_globals, reason = "archived labels stand beside the variants")]
        #[allow(
            clippy::disallowed_names,
            clippy::doc_markdown,
            clippy::enum_variant_names,
            clippy::iter_not_returning_iterator,
            clippy::just_underscores_and_digits,
            clippy::module_inception,
            clippy::pub_underscore_fields,
            clippy::self_named_constructors,
            clippy::should_implement_trait,
            clippy::struct_field_names,
            clippy::unicode_not_nfc,
            clippy::upper_case_acronyms,
            clippy::used_underscore_binding,
            clippy::used_underscore_items,
            clippy::wrong_self_convention,
            reason = "names, labels and descriptions are telecrm's"
        )]
        #[allow(
            clippy::empty_enums,
            clippy::large_enum_variant,
            clippy::too_many_lines,
            reason = "the workspace decides how much there is"
        )]
    })
}

/// Allowed on the import that makes the items public.
pub(super) fn on_the_import() -> syn::Result<Vec<Attribute>> {
    ast::attributes(quote::quote! {
        #[allow(unreachable_pub, unused_imports, reason = "one program uses a part of the workspace")]
    })
}
