//! Verification of actions.
//!
//! A search compares them by the action history, and a read of a single lead by content.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::compare::is_same;
use super::outcome::Mismatch;
use super::pairing::{Pair, pair};
use super::sought::{Sought, compare};
use crate::action::without_prefix;
use crate::error::Error;
use crate::field_info::FieldType;
use crate::sync::client::Client;
use crate::sync::lead::Lead;
use crate::sync::search::Search;

/// Tolerance for clocks: a stored action may seem this much older than the sent one.
const SLACK: Duration = Duration::from_secs(120);

/// Comparison of a lead's actions with the stored ones.
///
/// It is a setting of [`VerifyAll`](crate::sync::VerifyAll).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActionCheck {
    /// Type and time: one search for each distinct type finds the actions of up to 100 leads.
    Presence,
    /// Also the content, like [`Client::verify`]: each lead needs its own search, and one more request.
    Content,
    /// Like `Content`, and each stored action counts for one sent action: two equal actions of a lead need
    /// two stored ones. The result is an error if telecrm's responses contain no lead id.
    Count,
}

/// Time of a sent action.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    /// telecrm set the time of the action, at or after this time.
    Since(SystemTime),
    /// The sender backdated the action to this instant.
    At(i64),
}

impl When {
    fn of(sought: &Sought, action: &Value) -> Self {
        match action.get("created_on").and_then(Value::as_i64) {
            Some(instant) => Self::At(instant),
            None => Self::Since(sought.since),
        }
    }

    /// Returns the filter's `performed_at`.
    fn range(self) -> Value {
        let slack = millis(SLACK);
        match self {
            Self::Since(since) => json!({ "from": unix_millis(since) - slack }),
            Self::At(at) => json!({ "from": at - slack, "to": at + slack }),
        }
    }

    /// Whether a stored action may be the sent one, according to its time.
    fn may_be(self, stored: &Value) -> bool {
        let Some(stored) = stored.get("created_on").and_then(Value::as_i64) else { return true };
        match self {
            Self::Since(since) => stored >= unix_millis(since) - millis(SLACK),
            Self::At(at) => is_same(Some(FieldType::Date), &json!(at), &json!(stored)),
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn unix_millis(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, millis)
}

/// Returns the code without its prefix, as in the Sync API: `1001` for `ACTION_1001`.
fn bare(action: &Value) -> Option<&str> {
    action.get("type")?.as_str().map(without_prefix)
}

/// Returns the actions of these leads that telecrm does not have.
///
/// It makes one request for each distinct type, and for each instant of backdated actions. `wanted`
/// selects among the actions of a lead.
pub(super) async fn missing(
    client: &Client,
    leads: &[&Sought],
    wanted: impl Fn(usize, usize) -> bool,
) -> Result<Vec<Vec<Mismatch>>, Error> {
    let mut groups = BTreeMap::<(&str, When), Vec<(usize, usize)>>::new();
    for (place, lead) in leads.iter().enumerate() {
        for (index, action) in
            lead.actions.iter().enumerate().filter(|(index, _)| wanted(place, *index))
        {
            if let Some(code) = bare(action) {
                groups.entry((code, When::of(lead, action))).or_default().push((place, index));
            }
        }
    }
    let mut absent: Vec<Vec<usize>> = leads.iter().map(|_| Vec::new()).collect();
    for ((code, when), members) in groups {
        let mut places: Vec<usize> = members.iter().map(|(place, _)| *place).collect();
        places.dedup();
        let group: Vec<&Sought> = places.iter().map(|place| leads[*place]).collect();
        let present = present(client, &group, code, when).await?;
        for (place, index) in members {
            let is_present =
                places.iter().zip(&present).any(|(other, found)| *other == place && *found);
            if !is_present {
                absent[place].push(index);
            }
        }
    }
    let mismatches = leads.iter().zip(absent).map(|(lead, mut absent)| {
        absent.sort_unstable();
        absent.into_iter().map(|index| self::absent(lead, index)).collect()
    });
    Ok(mismatches.collect())
}

/// Returns the mismatch of an absent action.
pub(super) fn absent(lead: &Sought, index: usize) -> Mismatch {
    Mismatch::new(format!("actions[{index}]"), lead.actions[index].clone(), None)
}

/// Returns for each lead whether telecrm has such an action.
async fn present(
    client: &Client,
    group: &[&Sought],
    code: &str,
    when: When,
) -> Result<Vec<bool>, Error> {
    let filter = json!({ "type": code, "performed_at": when.range() });
    let found = client.search(&search(group).action_history(filter)).await?.leads;
    let mut present = Vec::new();
    for (place, pair) in pair(group, &found).into_iter().enumerate() {
        present.push(match pair {
            Pair::Found(_) => true,
            Pair::NotFound => false,
            // In a search for a single lead, any result is that lead.
            Pair::Unclear if group.len() == 1 => !found.is_empty(),
            Pair::Unclear => {
                let filter = json!({ "type": code, "performed_at": when.range() });
                let single = search(&group[place..=place]).action_history(filter);
                !client.search(&single).await?.leads.is_empty()
            }
        });
    }
    Ok(present)
}

/// Returns a search for up to 100 leads.
pub(super) fn search(leads: &[&Sought]) -> Search {
    let Some(first) = leads.first() else { return Search::new() };
    let mut identifiers: Vec<&str> = leads.iter().map(|lead| lead.identifier.as_str()).collect();
    identifiers.sort_unstable();
    identifiers.dedup();
    let value = match identifiers[..] {
        [single] => Value::from(single),
        _ => Value::from(identifiers),
    };
    Search::new().field(first.types.identifier.as_str(), value).limit(100)
}

/// Compares the actions of one lead with a page of its stored actions, by content.
///
/// Returns the mismatches, and the indices of the actions that are not on the page.
pub(super) fn by_content(sought: &Sought, stored: &[Value]) -> (Vec<Mismatch>, Vec<usize>) {
    let mut free: Vec<&Value> = stored.iter().collect();
    let mut differing = vec![None; sought.actions.len()];
    // Exact matches first, then stored actions with more fields, then all others.
    for limits in [(0, 0), (0, usize::MAX), (usize::MAX, usize::MAX)] {
        for (index, action) in sought.actions.iter().enumerate() {
            if differing[index].is_some() {
                continue;
            }
            let when = When::of(sought, action);
            let candidates = free
                .iter()
                .enumerate()
                .filter(|(_, stored)| bare(stored) == bare(action) && when.may_be(stored))
                .map(|(at, stored)| {
                    let differences = differences(sought, index, action, stored);
                    ((differences.len(), additional_fields(action, stored)), at, differences)
                })
                .filter(|(distance, ..)| distance.0 <= limits.0 && distance.1 <= limits.1);
            if let Some((_, at, differences)) = candidates.min_by_key(|(distance, ..)| *distance) {
                free.remove(at);
                differing[index] = Some(differences);
            }
        }
    }
    let absent = (0..differing.len()).filter(|index| differing[*index].is_none()).collect();
    (differing.into_iter().flatten().flatten().collect(), absent)
}

/// Returns the number of fields that a stored action has and the sent one does not.
fn additional_fields(sent: &Value, stored: &Value) -> usize {
    let sent = sent.get("fields").and_then(Value::as_object);
    let stored = stored.get("fields").and_then(Value::as_object);
    let is_sent = |name: &str| sent.is_some_and(|fields| fields.contains_key(name));
    stored.into_iter().flatten().filter(|(name, _)| !is_sent(name)).count()
}

fn differences(sought: &Sought, index: usize, sent: &Value, stored: &Value) -> Vec<Mismatch> {
    let path = format!("actions[{index}]");
    let object = |action: &Value| action.get("fields").and_then(Value::as_object).cloned();
    if let Some(fields) = object(sent) {
        // A response without `fields` shows only the type.
        let Some(stored) = object(stored) else { return Vec::new() };
        let code = sent.get("type").and_then(Value::as_str).unwrap_or_default();
        let types = sought.types.actions.get(code);
        let field_type = |name: &str| types?.get(name).copied();
        return compare(&fields, &stored, field_type, &format!("{path}.fields"));
    }
    // Only the status of a payment is mutable, and may have changed since.
    let keys = ["currency", "amount"].into_iter();
    let sent: Map<String, Value> =
        keys.filter_map(|key| Some((key.to_owned(), sent.get(key)?.clone()))).collect();
    let Some(stored) = stored.as_object().filter(|stored| stored.contains_key("amount")) else {
        return Vec::new();
    };
    let field_type =
        |name: &str| Some(if name == "amount" { FieldType::Money } else { FieldType::Text });
    compare(&sent, stored, field_type, &path)
}

/// Returns the stored actions of one lead if telecrm's responses contain the lead's id.
pub(super) async fn stored(client: &Client, lead: &Lead) -> Result<Option<Vec<Value>>, Error> {
    let Some(id) = lead.id.as_deref() else { return Ok(None) };
    match client.lead(id, true).await {
        Ok(lead) => Ok(Some(lead.actions)),
        // `_id` and `id` are not documented, and may not be a lead id.
        Err(Error::NotFound { .. } | Error::Rejected { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::sought::test_lead;

    #[test]
    fn d41_actions_are_compared_by_content_and_each_stored_action_matches_once() {
        let mut lead = test_lead("919999999999");
        lead.actions = vec![
            json!({ "type": "ACTION_1001", "fields": { "note": "a" } }),
            json!({ "type": "ACTION_1001", "fields": { "note": "a" } }),
            json!({ "type": "ACTION_1001", "fields": { "note": "b", "size": 4 } }),
            json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "5" }),
            json!({ "type": "ACTION_1002", "fields": {}, "created_on": 1_000 }),
        ];
        let stored = [
            json!({ "type": "1002", "created_on": 1_000 }),
            json!({ "type": "PAYMENT", "status": "COMPLETED", "currency": "INR", "amount": "5.00" }),
            json!({ "type": "1001", "fields": { "note": "b", "size": 4.0 } }),
            json!({ "type": "1001", "fields": { "note": "a" } }),
        ];
        assert_eq!(
            by_content(&lead, &stored),
            (Vec::new(), vec![1]),
            "one of two equal actions is stored"
        );
        let stored = [
            json!({ "type": "1001", "fields": { "size": 4 } }),
            json!({ "type": "PAYMENT", "status": "PENDING", "currency": "USD", "amount": "5" }),
            json!({ "type": "1002", "created_on": 9_000 }),
        ];
        let (differing, absent) = by_content(&lead, &stored);
        let paths: Vec<_> = differing.iter().map(Mismatch::path).collect();
        assert_eq!(paths, ["actions[0].fields.note", "actions[3].currency"]);
        assert_eq!(absent, [1, 2, 4]);
    }

    #[test]
    fn d41_action_with_an_empty_text_matches_no_action_with_other_fields() {
        let mut lead = test_lead("919999999999");
        lead.actions = vec![
            json!({ "type": "ACTION_1001", "fields": { "note": "" } }),
            json!({ "type": "ACTION_1001", "fields": { "outcome": "Interested" } }),
        ];
        let interested = json!({ "type": "1001", "fields": { "outcome": "Interested" } });
        for note in [json!({ "note": "" }), json!({})] {
            let stored = [interested.clone(), json!({ "type": "1001", "fields": note })];
            assert_eq!(by_content(&lead, &stored), (Vec::new(), Vec::new()));
        }
    }
}
