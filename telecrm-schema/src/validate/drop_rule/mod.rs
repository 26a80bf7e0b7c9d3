//! Rules behind violations: the rows of the silent-drop catalogue, one table for every reader.

mod rows;

use std::fmt;

use serde::{Serialize, Serializer};

pub use self::rows::DropRule;

impl DropRule {
    /// The rule of this id, whatever its case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id().eq_ignore_ascii_case(id))
    }
}

/// The id.
impl fmt::Display for DropRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// The id.
impl Serialize for DropRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_catalogue_is_there_once_and_in_order() {
        let ids: Vec<&str> = DropRule::ALL.iter().map(|rule| rule.id()).collect();
        let expected: Vec<String> = (1..=42).map(|n| format!("D{n:02}")).collect();
        assert_eq!(ids[..42], expected);
        assert_eq!(ids[42..], ["LOCKED"]);
        assert_eq!(DropRule::WrongType.id(), "D01");
        assert_eq!(DropRule::from_id("d06"), Some(DropRule::UnknownOption));
        assert_eq!(DropRule::from_id("D99"), None);
    }

    #[test]
    fn every_row_is_explained_in_whole_sentences() {
        for rule in DropRule::ALL {
            let it = rule.explanation();
            for (part, text) in [("what", it.what), ("why", it.why), ("fix", it.fix)] {
                assert!(text.ends_with('.') && text.len() > 20, "{rule} {part}: {text}");
            }
            assert!(!it.title.ends_with('.') && !it.title.is_empty(), "{rule}: {}", it.title);
            assert!(!it.example.is_empty() && !rule.stopped_at().is_empty(), "{rule}");
        }
    }
}
