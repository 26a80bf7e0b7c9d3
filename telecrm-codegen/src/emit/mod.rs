//! The model as Rust. Every decision was made before; here are only words and order, one file
//! per thing that is written.

mod action;
mod actions;
mod ast;
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

use quote::quote;
use syn::Item;

use crate::model::Workspace;

/// The whole generated module. `file` is the schema's file name, for people.
pub(crate) fn emit(
    workspace: &Workspace,
    file: &str,
    attributes: &Attributes,
) -> syn::Result<syn::File> {
    let mut items = imports()?;
    items.extend(lead::emit(workspace, file, attributes)?);
    items.extend(action::emit(&workspace.actions, file, attributes)?);
    items.extend(workspace::emit(workspace)?);
    items.push(actions::emit(&workspace.actions, attributes)?);
    items.push(options::emit(workspace, attributes)?);
    Ok(syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items })
}

/// What each module names by short names. The prelude comes as a glob, so that nothing of the user
/// collides with it; it need not be there otherwise.
fn imports() -> syn::Result<Vec<Item>> {
    let file: syn::File = syn::parse2(quote! {
        use ::std::prelude::v1::*;
        use ::telecrm_runtime as telecrm;
    })?;
    Ok(file.items)
}
