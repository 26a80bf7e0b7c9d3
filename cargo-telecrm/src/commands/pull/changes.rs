//! What a pull changes, in words.

use similar::TextDiff;

/// The changes between the file as it is and as it would be, as a unified diff.
pub(super) fn changes(name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().header(name, &format!("{name} (pulled)")).to_string()
}
