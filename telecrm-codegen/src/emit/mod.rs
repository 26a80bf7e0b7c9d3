//! The model as Rust. Every decision was made before; here are only words and order, one file
//! per thing that is written.

mod action;
mod actions;
mod attributes;
mod choice;
mod docs;
mod field;
mod lead;
mod lints;
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
    let imports = imports();
    quote! {
        #imports
        #lead
        #action
        #workspace
        #actions
        #options
    }
}

/// What each module names by short names. The prelude comes as a glob, so that nothing of the user
/// collides with it; it need not be there otherwise.
fn imports() -> TokenStream {
    quote! {
        use ::std::prelude::v1::*;
        use ::telecrm_runtime as telecrm;
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
