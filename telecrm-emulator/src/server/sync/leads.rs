//! Creates, updates and reads single leads.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use telecrm_schema::validate::DropRule;

use super::{actions, boolean, lead_not_found, object_at, page_of, shown_remarks};
use crate::{
    confirmed::Confirmed,
    engine::Engine,
    server::{refusal::Refusal, request::Query},
    size,
    store::{self, StoredLead},
};

/// Handles `POST /lead`: creates a lead, and omits each invalid value with a remark.
pub(super) fn create(engine: &Engine, body: &Map<String, Value>) -> Result<Confirmed, Refusal> {
    let schema = engine.schema();
    let validator = &schema.validator;
    let sent_actions = actions::sent(body, &schema.schema)?;
    let without_actions: Map<String, Value> = body
        .iter()
        .filter(|(key, _)| *key != "actions")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut acceptance = validator
        .accept(&Value::Object(without_actions))
        .map_err(|malformed| Refusal::bad_request(malformed.to_string()))?;
    engine.settings.team.check(&schema, &[], &mut acceptance);
    let Some(lead) = acceptance.lead else {
        // The identifier is checked first.
        let first = acceptance.violations.into_iter().next();
        let reason = first.map(|violation| violation.reason).unwrap_or_default();
        return Err(Refusal::bad_request(reason));
    };
    let mut drops = acceptance.violations;
    let accepted = actions::accept(&sent_actions, engine, &schema, &mut drops);

    let now = engine.settings.clock.millis();
    let mut state = engine.state();
    if let Some(at) = state.store.find(&lead.identifier) {
        let id = &state.store.record(at).lead.id;
        let message = format!("A lead with this identifier exists already, with ID {id}.");
        return Err(Refusal::new(StatusCode::CONFLICT, "LEAD_ALREADY_EXISTS", message));
    }
    let limits = &engine.settings.limits;
    let kept: Vec<Value> = accepted.iter().flatten().cloned().collect();
    if !state.has_room(store::size_of_lead(&lead.identifier, &lead.fields, &kept), limits) {
        return Err(Refusal::leads_full(limits));
    }
    let at = state.store.create(lead.identifier, lead.fields, &schema.schema, now);
    let statuses = actions::store(&mut state.store, at, accepted, &schema.schema, now);
    let StoredLead { id, identifier, .. } = state.store.record(at).lead.clone();
    drop(state);
    // telecrm creates an unknown label without a remark.
    let (silent, remarks): (Vec<_>, Vec<_>) = drops.into_iter().partition(|drop| drop.is_stored);
    let shown = shown_remarks(&remarks);
    let response = json!({ "lead_id": id, "actions": statuses, "remarks": shown });
    Ok(Confirmed { status: 201, response, identifier, remarks, silent })
}

/// Handles `POST /lead/{id}`: ignores unknown fields and labels, refuses other invalid values.
pub(super) fn update(
    engine: &Engine,
    id: &str,
    body: &Map<String, Value>,
) -> Result<Confirmed, Refusal> {
    let schema = engine.schema();
    let fields = object_at(body, "fields")?
        .ok_or_else(|| Refusal::bad_request("`fields` must be a JSON object"))?;
    let now = engine.settings.clock.millis();
    let mut state = engine.state();
    let at = state.store.find_by_id(id).ok_or_else(|| lead_not_found(id))?;
    if fields.contains_key(schema.identifier()) {
        let message = "Cannot modify lead identifier field";
        return Err(Refusal::new(StatusCode::FORBIDDEN, "INVALID_LEAD", message));
    }
    let (mut kept, mut drops) = schema.validator.accept_fields(fields);
    drops.extend(engine.settings.team.check_fields(&schema.schema, &mut kept));
    let ignored = [
        DropRule::UnknownStatus,
        DropRule::ArchivedStatus,
        DropRule::LostReason,
        DropRule::UnknownField,
        DropRule::MisspelledField,
    ];
    let invalid = drops.iter().find(|drop| !drop.is_stored && !ignored.contains(&drop.rule));
    if let Some(invalid) = invalid {
        return Err(Refusal::bad_request(format!("{}: {}", invalid.path, invalid.reason)));
    }
    let limits = &engine.settings.limits;
    if !state.has_room(size::of_map(&kept), limits) {
        return Err(Refusal::leads_full(limits));
    }
    // telecrm reports neither an ignored field nor a locked one.
    drops.extend(state.store.update(at, kept, &schema.schema, now));
    let StoredLead { fields, identifier, .. } = state.store.record(at).lead.clone();
    drop(state);
    let response = json!({ "fields": fields });
    Ok(Confirmed { status: 200, response, identifier, remarks: Vec::new(), silent: drops })
}

/// Handles `GET /lead/{id}`.
pub(super) fn get(engine: &Engine, id: &str, query: &Query) -> Result<Response, Refusal> {
    let include = boolean(query, "includeActions")?;
    let (skip, limit) = if include { page_of(query)? } else { (0, 0) };
    let state = engine.state();
    let at = state.store.find_by_id(id).ok_or_else(|| lead_not_found(id))?;
    let record = state.store.record(at);
    let mut response = json!({ "fields": record.lead.fields });
    if include {
        // Newest first, like the results of telecrm's searches.
        let actions = record.lead.actions.iter().zip(&record.stamps).rev().skip(skip).take(limit);
        response["actions"] =
            actions.map(|(action, stamp)| actions::shown(action, *stamp)).collect();
        response["actions_skip"] = skip.into();
        response["actions_limit"] = limit.into();
    }
    Ok(Json(response).into_response())
}
