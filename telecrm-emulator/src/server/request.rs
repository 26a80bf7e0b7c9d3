//! Reads requests: token, query and body.

use std::{borrow::Cow, future::poll_fn, pin::Pin, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};

use super::refusal::Refusal;
use crate::{
    engine::Engine,
    tokens::{Rejection, TokenKind},
};

/// Maximum size of a body. telecrm does not document its own limit.
const BODY_LIMIT: usize = 1024 * 1024;
/// Number of bytes that are read of a larger body.
///
/// A client whose connection is closed while it sends may never read the response.
const DRAIN_LIMIT: usize = 64 * BODY_LIMIT;

/// Checks the token of a request. Returns 401 for an invalid token, and 429 above the limit.
pub(super) fn authorize(
    engine: &Engine,
    headers: &HeaderMap,
    kind: TokenKind,
) -> Result<(), Refusal> {
    let header = headers
        .get(AUTHORIZATION)
        .ok_or_else(|| Refusal::not_authorized("no `Authorization` header was sent"))?;
    let token =
        header.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(|| {
            Refusal::not_authorized("the header must be `Authorization: Bearer …`")
        })?;
    engine.admit(token, kind).map_err(|rejection| match rejection {
        Rejection::InvalidToken(message) => Refusal::not_authorized(message),
        Rejection::LimitReached { millis } => Refusal::too_many_requests(format!(
            "too many requests with this token within an hour; the next request is accepted in {} \
             seconds",
            millis.div_ceil(1000)
        )),
    })
}

/// Parameters of a query string. The first value of a repeated parameter is used.
#[derive(Debug)]
pub(super) struct Query<'q>(Option<&'q str>);

impl<'q> Query<'q> {
    pub(super) fn new(query: Option<&'q str>) -> Self {
        Self(query)
    }

    pub(super) fn get(&self, key: &str) -> Option<Cow<'q, str>> {
        let mut pairs = form_urlencoded::parse(self.0.unwrap_or_default().as_bytes());
        pairs.find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// Reads a whole body, with limits on its size and time.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_value_of_a_repeated_parameter_is_used() {
        let query = Query::new(Some("a=1&&b=x+y%26&c&a=2&d=%zz%"));
        let pairs = ["a", "b", "c", "d"].map(|key| query.get(key).expect(key).into_owned());
        assert_eq!(pairs, ["1", "x y&", "", "%zz%"]);
        assert_eq!(query.get("e"), None);
        assert_eq!(Query::new(None).get("a"), None);
    }
}
