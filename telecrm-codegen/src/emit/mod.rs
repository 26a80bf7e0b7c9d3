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

use syn::{Item, Token, UseGlob, UseRename, UseTree};

use crate::names::NamedSchema;

/// The whole generated module. `file` is the schema's file name, for people.
pub(crate) fn emit(
    workspace: &NamedSchema,
    file: &str,
    attributes: &Attributes,
) -> syn::Result<syn::File> {
    let mut items = Vec::from(imports());
    items.extend(lead::emit(workspace, file, attributes)?);
    items.extend(action::emit(&workspace.actions, file, attributes)?);
    items.extend(workspace::emit(workspace)?);
    items.push(actions::emit(&workspace.actions, attributes)?);
    items.push(options::emit(workspace, attributes)?);
    Ok(syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items })
}

/// What each module names by short names. The prelude comes as a glob, so that nothing of the user
/// collides with it; it need not be there otherwise.
fn imports() -> [Item; 2] {
    let everything = UseTree::Glob(UseGlob { star_token: <Token![*]>::default() });
    let telecrm = UseTree::Rename(UseRename {
        ident: ast::ident("telecrm_runtime"),
        as_token: <Token![as]>::default(),
        rename: ast::ident("telecrm"),
    });
    [ast::import("std::prelude::v1", everything), ast::import("", telecrm)]
}
