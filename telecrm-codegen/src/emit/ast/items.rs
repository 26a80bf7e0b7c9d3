//! Items and their parts: fields, variants, functions, constants.

use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::token::{Brace, Paren};
use syn::{
    Attribute, Expr, Field, FieldModifiers, Generics, ImplItem, ImplItemConst, Item, ItemEnum,
    ItemImpl, ItemMacro, ItemMod, ItemStruct, ItemUse, Macro, MacroDelimiter, Path, Token, Type,
    TypeTuple, UsePath, UseTree, Variant, Visibility,
};

use super::{ident, public, type_of};

/// `use path::last;`, where `last` may be any tree.
pub(in crate::emit) fn import(path: &str, last: UseTree) -> Item {
    let leading_colon = path.starts_with("::").then(<Token![::]>::default);
    let segments = path.rsplit("::").filter(|segment| !segment.is_empty());
    let tree = segments.fold(last, |tree, segment| {
        UseTree::Path(UsePath {
            ident: ident(segment),
            colon2_token: <Token![::]>::default(),
            tree: Box::new(tree),
        })
    });
    Item::Use(ItemUse {
        attrs: Vec::new(),
        vis: Visibility::Inherited,
        use_token: <Token![use]>::default(),
        leading_colon,
        tree,
        semi_token: <Token![;]>::default(),
    })
}

/// A member of a struct, of the type `()`.
pub(in crate::emit) fn unit_field(name: &str) -> Field {
    Field {
        attrs: Vec::new(),
        vis: public(),
        modifiers: FieldModifiers::default(),
        ident: Some(ident(name)),
        colon_token: Some(<Token![:]>::default()),
        ty: Type::Tuple(TypeTuple {
            attrs: Vec::new(),
            paren_token: Paren::default(),
            elems: Punctuated::new(),
        }),
        default: None,
    }
}

/// A variant without content.
pub(in crate::emit) fn variant(name: &str) -> Variant {
    Variant { attrs: Vec::new(), ident: ident(name), fields: syn::Fields::Unit, discriminant: None }
}

/// A constant of an `impl`.
pub(in crate::emit) fn constant(
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: &str,
    ty: Type,
    expr: Expr,
) -> ImplItem {
    ImplItem::Const(ImplItemConst {
        attrs,
        vis,
        modifiers: syn::ConstModifiers::default(),
        const_token: <Token![const]>::default(),
        ident: ident(name),
        generics: Generics::default(),
        colon_token: <Token![:]>::default(),
        ty,
        eq_token: <Token![=]>::default(),
        expr,
        semi_token: <Token![;]>::default(),
    })
}

/// `impl name { … }`, `impl of for name { … }`
pub(in crate::emit) fn implementation(
    attrs: Vec<Attribute>,
    of: Option<Path>,
    name: &str,
    items: Vec<ImplItem>,
) -> Item {
    Item::Impl(ItemImpl {
        attrs,
        modifiers: syn::ImplModifiers::default(),
        unsafety: None,
        impl_token: <Token![impl]>::default(),
        generics: Generics::default(),
        trait_: of.map(|path| (path, <Token![for]>::default())),
        self_ty: Box::new(type_of(Path::from(ident(name)))),
        brace_token: Brace::default(),
        items,
    })
}

/// `pub struct name { … }`
pub(in crate::emit) fn structure(
    attrs: Vec<Attribute>,
    name: &str,
    members: Option<Field>,
) -> Item {
    Item::Struct(ItemStruct {
        attrs,
        vis: public(),
        struct_token: <Token![struct]>::default(),
        ident: ident(name),
        generics: Generics::default(),
        fields: syn::Fields::Named(syn::FieldsNamed {
            brace_token: Brace::default(),
            named: members.into_iter().collect(),
        }),
        semi_token: None,
    })
}

/// `pub enum name { … }`
pub(in crate::emit) fn enumeration(
    attrs: Vec<Attribute>,
    name: &str,
    variants: Option<Variant>,
) -> Item {
    Item::Enum(ItemEnum {
        attrs,
        vis: public(),
        enum_token: <Token![enum]>::default(),
        ident: ident(name),
        generics: Generics::default(),
        brace_token: Brace::default(),
        variants: variants.into_iter().collect(),
    })
}

/// `pub mod name { … }`
pub(in crate::emit) fn module(attrs: Vec<Attribute>, name: &str, items: Vec<Item>) -> Item {
    Item::Mod(ItemMod {
        attrs,
        vis: public(),
        unsafety: None,
        mod_token: <Token![mod]>::default(),
        ident: ident(name),
        content: Some((Brace::default(), items)),
        semi: None,
    })
}

/// `path!(tokens);`
pub(in crate::emit) fn macro_call(path: Path, tokens: TokenStream) -> Item {
    Item::Macro(ItemMacro {
        attrs: Vec::new(),
        ident: None,
        mac: Macro {
            path,
            bang_token: <Token![!]>::default(),
            delimiter: MacroDelimiter::Paren(Paren::default()),
            tokens,
        },
        semi_token: Some(<Token![;]>::default()),
    })
}
