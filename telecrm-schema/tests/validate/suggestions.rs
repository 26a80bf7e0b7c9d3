//! Properties of suggestions: applying one removes its violation.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use telecrm_schema::validate::{DropRule, Suggestion, Validator, Violation};

use super::validator;
use super::values::any_body;

/// Applies a suggestion to a body.
fn apply(body: &mut Value, violation: &Violation, suggestion: &Suggestion) {
    let path = &violation.path;
    match suggestion {
        Suggestion::Replace(value) => {
            let (object, key) = place(body, path);
            object.insert(key, value.clone());
        }
        Suggestion::ReplaceItem { .. } => unreachable!("applied for all items at once"),
        Suggestion::Move { to, value } => {
            let (object, key) = place(body, path);
            object.remove(&key);
            let (object, key) = place(body, to);
            object.insert(key, value.clone());
        }
        Suggestion::Remove => {
            let (object, key) = place(body, path);
            object.remove(&key);
        }
        other => panic!("a new kind of suggestion: {other:?}"),
    }
}

/// Applies suggestions to the items of one array, the last item first, so that the indices stay valid.
fn apply_to_items(body: &mut Value, path: &str, items: &[(usize, Vec<String>)]) {
    let (object, key) = place(body, path);
    let array = object[&key].as_array_mut().expect("tags");
    for (index, with) in items.iter().rev() {
        array.splice(*index..=*index, with.iter().map(|label| json!(label)));
    }
}

/// Returns the object at a path, and the key in the object.
fn place<'v>(body: &'v mut Value, path: &str) -> (&'v mut Map<String, Value>, String) {
    let object = |value: &'v mut Value| value.as_object_mut().expect("an object");
    if let Some(name) = path.strip_prefix("fields.") {
        return (object(&mut body["fields"]), name.to_owned());
    }
    let Some((index, key)) = path.strip_prefix("actions[").and_then(|rest| rest.split_once("]."))
    else {
        return (object(body), path.to_owned());
    };
    let action = &mut body["actions"][index.parse::<usize>().expect("an index")];
    match key.strip_prefix("fields.") {
        Some(name) => {
            let fields = object(action).entry("fields").or_insert_with(|| json!({}));
            (object(fields), name.to_owned())
        }
        None => (object(action), key.to_owned()),
    }
}

/// Returns path and rule of each violation without a suggestion.
fn without_suggestion(violations: &[Violation]) -> Vec<(&str, DropRule)> {
    let without = violations.iter().filter(|violation| violation.suggestion.is_none());
    without.map(|violation| (violation.path.as_str(), violation.rule)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    /// The last of two suggestions for the same path (`Name` and `NAME` for `name`) overwrites the
    /// first, so each suggestion is also applied separately.
    #[test]
    fn suggestion_removes_its_violation_and_adds_none(body in any_body()) {
        thread_local!(static VALIDATOR: Validator = validator());
        let violations = |body: &Value| {
            VALIDATOR.with(|validator| validator.validate(body)).expect("a request").violations
        };
        let before = violations(&body);
        let mut combined = body.clone();
        for violation in &before {
            let Some(suggestion) = &violation.suggestion else { continue };
            let mut single = body.clone();
            match suggestion {
                Suggestion::ReplaceItem { index, with } => {
                    apply_to_items(&mut single, &violation.path, &[(*index, with.clone())]);
                }
                other => {
                    apply(&mut single, violation, other);
                    apply(&mut combined, violation, other);
                }
            }
            let count = |list: &[Violation]| {
                list.iter().filter(|other| other.path == violation.path && other.rule == violation.rule).count()
            };
            let after = violations(&single);
            prop_assert_eq!(count(&after) + 1, count(&before), "{:?} in {}: {:?}", violation, body, after);
            if let Suggestion::Move { to, .. } = suggestion {
                let at_new_place = after.iter().find(|other| other.path == *to);
                prop_assert_eq!(at_new_place, None, "{:?} in {}", violation, body);
            }
        }
        let mut paths: Vec<&str> = before.iter().map(|violation| violation.path.as_str()).collect();
        paths.dedup();
        for path in paths {
            let items = before.iter().filter(|violation| violation.path == path);
            let items: Vec<_> = items.filter_map(|item| match &item.suggestion {
                Some(Suggestion::ReplaceItem { index, with }) => Some((*index, with.clone())),
                _ => None,
            }).collect();
            if !items.is_empty() {
                apply_to_items(&mut combined, path, &items);
            }
        }
        let after = violations(&combined);
        let known = without_suggestion(&before);
        for violation in &after {
            let place = (violation.path.as_str(), violation.rule);
            // The validator checks the keys of an action only if its type is valid.
            let is_hidden = before.iter().any(|earlier| {
                let action = earlier.path.strip_suffix(".type");
                earlier.suggestion.is_some()
                    && action.is_some_and(|action| violation.path.starts_with(action))
            });
            if !is_hidden {
                prop_assert!(known.contains(&place), "{:?} is new in {} from {}", violation, combined, body);
            }
        }
    }
}
