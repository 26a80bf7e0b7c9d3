//! Values to be written as YAML.

use telecrm_schema::yaml::{Tree, key as spelled_key, scalar};

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
            Self::Map(entries) => entries.iter().find(|(it, _)| it == key).map(|(_, value)| value),
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

    /// As the schema reader has it.
    pub(super) fn tree(&self) -> Tree {
        match self {
            Self::Null => Tree::Nothing,
            Self::Bare(text) | Self::Text(text) => Tree::Scalar(text.clone()),
            Self::List(items) => Tree::List(items.iter().map(Self::tree).collect()),
            Self::Map(entries) => {
                Tree::Mapping(entries.iter().map(|(key, it)| (key.clone(), it.tree())).collect())
            }
        }
    }

    /// The reader's tree, to be written again.
    pub(super) fn of(tree: &Tree) -> Self {
        match tree {
            Tree::Scalar(text) => Self::Text(text.clone()),
            Tree::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Tree::Mapping(entries) => {
                Self::Map(entries.iter().map(|(key, it)| (key.clone(), Self::of(it))).collect())
            }
            // Nothing, and what a later version of the reader may know.
            _ => Self::Null,
        }
    }

    /// All in one line.
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
                let entries =
                    entries.iter().map(|(key, it)| format!("{}: {}", spelled_key(key), it.flow()));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use telecrm_schema::Schema;
    use telecrm_schema::yaml::Outline;

    use super::*;

    /// Text that is likely to be misread, among any text.
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
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_back_in_any_place(text in text()) {
            let value = Yaml::Text(text.clone());
            let map = Yaml::Map(vec![("a".to_owned(), value.clone()), (text.clone(), Yaml::List(vec![value]))]);
            let (key, scalar) = (spelled_key(&text), scalar(&text));
            let yaml = format!("flow: {}\nblock:\n  - {scalar}\n  - x: {scalar}\n    y: 1\n  - {key}: {scalar} # c\n", map.flow());
            let tree = Outline::read("any", &yaml).map_err(|error| TestCaseError::fail(format!("{error}\n{yaml}")))?.tree();
            prop_assert_eq!(tree.get("flow"), Some(&map.tree()), "{}", yaml);
            let block = tree.get("block").map(Tree::items).unwrap_or_default();
            prop_assert_eq!(block[0].as_str(), Some(text.as_str()));
            prop_assert_eq!(block[1].get("x").and_then(Tree::as_str), Some(text.as_str()));
            prop_assert_eq!(block[2].get(&text).and_then(Tree::as_str), Some(text.as_str()));
        }

        #[test]
        fn a_workspace_has_the_very_same_labels(label in text()) {
            let text = Yaml::Text(label.clone()).flow();
            let yaml = format!(
                "customFields:\n  - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  - {{ apiName: a, type: TAGS, description: {text}, options: [{text}, Other] }}\n"
            );
            let workspace = Schema::from_yaml(&yaml).map_err(|error| TestCaseError::fail(format!("{error}")))?;
            let tree = workspace.tree();
            let field = &tree.get("customFields").map(Tree::items).unwrap_or_default()[1];
            prop_assert_eq!(field.get("description").and_then(Tree::as_str), Some(label.as_str()));
            prop_assert_eq!(field.get("options").map(Tree::items).unwrap_or_default()[0].as_str(), Some(label.as_str()));
        }
    }

    #[test]
    fn a_key_of_any_length_is_read_back_in_braces() {
        for length in [999, 1_000, 1_023, 1_024, 1_025, 5_000] {
            let name = "n".repeat(length);
            let map = Yaml::Map(vec![(name.clone(), Yaml::Text("x".to_owned()))]);
            let yaml = format!("flow: {}\n", map.flow());
            let tree = Outline::read("any", &yaml).expect(&yaml).tree();
            assert_eq!(tree.get("flow"), Some(&map.tree()));
        }
    }
}
