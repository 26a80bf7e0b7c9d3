//! Path of an entry in a schema, equal in the old file and in the new one.

use std::collections::HashMap;

use telecrm_schema::yaml::Node;

use super::yaml::Yaml;

/// One step of a path from the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    /// A key.
    Key(String),
    /// An entry with a name, and the number of earlier entries with the same name.
    Item(String, usize),
}

pub(super) type Path = Vec<Step>;

/// The keys whose value is the name of a list entry.
const NAMES: [&str; 5] = ["apiName", "code", "label", "reasonLabel", "stageType"];

/// Numbers the items of one list.
#[derive(Default)]
pub(super) struct Names(HashMap<String, usize>);

impl Names {
    pub(super) fn step(&mut self, name: String) -> Step {
        let before = self.0.entry(name.clone()).or_default();
        *before += 1;
        Step::Item(name, *before - 1)
    }
}

/// The name of a list entry, or an empty string.
pub(super) fn name_of(item: &Yaml) -> String {
    let named = || NAMES.iter().find_map(|key| item.get(key)?.as_str());
    item.as_str().or_else(named).unwrap_or_default().to_owned()
}

/// The name of a list entry of the old file, or an empty string.
pub(super) fn name_of_node(item: &Node) -> String {
    let named = || NAMES.iter().find_map(|key| item.get(key)?.as_str());
    item.as_str().or_else(named).unwrap_or_default().to_owned()
}

/// The step to the value of a key. The fields of an action are named entries.
pub(super) fn step_to(parent: &[Step], key: &str) -> Step {
    match parent.last() {
        Some(Step::Key(name)) if name == "fieldSchema" => Step::Item(key.to_owned(), 0),
        _ => Step::Key(key.to_owned()),
    }
}
