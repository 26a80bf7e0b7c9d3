//! The HTTP surface: the Async endpoint, and `/emulator/…` for tests.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use axum::{
    Json, Router,
    body::{Body, HttpBody as _},
    extract::{Path, Request, State, rejection::PathRejection},
    http::{
        HeaderMap, StatusCode,
        header::{ALLOW, AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::{
    delivery::Delivery,
    engine::{ASYNC_TOKEN, Engine, SYNC_TOKEN},
    store::StoredLead,
};

/// The largest body that is read as a request. telecrm's own limit is not documented.
const BODY_LIMIT: usize = 1024 * 1024;
/// How much of a body over the limit is still taken off the wire: a client that is cut off while
/// it sends may never read the answer.
const DRAIN_LIMIT: usize = 64 * BODY_LIMIT;

/// Everything that an emulator answers.
pub(crate) fn router(engine: Arc<Engine>) -> Router {
    Router::new()
        .route(
            "/enterprise/{id}/autoupdatelead",
            post(autoupdatelead).fallback(autoupdatelead_by_another_method),
        )
        .route("/emulator/leads", get(leads).fallback(only_get))
        .route("/emulator/deliveries", get(deliveries).fallback(only_get))
        .route("/emulator/reset", post(reset).fallback(only_post))
        .fallback(nowhere)
        .with_state(engine)
}

/// Why a request is refused, in telecrm's envelope.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    fn not_authorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "NOT_AUTHORIZED", message)
    }

    fn method_not_allowed(allowed: &'static str) -> Response {
        let message = format!("only {allowed} is answered here");
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message);
        ([(ALLOW, allowed)], refusal).into_response()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        (self.status, Json(body)).into_response()
    }
}

async fn autoupdatelead(
    State(engine): State<Arc<Engine>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let id = id.ok().map(|Path(id)| id);
    match queue(&engine, id.as_deref(), request).await {
        Ok(()) => Json(json!({ "status": "QUEUED" })).into_response(),
        Err(refusal) => {
            engine.refused(refusal.status.as_u16());
            refusal.into_response()
        }
    }
}

/// The checks that telecrm makes before it answers, then the background processing.
async fn queue(engine: &Engine, id: Option<&str>, request: Request) -> Result<(), Refusal> {
    let (head, body) = request.into_parts();
    // The body is taken first, whatever the headers say: the connection stays usable.
    let body = read(body).await;
    authorize(&head.headers)?;
    if id != Some(engine.enterprise_id.as_str()) {
        let message = "no such enterprise";
        return Err(Refusal::new(StatusCode::NOT_FOUND, "ENTERPRISE_NOT_FOUND", message));
    }
    if !is_json(&head.headers) {
        return Err(Refusal::bad_request("the content type must be application/json"));
    }
    let body: Value = serde_json::from_slice(&body?)
        .map_err(|error| Refusal::bad_request(format!("the body is not JSON: {error}")))?;
    engine.accept(&body).map_err(|malformed| Refusal::bad_request(malformed.to_string()))
}

async fn read(mut body: Body) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut seen = 0;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|_| Refusal::bad_request("the body ended early"))?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen <= BODY_LIMIT {
            bytes.extend_from_slice(&data);
        } else if seen > DRAIN_LIMIT {
            break;
        }
    }
    if seen > BODY_LIMIT {
        let message = format!("the body is over {BODY_LIMIT} bytes");
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message));
    }
    Ok(bytes)
}

fn authorize(headers: &HeaderMap) -> Result<(), Refusal> {
    let header = headers
        .get(AUTHORIZATION)
        .ok_or_else(|| Refusal::not_authorized("no `Authorization` header was sent"))?;
    let token =
        header.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(|| {
            Refusal::not_authorized("the header must be `Authorization: Bearer …`")
        })?;
    // The messages never repeat what was sent: it may be a token of the real service.
    let message = match token {
        ASYNC_TOKEN => return Ok(()),
        SYNC_TOKEN => "this is a Sync token, and the Async API takes Async tokens only",
        _ if token.trim_start().starts_with("Bearer") => "the word `Bearer` was sent twice",
        _ if token.contains(char::is_whitespace) => "the token has blanks in it",
        _ => "no such token",
    };
    Err(Refusal::not_authorized(message))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

async fn autoupdatelead_by_another_method(State(engine): State<Arc<Engine>>) -> Response {
    engine.refused(StatusCode::METHOD_NOT_ALLOWED.as_u16());
    Refusal::method_not_allowed("POST")
}

async fn leads(State(engine): State<Arc<Engine>>) -> Json<Vec<StoredLead>> {
    Json(engine.leads())
}

async fn deliveries(State(engine): State<Arc<Engine>>) -> Json<Vec<Delivery>> {
    Json(engine.deliveries())
}

async fn reset(State(engine): State<Arc<Engine>>) -> StatusCode {
    engine.reset();
    StatusCode::NO_CONTENT
}

async fn only_get() -> Response {
    Refusal::method_not_allowed("GET")
}

async fn only_post() -> Response {
    Refusal::method_not_allowed("POST")
}

async fn nowhere() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "the emulator has nothing at this path")
}
