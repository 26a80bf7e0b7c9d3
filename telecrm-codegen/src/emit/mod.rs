//! Writes the named schema as Rust, with one file for each kind of item.

mod action;
mod actions;
mod api_names;
mod attributes;
mod docs;
mod field;
mod field_type;
mod label_enum;
mod lead;
mod lints;
mod options;
mod texts;
mod workspace;

pub(crate) use self::attributes::Attributes;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::names::NamedSchema;
use crate::output::Output;

/// Input of every item.
pub(crate) struct Context<'c> {
    pub(crate) schema: &'c NamedSchema,
    /// The schema's file name, for documentation.
    pub(crate) file: &'c str,
    pub(crate) attributes: &'c Attributes,
}

/// Appends the generated module.
///
/// # Errors
///
/// Returns an error if an item is not valid Rust, which is a bug in this crate.
pub(crate) fn emit(context: &Context<'_>, out: &mut Output) -> syn::Result<()> {
    out.item(prelude())?;
    let forms = lead::forms(context.schema);
    lead::emit(context, &forms, out)?;
    action::emit(context, out)?;
    workspace::emit(context.schema, out)?;
    actions::emit(context, out)?;
    options::emit(context, &forms, out)?;
    api_names::emit(&forms, out);
    texts::emit(&forms, out)
}

/// Imports of an inner module.
///
/// The prelude is a glob import, so that the user's names take precedence. The runtime is imported from
/// the enclosing module.
fn imports(with_prelude: bool) -> TokenStream {
    let prelude = with_prelude.then(prelude);
    quote! {
        #prelude
        use super::telecrm;
    }
}

fn prelude() -> TokenStream {
    quote! {
        use ::std::prelude::v1::*;
    }
}

/// An identifier, which may be raw (`r#type`).
fn ident(name: &str) -> Ident {
    format_ident!("{name}")
}

/// The path of the runtime in `use … as telecrm`, or `None` if it is not a path.
///
/// It is absolute, unless it starts with the user's crate.
pub(crate) fn runtime_path(path: &str) -> Option<String> {
    let parsed: syn::Path = syn::parse_str(path).ok()?;
    let plain = parsed.segments.iter().all(|segment| segment.arguments.is_none());
    // A keyword without a name is not a crate. `super` depends on the module that includes the code.
    let first = parsed.segments.first()?.ident.to_string();
    let is_own_crate =
        first == "crate" && parsed.segments.len() > 1 && parsed.leading_colon.is_none();
    let rest = parsed.segments.iter().skip(usize::from(is_own_crate));
    let are_names = rest
        .clone()
        .all(|segment| syn::parse_str::<syn::Ident>(&segment.ident.to_string()).is_ok());
    let rest: Vec<String> = rest.map(|segment| segment.ident.to_string()).collect();
    let start = if is_own_crate { "crate" } else { "" };
    (plain && are_names).then(|| format!("{start}::{}", rest.join("::")))
}

#[cfg(test)]
mod tests {
    use super::runtime_path;

    #[test]
    fn path_of_a_renamed_or_re_exported_runtime_is_absolute() {
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
