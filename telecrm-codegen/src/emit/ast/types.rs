//! Types.

use proc_macro2::Span;
use syn::token::Bracket;
use syn::{Lifetime, Path, Token, Type, TypePath, TypeReference, TypeSlice};

/// A path as a type.
pub(in crate::emit) fn type_of(path: Path) -> Type {
    Type::Path(TypePath { attrs: Vec::new(), qself: None, path })
}

/// `&'static of`
pub(in crate::emit) fn static_ref(of: Type) -> Type {
    Type::Reference(TypeReference {
        attrs: Vec::new(),
        and_token: <Token![&]>::default(),
        lifetime: Some(Lifetime::new("'static", Span::call_site())),
        mutability: None,
        elem: Box::new(of),
    })
}

/// `&'static [of]`
pub(in crate::emit) fn static_slice(of: Type) -> Type {
    static_ref(Type::Slice(TypeSlice {
        attrs: Vec::new(),
        bracket_token: Bracket::default(),
        elem: Box::new(of),
    }))
}
