//! Routes of the inspector page, its style sheet and its script.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{Html, IntoResponse, Response},
};

use super::{refusal::Refusal, request::Query};
use crate::{engine::Engine, page};

/// Content security policy of the page.
///
/// Even if escaping fails, the browser runs only scripts of this server.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) async fn page(State(engine): State<Arc<Engine>>, RawQuery(query): RawQuery) -> Response {
    let query = Query::new(query.as_deref());
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    let text = |key| query.get(key).unwrap_or_default();
    match page::render(&engine, &text("drop"), &text("find")) {
        Ok(html) => (headers, Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Returns a curl command that repeats a delivery.
pub(super) async fn curl(
    State(engine): State<Arc<Engine>>,
    Path(number): Path<String>,
) -> Result<Response, Refusal> {
    let number = number.parse::<u64>().ok();
    let delivery = {
        let state = engine.state();
        state.log.deliveries().iter().find(|delivery| Some(delivery.number) == number).cloned()
    };
    let delivery = delivery.ok_or_else(|| {
        Refusal::not_found("NOT_FOUND", "no delivery with this number is remembered")
    })?;
    let line = page::repeat(&engine, &delivery).ok_or_else(|| {
        let message = "the body was truncated or is not text, so it cannot be repeated";
        Refusal::new(StatusCode::CONFLICT, "BODY_NOT_KEPT", message)
    })?;
    let headers =
        [(CONTENT_TYPE, "text/plain; charset=utf-8"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    Ok((headers, line + "\n").into_response())
}

pub(super) async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../assets/page.css"))
        .into_response()
}

pub(super) async fn script() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("../../assets/page.js"))
        .into_response()
}
