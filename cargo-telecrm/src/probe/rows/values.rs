//! Rows about one value in a field of a new lead.

use serde_json::{Value, json};
use telecrm_schema::FieldType;

use crate::probe::plan::{Draft, Planned};
use crate::probe::verdict::{Judged, shown};

/// A value in a field of a new lead.
struct Case {
    value: Value,
    expected: Expected,
}

/// The stored value that the assumption predicts.
#[derive(Clone, Copy, PartialEq)]
enum Expected {
    /// The sent value.
    Same,
    /// A value in any form.
    Any,
    Absent,
}

impl Expected {
    fn is_met(self, sent: &Value, stored: Option<&Value>) -> bool {
        match (self, stored) {
            (Self::Same, Some(stored)) => sent == stored,
            (Self::Any, stored) => stored.is_some(),
            (Self::Absent, stored) => stored.is_none(),
            (Self::Same, None) => false,
        }
    }
}

fn case(value: impl Into<Value>, expected: Expected) -> Case {
    Case { value: value.into(), expected }
}

/// The APIs that receive the values.
#[derive(Clone, Copy, PartialEq)]
enum Apis {
    Async,
    /// The Sync API, too. Its remarks are observed, and do not decide about the Async API.
    Both,
}

/// Queues one lead for each case, and compares the stored values.
///
/// `value` returns the name of another behavior from a sent and a stored value.
fn cases(
    mut draft: Draft<'_>,
    apis: Apis,
    field: &str,
    cases: Vec<Case>,
    value: fn(&Value, &Value) -> Option<&'static str>,
) -> Planned {
    let name = draft.name();
    let leads: Vec<String> = cases.iter().map(|_| draft.lead()).collect();
    for (lead, case) in leads.iter().zip(&cases) {
        draft.queue(&draft.body_with(lead, &name, field, case.value.clone()));
    }
    let waits: Vec<usize> = leads.iter().map(|lead| draft.wait(lead, &name)).collect();
    let mut created = Vec::new();
    for case in cases.iter().filter(|_| apis == Apis::Both) {
        let lead = draft.lead();
        created.push(draft.create(draft.body_with(&lead, &name, field, case.value.clone())));
    }
    let field = field.to_owned();
    draft.finish(move |readings| {
        let (mut observed, mut others, mut is_met) = (Vec::new(), Vec::new(), true);
        for (wait, case) in waits.iter().zip(&cases) {
            let stored = readings.lead(*wait)?.get(&field);
            observed.push(format!("{} stored as {}", shown(Some(&case.value)), shown(stored)));
            if !case.expected.is_met(&case.value, stored) {
                is_met = false;
                others.push(stored.and_then(|stored| value(&case.value, stored)));
            }
        }
        for (at, case) in created.iter().zip(&cases) {
            let outcome = match readings.written(*at)? {
                Ok(paths) if paths.is_empty() => "makes no remark about",
                Ok(_) => "ignores",
                Err(_) => "refuses",
            };
            observed.push(format!("the Sync API {outcome} {}", shown(Some(&case.value))));
        }
        let observed = observed.join("; ");
        if is_met {
            return Ok(Judged::holds(observed));
        }
        let other = others.first().copied().flatten();
        Ok(Judged::differs(observed, other.filter(|_| others.iter().all(|value| *value == other))))
    })
}

/// For an assumption without another named behavior.
fn unnamed(_: &Value, _: &Value) -> Option<&'static str> {
    None
}

pub(super) fn phone_length(draft: Draft<'_>) -> Planned {
    let phone = "PHONE (besides the identifier)";
    let field = draft.workspace.field(phone, |own| matches!(own, FieldType::Phone))?;
    let list = vec![
        case("91234", Expected::Absent),
        case("9123456", Expected::Absent),
        case("91234567", Expected::Any),
        case("912345678901234", Expected::Any),
        case("9123456789012345", Expected::Absent),
    ];
    cases(draft, Apis::Both, &field.api_name, list, unnamed)
}

/// Returns the first field with a limit of at most 1,000 characters, and the limit.
fn limited(draft: &Draft<'_>) -> Result<(String, usize), String> {
    let limit = |own: &FieldType| match own {
        FieldType::Text(length) => length.max.filter(|max| (1..=1_000).contains(max)),
        _ => None,
    };
    let field = draft.workspace.field("TEXT with maxLength", |own| limit(own).is_some())?;
    let max = limit(&field.field_type).and_then(|max| usize::try_from(max).ok()).unwrap_or(1);
    Ok((field.api_name.clone(), max))
}

pub(super) fn long_text(draft: Draft<'_>) -> Planned {
    let (field, max) = limited(&draft)?;
    let is_cut = |sent: &Value, stored: &Value| {
        let (sent, stored) = (sent.as_str()?, stored.as_str()?);
        (sent.starts_with(stored) && sent != stored).then_some("cut")
    };
    cases(draft, Apis::Both, &field, vec![case("x".repeat(max + 1), Expected::Absent)], is_cut)
}

pub(super) fn unicode_limit(draft: Draft<'_>) -> Planned {
    let (field, max) = limited(&draft)?;
    let full = |character: &str| case(character.repeat(max), Expected::Same);
    cases(draft, Apis::Async, &field, vec![full("😀"), full("த")], unnamed)
}

pub(super) fn spaces_around(draft: Draft<'_>) -> Planned {
    let field = draft.workspace.text()?;
    cases(draft, Apis::Async, &field.api_name, vec![case(" a ", Expected::Same)], unnamed)
}

pub(super) fn number_as_text(draft: Draft<'_>) -> Planned {
    let field = draft.workspace.field("NUMBER", |own| matches!(own, FieldType::Number))?;
    cases(draft, Apis::Both, &field.api_name, vec![case("5", Expected::Absent)], unnamed)
}

pub(super) fn rating(draft: Draft<'_>) -> Planned {
    let field = draft.workspace.field("RATING", |own| matches!(own, FieldType::Rating))?;
    let list =
        vec![case("3", Expected::Absent), case(3.0, Expected::Any), case(6, Expected::Absent)];
    cases(draft, Apis::Both, &field.api_name, list, unnamed)
}

pub(super) fn early_dates(draft: Draft<'_>) -> Planned {
    let field = draft.workspace.field("DATE", |own| matches!(own, FieldType::Date))?;
    let list = [-1_i64, 0, 1_769_904_000].map(|millis| case(millis, Expected::Same)).into();
    cases(draft, Apis::Async, &field.api_name, list, unnamed)
}

pub(super) fn money(draft: Draft<'_>) -> Planned {
    let field = draft.workspace.field("MONEY", |own| matches!(own, FieldType::Money))?;
    let list = vec![
        case("1,000", Expected::Absent),
        case("-5", Expected::Any),
        case("1.50", Expected::Any),
        case(1000, Expected::Absent),
    ];
    cases(draft, Apis::Both, &field.api_name, list, unnamed)
}

pub(super) fn url(draft: Draft<'_>) -> Planned {
    let is_url = |own: &FieldType| matches!(own, FieldType::Website | FieldType::MediaLink);
    let field = draft.workspace.field("WEBSITE or MEDIA_LINK", is_url)?;
    cases(draft, Apis::Both, &field.api_name, vec![case("example.com", Expected::Absent)], unnamed)
}

pub(super) fn assignee(draft: Draft<'_>) -> Planned {
    draft.workspace.not_the_emulator("has a made-up team and accepts every assignee")?;
    let is_user = |own: &FieldType| matches!(own, FieldType::ActiveUsers);
    let field = draft.workspace.field("ACTIVE_USERS", is_user)?;
    let nobody = case("telecrm.probe@example.invalid", Expected::Absent);
    cases(draft, Apis::Both, &field.api_name, vec![nobody], unnamed)
}

/// 3 April 2026, 00:00 UTC.
const THIRD_OF_APRIL: i64 = 1_775_174_400_000;
/// 4 March 2026, 00:00 UTC.
const FOURTH_OF_MARCH: i64 = 1_772_582_400_000;

/// Returns whether an instant is on a day in some time zone.
fn is_on(day: i64, millis: i64) -> bool {
    const HOUR: i64 = 60 * 60 * 1_000;
    (day - 14 * HOUR..day + 36 * HOUR).contains(&millis)
}

pub(super) fn date_as_text(mut draft: Draft<'_>) -> Planned {
    let field = draft.workspace.field("DATE", |own| matches!(own, FieldType::Date))?;
    let (field, name) = (field.api_name.clone(), draft.name());
    let texts = ["03/04/2026", "03/04/2026 10:00:00"];
    let mut waits = Vec::new();
    for text in texts {
        let lead = draft.lead();
        draft.queue(&draft.body_with(&lead, &name, &field, text.into()));
        waits.push(draft.wait(&lead, &name));
    }
    draft.finish(move |readings| {
        let (mut observed, mut days) = (Vec::new(), Vec::new());
        for (text, wait) in texts.iter().zip(&waits) {
            let stored = readings.lead(*wait)?.get(&field);
            observed.push(format!("{text} stored as {}", shown(stored)));
            days.push(stored.and_then(Value::as_i64));
        }
        let observed = observed.join("; ");
        let both_on =
            |day| days.iter().all(|millis| millis.is_some_and(|millis| is_on(day, millis)));
        Ok(match () {
            () if both_on(THIRD_OF_APRIL) => Judged::holds(observed),
            () if days.iter().flatten().any(|millis| is_on(FOURTH_OF_MARCH, *millis)) => {
                Judged::differs(observed, None)
            }
            // A stored text does not show how telecrm reads it.
            () => Judged::unclear(observed),
        })
    })
}

pub(super) fn iso_date(mut draft: Draft<'_>) -> Planned {
    let field = draft.workspace.field("DATE", |own| matches!(own, FieldType::Date))?;
    let (field, name, lead) = (field.api_name.clone(), draft.name(), draft.lead());
    draft.queue(&draft.body_with(&lead, &name, &field, json!("2026-04-03T00:00:00Z")));
    let wait = draft.wait(&lead, &name);
    draft.finish(move |readings| {
        let stored = readings.lead(wait)?.get(&field);
        let observed = format!("stored as {}", shown(stored));
        Ok(match stored {
            Some(Value::Number(number)) if number.as_i64() == Some(THIRD_OF_APRIL) => {
                Judged::differs(observed, None)
            }
            None | Some(Value::Number(_)) => Judged::holds(observed),
            Some(_) => Judged::unclear(observed),
        })
    })
}
