//! Tree of a YAML text: nodes with their positions.

use crate::diagnostic::Span;

/// A node of a YAML text, with its position. Equality compares the content alone.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Node {
    /// Its content.
    pub value: Value,
    /// The position of its use: for an alias (`*name`) and everything in it, the position of the
    /// alias. Exact for scalars; of a list or mapping only the start counts.
    pub span: Span,
}

/// Content of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Bare `null`, `~` or nothing at all.
    #[default]
    Null,
    /// A scalar as it is spelled, without its quotes: `true` and `"true"` are equal, and `1.50` and
    /// `1.5` are not.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Entries in the order of the file. Keys may repeat; the reader of a schema reports them.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The entries of a mapping; empty for any other node.
    #[must_use]
    pub fn entries(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; empty for any other node.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
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
    /// Its name in a message.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_) => "a single value",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}
