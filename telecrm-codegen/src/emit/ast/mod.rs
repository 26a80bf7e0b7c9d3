//! Nodes of syntax, made as they are. Code that stands once in the generated code is written as Rust
//! (`quote!`) and parsed; what stands there for every list of options or action is put together here,
//! since parsing it would be most of the time that generating takes. Fields, options and variants are
//! text (`verbatim`).

mod expr;
mod items;
mod types;

use proc_macro2::{Span, TokenStream};
use syn::parse::Parser as _;
use syn::token::{Bracket, Paren};
use syn::{
    AttrStyle, Attribute, Ident, MacroDelimiter, Meta, MetaList, MetaNameValue, Path, PathSegment,
    Token, Visibility,
};

pub(super) use self::expr::*;
pub(super) use self::items::*;
pub(super) use self::types::*;

/// A name as it is written: plain or raw.
pub(super) fn ident(name: &str) -> Ident {
    let span = Span::call_site();
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, span),
        None => Ident::new(name, span),
    }
}

/// `telecrm::Text`
pub(super) fn path(path: &str) -> Path {
    Path {
        leading_colon: None,
        segments: path.split("::").map(|segment| PathSegment::from(ident(segment))).collect(),
    }
}

/// `module::name`, or the name alone.
pub(super) fn path_in(module: &str, name: &str) -> Path {
    let mut path = if module.is_empty() { Path::from(ident(name)) } else { path(module) };
    if !module.is_empty() {
        path.segments.push(PathSegment::from(ident(name)));
    }
    path
}

/// `#[doc = "…"]`
pub(super) fn doc(line: &str) -> Attribute {
    note("doc", line)
}

/// `#[name(tokens)]`
pub(super) fn attribute_with(name: &str, tokens: TokenStream) -> Attribute {
    attribute(Meta::List(MetaList {
        path: Path::from(ident(name)),
        delimiter: MacroDelimiter::Paren(Paren::default()),
        tokens,
    }))
}

/// `#[name = "…"]`
pub(super) fn note(name: &str, line: &str) -> Attribute {
    attribute(Meta::NameValue(MetaNameValue {
        path: Path::from(ident(name)),
        eq_token: <Token![=]>::default(),
        value: text(line),
    }))
}

fn attribute(meta: Meta) -> Attribute {
    Attribute {
        pound_token: <Token![#]>::default(),
        style: AttrStyle::Outer,
        bracket_token: Bracket::default(),
        meta,
    }
}

/// Attributes as Rust has them.
pub(super) fn attributes(tokens: TokenStream) -> syn::Result<Vec<Attribute>> {
    Attribute::parse_outer.parse2(tokens)
}

/// `pub`
pub(super) fn public() -> Visibility {
    Visibility::Public(<Token![pub]>::default())
}
