//! The file's nodes without their positions.

use super::node::{Node, Value};
use crate::model::Tree;

/// What the file says, for tools that need all of it.
pub(super) fn of(node: &Node) -> Tree {
    match &node.value {
        Value::Null => Tree::Nothing,
        Value::Scalar(text) => Tree::Scalar(text.clone()),
        Value::Sequence(items) => Tree::List(items.iter().map(of).collect()),
        Value::Mapping(entries) => Tree::Mapping(
            entries
                .iter()
                .filter_map(|(key, value)| match &key.value {
                    Value::Scalar(key) => Some((key.clone(), of(value))),
                    // The reader has reported a key that is no name.
                    _ => None,
                })
                .collect(),
        ),
    }
}
