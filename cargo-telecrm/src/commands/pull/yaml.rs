//! Values to be written as YAML.

use telecrm_schema::yaml::{Node, Value, key as spelled_key, scalar};

/// A value to be written. Keys keep their order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Yaml {
    Null,
    /// A boolean or a number, by its spelling.
    Bare(String),
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The text of a scalar.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Bare(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Converts a node of the existing file. Keys that are not scalars are left out.
    pub(super) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Scalar(text) => Self::Text(text.clone()),
            Value::Sequence(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Mapping(entries) => {
                let entries = entries.iter();
                let named = entries.filter_map(|(key, value)| Some((key.as_str()?, value)));
                Self::Map(named.map(|(key, value)| (key.to_owned(), Self::of(value))).collect())
            }
        }
    }

    /// Writes the value on one line.
    pub(super) fn flow(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bare(text) => text.clone(),
            Self::Text(text) => scalar(text),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", spelled_key(key), value.flow()));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Whether a node that was read contains the written value.
impl PartialEq<Node> for Yaml {
    fn eq(&self, node: &Node) -> bool {
        match (self, &node.value) {
            (Self::Null, Value::Null) => true,
            (Self::Bare(text) | Self::Text(text), Value::Scalar(read)) => text == read,
            (Self::List(items), Value::Sequence(read)) => items == read,
            (Self::Map(entries), Value::Mapping(read)) => {
                let is_equal =
                    |((key, value), (read_key, read)): (&(String, Self), &(Node, Node))| {
                        read_key.as_str() == Some(key) && value == read
                    };
                entries.len() == read.len() && entries.iter().zip(read).all(is_equal)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use telecrm_schema::Schema;
    use test_support::random_cases;

    use super::*;

    /// Any text, often with parts that are easily misread.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            "[ -~]",
            prop::sample::select(vec![
                "null", "Yes", "~", "1", ".", "-", "- ", ": ", " #", ":", "#", "\n", "\r\n", "\t",
                " ", "\"", "'", "\\", "[", "]", "{", "}", ",", "?", "? ", "\u{85}", "\u{2028}",
                "\u{feff}", "\u{200d}", "\u{0}", "e", "0x", "---", "...", "%", "@", "`", "<<", "*",
                "&", "!", "|", ">", "हि", "🔥",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(random_cases(200))]

        #[test]
        fn any_text_is_read_back_at_any_place(text in text()) {
            let value = Yaml::Text(text.clone());
            let map = Yaml::Map(vec![("a".to_owned(), value.clone()), (text.clone(), Yaml::List(vec![value]))]);
            let (key, scalar) = (spelled_key(&text), scalar(&text));
            let yaml = format!("flow: {}\nblock:\n  - {scalar}\n  - x: {scalar}\n    y: 1\n  - {key}: {scalar} # c\n", map.flow());
            let tree = Node::read("any", &yaml).map_err(|error| TestCaseError::fail(format!("{error}\n{yaml}")))?;
            prop_assert!(tree.get("flow").is_some_and(|flow| map == *flow), "{}", yaml);
            let block = tree.get("block").map(Node::items).unwrap_or_default();
            prop_assert_eq!(block[0].as_str(), Some(text.as_str()));
            prop_assert_eq!(block[1].get("x").and_then(Node::as_str), Some(text.as_str()));
            prop_assert_eq!(block[2].get(&text).and_then(Node::as_str), Some(text.as_str()));
        }

        #[test]
        fn schema_contains_the_written_labels(label in text()) {
            let text = Yaml::Text(label.clone()).flow();
            let yaml = format!(
                "customFields:\n  - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  - {{ apiName: a, type: TAGS, description: {text}, options: [{text}, Other] }}\n"
            );
            let workspace = Schema::from_yaml(&yaml).map_err(|error| TestCaseError::fail(format!("{error}")))?;
            let tree = workspace.tree();
            let field = &tree.get("customFields").map(Node::items).unwrap_or_default()[1];
            prop_assert_eq!(field.get("description").and_then(Node::as_str), Some(label.as_str()));
            prop_assert_eq!(field.get("options").map(Node::items).unwrap_or_default()[0].as_str(), Some(label.as_str()));
        }
    }

    #[test]
    fn key_of_any_length_is_read_back_in_braces() {
        for length in [999, 1_000, 1_023, 1_024, 1_025, 5_000] {
            let name = "n".repeat(length);
            let map = Yaml::Map(vec![(name.clone(), Yaml::Text("x".to_owned()))]);
            let yaml = format!("flow: {}\n", map.flow());
            let tree = Node::read("any", &yaml).expect(&yaml);
            assert!(tree.get("flow").is_some_and(|flow| map == *flow), "{length}");
        }
    }
}
