//! The model as Rust. Every decision was made before; here are only words and order, one file
//! per thing that is written.

mod action;
mod actions;
mod attributes;
mod choice;
mod docs;
mod field;
mod lead;
mod options;
mod workspace;

pub(crate) use self::attributes::Attributes;
pub(crate) use self::docs::LINE_COMMENT;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Workspace;

/// The whole generated module. `file` is the schema's file name, for people.
pub(crate) fn emit(workspace: &Workspace, file: &str, attributes: &Attributes) -> TokenStream {
    let lead = lead::emit(workspace, file, attributes);
    let action = action::emit(&workspace.actions, file, attributes);
    let actions = actions::emit(&workspace.actions, attributes);
    let options = options::emit(workspace, attributes);
    let workspace = workspace::emit(workspace);
    quote! {
        #lead
        #action
        #workspace
        #actions
        #options
    }
}

/// What clippy says of names that start with `_` because telecrm's start with a digit. Empty where
/// there are none, as nearly always.
fn allow_underscores<'n>(names: impl IntoIterator<Item = &'n str>) -> TokenStream {
    if !names.into_iter().any(|name| name.starts_with('_')) {
        return TokenStream::new();
    }
    quote! {
        #[allow(
            clippy::pub_underscore_fields,
            clippy::used_underscore_binding,
            clippy::used_underscore_items,
            reason = "telecrm's name starts with a digit"
        )]
    }
}

/// A name as it is written: plain or raw.
fn ident(name: &str) -> proc_macro2::Ident {
    let span = proc_macro2::Span::call_site();
    match name.strip_prefix("r#") {
        Some(raw) => proc_macro2::Ident::new_raw(raw, span),
        None => proc_macro2::Ident::new(name, span),
    }
}
