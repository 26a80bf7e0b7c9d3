//! Name of a place in a schema, the same in the old file and in the new one, wherever it stands.

use std::collections::HashMap;

use telecrm_schema::yaml::Node;

use super::yaml::Yaml;

/// One step on the way from the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    /// A key.
    Key(String),
    /// Something that has a name of its own, and how many of that name came before it.
    Item(String, usize),
}

pub(super) type Path = Vec<Step>;

/// The keys that name an entry of a list.
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

/// The name of an entry of a list; empty where it has none.
pub(super) fn name_of(item: &Yaml) -> String {
    let named = || NAMES.iter().find_map(|key| item.get(key)?.as_str());
    item.as_str().or_else(named).unwrap_or_default().to_owned()
}

/// The same of the old file.
pub(super) fn name_of_node(item: &Node) -> String {
    let named = || NAMES.iter().find_map(|key| item.get(key)?.as_str());
    item.as_str().or_else(named).unwrap_or_default().to_owned()
}

/// The step to what stands under a key: the fields of an action have names of their own.
pub(super) fn step_to(parent: &[Step], key: &str) -> Step {
    match parent.last() {
        Some(Step::Key(it)) if it == "fieldSchema" => Step::Item(key.to_owned(), 0),
        _ => Step::Key(key.to_owned()),
    }
}
