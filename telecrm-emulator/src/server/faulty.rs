//! Fault injection around the handlers of the two APIs.

use std::sync::Arc;

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, LOCATION, RETRY_AFTER},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use futures_util::{StreamExt as _, stream};
use serde_json::json;

use super::{refusal::Refusal, request::read};
use crate::{
    delivery::Payload,
    engine::{Engine, Refused},
    faults::{Api, Fault},
};

/// On a response: close the connection, and send nothing of it.
#[derive(Clone, Copy)]
pub(super) struct HangUp;

/// The middleware's knowledge of the routes behind it.
#[derive(Clone)]
pub(super) struct Faulty {
    pub(super) engine: Arc<Engine>,
    pub(super) api: Api,
}

const LOGIN_PAGE: &str = "<!doctype html>\n<html lang=\"en\"><head><title>Log in</title></head>\
    <body><h1>Log in to continue</h1><form method=\"post\"><input name=\"user\">\
    <input name=\"password\" type=\"password\"><button>Log in</button></form></body></html>\n";

pub(super) async fn inject(
    State(faulty): State<Faulty>,
    mut request: Request,
    next: Next,
) -> Response {
    let engine = &faulty.engine;
    let injected = engine.next_faults(faulty.api);
    if !injected.latency.is_zero() {
        let clock = &engine.settings.clock;
        clock.sleep_until(clock.after(injected.latency)).await;
    }
    let Some(fault) = injected.response.clone() else {
        request.extensions_mut().insert(injected);
        return next.run(request).await;
    };
    if let Some(respond) = after_processing(&fault) {
        request.extensions_mut().insert(injected);
        let response = next.run(request).await;
        // A refusal stays one: only what was queued is answered otherwise.
        return match respond {
            Respond::Cut => half(response).await,
            Respond::Close => hang_up(),
            Respond::With(other) if response.status().is_success() => other,
            Respond::With(_) => response,
        };
    }
    // The body is read here too, so that a client that still sends gets to read the response.
    let body = read(request.into_body(), engine.settings.read_timeout).await;
    let answer = instead(&fault);
    if faulty.api == Api::Async {
        let hung_up = answer.extensions().get::<HangUp>().is_some();
        engine.refused(Refused {
            status: if hung_up { 0 } else { answer.status().as_u16() },
            message: format!("not processed, because of the fault `{fault}`"),
            payload: Payload::new(body.as_deref().unwrap_or_default()),
            fault: Some(fault.name()),
        });
    }
    answer
}

/// Changes to the response of a request that was processed.
enum Respond {
    Cut,
    Close,
    With(Response),
}

fn after_processing(fault: &Fault) -> Option<Respond> {
    Some(match fault {
        Fault::HalfAnswer => Respond::Cut,
        Fault::CloseAfterProcessing => Respond::Close,
        Fault::OkText => Respond::With("OK".into_response()),
        Fault::NoContent => Respond::With(StatusCode::NO_CONTENT.into_response()),
        Fault::Accepted => Respond::With(Json(json!({ "result": "Accepted" })).into_response()),
        _ => return None,
    })
}

/// The response to a request that is not processed.
fn instead(fault: &Fault) -> Response {
    match fault {
        Fault::TooManyRequests { retry_after } => {
            let refusal = Refusal::too_many_requests("too many requests (a fault, on purpose)");
            let header = retry_after.map(|seconds| [(RETRY_AFTER, seconds.to_string())]);
            match header {
                Some(header) => (header, refusal).into_response(),
                None => refusal.into_response(),
            }
        }
        Fault::RedirectToLogin => {
            (StatusCode::FOUND, [(LOCATION, "/emulator/login")], Html(LOGIN_PAGE)).into_response()
        }
        Fault::LoginPage => Html(LOGIN_PAGE).into_response(),
        Fault::ErrorString => {
            let error = "the lead was not processed (a fault, on purpose)";
            Json(json!({ "status": "error", "errorString": error })).into_response()
        }
        Fault::CloseBeforeProcessing => hang_up(),
        _ => {
            let message = "an internal error (a fault, on purpose)";
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", message)
                .into_response()
        }
    }
}

fn hang_up() -> Response {
    let mut answer = Response::new(Body::empty());
    answer.extensions_mut().insert(HangUp);
    answer
}

/// Announces the whole response, and closes the connection after half of it.
async fn half(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, bytes.len().into());
    let sent = bytes.slice(..bytes.len() / 2);
    let closed = async {
        // The server flushes what it has while a body keeps it waiting; without this the error
        // would overtake the half.
        tokio::task::yield_now().await;
        Err(ClosedOnPurpose)
    };
    let frames = stream::once(async { Ok(sent) }).chain(stream::once(closed));
    Response::from_parts(head, Body::from_stream(frames))
}

/// The connection is to be closed.
#[derive(Debug, thiserror::Error)]
#[error("closed on purpose")]
pub(super) struct ClosedOnPurpose;

/// Target of the redirect: 200, and HTML.
pub(super) async fn login() -> Html<&'static str> {
    Html(LOGIN_PAGE)
}
