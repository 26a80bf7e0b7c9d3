//! Reading of request bodies, bounded in size and time.

use std::{future::poll_fn, pin::Pin, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
};

use super::refusal::Refusal;

/// The largest body that is read as a request. telecrm's own limit is not documented.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;
/// How much of a body over the limit is still taken off the wire: a client that is cut off while
/// it sends may never read the answer.
const DRAIN_LIMIT: usize = 64 * BODY_LIMIT;

/// Takes the whole body, or says why not.
pub(super) async fn read(body: Body, within: Duration) -> Result<Vec<u8>, Refusal> {
    tokio::time::timeout(within, read_all(body)).await.unwrap_or_else(|_| {
        let message = "the body took too long to arrive";
        Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", message))
    })
}

async fn read_all(mut body: Body) -> Result<Vec<u8>, Refusal> {
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

pub(super) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}
