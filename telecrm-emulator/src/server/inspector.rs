//! The inspector page and what it loads: everything from here, nothing from elsewhere.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{Html, IntoResponse, Response},
};

use super::query::Query;
use crate::{engine::Engine, page};

/// Should escaping ever fail, the browser still runs nothing that did not come from here.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn page(State(engine): State<Arc<Engine>>, RawQuery(query): RawQuery) -> Response {
    let query = Query::parse(query.as_deref());
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    match page::render(&engine, query.get("drop")) {
        Ok(html) => (headers, Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

pub(super) async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../assets/page.css"))
        .into_response()
}

pub(super) async fn script() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("../../assets/page.js"))
        .into_response()
}
