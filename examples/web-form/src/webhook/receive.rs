//! The endpoints of webhooks: authentication, storage and responses.

use std::net::SocketAddr;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};
use telecrm_outbox::Outbox;

use super::{FLAT, GOOGLE, INDIAMART, Reading, Sender, Unmapped};
use crate::access::{Secret, too_many};
use crate::store::{Received, StoreError};
use crate::{App, pages};

/// The endpoint of flat bodies. It is open if there is no token.
pub(crate) fn flat() -> MethodRouter<App> {
    with_token(&FLAT)
}

/// The endpoint of `IndiaMART`, or 404 if there is no token.
pub(crate) fn indiamart(token: Option<&Secret>) -> MethodRouter<App> {
    if token.is_some() { with_token(&INDIAMART) } else { absent() }
}

/// The endpoint of Google's lead forms, or 404 if there is no key.
pub(crate) fn google(key: Option<Secret>) -> MethodRouter<App> {
    let Some(expected) = key else { return absent() };
    post(
        async move |State(app): State<App>,
                    ConnectInfo(peer): ConnectInfo<SocketAddr>,
                    headers: HeaderMap,
                    body: Bytes| {
            let json: Option<Value> = serde_json::from_slice(&body).ok();
            let key = json.as_ref().and_then(|json| json.get("google_key")?.as_str());
            if !key.is_some_and(|key| expected.matches(key)) {
                return Ok(unauthorized(&app, peer, &headers));
            }
            // Google treats any other status of a test as an error.
            store(&app, &app.outbox, &GOOGLE, &headers, &body, StatusCode::OK).await
        },
    )
}

fn absent() -> MethodRouter<App> {
    post(async || StatusCode::NOT_FOUND)
}

/// An endpoint that accepts the token as bearer or as the last segment of the path.
fn with_token(sender: &'static Sender) -> MethodRouter<App> {
    post(
        async move |State(app): State<App>,
                    ConnectInfo(peer): ConnectInfo<SocketAddr>,
                    segment: Option<Path<String>>,
                    headers: HeaderMap,
                    body: Bytes| {
            // Requests without a secret must not fill the space for held bodies.
            let outbox = match &app.settings.webhook_token {
                Some(token) if is_authorized(token, segment.as_deref(), &headers) => &app.outbox,
                Some(_) => return Ok(unauthorized(&app, peer, &headers)),
                None if app.limits.allow_sender(peer, &headers) => &app.public_outbox,
                None => return Ok(too_many()),
            };
            store(&app, outbox, sender, &headers, &body, StatusCode::ACCEPTED).await
        },
    )
}

fn is_authorized(token: &Secret, segment: Option<&String>, headers: &HeaderMap) -> bool {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    segment.is_some_and(|segment| token.matches(segment))
        || bearer.is_some_and(|bearer| token.matches(bearer))
}

/// The response to a wrong secret. The attempts of one address are limited.
fn unauthorized(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Response {
    if !app.limits.allow_visitor(peer, headers) {
        return too_many();
    }
    let text = "The token or the key of this webhook is wrong.";
    ([(WWW_AUTHENTICATE, "Bearer")], pages::plain(StatusCode::UNAUTHORIZED, text)).into_response()
}

/// Stores the lead of a body, and holds the body if a value is not in the lead.
async fn store(
    app: &App,
    outbox: &Outbox,
    sender: &Sender,
    headers: &HeaderMap,
    body: &[u8],
    status: StatusCode,
) -> Result<Response, StoreError> {
    let Reading { key, is_test, lead, unmapped } = sender.read(body);
    if is_test {
        tracing::info!(endpoint = sender.path, "a test lead was not sent to telecrm");
        return Ok(Json(json!({ "status": "test" })).into_response());
    }
    let header = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    let received = Received {
        source: sender.path,
        key: key.as_deref().or(header).filter(|key| !key.trim().is_empty()),
        lead: lead.map(|lead| *lead),
        unmapped: &unmapped,
        body,
    };
    let outcome = outcome(received.lead.is_some(), &unmapped);
    app.store.keep(outbox, received).await?;
    if !unmapped.is_empty() {
        tracing::warn!(endpoint = sender.path, reasons = unmapped.len(), "a body is held");
    }
    Ok((status, outcome).into_response())
}

/// The body of the response, for the developer of the sender: it repeats no value.
pub(crate) fn outcome(is_saved: bool, unmapped: &[Unmapped]) -> Json<Value> {
    let status = if is_saved { "saved" } else { "held" };
    Json(match unmapped {
        [] => json!({ "status": status }),
        unmapped => json!({ "status": status, "held": unmapped }),
    })
}
