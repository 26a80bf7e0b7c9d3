//! The values that code for the old schema sends after a rebuild with the new schema, and those that
//! telecrm would drop, found by the validator, which shares no code with the generator.

use serde_json::{Map, Value, json};
use telecrm_schema::validate::Validator;
use telecrm_schema::{Field, FieldType, Label, Length, Schema};

/// The dropped values, by their path in the old schema.
pub(crate) fn lost(old: &Schema, new: &Schema) -> Vec<String> {
    let (before, now) = (Validator::new(old), Validator::new(new));
    let mut lost = Vec::new();
    for (path, body) in bodies(old, old) {
        assert!(is_kept(&before, &body), "{path}: the validator refuses valid values: {body}");
    }
    for (path, body) in bodies(old, new) {
        if !is_kept(&now, &body) {
            lost.push(format!("{path}: {body}"));
        }
    }
    lost
}

/// Whether telecrm keeps all values of a body; new options are allowed.
fn is_kept(validator: &Validator, body: &Value) -> bool {
    let Ok(acceptance) = validator.accept(body) else { return false };
    let Some(lead) = acceptance.lead else { return false };
    let same_keys = |sent: &Value, kept: &Map<String, Value>| {
        let sent = sent.as_object().expect("an object");
        sent.iter().all(|(key, value)| {
            kept.get(key)
                .is_some_and(|kept| kept.as_array().map(Vec::len) == value.as_array().map(Vec::len))
        })
    };
    let actions = body["actions"].as_array().map_or(&[][..], Vec::as_slice);
    same_keys(&body["fields"], &lead.fields)
        && actions.len() == lead.actions.len()
        && actions.iter().zip(&lead.actions).all(|(sent, kept)| {
            kept.as_object().is_some_and(|kept| same_keys(sent, kept))
                && kept["fields"]
                    .as_object()
                    .is_some_and(|fields| same_keys(&sent["fields"], fields))
        })
}

/// A body for each value of each field: code for `old`, built with `new`, sends these bodies.
fn bodies(old: &Schema, new: &Schema) -> Vec<(String, Value)> {
    let identifier = old.identifier();
    let id = match &identifier.field_type {
        FieldType::Phone => "919999999999",
        FieldType::Email => "a@example.com",
        _ => "T-1",
    };
    let mut bodies = Vec::new();
    for field in old.fields.iter().filter(|field| field.api_name != identifier.api_name) {
        for value in values(field, old, new) {
            let fields = json!({ &identifier.api_name: id, &field.api_name: value });
            bodies.push((format!("fields.{}", field.api_name), json!({ "fields": fields })));
        }
    }
    for action in &old.actions {
        let mut add = |path: &str, action: Value| {
            let body = json!({ "fields": { &identifier.api_name: id }, "actions": [action] });
            bodies.push((format!("actions.{path}"), body));
        };
        let code = &action.code;
        add(code, json!({ "type": code, "fields": {} }));
        if action.backdatable {
            add(code, json!({ "type": code, "fields": {}, "created_on": 1_764_547_200_000_u64 }));
        }
        for field in &action.fields {
            for value in values(field, old, new) {
                let path = format!("{code}.fields.{}", field.api_name);
                add(&path, json!({ "type": code, "fields": { &field.api_name: value } }));
            }
        }
    }
    bodies
}

/// The label of the pipeline that code sends after a rebuild: the same label, or if it no longer
/// compiles, the new label of the same status.
fn now(choice: &Label, active: &[&Label], same_workspace: bool) -> Value {
    let by_text = |label: &&&Label| label.text == choice.text;
    let by_id = |label: &&&Label| same_workspace && label.id.is_some() && label.id == choice.id;
    let by_past = |label: &&&Label| label.formerly.iter().any(|former| former.value == choice.text);
    let find = |like: &dyn Fn(&&&Label) -> bool| active.iter().find(like).map(|label| &label.text);
    let found = find(&by_text).or_else(|| find(&by_id)).or_else(|| find(&by_past));
    json!(found.unwrap_or(&choice.text))
}

fn values(field: &Field, old: &Schema, new: &Schema) -> Vec<Value> {
    let same_workspace = match (&old.enterprise_id, &new.enterprise_id) {
        (Some(old), Some(new)) => old == new,
        _ => true,
    };
    match &field.field_type {
        FieldType::Status => {
            let active: Vec<_> = new.pipeline.statuses.iter().map(|status| &status.label).collect();
            let statuses = old.pipeline.statuses.iter();
            statuses.map(|status| now(&status.label, &active, same_workspace)).collect()
        }
        FieldType::LostReason => {
            let active: Vec<_> = new.pipeline.lost_reasons.iter().collect();
            let reasons = old.pipeline.lost_reasons.iter();
            reasons.map(|reason| now(reason, &active, same_workspace)).collect()
        }
        kind => plain(kind),
    }
}

fn plain(kind: &FieldType) -> Vec<Value> {
    match kind {
        FieldType::Text(Length { min, max }) => {
            let (min_length, max_length) =
                (min.unwrap_or(1).max(1), max.unwrap_or(3_000).min(3_000));
            let text = |length: u32| json!("x".repeat(length as usize));
            vec![text(min_length), text(max_length.max(min_length))]
        }
        FieldType::Email | FieldType::ActiveUsers => vec![json!("a@example.com")],
        FieldType::Phone => vec![json!("919999999999")],
        FieldType::Number => vec![json!(7), json!(-2.5)],
        FieldType::Date => vec![json!(1_764_547_200_000_u64)],
        FieldType::Dropdown(options) => {
            options.labels.iter().map(|label| json!(label.text)).collect()
        }
        FieldType::Tags(options) => {
            options.labels.iter().map(|label| json!([label.text])).collect()
        }
        FieldType::Money => vec![json!("1500.50")],
        FieldType::Website | FieldType::MediaLink => vec![json!("https://example.com")],
        FieldType::Rating => (1..=5).map(|rating| json!(rating)).collect(),
        FieldType::Status | FieldType::LostReason => unreachable!("labels of the pipeline"),
    }
}
