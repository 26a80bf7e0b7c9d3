//! Nodes of syntax, made as they are. What stands once in the generated code is written as Rust
//! (`quote!`) and parsed; what stands there for every field or option is put together here, since
//! parsing it would be most of the time that generating takes.

use proc_macro2::{Span, TokenStream};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::token::{Brace, Bracket, Paren};
use syn::{
    AngleBracketedGenericArguments, Arm, AttrStyle, Attribute, Block, Expr, ExprArray, ExprAssign,
    ExprCall, ExprField, ExprLit, ExprMethodCall, ExprPath, ExprReference, ExprStruct, Field,
    FieldModifiers, FieldValue, FnArg, GenericArgument, Generics, Ident, ImplItem, ImplItemConst,
    ImplItemFn, Item, ItemEnum, ItemImpl, ItemMacro, ItemMod, ItemStruct, ItemUse, Lifetime, Lit,
    LitStr, Local, LocalInit, LocalModifiers, Macro, MacroDelimiter, Member, Meta, MetaList,
    MetaNameValue, Pat, PatIdent, PatType, PatWild, Path, PathArguments, PathSegment, Receiver,
    ReceiverKind, ReturnType, Signature, Stmt, Token, TraitBound, Type, TypeImplTrait,
    TypeParamBound, TypePath, TypeReference, TypeSlice, UsePath, UseTree, Variant, VisRestricted,
    Visibility,
};

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

/// `path<argument, …>`
pub(super) fn with_arguments(
    mut path: Path,
    arguments: impl IntoIterator<Item = GenericArgument>,
) -> Path {
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::AngleBracketed(AngleBracketedGenericArguments {
            colon2_token: None,
            lt_token: <Token![<]>::default(),
            args: arguments.into_iter().collect(),
            gt_token: <Token![>]>::default(),
        });
    }
    path
}

/// A path as a type.
pub(super) fn type_of(path: Path) -> Type {
    Type::Path(TypePath { attrs: Vec::new(), qself: None, path })
}

/// `name<argument>`
pub(super) fn type_with(name: &str, argument: Type) -> Type {
    type_of(with_arguments(Path::from(ident(name)), [GenericArgument::Type(argument)]))
}

/// `impl bound`
pub(super) fn impl_trait(bound: Path) -> Type {
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

/// `&mut of`
pub(super) fn mut_ref(of: Type) -> Type {
    Type::Reference(TypeReference {
        attrs: Vec::new(),
        and_token: <Token![&]>::default(),
        lifetime: None,
        mutability: Some(<Token![mut]>::default()),
        elem: Box::new(of),
    })
}

/// `'_`, as an argument.
pub(super) fn any_lifetime() -> GenericArgument {
    GenericArgument::Lifetime(Lifetime::new("'_", Span::call_site()))
}

/// `&'static of`
pub(super) fn static_ref(of: Type) -> Type {
    Type::Reference(TypeReference {
        attrs: Vec::new(),
        and_token: <Token![&]>::default(),
        lifetime: Some(Lifetime::new("'static", Span::call_site())),
        mutability: None,
        elem: Box::new(of),
    })
}

/// `&'static [of]`
pub(super) fn static_slice(of: Type) -> Type {
    static_ref(Type::Slice(TypeSlice {
        attrs: Vec::new(),
        bracket_token: Bracket::default(),
        elem: Box::new(of),
    }))
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

/// `pub(super)`
pub(super) fn public_above() -> Visibility {
    Visibility::Restricted(VisRestricted {
        pub_token: <Token![pub]>::default(),
        paren_token: Paren::default(),
        in_token: None,
        path: Box::new(path("super")),
    })
}

/// `use ::path::last;`, where `last` may be any tree.
pub(super) fn import(path: &str, last: UseTree) -> Item {
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
        leading_colon: Some(<Token![::]>::default()),
        tree,
        semi_token: <Token![;]>::default(),
    })
}

/// A string literal.
pub(super) fn text(text: &str) -> Expr {
    let lit = Lit::Str(LitStr::new(text, Span::call_site()));
    Expr::Lit(ExprLit { attrs: Vec::new(), lit })
}

/// A path as an expression.
pub(super) fn value(path: Path) -> Expr {
    Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path })
}

/// A name as an expression.
pub(super) fn name(name: &str) -> Expr {
    value(Path::from(ident(name)))
}

/// `self.field`
pub(super) fn own(field: &str) -> Expr {
    Expr::Field(ExprField {
        attrs: Vec::new(),
        base: Box::new(name("self")),
        dot_token: <Token![.]>::default(),
        member: Member::Named(ident(field)),
    })
}

/// `&of`, or `&mut of`.
pub(super) fn reference(of: Expr, mutability: Option<Token![mut]>) -> Expr {
    Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: <Token![&]>::default(),
        mutability,
        expr: Box::new(of),
    })
}

/// `&[element, …]`
pub(super) fn slice(elements: impl IntoIterator<Item = Expr>) -> Expr {
    let array = ExprArray {
        attrs: Vec::new(),
        bracket_token: Bracket::default(),
        elems: elements.into_iter().collect(),
    };
    reference(Expr::Array(array), None)
}

/// `function(argument, …)`
pub(super) fn call(function: Path, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(ExprCall {
        attrs: Vec::new(),
        func: Box::new(value(function)),
        paren_token: Paren::default(),
        args: arguments.into_iter().collect(),
    })
}

/// `receiver.method(argument, …)`
pub(super) fn method_call(
    receiver: Expr,
    method: &str,
    arguments: impl IntoIterator<Item = Expr>,
) -> Expr {
    Expr::MethodCall(ExprMethodCall {
        attrs: Vec::new(),
        receiver: Box::new(receiver),
        dot_token: <Token![.]>::default(),
        method: ident(method),
        turbofish: None,
        paren_token: Paren::default(),
        args: arguments.into_iter().collect(),
    })
}

/// `left = right`
pub(super) fn assignment(left: Expr, right: Expr) -> Expr {
    Expr::Assign(ExprAssign {
        attrs: Vec::new(),
        left: Box::new(left),
        eq_token: <Token![=]>::default(),
        right: Box::new(right),
    })
}

/// `name { member: value, … }`
pub(super) fn struct_literal<'n>(
    name: &str,
    members: impl IntoIterator<Item = (&'n str, Expr)>,
) -> Expr {
    let members = members.into_iter().map(|(name, expr)| FieldValue {
        attrs: Vec::new(),
        member: Member::Named(ident(name)),
        colon_token: Some(<Token![:]>::default()),
        expr,
    });
    Expr::Struct(ExprStruct {
        attrs: Vec::new(),
        qself: None,
        path: Path::from(ident(name)),
        brace_token: Brace::default(),
        fields: members.collect(),
        dot2_token: None,
        rest: None,
    })
}

/// `"pattern" => body,`
pub(super) fn arm(pattern: &str, body: Expr) -> Arm {
    let lit = Lit::Str(LitStr::new(pattern, Span::call_site()));
    Arm {
        attrs: Vec::new(),
        pat: Pat::Lit(ExprLit { attrs: Vec::new(), lit }),
        fat_arrow_token: <Token![=>]>::default(),
        body: Box::new(body),
        comma: Some(<Token![,]>::default()),
    }
}

/// `expression;`
pub(super) fn statement(expression: Expr) -> Stmt {
    Stmt::Expr(expression, Some(<Token![;]>::default()))
}

/// `let _ = name;`
pub(super) fn unused(name: &str) -> Stmt {
    Stmt::Local(Local {
        attrs: Vec::new(),
        modifiers: LocalModifiers::default(),
        let_token: <Token![let]>::default(),
        pat: Pat::Wild(PatWild { attrs: Vec::new(), underscore_token: <Token![_]>::default() }),
        init: Some(LocalInit {
            eq_token: <Token![=]>::default(),
            expr: Box::new(self::name(name)),
            diverge: None,
        }),
        semi_token: <Token![;]>::default(),
    })
}

/// A member of a struct.
pub(super) fn field(docs: Vec<Attribute>, name: &str, ty: Type) -> Field {
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
pub(super) fn variant(docs: Vec<Attribute>, name: &str, content: Option<Type>) -> Variant {
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
pub(super) fn self_value(mutability: Option<Token![mut]>) -> FnArg {
    receiver(mutability, ReceiverKind::Value)
}

/// `&self`
pub(super) fn self_ref() -> FnArg {
    receiver(None, ReceiverKind::Reference(<Token![&]>::default(), None, None))
}

fn receiver(mutability: Option<Token![mut]>, kind: ReceiverKind) -> FnArg {
    let self_token = <Token![self]>::default();
    FnArg::Receiver(Receiver { attrs: Vec::new(), mutability, self_token, kind })
}

/// `name: ty`
pub(super) fn argument(name: &str, ty: Type) -> FnArg {
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
pub(super) fn function(
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
pub(super) fn constant(
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
pub(super) fn implementation(
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
pub(super) fn structure(
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
pub(super) fn enumeration(
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

/// `pub mod name { … }`
pub(super) fn module(attrs: Vec<Attribute>, name: &str, items: Vec<Item>) -> Item {
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
pub(super) fn macro_call(path: Path, tokens: TokenStream) -> Item {
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
