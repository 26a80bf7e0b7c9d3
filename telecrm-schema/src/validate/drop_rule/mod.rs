//! Rules of violations: the rows of the silent-drop catalogue, in one table.

mod rows;

use std::fmt;

use serde::{Serialize, Serializer};

pub use self::rows::DropRule;

impl DropRule {
    /// Returns the rule with this id, ignoring case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id().eq_ignore_ascii_case(id))
    }

    /// Returns whether violations of the rule are warnings: telecrm stores the value as sent.
    #[must_use]
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::Placeholder)
    }
}

/// Formats the id.
impl fmt::Display for DropRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// Serializes the id.
impl Serialize for DropRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Explanation;

    #[test]
    fn catalogue_has_every_row_once_and_in_order() {
        let ids: Vec<&str> = DropRule::ALL.iter().map(|rule| rule.id()).collect();
        let expected: Vec<String> = (1..=45).map(|n| format!("D{n:02}")).collect();
        assert_eq!(ids[..45], expected);
        assert_eq!(ids[45..], ["LOCKED"]);
        assert_eq!(DropRule::WrongType.id(), "D01");
        assert_eq!(DropRule::from_id("d06"), Some(DropRule::UnknownOption));
        assert_eq!(DropRule::from_id("D99"), None);
    }

    #[test]
    fn explanation_of_every_row_has_complete_sentences() {
        for rule in DropRule::ALL {
            let Explanation { title, effect, reason, example, fix, .. } = rule.explanation();
            for (part, text) in [("effect", effect), ("reason", reason), ("fix", fix)] {
                assert!(text.ends_with('.') && text.len() > 20, "{rule} {part}: {text}");
            }
            assert!(!title.ends_with('.') && !title.is_empty(), "{rule}: {title}");
            assert!(!example.is_empty() && !rule.stopped_at().is_empty(), "{rule}");
        }
    }
}
