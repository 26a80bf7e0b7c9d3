//! The model as Rust. Every decision was made before; here are only words and order, one file
//! per thing that is written.

mod action;
mod actions;
mod ast;
mod attributes;
mod docs;
mod field;
mod label_enum;
mod lead;
mod lints;
mod options;
mod texts;
mod verbatim;
mod workspace;

pub(crate) use self::attributes::Attributes;
pub(crate) use self::docs::LINE_COMMENT;
pub(crate) use self::verbatim::Verbatim;

use syn::{Item, Token, UseGlob, UseName, UseTree};

use crate::names::NamedSchema;

/// The name of the runtime in generated code.
pub(crate) const RUNTIME: &str = "telecrm";

/// A path to the runtime as it is written in `use … as telecrm`: absolute, unless it starts in the
/// user's own crate. `None` where it is not a path.
pub(crate) fn runtime_path(path: &str) -> Option<String> {
    let parsed: syn::Path = syn::parse_str(path).ok()?;
    let plain = parsed.segments.iter().all(|it| it.arguments.is_none());
    // Alone, a keyword is no crate; `super` depends on where the code is included.
    let first = parsed.segments.first()?.ident.to_string();
    let own = first == "crate" && parsed.segments.len() > 1 && parsed.leading_colon.is_none();
    let rest = parsed.segments.iter().skip(usize::from(own));
    let are_names =
        rest.clone().all(|it| syn::parse_str::<syn::Ident>(&it.ident.to_string()).is_ok());
    let rest: Vec<String> = rest.map(|it| it.ident.to_string()).collect();
    let start = if own { "crate" } else { "" };
    (plain && are_names).then(|| format!("{start}::{}", rest.join("::")))
}

/// The whole generated module: syntax, and the text that parts of it stand for.
pub(crate) struct Emitted {
    pub(crate) file: syn::File,
    pub(crate) verbatim: Verbatim,
}

/// The whole generated module. `file` is the schema's file name, for people.
pub(crate) fn emit(
    workspace: &NamedSchema,
    file: &str,
    attributes: &Attributes,
) -> syn::Result<Emitted> {
    let [prelude, _] = imports();
    let mut verbatim = Verbatim::default();
    let mut items = vec![prelude];
    items.extend(lead::emit(workspace, file, attributes, &mut verbatim)?);
    items.extend(action::emit(&workspace.actions, file, attributes, &mut verbatim)?);
    items.push(workspace::emit(workspace)?);
    items.push(actions::emit(&workspace.actions, attributes, &mut verbatim)?);
    items.push(options::emit(workspace, attributes, &mut verbatim)?);
    items.extend(texts::emit(&workspace.fields, &mut verbatim)?);
    let file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items };
    Ok(Emitted { file, verbatim })
}

/// Imports of each module. The prelude comes as a glob, so that nothing of the user collides with
/// it; it need not be there otherwise. The runtime has its name from the module around: the one line
/// that says where it is stands at the top of the file, see `output`.
fn imports() -> [Item; 2] {
    let everything = UseTree::Glob(UseGlob { star_token: <Token![*]>::default() });
    let runtime = UseTree::Name(UseName { ident: ast::ident(RUNTIME) });
    [ast::import("::std::prelude::v1", everything), ast::import("super", runtime)]
}

#[cfg(test)]
mod tests {
    use super::runtime_path;

    #[test]
    fn a_renamed_or_re_exported_runtime_has_an_absolute_path() {
        for (given, written) in [
            ("crm_rt", "::crm_rt"),
            ("::crm_rt", "::crm_rt"),
            ("r#type", "::r#type"),
            ("company :: telecrm_runtime", "::company::telecrm_runtime"),
            ("crate::runtime", "crate::runtime"),
        ] {
            assert_eq!(runtime_path(given).as_deref(), Some(written));
        }
        for given in [
            "",
            "crm-rt",
            "crm_rt;",
            "crate",
            "self",
            "super::runtime",
            "::crate::a",
            "a<b>",
            "a as b",
            "a\nb",
        ] {
            assert_eq!(runtime_path(given), None, "{given:?}");
        }
    }
}
