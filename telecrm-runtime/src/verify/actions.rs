//! Verification of actions: by the action history that a search filters by, and by content where one
//! lead is read.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::compare::same;
use super::outcome::Mismatch;
use super::pairing::{Pair, pair};
use super::sought::{Sought, compare};
use crate::error::Error;
use crate::field_info::FieldType;
use crate::sync::client::Client;
use crate::sync::lead::Lead;
use crate::sync::search::Search;

/// Clocks differ: an action that seems this much older may be the one.
const SLACK: Duration = Duration::from_secs(120);

/// The time of a sent action.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    /// The action was stamped by telecrm, from then on.
    Since(SystemTime),
    /// It was backdated to this instant.
    At(i64),
}

impl When {
    fn of(sought: &Sought, action: &Value) -> Self {
        match action.get("created_on").and_then(Value::as_i64) {
            Some(instant) => Self::At(instant),
            None => Self::Since(sought.since),
        }
    }

    /// `performed_at` of the filter.
    fn range(self) -> Value {
        let slack = millis(SLACK);
        match self {
            Self::Since(since) => json!({ "from": unix_millis(since) - slack }),
            Self::At(at) => json!({ "from": at - slack, "to": at + slack }),
        }
    }

    /// Whether an action of that time may be the one.
    fn may_be(self, stored: &Value) -> bool {
        let Some(stored) = stored.get("created_on").and_then(Value::as_i64) else { return true };
        match self {
            Self::Since(since) => stored >= unix_millis(since) - millis(SLACK),
            Self::At(at) => same(Some(FieldType::Date), &json!(at), &json!(stored)),
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn unix_millis(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, millis)
}

/// `1001` for `ACTION_1001`: the Sync API's codes are bare.
fn bare(action: &Value) -> Option<&str> {
    let code = action.get("type")?.as_str()?;
    Some(code.strip_prefix("ACTION_").unwrap_or(code))
}

/// The actions of these leads that are not there: one request for each distinct type (and instant,
/// where they are backdated). `wanted` chooses among the actions of a lead.
pub(super) async fn missing(
    client: &Client,
    leads: &[&Sought],
    wanted: impl Fn(usize, usize) -> bool,
) -> Result<Vec<Vec<Mismatch>>, Error> {
    let mut groups = BTreeMap::<(&str, When), Vec<(usize, usize)>>::new();
    for (place, lead) in leads.iter().enumerate() {
        for (index, action) in lead.actions.iter().enumerate().filter(|it| wanted(place, it.0)) {
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
            let there = places.iter().zip(&present).any(|(other, there)| *other == place && *there);
            if !there {
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

/// The mismatch of an action that is not there.
pub(super) fn absent(lead: &Sought, index: usize) -> Mismatch {
    Mismatch::new(format!("actions[{index}]"), lead.actions[index].clone(), None)
}

/// Which of the leads have such an action.
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
            // Alone, any result is its own.
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

/// A search for these leads, up to 100.
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

/// Compares the actions of one lead with a page of its stored ones, by content. Returns what differs,
/// and which actions the page does not have.
pub(super) fn by_content(sought: &Sought, stored: &[Value]) -> (Vec<Mismatch>, Vec<usize>) {
    let mut free: Vec<&Value> = stored.iter().collect();
    let mut differing = vec![None; sought.actions.len()];
    // Those that are exactly as sent first, then those that have more, then what is left over.
    for most in [(0, 0), (0, usize::MAX), (usize::MAX, usize::MAX)] {
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
                    ((differences.len(), more(action, stored)), at, differences)
                })
                .filter(|(distance, ..)| distance.0 <= most.0 && distance.1 <= most.1);
            if let Some((_, at, differences)) = candidates.min_by_key(|(distance, ..)| *distance) {
                free.remove(at);
                differing[index] = Some(differences);
            }
        }
    }
    let absent = (0..differing.len()).filter(|index| differing[*index].is_none()).collect();
    (differing.into_iter().flatten().flatten().collect(), absent)
}

/// How many fields a stored action has beyond the sent ones.
fn more(sent: &Value, stored: &Value) -> usize {
    let fields =
        |action: &Value| action.get("fields").and_then(Value::as_object).map_or(0, Map::len);
    fields(stored).saturating_sub(fields(sent))
}

fn differences(sought: &Sought, index: usize, sent: &Value, stored: &Value) -> Vec<Mismatch> {
    let path = format!("actions[{index}]");
    let object = |action: &Value| action.get("fields").and_then(Value::as_object).cloned();
    if let Some(fields) = object(sent) {
        // An answer without `fields` shows the type alone.
        let Some(stored) = object(stored) else { return Vec::new() };
        let code = sent.get("type").and_then(Value::as_str).unwrap_or_default();
        let types = sought.types.actions.get(code);
        let field_type = |name: &str| types?.get(name).copied();
        return compare(&fields, &stored, field_type, &format!("{path}.fields"));
    }
    // A payment is immutable but for its status, which may have changed since.
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

/// The stored actions of one lead, where telecrm's answers name its id.
pub(super) async fn stored(client: &Client, lead: &Lead) -> Result<Option<Vec<Value>>, Error> {
    let Some(id) = lead.id.as_deref() else { return Ok(None) };
    match client.lead(id, true).await {
        Ok(lead) => Ok(Some(lead.actions)),
        // `_id` and `id` are not documented: what they name need not be a lead id.
        Err(Error::NotFound { .. } | Error::Rejected { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::sought::test_lead;

    #[test]
    fn d41_actions_are_compared_by_content_and_each_stored_one_counts_once() {
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
        assert_eq!(by_content(&lead, &stored), (Vec::new(), vec![1]), "of two, one is there");
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
}
