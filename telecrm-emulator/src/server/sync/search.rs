//! `POST /lead/search`.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{actions::bare_code, matching, object_at, page_of};
use crate::{
    engine::Engine,
    server::{query::Query, refusal::Refusal},
    store::Record,
};
use telecrm_schema::validate::Validator;

/// Leads that match all of the filters, newest first.
pub(super) fn leads(
    engine: &Engine,
    query: &Query,
    body: &Map<String, Value>,
) -> Result<Response, Refusal> {
    let (skip, limit) = page_of(query)?;
    let fields = object_at(body, "fields")?;
    let actions = object_at(body, "actions")?;
    let state = engine.state();
    let found = state.store.records().iter().rev().filter(|record| {
        fields.is_none_or(|filters| {
            filters.iter().all(|(name, filter)| has_field(record, name, filter, engine.validator()))
        }) && actions.is_none_or(|filters| has_action(record, filters))
    });
    let found: Vec<&Record> = found.collect();
    let data: Vec<Value> = found.iter().skip(skip).take(limit).map(|it| shown(it)).collect();
    Ok(Json(json!({ "data": data, "total_count": found.len() })).into_response())
}

/// The documentation shows `fields` alone; integrations in public read these others too.
fn shown(record: &Record) -> Value {
    json!({
        "_id": record.lead.id,
        "id": record.lead.id,
        "status": record.lead.fields.get("status"),
        "created_on": record.created_on,
        "modified_on": record.modified_on,
        "fields": record.lead.fields,
    })
}

fn has_field(record: &Record, name: &str, filter: &Value, validator: &Validator) -> bool {
    let own = match (name, record.lead.fields.get(name)) {
        (_, Some(value)) => value.clone(),
        ("created_on", None) => record.created_on.into(),
        ("modified_on", None) => record.modified_on.into(),
        _ => return false,
    };
    matching::any(&own, filter, &|wanted| validator.comparable(name, wanted))
}

/// Whether one action of the lead fits all of it. Who performed an action is not known here, so
/// a filter by `performed_by` finds nothing.
fn has_action(record: &Record, filters: &Map<String, Value>) -> bool {
    record.lead.actions.iter().zip(&record.stamps).any(|(action, stamp)| {
        filters.iter().all(|(key, filter)| match key.as_str() {
            "type" => bare_code(action)
                .is_some_and(|code| matching::any(&code.into(), filter, &Value::clone)),
            "performed_at" => {
                let own = action.get("created_on").cloned().unwrap_or_else(|| stamp.on.into());
                matching::any(&own, filter, &Value::clone)
            }
            _ => false,
        })
    })
}
