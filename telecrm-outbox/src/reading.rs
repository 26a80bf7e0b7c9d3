//! Consequences of reading an entry back: a decision without I/O.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::entry::State;

/// Result of reading an entry back through the Sync API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// telecrm has every field and every action.
    Verified,
    /// telecrm has the lead, except at the paths: `fields.course`, `actions[1]`.
    Mismatched { paths: Vec<String>, reason: String },
    /// telecrm does not have the lead.
    Missing { reason: String },
}

impl Reading {
    pub(crate) fn missing() -> Self {
        let reason = "telecrm queued the lead, and did not have it at the end of the window";
        Self::Missing { reason: reason.to_owned() }
    }
}

/// Names of the fields in bodies of newer entries of a lead that were sent.
#[derive(Debug, Default)]
pub(crate) struct NewerFields(HashSet<String>);

impl NewerFields {
    pub(crate) fn of<'a>(bodies: impl IntoIterator<Item = &'a str>) -> Self {
        #[derive(Deserialize)]
        struct Body {
            fields: Map<String, Value>,
        }

        let bodies = bodies.into_iter().filter_map(|body| serde_json::from_str::<Body>(body).ok());
        Self(bodies.flat_map(|body| body.fields.into_iter().map(|(name, _)| name)).collect())
    }

    fn contain(&self, path: &str) -> bool {
        path.strip_prefix("fields.").is_some_and(|field| self.0.contains(field))
    }
}

impl Reading {
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Verified => None,
            Self::Mismatched { reason, .. } | Self::Missing { reason } => Some(reason),
        }
    }

    /// Whether a reading confirmed the state of an entry, or one of the two states that later
    /// readings can change. The times of the next readings, and of the retention, count from the
    /// first of them.
    pub(crate) fn is_repeated(old: State, new: State) -> bool {
        let is_listed = |state| matches!(state, State::Mismatched | State::Missing);
        new == old || is_listed(old) && is_listed(new)
    }

    /// State and reason after this reading of an entry.
    ///
    /// An entry is superseded only if every mismatch is a field that a newer sent entry contains. A
    /// missing action is never superseded. The actions of an unconfirmed entry decide: if telecrm has them
    /// all, the entry is verified, and a field that differs is its reason. Without actions its fields
    /// decide. Otherwise it stays unconfirmed.
    pub(crate) fn apply(
        self,
        state: State,
        reason: Option<&str>,
        has_actions: bool,
        newer: &NewerFields,
    ) -> (State, Option<String>) {
        let (paths, found, finding) = match self {
            Self::Verified => return (State::Verified, None),
            Self::Mismatched { paths, reason } => (paths, State::Mismatched, reason),
            Self::Missing { reason } => (Vec::new(), State::Missing, reason),
        };
        let only_fields = !paths.is_empty() && paths.iter().all(|path| path.starts_with("fields."));
        if state == State::Unconfirmed && has_actions && only_fields {
            return (State::Verified, Some(format!("telecrm has every action; {finding}")));
        }
        if !paths.is_empty() && paths.iter().all(|path| newer.contain(path)) {
            return (State::Superseded, None);
        }
        if state == State::Unconfirmed {
            const READ: &str = "; read back: ";
            let outcome = reason.unwrap_or_default().split(READ).next().unwrap_or_default();
            return (state, Some([outcome, READ, &finding].concat()));
        }
        (found, Some(finding))
    }
}

/// Whether the body of a lead contains actions.
pub(crate) fn has_actions(body: &str) -> bool {
    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        actions: Vec<serde::de::IgnoredAny>,
    }

    serde_json::from_str::<Body>(body).is_ok_and(|body| !body.actions.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(state: State, paths: &[&str], newer: &[&str]) -> State {
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let reason = "a mismatch".to_owned();
        let reading = if paths.is_empty() {
            Reading::Missing { reason }
        } else {
            Reading::Mismatched { paths, reason }
        };
        reading.apply(state, None, true, &NewerFields::of(newer.iter().copied())).0
    }

    #[test]
    fn superseded_needs_a_newer_field_for_every_mismatch() {
        let newer = [r#"{"fields":{"phone":"1","name":"b"}}"#, r#"{"fields":{"city":null}}"#];
        let state = |paths: &[&str]| after(State::Accepted, paths, &newer);
        assert_eq!(state(&["fields.name"]), State::Superseded);
        assert_eq!(state(&["fields.name", "fields.city"]), State::Superseded);
        assert_eq!(state(&["fields.name", "fields.course"]), State::Mismatched);
        assert_eq!(state(&["fields.name", "actions[0]"]), State::Mismatched);
        assert_eq!(state(&["actions[0]"]), State::Mismatched);
        assert_eq!(state(&[]), State::Missing);
        assert_eq!(after(State::Accepted, &["fields.name"], &[]), State::Mismatched);
        assert_eq!(after(State::Accepted, &["fields.name"], &["no JSON"]), State::Mismatched);
    }

    #[test]
    fn d45_the_actions_of_an_unconfirmed_entry_decide() {
        let newer = [r#"{"fields":{"name":"b"}}"#];
        let state = |paths: &[&str]| after(State::Unconfirmed, paths, &newer);
        assert_eq!(state(&["actions[0]"]), State::Unconfirmed);
        assert_eq!(state(&["fields.name", "actions[0]"]), State::Unconfirmed);
        assert_eq!(state(&[]), State::Unconfirmed);
        let read = |has_actions, paths: &[&str], newer: &[&str]| {
            let paths = paths.iter().map(|path| (*path).to_owned()).collect();
            let reading = Reading::Mismatched { paths, reason: "a field differs".to_owned() };
            let newer = NewerFields::of(newer.iter().copied());
            reading.apply(State::Unconfirmed, Some("no response"), has_actions, &newer)
        };
        // Every action is there, and a field differs.
        let reason = Some("telecrm has every action; a field differs".to_owned());
        assert_eq!(read(true, &["fields.name"], &[]), (State::Verified, reason.clone()));
        assert_eq!(read(true, &["fields.name"], &newer), (State::Verified, reason));
        // If there are no actions, the fields decide.
        let (state, reason) = read(false, &["fields.name"], &[]);
        assert_eq!(state, State::Unconfirmed);
        assert_eq!(reason.as_deref(), Some("no response; read back: a field differs"));
        assert_eq!(read(false, &["fields.name"], &newer), (State::Superseded, None));
        for has_actions in [false, true] {
            let newer = NewerFields::default();
            let verified = Reading::Verified.apply(State::Unconfirmed, None, has_actions, &newer);
            assert_eq!(verified, (State::Verified, None));
        }
    }

    #[test]
    fn a_body_has_actions_if_its_list_is_not_empty() {
        assert!(has_actions(r#"{"fields":{},"actions":[{"type":"ACTION_1"}]}"#));
        for body in [r#"{"fields":{},"actions":[]}"#, r#"{"fields":{}}"#, "no JSON"] {
            assert!(!has_actions(body), "{body}");
        }
    }

    #[test]
    fn an_unconfirmed_entry_keeps_its_reason_and_the_last_reading() {
        let read = |reason: Option<&str>, found: &str| {
            let reading = Reading::Missing { reason: found.to_owned() };
            reading.apply(State::Unconfirmed, reason, true, &NewerFields::default()).1.unwrap()
        };
        let first = read(Some("no response"), "absent");
        assert_eq!(first, "no response; read back: absent");
        assert_eq!(read(Some(&first), "late"), "no response; read back: late");
    }
}
