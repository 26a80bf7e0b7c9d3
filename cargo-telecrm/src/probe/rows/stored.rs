//! Rows about a second value in a field of a stored lead.

use serde_json::{Value, json};
use telecrm_schema::{Field, FieldType};

use crate::probe::plan::{Draft, Planned};
use crate::probe::verdict::{Judged, shown};

/// Returns two values of a field.
fn samples(field: &Field, phone: &str) -> Option<[Value; 2]> {
    let texts = |first: &str, second: &str| Some([first, second].map(Value::from));
    match &field.field_type {
        FieldType::Text(length)
            if length.min.is_none() && length.max.is_none_or(|max| max >= 20) =>
        {
            texts("telecrm probe 1", "telecrm probe 2")
        }
        FieldType::Email => texts("telecrm.probe.1@example.com", "telecrm.probe.2@example.com"),
        FieldType::Phone => texts(phone, phone),
        FieldType::Money => texts("1", "2"),
        FieldType::Website | FieldType::MediaLink => {
            texts("https://example.com/1", "https://example.com/2")
        }
        FieldType::Number | FieldType::Rating => Some([1, 2].map(Value::from)),
        FieldType::Dropdown(options) => match &options.labels[..] {
            [first, second, ..] => texts(&first.text, &second.text),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn empty_text(draft: Draft<'_>) -> Planned {
    overwritten(draft, &json!(""))
}

pub(super) fn null(draft: Draft<'_>) -> Planned {
    overwritten(draft, &Value::Null)
}

/// Stores a value in one field of each text-like type, and then sends an empty value.
fn overwritten(mut draft: Draft<'_>, empty: &Value) -> Planned {
    let (lead, name, early) = (draft.lead(), draft.name(), draft.early_name(1));
    let mut fields: Vec<&Field> = Vec::new();
    for field in draft.workspace.fields() {
        let own = &field.field_type;
        let is_text =
            !matches!(own, FieldType::Number | FieldType::Rating | FieldType::Dropdown(_));
        let is_new = fields.iter().all(|other| other.field_type.name() != own.name());
        if is_text && is_new && samples(field, &lead).is_some() {
            fields.push(field);
        }
    }
    if fields.is_empty() {
        return Err("the schema has no text field besides the name".to_owned());
    }
    let (mut first, mut second) = (draft.body(&lead, &early), draft.body(&lead, &name));
    let mut values = Vec::new();
    for field in fields {
        if let Some([value, _]) = samples(field, &lead) {
            first["fields"][&field.api_name] = value;
            second["fields"][&field.api_name] = empty.clone();
            values.push(field.api_name.clone());
        }
    }
    draft.queue(&first);
    let before = draft.wait(&lead, &early);
    draft.queue(&second);
    let after = draft.wait(&lead, &name);
    draft.finish(move |readings| {
        let (before, after) = (readings.lead(before)?, readings.lead(after)?);
        let mut outcomes = Vec::new();
        for field in &values {
            let (old, new) = (before.get(field), after.get(field));
            outcomes.push(match new {
                _ if old.is_none() => continue,
                _ if old == new => ("keep", field),
                None => ("clear", field),
                Some(new) if new == "" => ("store", field),
                Some(_) => ("another value", field),
            });
        }
        let observed: Vec<String> =
            outcomes.iter().map(|(outcome, field)| format!("{field}: {outcome}")).collect();
        let observed = observed.join(", ");
        let only = |value: &str| outcomes.iter().all(|(outcome, _)| *outcome == value);
        Ok(match () {
            () if outcomes.is_empty() => Judged::unclear("telecrm did not store the first values"),
            () if only("keep") => Judged::holds(observed),
            () if only("clear") => Judged::differs(observed, Some("clear")),
            () if only("store") => Judged::differs(observed, Some("store")),
            () => Judged::differs(observed, None),
        })
    })
}

pub(super) fn tags(mut draft: Draft<'_>) -> Planned {
    let labels = |own: &FieldType| match own {
        FieldType::Tags(options) => match &options.labels[..] {
            [first, second, ..] => Some([first.text.clone(), second.text.clone()]),
            _ => None,
        },
        _ => None,
    };
    let field = draft.workspace.field("TAGS with two labels", |own| labels(own).is_some())?;
    let both = labels(&field.field_type).unwrap_or_default();
    let (field, lead, name) = (field.api_name.clone(), draft.lead(), draft.name());
    let sent = [json!(both), json!([]), json!([both[0]])];
    let names = [draft.early_name(1), draft.early_name(2), name];
    let mut waits = Vec::new();
    for (value, name) in sent.iter().zip(&names) {
        draft.queue(&draft.body_with(&lead, name, &field, value.clone()));
        waits.push(draft.wait(&lead, name));
    }
    draft.finish(move |readings| {
        let mut stored = Vec::new();
        for wait in &waits {
            let value = readings.lead(*wait)?.get(&field).cloned();
            stored.push(value.unwrap_or_else(|| json!([])));
        }
        let observed: Vec<String> = sent
            .iter()
            .zip(&stored)
            .map(|(sent, stored)| format!("{sent} stored as {}", shown(Some(stored))))
            .collect();
        let observed = observed.join("; ");
        Ok(match () {
            () if stored == sent => Judged::holds(observed),
            () if stored.iter().all(|tags| *tags == sent[0]) => {
                Judged::differs(observed, Some("add"))
            }
            () => Judged::differs(observed, None),
        })
    })
}

pub(super) fn locked(mut draft: Draft<'_>) -> Planned {
    let (lead, name, early) = (draft.lead(), draft.name(), draft.early_name(1));
    let identifier = draft.workspace.identifier();
    let mut locked = draft.workspace.schema.fields.iter().filter(|field| {
        field.lock_after_create
            && field.api_name != identifier
            && !matches!(field.field_type, FieldType::Phone)
    });
    let found = locked.find_map(|field| Some((&field.api_name, samples(field, &lead)?)));
    let (field, [first, second]) = found
        .ok_or_else(|| "the schema has no field with lockAfterCreate for this row".to_owned())?;
    let field = field.clone();
    draft.queue(&draft.body_with(&lead, &early, &field, first.clone()));
    draft.wait(&lead, &early);
    draft.queue(&draft.body_with(&lead, &name, &field, second.clone()));
    let after = draft.wait(&lead, &name);
    draft.finish(move |readings| {
        let stored = readings.lead(after)?.get(&field);
        let observed = format!("the rest is applied; {field} stored as {}", shown(stored));
        Ok(match stored {
            Some(stored) if *stored == first => Judged::holds(observed),
            Some(stored) if *stored == second => Judged::differs(observed, Some("apply")),
            _ => Judged::differs(observed, None),
        })
    })
}
