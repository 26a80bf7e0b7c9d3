//! Items and their parts: fields, variants, functions, constants.

use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::token::{Brace, Paren};
use syn::{
    Attribute, Block, Expr, Field, FieldModifiers, FnArg, Generics, ImplItem, ImplItemConst,
    ImplItemFn, Item, ItemEnum, ItemImpl, ItemMacro, ItemMod, ItemStruct, ItemType, ItemUse, Macro,
    MacroDelimiter, Pat, PatIdent, PatType, Path, Receiver, ReceiverKind, ReturnType, Signature,
    Stmt, Token, Type, UsePath, UseTree, Variant, Visibility,
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

/// A member of a struct.
pub(in crate::emit) fn field(docs: Vec<Attribute>, name: &str, ty: Type) -> Field {
    Field {
        attrs: docs,
        vis: public(),
        modifiers: FieldModifiers::default(),
        ident: Some(ident(name)),
        colon_token: Some(<Token![:]>::default()),
        ty,
        default: None,
    }
}

/// A variant without content, or with content of one type.
pub(in crate::emit) fn variant(docs: Vec<Attribute>, name: &str, content: Option<Type>) -> Variant {
    let fields = content.map_or(syn::Fields::Unit, |ty| {
        let field =
            Field { vis: Visibility::Inherited, ident: None, ..field(Vec::new(), name, ty) };
        syn::Fields::Unnamed(syn::FieldsUnnamed {
            paren_token: Paren::default(),
            unnamed: Punctuated::from_iter([Field { colon_token: None, ..field }]),
        })
    });
    Variant { attrs: docs, ident: ident(name), fields, discriminant: None }
}

/// `self`, `mut self`
pub(in crate::emit) fn self_value(mutability: Option<Token![mut]>) -> FnArg {
    receiver(mutability, ReceiverKind::Value)
}

fn receiver(mutability: Option<Token![mut]>, kind: ReceiverKind) -> FnArg {
    let self_token = <Token![self]>::default();
    FnArg::Receiver(Receiver { attrs: Vec::new(), mutability, self_token, kind })
}

/// `name: ty`
pub(in crate::emit) fn argument(name: &str, ty: Type) -> FnArg {
    let pat = Pat::Ident(PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: ident(name),
        subpat: None,
    });
    FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(pat),
        colon_token: <Token![:]>::default(),
        ty: Box::new(ty),
    })
}

/// A function of an `impl`.
pub(in crate::emit) fn function(
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: &str,
    arguments: impl IntoIterator<Item = FnArg>,
    output: Option<Type>,
    body: Vec<Stmt>,
) -> ImplItem {
    let output = output
        .map_or(ReturnType::Default, |ty| ReturnType::Type(<Token![->]>::default(), Box::new(ty)));
    ImplItem::Fn(ImplItemFn {
        attrs,
        vis,
        modifiers: syn::FnModifiers::default(),
        sig: Signature {
            constness: None,
            asyncness: None,
            safety: syn::Safety::default(),
            abi: None,
            fn_token: <Token![fn]>::default(),
            ident: ident(name),
            generics: Generics::default(),
            paren_token: Paren::default(),
            inputs: arguments.into_iter().collect(),
            variadic: None,
            output,
        },
        block: Block { brace_token: Brace::default(), stmts: body },
    })
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
    fields: impl IntoIterator<Item = Field>,
) -> Item {
    Item::Struct(ItemStruct {
        attrs,
        vis: public(),
        struct_token: <Token![struct]>::default(),
        ident: ident(name),
        generics: Generics::default(),
        fields: syn::Fields::Named(syn::FieldsNamed {
            brace_token: Brace::default(),
            named: fields.into_iter().collect(),
        }),
        semi_token: None,
    })
}

/// `pub enum name { … }`
pub(in crate::emit) fn enumeration(
    attrs: Vec<Attribute>,
    name: &str,
    variants: impl IntoIterator<Item = Variant>,
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

/// `pub type name = ty;`
pub(in crate::emit) fn type_alias(attrs: Vec<Attribute>, name: &str, ty: Type) -> Item {
    Item::Type(ItemType {
        attrs,
        vis: public(),
        modifiers: syn::TypeModifiers::default(),
        type_token: <Token![type]>::default(),
        ident: ident(name),
        generics: Generics::default(),
        eq_token: <Token![=]>::default(),
        ty: Box::new(ty),
        semi_token: <Token![;]>::default(),
        where_clause_placement: syn::WhereClausePlacement::Early,
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
