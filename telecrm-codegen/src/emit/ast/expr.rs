//! Expressions, statements, arms.

use proc_macro2::Span;
use syn::token::{Brace, Bracket, Paren};
use syn::{
    Expr, ExprArray, ExprAssign, ExprCall, ExprField, ExprLit, ExprMethodCall, ExprPath,
    ExprReference, ExprStruct, FieldValue, Lit, LitStr, Member, Path, Stmt, Token,
};

use super::ident;

/// A string literal.
pub(in crate::emit) fn text(text: &str) -> Expr {
    let lit = Lit::Str(LitStr::new(text, Span::call_site()));
    Expr::Lit(ExprLit { attrs: Vec::new(), lit })
}

/// A path as an expression.
pub(in crate::emit) fn value(path: Path) -> Expr {
    Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path })
}

/// A name as an expression.
pub(in crate::emit) fn name(name: &str) -> Expr {
    value(Path::from(ident(name)))
}

/// `self.field`
pub(in crate::emit) fn own(field: &str) -> Expr {
    Expr::Field(ExprField {
        attrs: Vec::new(),
        base: Box::new(name("self")),
        dot_token: <Token![.]>::default(),
        member: Member::Named(ident(field)),
    })
}

/// `&of`, or `&mut of`.
pub(in crate::emit) fn reference(of: Expr, mutability: Option<Token![mut]>) -> Expr {
    Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: <Token![&]>::default(),
        mutability,
        expr: Box::new(of),
    })
}

/// `&[element, …]`
pub(in crate::emit) fn slice(elements: impl IntoIterator<Item = Expr>) -> Expr {
    let array = ExprArray {
        attrs: Vec::new(),
        bracket_token: Bracket::default(),
        elems: elements.into_iter().collect(),
    };
    reference(Expr::Array(array), None)
}

/// `function(argument, …)`
pub(in crate::emit) fn call(function: Path, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(ExprCall {
        attrs: Vec::new(),
        func: Box::new(value(function)),
        paren_token: Paren::default(),
        args: arguments.into_iter().collect(),
    })
}

/// `receiver.method(argument, …)`
pub(in crate::emit) fn method_call(
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
pub(in crate::emit) fn assignment(left: Expr, right: Expr) -> Expr {
    Expr::Assign(ExprAssign {
        attrs: Vec::new(),
        left: Box::new(left),
        eq_token: <Token![=]>::default(),
        right: Box::new(right),
    })
}

/// `name { member: value, … }`
pub(in crate::emit) fn struct_literal<'n>(
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

/// `expression;`
pub(in crate::emit) fn statement(expression: Expr) -> Stmt {
    Stmt::Expr(expression, Some(<Token![;]>::default()))
}
