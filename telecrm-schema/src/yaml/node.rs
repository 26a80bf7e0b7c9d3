//! Nodes of a YAML text, with their positions.

use crate::diagnostic::Span;

/// A node of a YAML text, with its position. Equality compares only the content.
///
/// ```
/// use telecrm_schema::yaml::Node;
///
/// let root = Node::read("schema.yaml", "customFields: [{ apiName: phone }]")?;
/// let field = &root.get("customFields").expect("the key above").items()[0];
/// assert_eq!(field.get("apiName").and_then(Node::as_str), Some("phone"));
/// # Ok::<(), telecrm_schema::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Node {
    /// The content of the node.
    pub value: Value,
    /// The position of the node. A node from an alias (`*name`) has the position of the alias.
    ///
    /// The span of a scalar is exact. Only the start of a list or mapping is reliable.
    pub span: Span,
}

/// Content of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Bare `null`, bare `~` or an empty value.
    #[default]
    Null,
    /// The text of a scalar, without its quotes.
    ///
    /// `true` and `"true"` are equal, and `1.50` and `1.5` are different.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Entries in the order of the file. The schema reader reports repeated keys.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// Returns the value of a key, if this is a mapping that contains the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// Returns the entries of a mapping; empty for any other node.
    #[must_use]
    pub fn entries(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list; empty for any other node.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns the text of a scalar.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Node {}

impl Value {
    /// Returns a noun for messages.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_) => "a single value",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}
