//! Expressions, statements, arms.

use proc_macro2::Span;
use syn::token::{Bracket, Paren};
use syn::{
    Expr, ExprArray, ExprCall, ExprLit, ExprMethodCall, ExprPath, ExprReference, Lit, LitStr, Path,
    Token,
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
