//! Rows about labels: options, tags, statuses and lost reasons.

use serde_json::{Value, json};
use telecrm_schema::{FieldType, Stage};

use crate::probe::plan::{Draft, Planned};
use crate::probe::reading::{Readings, Unclear};
use crate::probe::verdict::{Judged, shown};

/// Returns an error unless rows may create labels.
fn may_create(draft: &Draft<'_>) -> Result<(), String> {
    if draft.workspace.change_labels {
        Ok(())
    } else {
        Err("the row creates a label in the workspace; it needs --change-labels".to_owned())
    }
}

pub(super) fn unknown_option(mut draft: Draft<'_>) -> Planned {
    may_create(&draft)?;
    let field = draft.workspace.field("DROPDOWN", |own| matches!(own, FieldType::Dropdown(_)))?;
    let (field, lead) = (field.api_name.clone(), draft.lead());
    let label = format!("{} {lead}", draft.name());
    created(draft, &lead, field, json!(label), label)
}

pub(super) fn unknown_tag(mut draft: Draft<'_>) -> Planned {
    may_create(&draft)?;
    let field = draft.workspace.field("TAGS", |own| matches!(own, FieldType::Tags(_)))?;
    let (field, lead) = (field.api_name.clone(), draft.lead());
    let label = format!("{} {lead}", draft.name());
    created(draft, &lead, field, json!([label]), label)
}

pub(super) fn other_case(mut draft: Draft<'_>) -> Planned {
    may_create(&draft)?;
    let other = |own: &FieldType| match own {
        FieldType::Dropdown(options) => options.labels.iter().find_map(|label| {
            let other = swapped(&label.text);
            let is_new = options.labels.iter().all(|label| label.text != other);
            is_new.then_some(other)
        }),
        _ => None,
    };
    let field = draft.workspace.field("DROPDOWN", |own| other(own).is_some())?;
    let label = other(&field.field_type).unwrap_or_default();
    let (field, lead) = (field.api_name.clone(), draft.lead());
    created(draft, &lead, field, json!(label), label)
}

/// Returns the text in the other case.
fn swapped(text: &str) -> String {
    let upper = text.to_uppercase();
    if upper == text { text.to_lowercase() } else { upper }
}

/// Sends a label that the workspace does not have, and reads the labels before and after.
fn created(
    mut draft: Draft<'_>,
    lead: &str,
    field: String,
    value: Value,
    label: String,
) -> Planned {
    let name = draft.name();
    draft.creates_label();
    let before = draft.labels(&field);
    draft.queue(&draft.body_with(lead, &name, &field, value));
    let wait = draft.wait(lead, &name);
    let after = draft.labels(&field);
    draft.finish(move |readings| {
        if readings.labels(before)?.contains(&label) {
            return Ok(Judged::unclear("the workspace has this label from an earlier run"));
        }
        let stored = readings.lead(wait)?.get(&field).filter(|value| **value != json!([]));
        let is_created = readings.labels(after)?.contains(&label);
        let observed = format!(
            "the value is stored as {}, and the option is {}",
            shown(stored),
            if is_created { "created" } else { "not created" }
        );
        Ok(match (is_created, stored) {
            (true, Some(_)) => Judged::holds(observed),
            (false, None) => Judged::differs(observed, Some("drop")),
            _ => Judged::differs(observed, None),
        })
    })
}

pub(super) fn archived(mut draft: Draft<'_>) -> Planned {
    let pipeline = &draft.workspace.schema.pipeline;
    let status = draft.workspace.field("STATUS", |own| matches!(own, FieldType::Status)).ok();
    let reason = draft.workspace.field("LOST_REASON", |own| matches!(own, FieldType::LostReason));
    let lost = pipeline.statuses.iter().find(|status| status.stage == Stage::Lost);
    let mut cases = Vec::new();
    if let Some((field, label)) = status.zip(pipeline.archived_statuses.first()) {
        cases.push((field.api_name.clone(), label.text.clone(), None));
    }
    if let Some((field, label)) = reason.ok().zip(pipeline.archived_lost_reasons.first()) {
        let with = status.zip(lost).map(|(field, lost)| (&field.api_name, &lost.label.text));
        cases.push((field.api_name.clone(), label.text.clone(), with));
    }
    if cases.is_empty() {
        return Err("the pipeline has no archived status and no archived lost reason".to_owned());
    }
    let name = draft.name();
    let mut sent = Vec::new();
    for (field, label, with) in cases {
        let lead = draft.lead();
        let mut body = draft.body_with(&lead, &name, &field, label.as_str().into());
        if let Some((field, label)) = with {
            body["fields"][field] = label.as_str().into();
        }
        draft.queue(&body);
        sent.push((draft.wait(&lead, &name), field, label));
    }
    draft.finish(move |readings| {
        let (mut observed, mut is_dropped) = (Vec::new(), true);
        for (wait, field, label) in &sent {
            let stored = readings.lead(*wait)?.get(field);
            // telecrm may set another status in a new lead.
            is_dropped &= stored.is_none_or(|stored| stored != label.as_str());
            observed.push(format!("{field}: {label} stored as {}", shown(stored)));
        }
        let observed = observed.join("; ");
        Ok(if is_dropped { Judged::holds(observed) } else { Judged::differs(observed, None) })
    })
}

pub(super) fn status_case(mut draft: Draft<'_>) -> Planned {
    let field = draft.workspace.field("STATUS", |own| matches!(own, FieldType::Status))?;
    let statuses: Vec<&String> =
        draft.workspace.schema.pipeline.statuses.iter().map(|status| &status.label.text).collect();
    let changed = statuses.iter().skip(1).find_map(|label| {
        let lower = label.to_lowercase();
        (lower != **label && !statuses.contains(&&lower)).then(|| ((*label).clone(), lower))
    });
    let (first, (label, lower)) = statuses
        .first()
        .map(|first| (*first).clone())
        .zip(changed)
        .ok_or("the pipeline has no second status with a capital letter")?;
    let (field, lead) = (field.api_name.clone(), draft.lead());
    let (name, early) = (draft.name(), draft.early_name(1));
    draft.queue(&draft.body_with(&lead, &early, &field, first.as_str().into()));
    draft.wait(&lead, &early);
    draft.queue(&draft.body_with(&lead, &name, &field, lower.as_str().into()));
    let wait = draft.wait(&lead, &name);
    draft.finish(move |readings| {
        let stored = readings.lead(wait)?.get(&field);
        let observed = format!("{lower} after {first}: stored as {}", shown(stored));
        Ok(match stored.and_then(Value::as_str) {
            Some(text) if text == first => Judged::holds(observed),
            Some(text) if text == label || text == lower => Judged::differs(observed, None),
            _ => Judged::unclear(observed),
        })
    })
}

pub(super) fn lost_reason(mut draft: Draft<'_>) -> Planned {
    draft.workspace.not_the_emulator("stores a lost reason with any status")?;
    let status = draft.workspace.field("STATUS", |own| matches!(own, FieldType::Status))?;
    let field = draft.workspace.field("LOST_REASON", |own| matches!(own, FieldType::LostReason))?;
    let pipeline = &draft.workspace.schema.pipeline;
    let of_stage = |stage| {
        let found = pipeline.statuses.iter().find(|status| status.stage == stage);
        found.map(|status| status.label.text.clone())
    };
    let (open, lost) = of_stage(Stage::Open)
        .zip(of_stage(Stage::Lost))
        .ok_or("the pipeline has no open status or no lost status")?;
    let reason = pipeline.lost_reasons.first().ok_or("the pipeline has no lost reason")?;
    let (field, name) = (field.api_name.clone(), draft.name());
    let mut waits = Vec::new();
    for label in [open, lost] {
        let lead = draft.lead();
        let mut body = draft.body_with(&lead, &name, &field, reason.text.as_str().into());
        body["fields"][&status.api_name] = label.into();
        draft.queue(&body);
        waits.push(draft.wait(&lead, &name));
    }
    draft.finish(move |readings| with_stage(readings, &waits, &field))
}

fn with_stage(readings: &Readings, waits: &[usize], field: &str) -> Result<Judged, Unclear> {
    let mut stored = Vec::new();
    for wait in waits {
        stored.push(readings.lead(*wait)?.get(field).is_some());
    }
    Ok(match stored[..] {
        [false, true] => Judged::holds("stored with a lost status, not with an open one"),
        [true, true] => Judged::differs("stored with an open status, too", None),
        _ => Judged::unclear("not stored with a lost status"),
    })
}
