//! Drift: whether the existing file describes the same workspace as telecrm, in the words of `diff`.

use telecrm_codegen::NamedSchema;
use telecrm_schema::yaml::Node;

use crate::diff::{self, Diff};

/// How the new file differs from the existing one.
#[derive(Debug)]
pub(super) enum Drift {
    /// Not at all.
    None,
    /// Both describe the same workspace; the text differs.
    Text,
    /// The workspace differs.
    Workspace(Diff),
    /// One of the two is not a whole schema, or there is no existing one.
    Unknown,
}

impl Drift {
    /// Compares two texts. `after` is what the new one means, where it has no errors.
    pub(super) fn between(existing: Option<&str>, new: &str, after: Option<&NamedSchema>) -> Self {
        let Some(existing) = existing else { return Self::Unknown };
        if existing == new {
            return Self::None;
        }
        let (Ok(before), Some(after)) = (NamedSchema::from_yaml(existing), after) else {
            return Self::Unknown;
        };
        let mut diff = diff::compare(&before, after);
        // The new text is nowhere yet.
        diff.locate(&before);
        // A part that a hand-written file does not record has not drifted.
        if before.schema.enterprise_id.is_none() {
            diff.forget("enterprise.id");
        }
        if before.schema.enterprise_name.is_none() {
            diff.forget("enterprise.name");
        }
        if diff.rows().is_empty() { Self::Text } else { Self::Workspace(diff) }
    }
}

/// Whether the new file records ids that the existing one lacks.
pub(super) fn lacks_ids(existing: &Node, new: &Node) -> bool {
    ids(existing) < ids(new)
}

fn ids(tree: &Node) -> usize {
    const KEYS: [&str; 4] = ["id", "stageid", "statusid", "reasonid"];
    let is_id = |key: &Node| key.as_str().is_some_and(|key| KEYS.contains(&key));
    let entries = tree.entries().iter();
    tree.items().iter().map(ids).sum::<usize>()
        + entries.map(|(key, value)| usize::from(is_id(key)) + ids(value)).sum::<usize>()
}
