//! What code that was written against a schema sends once it is built again with another, and what
//! of it telecrm would lose: by the emulator's validator, which shares no code with the generator.

use serde_json::{Map, Value, json};
use telecrm_schema::validate::Validator;
use telecrm_schema::{Field, FieldType, Label, Length, Schema};

/// What is lost, by its path in the old schema.
pub(crate) fn lost(old: &Schema, new: &Schema) -> Vec<String> {
    let (before, now) = (Validator::new(old), Validator::new(new));
    let mut lost = Vec::new();
    for (path, body) in bodies(old, old) {
        assert!(
            is_kept(&before, &body),
            "{path}: the validator does not know its own values: {body}"
        );
    }
    for (path, body) in bodies(old, new) {
        if !is_kept(&now, &body) {
            lost.push(format!("{path}: {body}"));
        }
    }
    lost
}

/// Whether all of a body is kept, be it as a new option.
fn is_kept(validator: &Validator, body: &Value) -> bool {
    let Ok(acceptance) = validator.accept(body) else { return false };
    let Some(lead) = acceptance.lead else { return false };
    let same_keys = |sent: &Value, kept: &Map<String, Value>| {
        let sent = sent.as_object().expect("an object");
        sent.iter().all(|(key, value)| {
            kept.get(key)
                .is_some_and(|it| it.as_array().map(Vec::len) == value.as_array().map(Vec::len))
        })
    };
    let actions = body["actions"].as_array().map_or(&[][..], Vec::as_slice);
    same_keys(&body["fields"], &lead.fields)
        && actions.len() == lead.actions.len()
        && actions.iter().zip(&lead.actions).all(|(sent, kept)| {
            kept.as_object().is_some_and(|it| same_keys(sent, it))
                && kept["fields"].as_object().is_some_and(|it| same_keys(&sent["fields"], it))
        })
}

/// A body for every value of every field, as code for `old` sends it when it is built with `new`.
fn bodies(old: &Schema, new: &Schema) -> Vec<(String, Value)> {
    let identifier = old.identifier();
    let id = match &identifier.field_type {
        FieldType::Phone => "919999999999",
        FieldType::Email => "a@example.com",
        _ => "T-1",
    };
    let mut bodies = Vec::new();
    for field in old.fields.iter().filter(|it| it.api_name != identifier.api_name) {
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

/// What a label of the pipeline is when code is built again, and mended where it no longer compiles:
/// the same, or what the same status is called now.
fn now(choice: &Label, active: &[&Label], same_workspace: bool) -> Value {
    let same = |it: &&&Label| it.text == choice.text;
    let by_id = |it: &&&Label| same_workspace && it.id.is_some() && it.id == choice.id;
    let by_past = |it: &&&Label| it.formerly.iter().any(|it| it.value == choice.text);
    let find = |like: &dyn Fn(&&&Label) -> bool| active.iter().find(like).map(|it| &it.text);
    let found = find(&same).or_else(|| find(&by_id)).or_else(|| find(&by_past));
    json!(found.unwrap_or(&choice.text))
}

fn values(field: &Field, old: &Schema, new: &Schema) -> Vec<Value> {
    let same_workspace = match (&old.enterprise_id, &new.enterprise_id) {
        (Some(old), Some(new)) => old == new,
        _ => true,
    };
    match &field.field_type {
        FieldType::Status => {
            let active: Vec<_> = new.pipeline.statuses.iter().map(|it| &it.label).collect();
            let statuses = old.pipeline.statuses.iter();
            statuses.map(|it| now(&it.label, &active, same_workspace)).collect()
        }
        FieldType::LostReason => {
            let active: Vec<_> = new.pipeline.lost_reasons.iter().collect();
            let reasons = old.pipeline.lost_reasons.iter();
            reasons.map(|it| now(it, &active, same_workspace)).collect()
        }
        kind => plain(kind),
    }
}

fn plain(kind: &FieldType) -> Vec<Value> {
    match kind {
        FieldType::Text(Length { min, max }) => {
            let (least, most) = (min.unwrap_or(1).max(1), max.unwrap_or(3_000).min(3_000));
            let text = |length: u32| json!("x".repeat(length as usize));
            vec![text(least), text(most.max(least))]
        }
        FieldType::Email | FieldType::ActiveUsers => vec![json!("a@example.com")],
        FieldType::Phone => vec![json!("919999999999")],
        FieldType::Number => vec![json!(7), json!(-2.5)],
        FieldType::Date => vec![json!(1_764_547_200_000_u64)],
        FieldType::Dropdown(it) => it.labels.iter().map(|it| json!(it.text)).collect(),
        FieldType::Tags(it) => it.labels.iter().map(|it| json!([it.text])).collect(),
        FieldType::Money => vec![json!("1500.50")],
        FieldType::Website | FieldType::MediaLink => vec![json!("https://example.com")],
        FieldType::Rating => (1..=5).map(|it| json!(it)).collect(),
        FieldType::Status | FieldType::LostReason => unreachable!("labels of the pipeline"),
    }
}
