//! The schema as the file has it, for tools that answer with it or write it again: ids, colours,
//! telecrm's own actions, whatever else the rest of the model has no use for.

use super::{Node, Value};

/// A part of the schema file, by spelling and without positions.
///
/// A scalar is its text (`true` and `"true"` are one): what it means is for the reader to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tree {
    /// Bare `null`, `~` or nothing at all.
    #[default]
    Nothing,
    /// A scalar, by its spelling.
    Scalar(String),
    /// A list.
    List(Vec<Tree>),
    /// A mapping, in the order of the file.
    Mapping(Vec<(String, Tree)>),
}

impl Tree {
    /// The same as a positioned node.
    pub(crate) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Nothing,
            Value::Scalar(text) => Self::Scalar(text.clone()),
            Value::Sequence(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Mapping(entries) => Self::Mapping(
                entries
                    .iter()
                    .filter_map(|(key, value)| match &key.value {
                        Value::Scalar(key) => Some((key.clone(), Self::of(value))),
                        // The reader has reported a key that is not a scalar.
                        _ => None,
                    })
                    .collect(),
            ),
        }
    }

    /// Content under `key`, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tree> {
        match self {
            Self::Mapping(entries) => {
                entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The items, where this is a list; else none.
    #[must_use]
    pub fn items(&self) -> &[Tree] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text, where this is a scalar.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    #[test]
    fn a_workspace_keeps_the_file_to_the_letter() {
        let yaml = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true, id: f_1 }\n\
                    customActions:\n  - { code: '1', displayName: Call, source: SYSTEM, score: 010 }\n";
        let tree = Schema::from_yaml(yaml).expect("a good schema").tree();
        let field = &tree.get("customFields").expect("fields").items()[0];
        assert_eq!(field.get("id").and_then(Tree::as_str), Some("f_1"));
        assert_eq!(field.get("isLeadid").and_then(Tree::as_str), Some("true"));
        let action = &tree.get("customActions").expect("actions").items()[0];
        assert_eq!(action.get("score").and_then(Tree::as_str), Some("010"));
        assert_eq!(tree.get("codegen"), None);
        assert!(field.items().is_empty());
    }
}
