//! Endpoint of the Async API.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    refusal::Refusal,
    request::{authorize, is_json, read},
};
use crate::{
    delivery::Payload,
    engine::{Engine, NotQueued, Refused},
    faults::Injected,
    tokens::TokenKind,
};

pub(super) async fn autoupdatelead(
    State(engine): State<Arc<Engine>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let id = id.ok().map(|Path(id)| id);
    let (head, body) = request.into_parts();
    // The body is read regardless of the headers, so that the connection stays usable.
    let body = read(body, engine.settings.read_timeout).await;
    let injected = head.extensions.get::<Injected>().cloned().unwrap_or_default();
    let fault = injected.name();
    let payload = Payload::new(body.as_deref().unwrap_or_default());
    match checked(&engine, id.as_deref(), &head, body) {
        Ok(body) => match engine.accept(&body, payload.clone(), &injected) {
            Ok(due) => {
                if let Some(due) = due {
                    tokio::spawn(settle_at(engine, due));
                }
                Json(json!({ "status": "QUEUED" })).into_response()
            }
            Err(error) => refuse(&engine, refusal(error, &engine), payload, fault),
        },
        Err(refusal) => refuse(&engine, refusal, payload, fault),
    }
}

/// Processes a delayed lead when it is due, so that receivers are notified of it.
async fn settle_at(engine: Arc<Engine>, due: u64) {
    engine.settings.clock.sleep_until(due).await;
    engine.settle();
}

/// Performs the checks that precede the validation of the JSON.
fn checked(
    engine: &Engine,
    id: Option<&str>,
    head: &Parts,
    body: Result<Vec<u8>, Refusal>,
) -> Result<Value, Refusal> {
    authorize(engine, &head.headers, TokenKind::Async)?;
    if id != Some(engine.enterprise_id()) {
        return Err(Refusal::not_found("ENTERPRISE_NOT_FOUND", "no such enterprise"));
    }
    if !is_json(&head.headers) {
        return Err(Refusal::bad_request("the content type must be application/json"));
    }
    serde_json::from_slice(&body?)
        .map_err(|error| Refusal::bad_request(format!("the body is not JSON: {error}")))
}

fn refusal(error: NotQueued, engine: &Engine) -> Refusal {
    match error {
        NotQueued::Malformed(malformed) => Refusal::bad_request(malformed.to_string()),
        NotQueued::QueueFull => {
            let message = "processing is held or delayed, and the queue is full";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "QUEUE_FULL", message)
        }
        NotQueued::LeadsFull => Refusal::leads_full(&engine.settings.limits),
    }
}

/// Refuses a request, and records it as a delivery.
pub(super) fn refuse(
    engine: &Engine,
    refusal: Refusal,
    payload: Payload,
    fault: Option<&'static str>,
) -> Response {
    let status = refusal.status.as_u16();
    let message = refusal.reason().to_owned();
    engine.refused(Refused { status, message, payload, fault, confirmed: None });
    refusal.into_response()
}

pub(super) async fn method_not_allowed(State(engine): State<Arc<Engine>>) -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED.as_u16();
    let message = "only POST is allowed here".to_owned();
    engine.refused(Refused { status, message, ..Refused::default() });
    Refusal::method_not_allowed("POST")
}
