//! Search of leads: `POST /lead/search`.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use telecrm_schema::FieldType;

use super::{
    actions,
    matching::{self, Case},
    object_at, page_of,
};
use crate::{
    engine::Engine,
    loaded::LoadedSchema,
    server::{refusal::Refusal, request::Query},
    store::Record,
};

/// Returns the leads that match all filters, newest first.
pub(super) fn leads(
    engine: &Engine,
    query: &Query,
    body: &Map<String, Value>,
) -> Result<Response, Refusal> {
    let (skip, limit) = page_of(query)?;
    let fields = object_at(body, "fields")?;
    let actions = object_at(body, "actions")?;
    let schema = engine.schema();
    let state = engine.state();
    let found = state.store.records().iter().rev().filter(|record| {
        fields.is_none_or(|filters| {
            filters.iter().all(|(name, filter)| has_field(record, name, filter, &schema))
        }) && actions.is_none_or(|filters| has_action(record, filters))
    });
    let found: Vec<&Record> = found.collect();
    let page = found.iter().skip(skip).take(limit);
    let data: Vec<Value> = page.map(|record| shown(record, state.lead_ids)).collect();
    Ok(Json(json!({ "data": data, "total_count": found.len() })).into_response())
}

/// Returns the JSON of a lead: `fields`, and if `lead_ids` is set, also its ids and times.
fn shown(record: &Record, lead_ids: bool) -> Value {
    if !lead_ids {
        return json!({ "fields": record.lead.fields });
    }
    json!({
        "_id": record.lead.id,
        "id": record.lead.id,
        "status": record.lead.fields.get("status"),
        "created_on": record.created_on,
        "modified_on": record.modified_on,
        "fields": record.lead.fields,
    })
}

fn has_field(record: &Record, name: &str, filter: &Value, schema: &LoadedSchema) -> bool {
    let stored = match (name, record.lead.fields.get(name)) {
        // A phone that is stored with `+` equals the same phone without it.
        (_, Some(value)) if value.as_str().is_some_and(|text| text.starts_with('+')) => {
            schema.validator.comparable(name, value)
        }
        (_, Some(value)) => value.clone(),
        ("created_on", None) => record.created_on.into(),
        ("modified_on", None) => record.modified_on.into(),
        _ => return false,
    };
    let case = match schema.schema.field(name).map(|field| &field.field_type) {
        Some(FieldType::Status) => Case::Sensitive,
        _ => Case::Ignored,
    };
    matching::matches(&stored, filter, case, &|value| schema.validator.comparable(name, value))
}

/// Whether an action of the lead matches all filters.
fn has_action(record: &Record, filters: &Map<String, Value>) -> bool {
    let mut actions = record.lead.actions.iter().zip(&record.stamps);
    actions.any(|(action, stamp)| actions::matches(action, *stamp, filters, "performed_at"))
}
