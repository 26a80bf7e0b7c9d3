//! Lints that names and texts from telecrm can trigger, allowed on the generated items.
//!
//! The list is fixed: `tests/compiled.rs` compiles every name that a lint of clippy's groups `all` and
//! `pedantic` looks for. The lints are allowed on each item. A module around all items would have to be
//! private, and rustc would show it in its messages.

use proc_macro2::TokenStream;
use quote::quote;

/// Lints for a program that uses only a part of the workspace.
fn unused() -> TokenStream {
    quote! {
        #[allow(dead_code, unreachable_pub, reason = "a program uses a part of the workspace")]
    }
}

/// Lints of `Lead`.
pub(super) fn lead() -> TokenStream {
    let unused = unused();
    quote! {
        #unused
        #[allow(
            clippy::doc_markdown,
            clippy::pub_underscore_fields,
            clippy::struct_field_names,
            reason = "names and descriptions are telecrm's"
        )]
    }
}

/// Lints of `Lead::new` and `Lead::action`.
///
/// The lints of the setters are next to their macro in the runtime.
pub(super) fn new() -> TokenStream {
    let unused = unused();
    quote! {
        #unused
        #[allow(
            clippy::disallowed_names,
            clippy::doc_markdown,
            clippy::just_underscores_and_digits,
            clippy::too_many_lines,
            clippy::used_underscore_binding,
            reason = "names and descriptions are telecrm's"
        )]
    }
}

/// Lints of the schema as data.
pub(super) fn wire() -> TokenStream {
    let unused = unused();
    quote! {
        #unused
        #[allow(
            clippy::too_many_lines,
            clippy::unicode_not_nfc,
            clippy::used_underscore_binding,
            reason = "names and labels are telecrm's"
        )]
    }
}

/// Lints of `Action`.
pub(super) fn action() -> TokenStream {
    let unused = unused();
    quote! {
        #unused
        #[allow(
            clippy::doc_markdown,
            clippy::enum_variant_names,
            clippy::upper_case_acronyms,
            reason = "names and descriptions are telecrm's"
        )]
        #[allow(clippy::large_enum_variant, reason = "a match binds the action directly")]
    }
}

/// Lints of the module `texts`.
pub(super) fn texts() -> TokenStream {
    let unused = unused();
    quote! {
        #unused
        #[allow(clippy::upper_case_acronyms, reason = "names are telecrm's")]
    }
}

/// Lints of the modules `actions` and `options`.
pub(super) fn module() -> TokenStream {
    let unused = unused();
    quote! {
        #unused
        #[allow(non_upper_case_globals, reason = "archived labels are named like variants")]
        #[allow(
            clippy::doc_markdown,
            clippy::empty_enums,
            clippy::enum_variant_names,
            clippy::iter_not_returning_iterator,
            clippy::pub_underscore_fields,
            clippy::self_named_constructors,
            clippy::should_implement_trait,
            clippy::struct_field_names,
            clippy::too_many_lines,
            clippy::unicode_not_nfc,
            clippy::upper_case_acronyms,
            clippy::used_underscore_binding,
            clippy::used_underscore_items,
            clippy::wrong_self_convention,
            reason = "names, labels and descriptions are telecrm's"
        )]
    }
}
