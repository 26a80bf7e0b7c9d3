//! Rows about the field that identifies a lead.

use serde_json::json;
use telecrm_schema::FieldType;

use crate::probe::plan::{Draft, Planned};
use crate::probe::reading::{Readings, Unclear};
use crate::probe::verdict::{Judged, shown};
use crate::probe::workspace::Identifier;

/// Returns the national number of a phone of the probe.
fn national(phone: &str) -> &str {
    &phone[phone.len() - 10..]
}

pub(super) fn default_country(mut draft: Draft<'_>) -> Planned {
    let phone = draft.phone_lead()?;
    let (name, field) = (draft.name(), draft.workspace.identifier());
    draft.queue(&draft.body(national(&phone), &name));
    let completed = draft.wait(&phone, &name);
    let bare = draft.search(field, national(&phone));
    let field = field.to_owned();
    draft.finish(move |readings| {
        if let Some(lead) = readings.lead_if_any(completed)? {
            return Ok(Judged::holds(format!("stored as {}", shown(lead.get(&field)))));
        }
        Ok(match readings.found(bare)? {
            [] => Judged::unclear("the lead is not stored under either number"),
            [lead, ..] => Judged::differs(format!("stored as {}", shown(lead.get(&field))), None),
        })
    })
}

pub(super) fn plus_sign(mut draft: Draft<'_>) -> Planned {
    let phone = draft.phone_lead()?;
    let (name, field) = (draft.name(), draft.workspace.identifier().to_owned());
    draft.queue(&draft.body(&format!("+{phone}"), &name));
    let lead = draft.wait(&phone, &name);
    draft.finish(move |readings| {
        let stored = readings.lead(lead)?.get(&field);
        let observed = format!("stored as {}", shown(stored));
        Ok(match stored.and_then(|stored| stored.as_str()) {
            Some(text) if text == phone => Judged::holds(observed),
            Some(text) if text.strip_prefix('+') == Some(&phone) => {
                Judged::differs(observed, Some("keep"))
            }
            _ => Judged::differs(observed, None),
        })
    })
}

pub(super) fn trunk_zero(draft: Draft<'_>) -> Planned {
    refused_phone(draft, |phone| format!("0{}", national(phone)), Some("strip"))
}

pub(super) fn spaces(draft: Draft<'_>) -> Planned {
    let spaced = |phone: &str| {
        let (first, last) = national(phone).split_at(5);
        format!("{} {first} {last}", &phone[..phone.len() - 10])
    };
    refused_phone(draft, spaced, None)
}

/// Sends a phone that telecrm refuses as an identifier, and then a valid lead.
fn refused_phone(
    mut draft: Draft<'_>,
    form: impl Fn(&str) -> String,
    value: Option<&'static str>,
) -> Planned {
    let (phone, next) = (draft.phone_lead()?, draft.phone_lead()?);
    let (name, field) = (draft.name(), draft.workspace.identifier());
    let sent = form(&phone);
    draft.queue(&draft.body(&sent, &name));
    draft.queue(&draft.body(&next, &name));
    let last = draft.wait(&next, &name);
    let found = draft.search(field, json!([sent, phone, national(&phone)]));
    let field = field.to_owned();
    draft.finish(move |readings| {
        readings.lead(last)?;
        Ok(match readings.found(found)? {
            [] => Judged::holds("a later lead is stored, and this lead is not"),
            [lead, ..] => {
                let stored = lead.get(&field);
                let is_complete = stored.and_then(|stored| stored.as_str()) == Some(&phone);
                let observed = format!("stored as {}", shown(stored));
                Judged::differs(observed, value.filter(|_| is_complete))
            }
        })
    })
}

pub(super) fn invalid(mut draft: Draft<'_>) -> Planned {
    let bad = match draft.workspace.identifier_type() {
        Identifier::Phone => "no phone",
        Identifier::Email => "no email",
        Identifier::Text => return Err("any text is a valid lead identifier".to_owned()),
    };
    let next = draft.lead();
    draft.unwanted_lead(bad);
    let name = draft.name();
    let bad_name = draft.early_name(format_args!("without {next}"));
    draft.queue(&draft.body(bad, &bad_name));
    draft.queue(&draft.body(&next, &name));
    let last = draft.wait(&next, &name);
    let found = draft.search(draft.workspace.name, bad_name);
    draft.finish(move |readings| {
        readings.lead(last)?;
        Ok(match readings.found(found)? {
            [] => Judged::holds("a later lead is stored, and this lead is not"),
            _ => Judged::differs("the lead is stored", None),
        })
    })
}

pub(super) fn email_case(mut draft: Draft<'_>) -> Planned {
    if draft.workspace.identifier_type() == Identifier::Email {
        return identifier_case(draft);
    }
    let name = draft.name();
    let field = draft.workspace.field("EMAIL", |own| matches!(own, FieldType::Email))?;
    let (lead, field) = (draft.lead(), field.api_name.clone());
    let lower = format!("telecrm.probe.{lead}@example.com");
    let upper = lower.to_uppercase();
    draft.queue(&draft.body_with(&lead, &name, &field, upper.as_str().into()));
    let last = draft.wait(&lead, &name);
    let found = draft.search(&field, lower);
    draft.finish(same_lead(last, found, field, upper))
}

pub(super) fn text_case(draft: Draft<'_>) -> Planned {
    if draft.workspace.identifier_type() != Identifier::Text {
        return Err("the lead identifier is not a text".to_owned());
    }
    identifier_case(draft)
}

/// A lead whose identifier is first sent in upper case and then in lower case.
fn identifier_case(mut draft: Draft<'_>) -> Planned {
    let lower = draft.lead();
    let upper = lower.to_uppercase();
    let (name, early) = (draft.name(), draft.early_name(1));
    let field = draft.workspace.identifier();
    draft.queue(&draft.body(&upper, &early));
    draft.wait(&lower, &early);
    draft.queue(&draft.body(&lower, &name));
    let last = draft.wait(&lower, &name);
    let found = draft.search(field, lower);
    draft.finish(same_lead(last, found, field.to_owned(), upper))
}

/// The verdict of a row that expects one lead with the first spelling.
fn same_lead(
    last: usize,
    found: usize,
    field: String,
    first: String,
) -> impl Fn(&Readings) -> Result<Judged, Unclear> {
    move |readings| {
        let stored = readings.lead(last)?.get(&field);
        let total = readings.found(found)?.len();
        let observed = format!("stored as {}; leads by the other case: {total}", shown(stored));
        let keeps_case = stored.and_then(|stored| stored.as_str()) == Some(&first);
        Ok(if keeps_case && total == 1 {
            Judged::holds(observed)
        } else {
            Judged::differs(observed, None)
        })
    }
}
