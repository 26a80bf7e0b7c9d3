//! Actions in the Sync API, which uses the codes of custom actions without their prefix.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    lead_not_found,
    matching::{self, Case},
    object_at, page_of, shown_remarks,
};
use crate::{
    confirmed::Confirmed,
    engine::Engine,
    loaded::LoadedSchema,
    server::{refusal::Refusal, request::Query},
    size,
    store::{self, Stamp, Store},
};
use telecrm_schema::{
    Schema,
    validate::{ACTION_PREFIX, DropRule, PAYMENT, Violation, is_predefined_action},
};

/// Returns the actions of a body, with their full codes.
///
/// Returns an error if an action has a predefined type, because only telecrm can write it.
pub(super) fn sent(body: &Map<String, Value>, schema: &Schema) -> Result<Vec<Value>, Refusal> {
    let actions = match body.get("actions") {
        None => return Ok(Vec::new()),
        Some(Value::Array(actions)) => actions,
        Some(_) => return Err(Refusal::bad_request("`actions` must be a JSON array")),
    };
    actions.iter().map(|action| full(action, schema)).collect()
}

fn full(action: &Value, schema: &Schema) -> Result<Value, Refusal> {
    let Some(code) = action.get("type").and_then(Value::as_str) else { return Ok(action.clone()) };
    if code == PAYMENT {
        return Ok(action.clone());
    }
    let is_known = schema.action(&format!("{ACTION_PREFIX}{code}")).is_some();
    if !is_known && is_predefined_action(code) {
        let message =
            format!("Action type {code} cannot be written: only custom actions and PAYMENT");
        return Err(Refusal::bad_request(message));
    }
    let mut action = action.clone();
    // Only the Async API accepts full codes. The quotes make the code unknown here.
    let bare = is_known || !code.starts_with(ACTION_PREFIX);
    action["type"] =
        if bare { format!("{ACTION_PREFIX}{code}").into() } else { format!("\"{code}\"").into() };
    Ok(action)
}

/// Returns each action if all of it is valid, or `None` if the action is ignored.
pub(super) fn accept(
    sent: &[Value],
    engine: &Engine,
    schema: &LoadedSchema,
    drops: &mut Vec<Violation>,
) -> Vec<Option<Value>> {
    let accepted = sent.iter().enumerate().map(|(index, sent)| {
        let (mut kept, mut own) = schema.validator.accept_action(index, sent);
        if let Some(kept) = &mut kept {
            own.extend(engine.settings.team.check_action(&schema.schema, index, kept));
        }
        let whole = own.iter().all(|drop| drop.is_stored);
        if let [drop] = &mut own[..]
            && drop.rule == DropRule::UnknownAction
        {
            drop.reason.clear();
            drop.reason.push_str(
                "the Sync API expects the code of a custom action without its prefix, such as \
                 \"1001\", and the workspace defines no action with this code",
            );
        }
        drops.append(&mut own);
        kept.filter(|_| whole)
    });
    accepted.collect()
}

/// Appends the accepted actions, and returns the status of each action.
pub(super) fn store(
    store: &mut Store,
    at: usize,
    accepted: Vec<Option<Value>>,
    schema: &Schema,
    now: u64,
) -> Vec<Value> {
    let mut statuses = Vec::with_capacity(accepted.len());
    for action in accepted {
        statuses.push(match action {
            None => json!({ "action_id": null, "status": "IGNORED" }),
            Some(action) => {
                let ids = store.append(at, vec![action], schema, now);
                let id = ids.into_iter().next().map(store::id);
                json!({ "action_id": id, "status": "CREATED" })
            }
        });
    }
    statuses
}

/// Handles `POST /lead/{id}/action`.
pub(super) fn append(
    engine: &Engine,
    id: &str,
    body: &Map<String, Value>,
) -> Result<Confirmed, Refusal> {
    if !body.contains_key("actions") {
        return Err(Refusal::bad_request("`actions` must be a JSON array"));
    }
    let schema = engine.schema();
    let sent = sent(body, &schema.schema)?;
    let mut drops = Vec::new();
    let accepted = accept(&sent, engine, &schema, &mut drops);
    let now = engine.settings.clock.millis();
    let mut state = engine.state();
    let at = state.store.find_by_id(id).ok_or_else(|| lead_not_found(id))?;
    let limits = &engine.settings.limits;
    if !state.has_room(accepted.iter().flatten().map(size::of_value).sum(), limits) {
        return Err(Refusal::leads_full(limits));
    }
    let statuses = store(&mut state.store, at, accepted, &schema.schema, now);
    let identifier = state.store.record(at).lead.identifier.clone();
    drop(state);
    let (silent, remarks): (Vec<_>, Vec<_>) = drops.into_iter().partition(|drop| drop.is_stored);
    let shown = shown_remarks(&remarks);
    let response = json!({ "lead_id": id, "actions": statuses, "remarks": shown });
    Ok(Confirmed { status: 200, response, identifier, remarks, silent })
}

/// Handles `GET /lead/{id}/action/{actionId}`.
pub(super) fn get(engine: &Engine, id: &str, action: &str) -> Result<Response, Refusal> {
    let state = engine.state();
    let at = state.store.find_by_id(id).ok_or_else(|| lead_not_found(id))?;
    let index = state.store.find_action(at, action).ok_or_else(|| action_not_found(action))?;
    Ok(Json(unprefixed(&state.store.record(at).lead.actions[index])).into_response())
}

/// Handles `POST /lead/{id}/action/{actionId}`: fields of a custom action, or a payment's status.
///
/// Fields that are not sent stay unchanged, like those of a lead.
pub(super) fn update(
    engine: &Engine,
    id: &str,
    action: &str,
    body: &Map<String, Value>,
) -> Result<Confirmed, Refusal> {
    let schema = engine.schema();
    let now = engine.settings.clock.millis();
    let mut state = engine.state();
    let at = state.store.find_by_id(id).ok_or_else(|| lead_not_found(id))?;
    let index = state.store.find_action(at, action).ok_or_else(|| action_not_found(action))?;
    let stored = &state.store.record(at).lead.actions[index];
    if body.get("type").and_then(Value::as_str) != bare_code(stored) {
        let stored = bare_code(stored).unwrap_or_default();
        return Err(Refusal::bad_request(format!(
            "`type` must be {stored}, as in the stored action"
        )));
    }
    let changed = changed(stored, body)?;
    let (kept, mut drops) = schema.validator.accept_action(0, &changed);
    let mut kept = kept.unwrap_or_default();
    drops.extend(engine.settings.team.check_action(&schema.schema, 0, &mut kept));
    // An invalid value refuses the whole update, as in the update of a lead.
    if let Some(invalid) = drops.iter().find(|drop| !drop.is_stored) {
        return Err(Refusal::bad_request(format!("{}: {}", invalid.path, invalid.reason)));
    }
    let limits = &engine.settings.limits;
    if !state.has_room(size::of_value(&kept), limits) {
        return Err(Refusal::leads_full(limits));
    }
    let response = unprefixed(&kept);
    state.store.replace_action(at, index, kept, &schema.schema, now);
    let identifier = state.store.record(at).lead.identifier.clone();
    Ok(Confirmed { status: 200, response, identifier, remarks: Vec::new(), silent: drops })
}

/// Returns the stored action with the changes of an update.
fn changed(stored: &Value, body: &Map<String, Value>) -> Result<Value, Refusal> {
    let mut action = stored.clone();
    if bare_code(stored) == Some(PAYMENT) {
        if let Some(key) = body.keys().find(|key| !matches!(key.as_str(), "type" | "status")) {
            let message = format!("`{key}` of a payment cannot be changed, only its `status`");
            return Err(Refusal::bad_request(message));
        }
        action["status"] = body.get("status").cloned().unwrap_or_default();
        return Ok(action);
    }
    let sent = object_at(body, "fields")?
        .ok_or_else(|| Refusal::bad_request("`fields` must be a JSON object"))?;
    if action.get("fields").is_none_or(|fields| !fields.is_object()) {
        action["fields"] = json!({});
    }
    if let Some(fields) = action["fields"].as_object_mut() {
        fields.extend(sent.clone());
    }
    Ok(action)
}

fn action_not_found(id: &str) -> Refusal {
    Refusal::not_found("ACTION_NOT_FOUND", format!("The action with ID {id} was not found."))
}

/// Handles `POST /lead/{id}/action/search`: returns the matching actions, newest first.
pub(super) fn search(
    engine: &Engine,
    id: &str,
    query: &Query,
    filters: &Map<String, Value>,
) -> Result<Response, Refusal> {
    let (skip, limit) = page_of(query)?;
    let state = engine.state();
    let at = state.store.find_by_id(id).ok_or_else(|| lead_not_found(id))?;
    let record = state.store.record(at);
    let actions = record.lead.actions.iter().zip(&record.stamps).rev();
    let found: Vec<_> =
        actions.filter(|(action, stamp)| matches(action, **stamp, filters, "created_on")).collect();
    let page = found.iter().skip(skip).take(limit);
    let data: Vec<Value> = page.map(|(action, stamp)| shown(action, **stamp)).collect();
    let total = found.len();
    let answer = json!({ "data": data, "total_count": total, "skip": skip, "limit": limit });
    Ok(Json(answer).into_response())
}

/// Whether an action matches all filters.
///
/// The time of an action is `created_on` in one search of the documentation, and `performed_at` in
/// the other. The emulator does not record who performed an action, so a filter by `performed_by`
/// matches nothing.
pub(super) fn matches(
    action: &Value,
    stamp: Stamp,
    filters: &Map<String, Value>,
    time: &str,
) -> bool {
    filters.iter().all(|(key, filter)| match key.as_str() {
        "type" => bare_code(action).is_some_and(|code| {
            matching::matches(&code.into(), filter, Case::Ignored, &Value::clone)
        }),
        key if key == time => {
            let own = action.get("created_on").cloned().unwrap_or_else(|| stamp.on.into());
            matching::matches(&own, filter, Case::Ignored, &Value::clone)
        }
        _ => false,
    })
}

/// Returns the JSON of an action in the Sync API.
pub(super) fn shown(action: &Value, stamp: Stamp) -> Value {
    let mut shown = json!({ "action_id": store::id(stamp.id), "created_on": stamp.on });
    if let (Some(shown), Value::Object(action)) = (shown.as_object_mut(), unprefixed(action)) {
        shown.extend(action);
    }
    shown
}

/// Returns an action with its code in the form of the Sync API.
fn unprefixed(action: &Value) -> Value {
    let mut unprefixed = action.clone();
    if let Some(bare) = bare_code(action) {
        unprefixed["type"] = bare.into();
    }
    unprefixed
}

/// Returns `1001` for `ACTION_1001`, and `PAYMENT` unchanged.
fn bare_code(action: &Value) -> Option<&str> {
    let code = action.get("type").and_then(Value::as_str)?;
    Some(code.strip_prefix(ACTION_PREFIX).unwrap_or(code))
}
