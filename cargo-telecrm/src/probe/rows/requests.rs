//! Rows about the form of a request.

use serde_json::json;
use telecrm_schema::FieldType;

use crate::probe::plan::{Draft, Planned};
use crate::probe::verdict::{Judged, shown};

pub(super) fn key_next_to_fields(mut draft: Draft<'_>) -> Planned {
    let field = draft.workspace.text()?.api_name.clone();
    let (lead, name) = (draft.lead(), draft.name());
    let mut body = draft.body(&lead, &name);
    body[&field] = "telecrm probe".into();
    draft.queue(&body);
    let wait = draft.wait(&lead, &name);
    draft.finish(move |readings| {
        let stored = readings.lead(wait)?.get(&field);
        let observed = format!("{field} next to `fields` stored as {}", shown(stored));
        Ok(match stored {
            None => Judged::holds(observed),
            Some(_) => Judged::differs(observed, None),
        })
    })
}

pub(super) fn name_in_other_case(mut draft: Draft<'_>) -> Planned {
    let other = |name: &str| {
        let upper = name.to_uppercase();
        if upper == name { name.to_lowercase() } else { upper }
    };
    let field = draft.workspace.text()?.api_name.clone();
    let sent = other(&field);
    if sent == field || draft.workspace.schema.field(&sent).is_some() {
        return Err(format!("the schema has no text field whose name has another case ({field})"));
    }
    let (lead, name) = (draft.lead(), draft.name());
    draft.queue(&draft.body_with(&lead, &name, &sent, "telecrm probe".into()));
    let wait = draft.wait(&lead, &name);
    draft.finish(move |readings| {
        let stored = readings.lead(wait)?.get(&field);
        let observed = format!("{field} sent as {sent} stored as {}", shown(stored));
        Ok(match stored {
            None => Judged::holds(observed),
            Some(_) => Judged::differs(observed, None),
        })
    })
}

pub(super) fn partial_update(mut draft: Draft<'_>) -> Planned {
    let text = draft.workspace.text()?.api_name.clone();
    let number = draft.workspace.field("NUMBER", |own| matches!(own, FieldType::Number))?;
    let (lead, name) = (draft.lead(), draft.name());
    let created = draft.create(draft.body(&lead, &name));
    let update = json!({ "fields": { &text: "telecrm probe", (&number.api_name): "five" } });
    let updated = draft.update(update);
    let read = draft.read();
    draft.finish(move |readings| {
        if let Err(refusal) = readings.written(created)? {
            return Ok(Judged::unclear(refusal.clone()));
        }
        let answer = match readings.written(updated)? {
            Ok(_) => "accepted".to_owned(),
            Err(refusal) => refusal.clone(),
        };
        let stored = readings.lead(read)?.get(&text);
        let observed = format!("{answer}; the valid value is stored as {}", shown(stored));
        Ok(match stored {
            None => Judged::holds(observed),
            Some(_) => Judged::differs(observed, None),
        })
    })
}

pub(super) fn without_fields(mut draft: Draft<'_>) -> Planned {
    draft.workspace.not_the_emulator("refuses such bodies, so that tests see them")?;
    let bodies = ["{}", "[]", "{"];
    let queued: Vec<usize> =
        bodies.iter().map(|body| draft.queue_text((*body).to_owned())).collect();
    draft.finish(move |readings| {
        let (mut observed, mut is_queued) = (Vec::new(), true);
        for (body, at) in bodies.iter().zip(&queued) {
            for refusal in readings.refusals(*at)? {
                is_queued &= refusal.is_none();
                observed.push(format!("{body}: {}", refusal.as_deref().unwrap_or("QUEUED")));
            }
        }
        let observed = observed.join("; ");
        Ok(if is_queued { Judged::holds(observed) } else { Judged::differs(observed, None) })
    })
}
