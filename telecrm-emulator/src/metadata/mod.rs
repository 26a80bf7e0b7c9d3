//! Metadata responses of the Sync API, made from the schema.
//!
//! The checked model says what there is, so that an answer and the validator never differ; what the
//! model has no use for (ids, scores, colors) is looked up in the schema as it stands. Values that
//! the schema does not have are made up, always in the same way.

mod actions;
mod fields;
mod pipeline;

use serde_json::{Map, Value, json};
use telecrm_schema::Schema;
use telecrm_schema::yaml::{self, Node};

/// All answers, ready to be sent.
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
        let fields = fields::all(workspace, &tree);
        let identifier = fields
            .iter()
            .find(|field| field.name == workspace.identifier().api_name)
            .map_or(Value::Null, |field| field.detail["id"].clone());
        Self {
            enterprise: enterprise(&tree, enterprise_id, &identifier),
            actions: actions::all(workspace, &tree),
            pipeline: pipeline::answer(&tree),
            fields,
        }
    }
}

fn enterprise(tree: &Node, id: &str, identifier: &Value) -> Value {
    let mut answer = json!({
        "id": id,
        "name": "Emulator",
        "creationTimeStamp": MADE_UP_TIME,
        "teamSize": "",
        "industry": "",
        "website": "",
        "integrations": [],
    });
    overlay(&mut answer, tree.get("enterprise"), &["id", "leadIdentifierFieldId"]);
    answer["leadIdentifierFieldId"] = identifier.clone();
    answer
}

/// 2024-01-01, wherever an answer has a time that the schema does not give.
const MADE_UP_TIME: u64 = 1_704_067_200_000;

/// Keys whose values are booleans or numbers on the wire. A schema keeps scalars as they are
/// spelled, so that a label `010` stays one; here they get their type back.
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

/// The schema's own entries over what is made up, but for those that are answered otherwise.
fn overlay(answer: &mut Value, tree: Option<&Node>, except: &[&str]) {
    let (Some(tree), Value::Object(answer)) = (tree, answer) else { return };
    for (key, value) in named(tree).filter(|(key, _)| !except.contains(key)) {
        answer.insert(key.to_owned(), json_of(key, value));
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

/// The entries of a mapping, each by its key.
fn named(tree: &Node) -> impl Iterator<Item = (&str, &Node)> {
    tree.entries().iter().filter_map(|(key, value)| Some((key.as_str()?, value)))
}

/// The items of a section, which may be the endpoint's whole answer.
fn items<'t>(tree: &'t Node, section: &str) -> &'t [Node] {
    let section_tree = tree.get(section);
    let list = section_tree.and_then(|it| it.get(section)).or(section_tree);
    list.map_or(&[], Node::items)
}

/// The first item whose `key` is `name`.
fn find<'t>(items: &'t [Node], key: &str, name: &str) -> Option<&'t Node> {
    items.iter().find(|item| item.get(key).and_then(Node::as_str) == Some(name))
}

/// The item's own id, or 24 hexadecimal digits made of what it is called.
fn id_of(item: Option<&Node>, key: &str, called: &[&str]) -> Value {
    let own = item.and_then(|item| item.get(key)).and_then(Node::as_str);
    own.map_or_else(|| made_up_id(called), str::to_owned).into()
}

/// The same name has the same id in every run (FNV-1a, 64 bits, twice).
fn made_up_id(called: &[&str]) -> String {
    let hash = |seed: u64| {
        called
            .iter()
            .flat_map(|part| part.bytes().chain([0]))
            .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let (first, second) = (hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142));
    format!("{:08x}{second:016x}", first >> 32)
}
