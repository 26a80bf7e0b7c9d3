//! Authorization by the header `Authorization`.

use axum::http::{HeaderMap, header::AUTHORIZATION};

use super::refusal::Refusal;
use crate::{
    engine::Engine,
    tokens::{TokenKind, Turned},
};

/// Lets a request in, or refuses it: 401 for the wrong token, 429 for one too many.
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
    engine.admit(token, kind).map_err(|turned| match turned {
        Turned::Away(message) => Refusal::not_authorized(message),
        Turned::Back { millis } => Refusal::too_many_requests(format!(
            "too many requests on this token within an hour; there is room for one again in {} \
             seconds",
            millis.div_ceil(1000)
        )),
    })
}
