//! Rows about the order and the time of storing leads.

use std::time::Duration;

use crate::probe::plan::{Draft, Planned};
use crate::probe::verdict::{Judged, shown};

/// Longest time that counts as seconds.
const SECONDS: Duration = Duration::from_secs(30);

pub(super) fn order(mut draft: Draft<'_>) -> Planned {
    let (lead, name) = (draft.lead(), draft.name());
    for post in 1..10 {
        draft.queue(&draft.body(&lead, &draft.early_name(post)));
    }
    draft.queue(&draft.body(&lead, &name));
    let last = draft.wait(&lead, &name);
    let found = draft.search(draft.workspace.identifier(), lead);
    let field = draft.workspace.name.to_owned();
    draft.finish(move |readings| {
        if readings.lead_if_any(last)?.is_some() {
            return Ok(Judged::holds("the last of ten posts wins"));
        }
        Ok(match readings.found(found)? {
            [] => Judged::unclear("the lead is not stored"),
            [lead, ..] => {
                let observed = format!("after ten posts, the name is {}", shown(lead.get(&field)));
                Judged::differs(observed, None)
            }
        })
    })
}

pub(super) fn at_the_same_time(mut draft: Draft<'_>) -> Planned {
    let (lead, name) = (draft.lead(), draft.name());
    let body = draft.body(&lead, &name);
    draft.queue_together(&[body.clone(), body]);
    let wait = draft.wait(&lead, &name);
    // The second post is processed when a later one is.
    let next = draft.lead();
    draft.queue(&draft.body(&next, &name));
    let later = draft.wait(&next, &name);
    let found = draft.search(draft.workspace.identifier(), lead);
    draft.finish(move |readings| {
        readings.lead(wait)?;
        readings.lead(later)?;
        Ok(match readings.found(found)?.len() {
            1 => Judged::holds("one lead"),
            total => Judged::differs(format!("{total} leads"), None),
        })
    })
}

pub(super) fn stored_within_seconds(mut draft: Draft<'_>) -> Planned {
    let (lead, name) = (draft.lead(), draft.name());
    draft.queue(&draft.body(&lead, &name));
    let wait = draft.wait(&lead, &name);
    let waits = draft.waits();
    draft.finish(move |readings| {
        let waits = readings.waits(waits)?;
        let is_stored = readings.lead_if_any(wait)?.is_some();
        let longest = waits.iter().max().copied().unwrap_or_default();
        let observed = format!("{} waits, the longest {:.1} s", waits.len(), longest.as_secs_f64());
        Ok(match is_stored {
            false => Judged::differs(format!("{observed}; this lead was not stored in time"), None),
            true if longest <= SECONDS => Judged::holds(observed),
            true => Judged::differs(observed, None),
        })
    })
}

pub(super) fn found_at_once(mut draft: Draft<'_>) -> Planned {
    let (lead, name) = (draft.lead(), draft.name());
    let created = draft.create(draft.body(&lead, &name));
    let found = draft.search(draft.workspace.identifier(), lead);
    draft.finish(move |readings| {
        if let Err(refusal) = readings.written(created)? {
            return Ok(Judged::unclear(refusal.clone()));
        }
        Ok(match readings.found(found)? {
            [] => Judged::differs("an immediate search does not find the lead", None),
            _ => Judged::holds("an immediate search finds the lead"),
        })
    })
}
