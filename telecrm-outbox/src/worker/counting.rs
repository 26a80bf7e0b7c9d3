//! Verification of an unconfirmed entry: two entries with equal actions need two entries in the timeline.

use serde_json::{Map, Value};
use telecrm_runtime::PreparedLead;
use telecrm_runtime::sync::Verification;

use crate::reading::Reading;
use crate::store::Unverified;

/// An entry with the actions of the other entries of its lead that telecrm has, or may have.
pub(super) struct Counted {
    /// The fields of the entry, the actions of the others, and the actions of the entry.
    pub(super) lead: PreparedLead,
    /// Two of the actions have one type, so each stored action counts for only one of them.
    pub(super) repeats_type: bool,
    /// The number of actions of the other entries.
    foreign: usize,
}

impl Counted {
    /// `None` if the body of the entry is not a lead.
    pub(super) fn new(entry: &Unverified, bodies_beside: &[String]) -> Option<Self> {
        let actions = |body: &str| match serde_json::from_str::<Map<String, Value>>(body) {
            Ok(mut body) => match body.remove("actions") {
                Some(Value::Array(actions)) => actions,
                _ => Vec::new(),
            },
            Err(_) => Vec::new(),
        };
        let own = actions(&entry.body);
        let types: Vec<&Value> = own.iter().filter_map(|action| action.get("type")).collect();
        // The actions of other types are distinct.
        let foreign: Vec<Value> = bodies_beside
            .iter()
            .flat_map(|body| actions(body))
            .filter(|action| action.get("type").is_some_and(|kind| types.contains(&kind)))
            .collect();
        let mut distinct = types.clone();
        distinct.sort_by_key(ToString::to_string);
        distinct.dedup();
        let repeats_type = !foreign.is_empty() || distinct.len() < own.len();
        let mut body: Map<String, Value> = serde_json::from_str(&entry.body).ok()?;
        let count = foreign.len();
        body.insert("actions".to_owned(), Value::Array([foreign, own].concat()));
        let body = serde_json::to_string(&body).ok()?;
        let enterprise = Some(entry.enterprise.as_str()).filter(|id| !id.is_empty());
        let lead = PreparedLead::from_json(enterprise, &entry.lead_key, &body).ok()?;
        Some(Self { lead, repeats_type, foreign: count })
    }

    /// The reading of the entry itself: the mismatches of its fields and actions.
    pub(super) fn own(&self, verification: Verification) -> Option<Reading> {
        let mismatches = match verification {
            Verification::Verified => return Some(Reading::Verified),
            Verification::Missing => return Some(Reading::missing()),
            Verification::Mismatched(mismatches) => mismatches,
            _ => return None,
        };
        let (mut paths, mut reasons) = (Vec::new(), Vec::new());
        for mismatch in mismatches {
            let Some(path) = self.own_path(mismatch.path()) else { continue };
            reasons.push(mismatch.to_string().replacen(mismatch.path(), &path, 1));
            paths.push(path);
        }
        if paths.is_empty() {
            return Some(Reading::Verified);
        }
        Some(Reading::Mismatched { paths, reason: reasons.join("; ") })
    }

    /// The path in the body of the entry; `None` for an action of another entry.
    fn own_path(&self, path: &str) -> Option<String> {
        let Some((index, rest)) =
            path.strip_prefix("actions[").and_then(|path| path.split_once(']'))
        else {
            return Some(path.to_owned());
        };
        let own = index.parse::<usize>().ok()?.checked_sub(self.foreign)?;
        Some(format!("actions[{own}]{rest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{EntryId, State};

    fn counted(own: &str, bodies_beside: &[&str]) -> Counted {
        let body = |actions: &str| format!(r#"{{"fields":{{"phone":"9"}},"actions":[{actions}]}}"#);
        let entry = Unverified {
            id: EntryId(1),
            position: (0, EntryId(1)),
            state: State::Unconfirmed,
            enterprise: "acme".to_owned(),
            lead_key: "9".to_owned(),
            body: body(own),
            sent_at: 0,
            has_newer: false,
        };
        let bodies: Vec<String> = bodies_beside.iter().map(|actions| body(actions)).collect();
        Counted::new(&entry, &bodies).unwrap()
    }

    #[test]
    fn d45_equal_actions_of_other_entries_are_counted_first() {
        let visit = r#"{"type":"ACTION_1","fields":{"n":1}}"#;
        let call = r#"{"type":"ACTION_2","fields":{}}"#;
        let two = counted(visit, &[visit, call]);
        assert!(two.repeats_type);
        assert_eq!(
            (two.lead.action_types().collect::<Vec<_>>(), two.foreign),
            (vec!["ACTION_1"; 2], 1)
        );
        assert_eq!(two.own_path("actions[0]"), None, "of the other entry");
        assert_eq!(two.own_path("actions[1].fields.n").as_deref(), Some("actions[0].fields.n"));
        assert_eq!(two.own_path("fields.name").as_deref(), Some("fields.name"));
        assert!(!counted(visit, &[call]).repeats_type);
        assert!(counted(&format!("{visit},{visit}"), &[]).repeats_type);
        assert!(!counted(&format!("{visit},{call}"), &[]).repeats_type);
    }
}
