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

use super::{refusal::Refusal, request::read, sync};
use crate::{
    delivery::Payload,
    engine::{Engine, Refused},
    faults::{Api, Fault},
};

/// Marks a response that is not sent: the listener closes the connection instead.
#[derive(Clone, Copy)]
pub(super) struct CloseConnection;

/// State of the fault middleware: the engine, and the API of the routes.
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
    if let Some(change) = after_processing(&fault) {
        request.extensions_mut().insert(injected);
        let response = next.run(request).await;
        // A replacement applies only to a queued request: a refusal keeps its own response.
        return match change {
            Change::Truncate => truncated(response).await,
            Change::Close => closed_connection(),
            Change::Replace(other) if response.status().is_success() => other,
            Change::Replace(_) => response,
        };
    }
    let confirmed = sync::confirmed_path(&request);
    // Some clients read the response only after they have sent the whole body.
    let body = read(request.into_body(), engine.settings.read_timeout).await;
    let response = without_processing(&fault);
    if faulty.api == Api::Async || confirmed.is_some() {
        let closed = response.extensions().get::<CloseConnection>().is_some();
        engine.refused(Refused {
            status: if closed { 0 } else { response.status().as_u16() },
            message: format!("not processed, because of the fault `{fault}`"),
            payload: Payload::new(body.as_deref().unwrap_or_default()),
            fault: Some(fault.name()),
            confirmed,
        });
    }
    response
}

/// Change to the response of a processed request.
enum Change {
    Truncate,
    Close,
    Replace(Response),
}

fn after_processing(fault: &Fault) -> Option<Change> {
    Some(match fault {
        Fault::HalfAnswer => Change::Truncate,
        Fault::CloseAfterProcessing => Change::Close,
        Fault::OkText => Change::Replace("OK".into_response()),
        Fault::NoContent => Change::Replace(StatusCode::NO_CONTENT.into_response()),
        Fault::Accepted => Change::Replace(Json(json!({ "result": "Accepted" })).into_response()),
        _ => return None,
    })
}

/// Returns the response to a request that is not processed.
fn without_processing(fault: &Fault) -> Response {
    match fault {
        Fault::TooManyRequests { retry_after } => {
            let refusal = Refusal::too_many_requests("too many requests (injected fault)");
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
            let error = "the lead was not processed (injected fault)";
            Json(json!({ "status": "error", "errorString": error })).into_response()
        }
        Fault::CloseBeforeProcessing => closed_connection(),
        _ => {
            let message = "an internal error (injected fault)";
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", message)
                .into_response()
        }
    }
}

fn closed_connection() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CloseConnection);
    response
}

/// Announces the length of the whole response, but closes the connection after half of it.
async fn truncated(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, bytes.len().into());
    let sent = bytes.slice(..bytes.len() / 2);
    let closed = async {
        // The server flushes the first half while the body is pending. Without this yield, the
        // error would close the connection before that.
        tokio::task::yield_now().await;
        Err(InjectedClose)
    };
    let frames = stream::once(async { Ok(sent) }).chain(stream::once(closed));
    Response::from_parts(head, Body::from_stream(frames))
}

/// Error that closes a connection because of a fault.
#[derive(Debug, thiserror::Error)]
#[error("closed by an injected fault")]
pub(super) struct InjectedClose;

/// Target of the redirect: 200 with HTML.
pub(super) async fn login() -> Html<&'static str> {
    Html(LOGIN_PAGE)
}
