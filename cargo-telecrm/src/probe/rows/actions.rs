//! Rows about actions.

use serde_json::{Value, json};
use telecrm_schema::Action;

use crate::probe::plan::{Draft, Planned};
use crate::probe::reading::Stored;
use crate::probe::verdict::{Judged, shown};

/// An instant in the past: 13 September 2020.
const PAST: i64 = 1_600_000_000_000;

/// Creates a lead through the Sync API, queues these actions, one list for each request, and passes the
/// stored lead to `judge`.
fn queued(
    mut draft: Draft<'_>,
    requests: &[Vec<Value>],
    judge: impl Fn(&Stored) -> Judged + 'static,
) -> Planned {
    let (lead, name) = (draft.lead(), draft.name());
    draft.create(draft.body(&lead, &draft.early_name("created")));
    let mut last = 0;
    for (index, actions) in requests.iter().enumerate() {
        let is_last = index + 1 == requests.len();
        let name = if is_last { name.clone() } else { draft.early_name(index + 1) };
        let mut body = draft.body(&lead, &name);
        body["actions"] = actions.clone().into();
        draft.queue(&body);
        last = draft.wait(&lead, &name);
    }
    let read = draft.read();
    draft.finish(move |readings| {
        readings.lead(last)?;
        Ok(judge(readings.lead(read)?))
    })
}

fn payment(amount: &str) -> Value {
    json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": amount })
}

pub(super) fn backdated(draft: Draft<'_>) -> Planned {
    let action = draft.workspace.action("that may not be backdated", |own| !own.backdatable)?;
    let code = action.code.clone();
    let sent = json!({ "type": code, "created_on": PAST });
    queued(draft, &[vec![sent]], move |lead| match lead.actions_of(&code)[..] {
        [] => Judged::holds("the action is not stored"),
        [stored, ..] if stored["created_on"] == PAST => {
            Judged::differs("the action is stored with the sent time", None)
        }
        _ => Judged::differs("the action is stored with another time", Some("stamp_now")),
    })
}

pub(super) fn backdated_by_sync(mut draft: Draft<'_>) -> Planned {
    draft.workspace.not_the_emulator("accepts `created_on` in the Sync API")?;
    let action = draft.workspace.action("that may be backdated", |own| own.backdatable)?;
    let (lead, name, code) = (draft.lead(), draft.name(), action.code.clone());
    let mut body = draft.body(&lead, &name);
    body["actions"] = json!([{ "type": bare(action), "created_on": PAST }]);
    let created = draft.create(body);
    let read = draft.read();
    draft.finish(move |readings| {
        let ignored = match readings.written(created)? {
            Ok(paths) if paths.is_empty() => "no remark".to_owned(),
            Ok(paths) => format!("remarks about {}", paths.join(", ")),
            Err(refusal) => return Ok(Judged::unclear(refusal.clone())),
        };
        Ok(match readings.lead(read)?.actions_of(&code)[..] {
            [] => Judged::unclear(format!("the action is not stored; {ignored}")),
            [stored, ..] if stored["created_on"] == PAST => {
                Judged::differs(format!("stored with the sent time; {ignored}"), None)
            }
            _ => Judged::holds(format!("stored with another time; {ignored}")),
        })
    })
}

/// Returns the code in the form of the Sync API.
fn bare(action: &Action) -> &str {
    action.code.strip_prefix("ACTION_").unwrap_or(&action.code)
}

pub(super) fn incomplete_payments(draft: Draft<'_>) -> Planned {
    let without = |key: &str| {
        let mut payment = payment("1");
        if let Some(parts) = payment.as_object_mut() {
            parts.remove(key);
        }
        payment
    };
    let mut sent: Vec<Value> = ["status", "currency", "amount"].map(without).into();
    sent.push(payment("2"));
    queued(draft, &[sent], |lead| {
        let payments = lead.actions_of("PAYMENT");
        match payments[..] {
            [] => Judged::unclear("the complete payment is not stored"),
            [stored] if stored["amount"] == "2" => Judged::holds("only the complete one is stored"),
            _ => Judged::differs(format!("{} of 4 payments are stored", payments.len()), None),
        }
    })
}

pub(super) fn system_note(draft: Draft<'_>) -> Planned {
    let note = format!("{} note", draft.name());
    let sent = json!({ "type": "SYSTEM_NOTE", "fields": { "note": note } });
    queued(draft, &[vec![sent]], move |lead| {
        // telecrm itself writes other notes.
        let is_own = |stored: &&Value| stored.to_string().contains(&note);
        if lead.actions_of("SYSTEM_NOTE").iter().any(is_own) {
            Judged::differs("the note is stored", Some("store"))
        } else {
            Judged::holds("the note is not stored")
        }
    })
}

pub(super) fn unprefixed(draft: Draft<'_>) -> Planned {
    let is_number = |own: &Action| bare(own).parse::<u32>().is_ok();
    let action = draft.workspace.action("whose code is a number", is_number)?;
    let code = action.code.clone();
    let number: u32 = bare(action).parse().unwrap_or_default();
    let sent = vec![json!({ "type": bare(action) }), json!({ "type": number })];
    queued(draft, &[sent], move |lead| match lead.actions_of(&code).len() {
        0 => Judged::holds("neither action is stored"),
        2 => Judged::differs("both actions are stored", Some("store")),
        _ => Judged::differs("one of both actions is stored", None),
    })
}

pub(super) fn bad_field(draft: Draft<'_>) -> Planned {
    let (action, good) = draft.workspace.action_with_text()?;
    let other = action.fields.iter().find(|field| field.api_name != good);
    let bad = other.map_or("telecrm_probe", |field| &field.api_name).to_owned();
    let (code, good) = (action.code.clone(), good.to_owned());
    // No type accepts an object.
    let sent = json!({ "type": code, "fields": { &good: "telecrm probe", &bad: {} } });
    queued(draft, &[vec![sent]], move |lead| match lead.actions_of(&code)[..] {
        [] => Judged::differs("the action is not stored", Some("drop_action")),
        [stored, ..] => {
            let fields = &stored["fields"];
            let observed = format!("the action is stored with {}", shown(Some(fields)));
            let is_dropped = fields.get(&bad).is_none_or(Value::is_null);
            if fields[&good] == "telecrm probe" && is_dropped {
                Judged::holds(observed)
            } else {
                Judged::differs(observed, None)
            }
        }
    })
}

pub(super) fn equal(draft: Draft<'_>) -> Planned {
    let (action, text) = draft.workspace.action_with_text()?;
    let code = action.code.clone();
    let sent = json!({ "type": code, "fields": { text: "telecrm probe" } });
    let requests = [vec![sent.clone(), sent.clone()], vec![sent]];
    queued(draft, &requests, move |lead| match lead.actions_of(&code).len() {
        3 => Judged::holds("all three actions are stored"),
        stored => Judged::differs(format!("{stored} of three actions are stored"), None),
    })
}

pub(super) fn order(draft: Draft<'_>) -> Planned {
    let (action, text) = draft.workspace.action_with_text()?;
    let (code, text) = (action.code.clone(), text.to_owned());
    let sent = ["1", "2", "3"];
    let actions = sent.map(|note| json!({ "type": code, "fields": { &text: note } })).into();
    queued(draft, &[actions], move |lead| {
        let stored = lead.actions_of(&code);
        let notes: Vec<&str> =
            stored.iter().filter_map(|action| action["fields"][&text].as_str()).collect();
        let observed = format!("listed as {}", notes.join(", "));
        // The newest may be first.
        if notes == sent || notes.iter().rev().eq(&sent) {
            Judged::holds(observed)
        } else if notes.len() < sent.len() {
            Judged::unclear(observed)
        } else {
            Judged::differs(observed, None)
        }
    })
}
