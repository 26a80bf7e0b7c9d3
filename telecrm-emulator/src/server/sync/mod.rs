//! Sync API: metadata, leads, actions and team members.

mod actions;
mod leads;
mod matching;
mod search;

use std::{borrow::Cow, sync::Arc};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, request::Parts},
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use telecrm_schema::validate::Violation;

use super::{
    refusal::Refusal,
    request::{Query, authorize, is_json, read},
};
use crate::{
    confirmed::Confirmed,
    delivery::Payload,
    engine::{Engine, Refused},
    faults::Injected,
    metadata::{Detailed, Metadata},
    team::TeamMember,
    tokens::TokenKind,
};

/// The unparsed body of a request.
type Body = Result<Vec<u8>, Refusal>;

pub(super) async fn respond(State(engine): State<Arc<Engine>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = read(body, engine.settings.read_timeout).await;
    let segments = segments(&head.uri);
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    let Some(path) = written_path(&head.method, &segments) else {
        return routed(&engine, &head, &segments, body).unwrap_or_else(IntoResponse::into_response);
    };
    let fault = head.extensions.get::<Injected>().and_then(Injected::name);
    let payload = Payload::new(body.as_deref().unwrap_or_default());
    match write(&engine, &head.headers, &segments, body) {
        Ok(confirmed) => {
            engine.confirmed(path, &confirmed, payload, fault);
            let status = StatusCode::from_u16(confirmed.status).unwrap_or_default();
            (status, Json(confirmed.response)).into_response()
        }
        Err(refusal) => {
            let (status, message) = (refusal.status.as_u16(), refusal.reason().to_owned());
            let confirmed = Some(path);
            engine.refused(Refused { status, message, payload, fault, confirmed });
            refusal.into_response()
        }
    }
}

/// Returns the decoded segments of a path below `/autoupdate/v2/`.
fn segments(uri: &Uri) -> Vec<Cow<'_, str>> {
    let path = uri.path();
    let path = path.strip_prefix("/autoupdate/v2/").unwrap_or(path);
    path.split('/').map(|text| percent_decode_str(text).decode_utf8_lossy()).collect()
}

/// Returns the path below the enterprise if the request is a confirmed write.
fn written_path(method: &Method, segments: &[&str]) -> Option<String> {
    let ["enterprise", _, rest @ ..] = segments else { return None };
    let writes = method == Method::POST
        && match rest {
            ["lead"] | ["lead", _, "action"] => true,
            ["lead", last] | ["lead", _, "action", last] => *last != "search",
            _ => false,
        };
    writes.then(|| rest.join("/"))
}

/// Returns the path of a confirmed write, for a request that a fault ends.
pub(super) fn confirmed_path(request: &Request) -> Option<String> {
    let segments = segments(request.uri());
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    written_path(request.method(), &segments)
}

fn write(
    engine: &Engine,
    headers: &HeaderMap,
    segments: &[&str],
    body: Body,
) -> Result<Confirmed, Refusal> {
    let rest = below_enterprise(engine, headers, segments)?;
    let body = object(headers, body)?;
    match rest {
        ["lead"] => leads::create(engine, &body),
        ["lead", id] => leads::update(engine, id, &body),
        ["lead", id, "action"] => actions::append(engine, id, &body),
        ["lead", id, "action", action] => actions::update(engine, id, action, &body),
        _ => Err(nothing_here()),
    }
}

/// Checks the token and the enterprise, and returns the segments below the enterprise.
fn below_enterprise<'s>(
    engine: &Engine,
    headers: &HeaderMap,
    segments: &'s [&'s str],
) -> Result<&'s [&'s str], Refusal> {
    authorize(engine, headers, TokenKind::Sync)?;
    let ["enterprise", id, rest @ ..] = segments else { return Err(nothing_here()) };
    if *id != engine.enterprise_id() {
        let message = format!("The enterprise with ID {id} was not found.");
        return Err(Refusal::not_found("ENTERPRISE_NOT_FOUND", message));
    }
    Ok(rest)
}

fn routed(
    engine: &Engine,
    head: &Parts,
    segments: &[&str],
    body: Body,
) -> Result<Response, Refusal> {
    let Parts { method, uri, headers, .. } = head;
    let rest = below_enterprise(engine, headers, segments)?;
    let query = Query::new(uri.query());
    let allowed = match rest {
        [
            "metadata"
            | "custom-fields"
            | "custom-actions"
            | "lead-stage-pipeline"
            | "team-members",
        ]
        | ["custom-fields" | "custom-actions" | "team-members", _] => "GET",
        ["lead"] | ["lead", "search"] | ["lead", _, "action"] | ["lead", _, "action", "search"] => {
            "POST"
        }
        ["lead", _] | ["lead", _, "action", _] => "GET, POST",
        _ => return Err(nothing_here()),
    };
    if !allowed.split(", ").any(|name| name == method.as_str()) {
        return Ok(Refusal::method_not_allowed(allowed));
    }
    if method == Method::POST {
        let body = object(headers, body)?;
        return match rest {
            ["lead", "search"] => search::leads(engine, &query, &body),
            ["lead", id, "action", "search"] => actions::search(engine, id, &query, &body),
            _ => Err(nothing_here()),
        };
    }
    let schema = engine.schema();
    let metadata = &schema.metadata;
    match rest {
        ["metadata"] => Ok(Json(&metadata.enterprise).into_response()),
        ["lead-stage-pipeline"] => Ok(Json(&metadata.pipeline).into_response()),
        ["custom-fields"] => list("customFields", &fields(engine, metadata), &query),
        ["custom-actions"] => list("customActions", &custom_actions(engine, metadata), &query),
        ["custom-fields", name] => detail(&fields(engine, metadata), name).ok_or_else(|| {
            let message = format!("Custom field with API name {name} was not found.");
            Refusal::not_found("NOT_FOUND", message)
        }),
        ["custom-actions", code] => {
            detail(&custom_actions(engine, metadata), code).ok_or_else(|| {
                let message = format!("Custom action with code {code} was not found.");
                Refusal::not_found("NOT_FOUND", message)
            })
        }
        ["lead", id] => leads::get(engine, id, &query),
        ["lead", id, "action", action] => actions::get(engine, id, action),
        ["team-members"] => team_members(engine.settings.team.members(), &query),
        ["team-members", email] => team_member(engine.settings.team.members(), email),
        _ => Err(nothing_here()),
    }
}

fn nothing_here() -> Refusal {
    Refusal::not_found("NOT_FOUND", "the emulator's Sync API has nothing at this path")
}

/// Parses a body as a JSON object. An empty body results in an empty object.
fn object(headers: &HeaderMap, body: Body) -> Result<Map<String, Value>, Refusal> {
    let body = body?;
    if body.is_empty() {
        return Ok(Map::new());
    }
    if !is_json(headers) {
        return Err(Refusal::bad_request("the content type must be application/json"));
    }
    match serde_json::from_slice(&body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Refusal::bad_request("the body must be a JSON object")),
        Err(error) => Err(Refusal::bad_request(format!("the body is not JSON: {error}"))),
    }
}

/// Returns the fields with the labels that telecrm created.
fn fields(engine: &Engine, metadata: &Metadata) -> Vec<Detailed> {
    let state = engine.state();
    let created = state.store.created_labels();
    metadata
        .fields
        .iter()
        .map(|field| field.with_labels(created.of_field("", &field.name)))
        .collect()
}

/// Returns the actions with the labels that telecrm created in their fields.
fn custom_actions(engine: &Engine, metadata: &Metadata) -> Vec<Detailed> {
    let state = engine.state();
    let created = state.store.created_labels();
    let labels = |action: &Detailed| {
        action.with_labels_of(|field| created.of_field(&action.name, field).to_vec())
    };
    metadata.actions.iter().map(labels).collect()
}

fn list(key: &str, entries: &[Detailed], query: &Query) -> Result<Response, Refusal> {
    let detail = boolean(query, "detail")?;
    let list: Vec<&Value> =
        entries.iter().map(|entry| if detail { &entry.detail } else { &entry.summary }).collect();
    Ok(Json(json!({ key: list })).into_response())
}

/// Returns the entry with this name, which is case-sensitive.
fn detail(entries: &[Detailed], name: &str) -> Option<Response> {
    let entry = entries.iter().find(|entry| entry.name == name)?;
    Some(Json(&entry.detail).into_response())
}

fn team_members(team: &[TeamMember], query: &Query<'_>) -> Result<Response, Refusal> {
    let (skip, limit) = page_up_to(query, 10)?;
    let deleted = boolean(query, "includeDeleted")?;
    let listed = team.iter().filter(|member| deleted || !member.is_deleted());
    let page: Vec<&TeamMember> = listed.clone().skip(skip).take(limit).collect();
    Ok(Json(json!({ "data": page, "total_count": listed.count() })).into_response())
}

fn team_member(team: &[TeamMember], email: &str) -> Result<Response, Refusal> {
    let member = team.iter().find(|member| member.has_email(email)).ok_or_else(|| {
        let message = format!("The team member with email {email} was not found.");
        Refusal::not_found("TEAM_MEMBER_NOT_FOUND", message)
    })?;
    Ok(Json(member).into_response())
}

fn boolean(query: &Query, key: &str) -> Result<bool, Refusal> {
    match query.get(key).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::bad_request(format!("{key} should be true or false"))),
    }
}

/// Returns `skip` and `limit` of a search.
fn page_of(query: &Query) -> Result<(usize, usize), Refusal> {
    page_up_to(query, 100)
}

/// Returns `skip` and `limit`, within telecrm's bounds.
fn page_up_to(query: &Query, max_limit: usize) -> Result<(usize, usize), Refusal> {
    let skip = match query.get("skip") {
        None => 0,
        Some(text) => text
            .parse()
            .map_err(|_| Refusal::bad_request("Skip should be a number, 0 or greater"))?,
    };
    let limit = match query.get("limit") {
        None => 10,
        Some(text) => {
            text.parse().ok().filter(|limit| (1..=max_limit).contains(limit)).ok_or_else(|| {
                Refusal::bad_request(format!("Limit should be between 1 and {max_limit}"))
            })?
        }
    };
    Ok((skip, limit))
}

/// Returns the object under `key`, which is optional.
fn object_at<'b>(
    body: &'b Map<String, Value>,
    key: &str,
) -> Result<Option<&'b Map<String, Value>>, Refusal> {
    match body.get(key) {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Refusal::bad_request(format!("`{key}` must be a JSON object"))),
    }
}

/// Returns the remarks of a response.
fn shown_remarks(remarks: &[Violation]) -> Value {
    let remark = |drop: &Violation| json!({ "field": drop.path, "status": "IGNORED", "remark": drop.reason });
    remarks.iter().map(remark).collect()
}

fn lead_not_found(id: &str) -> Refusal {
    Refusal::not_found("LEAD_NOT_FOUND", format!("The lead with ID {id} was not found."))
}
