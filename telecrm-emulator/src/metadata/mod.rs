//! Metadata responses of the Sync API, generated from the schema.
//!
//! The checked model defines the fields, actions and labels, so that a response never differs from
//! the validator. Values that the model does not contain (ids, scores, colors) come from the YAML
//! of the schema. Values that are missing in the schema are made up, the same in every run.

mod actions;
mod fields;
mod pipeline;

use serde_json::{Map, Value, json};
use telecrm_schema::Schema;
use telecrm_schema::yaml::{self, Node};

/// All metadata responses.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(crate) enterprise: Value,
    pub(crate) fields: Vec<Detailed>,
    pub(crate) actions: Vec<Detailed>,
    pub(crate) pipeline: Value,
}

/// A field or an action in both detail modes.
#[derive(Clone, Debug)]
pub(crate) struct Detailed {
    /// API name or code.
    pub(crate) name: String,
    pub(crate) summary: Value,
    pub(crate) detail: Value,
}

impl Metadata {
    pub(crate) fn new(workspace: &Schema, enterprise_id: &str) -> Self {
        let tree = workspace.tree();
        let fields = fields::fields(workspace, &tree);
        let identifier = fields
            .iter()
            .find(|field| field.name == workspace.identifier().api_name)
            .map_or(Value::Null, |field| field.detail["id"].clone());
        Self {
            enterprise: enterprise(&tree, enterprise_id, &identifier),
            actions: actions::actions(workspace, &tree),
            pipeline: pipeline::response(&tree),
            fields,
        }
    }
}

impl Detailed {
    /// Returns the field with the labels that telecrm created, as further options.
    pub(crate) fn with_labels(&self, created: &[String]) -> Self {
        let mut field = self.clone();
        for label in created {
            let known = field.summary["options"].as_array().into_iter().flatten();
            if known.into_iter().any(|known| known == label) {
                continue;
            }
            let option =
                json!({ "id": made_up_id(&["option", &self.name, label]), "label": label });
            for (options, item) in [
                (&mut field.summary["options"], Value::from(label.as_str())),
                (&mut field.detail["options"], option),
            ] {
                if let Some(options) = options.as_array_mut() {
                    options.push(item);
                }
            }
        }
        field
    }

    /// Returns the action with the labels that telecrm created in its fields.
    pub(crate) fn with_labels_of(&self, created: impl Fn(&str) -> Vec<String>) -> Self {
        let mut action = self.clone();
        let fields = action.detail.get_mut("fieldSchema").and_then(Value::as_object_mut);
        for (name, field) in fields.into_iter().flatten() {
            let Some(options) = field.get_mut("options").and_then(Value::as_array_mut) else {
                continue;
            };
            for label in created(name) {
                if !options.iter().any(|known| *known == label) {
                    options.push(label.into());
                }
            }
        }
        action
    }
}

fn enterprise(tree: &Node, id: &str, identifier: &Value) -> Value {
    let mut response = json!({
        "id": id,
        "name": "Emulator",
        "creationTimeStamp": MADE_UP_TIME,
        "teamSize": "",
        "industry": "",
        "website": "",
        "integrations": [],
    });
    overlay(&mut response, tree.get("enterprise"), &["id", "leadIdentifierFieldId"]);
    response["leadIdentifierFieldId"] = identifier.clone();
    response
}

/// 2024-01-01, for each time that is missing in the schema.
const MADE_UP_TIME: u64 = 1_704_067_200_000;

/// Keys whose values are booleans or numbers in telecrm's JSON.
///
/// The schema stores every scalar as text, so that a label `010` keeps its spelling.
const TYPED: [&str; 18] = [
    "isLeadid",
    "lockAfterCreate",
    "minLength",
    "maxLength",
    "required",
    "enabled",
    "score",
    "createdOn",
    "modifiedOn",
    "creationTimeStamp",
    "creationTimestamp",
    "modificationTimestamp",
    "isDefault",
    "visibility",
    "version",
    "quickAdd",
    "teamSize",
    "isActive",
];

/// Copies the entries of the schema over made-up values, except the given keys.
fn overlay(response: &mut Value, tree: Option<&Node>, except: &[&str]) {
    let (Some(tree), Value::Object(response)) = (tree, response) else { return };
    for (key, value) in named(tree).filter(|(key, _)| !except.contains(key)) {
        response.insert(key.to_owned(), json_of(key, value));
    }
}

fn json_of(key: &str, tree: &Node) -> Value {
    match &tree.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Scalar(text) => scalar(key, text),
        yaml::Value::Sequence(items) => items.iter().map(|item| json_of(key, item)).collect(),
        yaml::Value::Mapping(_) => {
            let entries = named(tree).map(|(key, value)| (key.to_owned(), json_of(key, value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

fn scalar(key: &str, text: &str) -> Value {
    let typed = TYPED.contains(&key).then(|| serde_json::from_str(text).ok()).flatten();
    match typed {
        Some(value @ (Value::Bool(_) | Value::Number(_))) => value,
        _ => text.into(),
    }
}

/// Returns the entries of a mapping with their keys.
fn named(tree: &Node) -> impl Iterator<Item = (&str, &Node)> {
    tree.entries().iter().filter_map(|(key, value)| Some((key.as_str()?, value)))
}

/// Returns the items of a section, which may contain the endpoint's whole response.
fn items<'t>(tree: &'t Node, section: &str) -> &'t [Node] {
    let section_tree = tree.get(section);
    let list = section_tree.and_then(|response| response.get(section)).or(section_tree);
    list.map_or(&[], Node::items)
}

/// Returns the first item whose `key` is `name`.
fn find<'t>(items: &'t [Node], key: &str, name: &str) -> Option<&'t Node> {
    items.iter().find(|item| item.get(key).and_then(Node::as_str) == Some(name))
}

/// Returns the item's own id, or 24 hexadecimal digits that are derived from its name.
fn id_of(item: Option<&Node>, key: &str, name: &[&str]) -> Value {
    let own = item.and_then(|item| item.get(key)).and_then(Node::as_str);
    own.map_or_else(|| made_up_id(name), str::to_owned).into()
}

/// Returns an id that is the same for the same name (FNV-1a, 64 bits, twice).
fn made_up_id(name: &[&str]) -> String {
    let hash = |seed: u64| {
        name.iter()
            .flat_map(|part| part.bytes().chain([0]))
            .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let (first, second) = (hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142));
    format!("{:08x}{second:016x}", first >> 32)
}
