//! What a pull changes, in the words of `diff`.

use similar::TextDiff;
use telecrm_codegen::NamedSchema;

use crate::diff;

/// The changes between the file as it is and as it would be: a line for each, and one about them all.
/// `after` is what the new text means. Where the two mean the same, or one of them has errors, the lines of the file that change.
pub(super) fn changes(name: &str, old: &str, new: &str, after: Option<&NamedSchema>) -> String {
    if let (Ok(before), Some(after)) = (NamedSchema::from_yaml(old), after) {
        let diff = diff::compare(&before, after);
        if !diff.rows().is_empty() {
            return format!("{}{}\n", diff::table(&diff), diff::summary(&diff));
        }
    }
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().header(name, &format!("{name} (pulled)")).to_string()
}
