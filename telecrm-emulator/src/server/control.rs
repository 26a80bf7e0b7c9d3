//! `/emulator/…`: JSON routes by which tests in any language control and inspect an emulator.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, RawQuery, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::{
    refusal::Refusal,
    request::{Query, read},
};
use crate::{
    delivery::{Counters, Delivery},
    engine::Engine,
    faults::Faults,
    store::StoredLead,
    tokens::TokenKind,
};

/// Timeout of a wait if the request contains none.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// Returns all leads, or with `?identifier=` the lead with this identifier.
pub(super) async fn leads(
    State(engine): State<Arc<Engine>>,
    RawQuery(query): RawQuery,
) -> Json<Vec<StoredLead>> {
    Json(match Query::new(query.as_deref()).get("identifier") {
        Some(identifier) => engine.lead(&identifier).into_iter().collect(),
        None => engine.leads(),
    })
}

pub(super) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Responds as soon as at least `stored` leads exist, or with 504 after the timeout.
pub(super) async fn wait(
    State(engine): State<Arc<Engine>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let query = Query::new(query.as_deref());
    let expected = number(&query, "stored")?
        .ok_or_else(|| Refusal::bad_request("`stored` must be the number of leads to wait for"))?;
    let timeout = number(&query, "timeout_ms")?.map_or(DEFAULT_WAIT, Duration::from_millis);
    let stored = || u64::try_from(engine.state().store.records().len()).unwrap_or(u64::MAX);
    let mut changes = engine.changes();
    let enough = async {
        while stored() < expected {
            // Cannot fail: the engine owns the sender.
            let _ = changes.changed().await;
        }
    };
    let in_time = tokio::time::timeout(timeout, enough).await.is_ok();
    let stored = stored();
    if !in_time {
        let message = format!("{stored} of {expected} leads were stored at the end of the timeout");
        return Err(Refusal::new(StatusCode::GATEWAY_TIMEOUT, "WAIT_TIMEOUT", message));
    }
    Ok(Json(json!({ "stored": stored })))
}

fn number(query: &Query<'_>, key: &str) -> Result<Option<u64>, Refusal> {
    let Some(text) = query.get(key) else { return Ok(None) };
    let number = text.parse().map_err(|_| {
        Refusal::bad_request(format!("`{key}` must be a whole number from 0, such as {key}=3"))
    })?;
    Ok(Some(number))
}

pub(super) async fn deliveries(State(engine): State<Arc<Engine>>) -> Json<Vec<Delivery>> {
    Json(engine.deliveries())
}

pub(super) async fn counters(State(engine): State<Arc<Engine>>) -> Json<Counters> {
    Json(engine.counters())
}

pub(super) async fn reset(State(engine): State<Arc<Engine>>) -> StatusCode {
    engine.reset();
    StatusCode::NO_CONTENT
}

pub(super) async fn faults(
    State(engine): State<Arc<Engine>>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    engine.set_faults(json::<Faults>(&engine, request).await?);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_millis: u64,
}

pub(super) async fn clock(
    State(engine): State<Arc<Engine>>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let Advance { advance_millis } = json(&engine, request).await?;
    engine.settings.clock.advance(Duration::from_millis(advance_millis));
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Processing {
    hold: bool,
}

pub(super) async fn processing(
    State(engine): State<Arc<Engine>>,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let Processing { hold } = json(&engine, request).await?;
    let processed = if hold {
        engine.hold_processing();
        0
    } else {
        engine.resume_processing()
    };
    Ok(Json(json!({ "processed": processed })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    lead_ids: bool,
}

pub(super) async fn answers(
    State(engine): State<Arc<Engine>>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let Answers { lead_ids } = json(&engine, request).await?;
    engine.state().lead_ids = lead_ids;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    kind: TokenKind,
}

pub(super) async fn create_token(
    State(engine): State<Arc<Engine>>,
    request: Request,
) -> Result<Response, Refusal> {
    let NewToken { kind } = json(&engine, request).await?;
    let token = engine.create_token(kind).map_err(|error| {
        Refusal::new(StatusCode::CONFLICT, "TOO_MANY_TOKENS", error.to_string())
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "token": token }))).into_response())
}

pub(super) async fn revoke_token(
    State(engine): State<Arc<Engine>>,
    Path(token): Path<String>,
) -> Result<StatusCode, Refusal> {
    if !engine.revoke_token(&token) {
        let message = "the token does not exist, or it is already revoked";
        return Err(Refusal::not_found("NOT_FOUND", message));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Parses the body of a request as JSON, regardless of its content type.
///
/// So a user of curl does not need to send a content type.
async fn json<T: DeserializeOwned>(engine: &Engine, request: Request) -> Result<T, Refusal> {
    let body = read(request.into_body(), engine.settings.read_timeout).await?;
    // serde would also accept an array, and assign its items to the fields in order.
    serde_json::from_slice::<Map<String, Value>>(&body)
        .and_then(|object| serde_json::from_value(object.into()))
        .map_err(|error| Refusal::bad_request(error.to_string()))
}
