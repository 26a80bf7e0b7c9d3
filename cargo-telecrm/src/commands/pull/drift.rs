//! Drift: whether the existing file describes the same workspace as telecrm, in the words of `diff`.

use telecrm_codegen::NamedSchema;
use telecrm_schema::yaml::Node;

use crate::diff::{self, Diff};

/// The difference between the new file and the existing one.
#[derive(Debug)]
pub(super) enum Drift {
    /// The texts are equal.
    None,
    /// Both describe the same workspace; the text differs.
    Text,
    /// The workspace differs.
    Workspace(Diff),
    /// One of the two is not a complete schema, or there is no existing file.
    Unknown,
}

impl Drift {
    /// Compares two texts. `after` is the schema of the new text, or `None` if it has errors.
    pub(super) fn between(existing: Option<&str>, new: &str, after: Option<&NamedSchema>) -> Self {
        let Some(existing) = existing else { return Self::Unknown };
        if existing == new {
            return Self::None;
        }
        let (Ok(before), Some(after)) = (NamedSchema::from_yaml(existing), after) else {
            return Self::Unknown;
        };
        let mut diff = diff::compare(&before, after);
        // Rows refer to the existing file, since the new text is not written yet.
        diff.locate(&before);
        // A hand-written file may omit these parts, which is not drift.
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
