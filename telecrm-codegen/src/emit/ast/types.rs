//! Types.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::token::Bracket;
use syn::{
    GenericArgument, Lifetime, Path, Token, TraitBound, Type, TypeImplTrait, TypeParamBound,
    TypePath, TypeReference, TypeSlice,
};

use super::{ident, with_arguments};

/// A path as a type.
pub(in crate::emit) fn type_of(path: Path) -> Type {
    Type::Path(TypePath { attrs: Vec::new(), qself: None, path })
}

/// `name<argument>`
pub(in crate::emit) fn type_with(name: &str, argument: Type) -> Type {
    type_of(with_arguments(Path::from(ident(name)), [GenericArgument::Type(argument)]))
}

/// `impl bound`
pub(in crate::emit) fn impl_trait(bound: Path) -> Type {
    let bound = TypeParamBound::Trait(TraitBound {
        paren_token: None,
        lifetimes: None,
        modifiers: syn::TraitBoundModifiers::default(),
        maybe: None,
        path: bound,
    });
    Type::ImplTrait(TypeImplTrait {
        attrs: Vec::new(),
        impl_token: <Token![impl]>::default(),
        bounds: Punctuated::from_iter([bound]),
    })
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
