//! The lines in which two texts differ.

use similar::TextDiff;
use telecrm_schema::escaped;

/// A unified diff that is safe to print on a terminal for any text.
pub(crate) fn unified_diff(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().header(old_name, new_name).to_string();
    text.split_inclusive('\n').fold(String::with_capacity(text.len()), |mut safe, line| {
        let end = line.trim_end_matches(['\r', '\n']).len();
        safe.push_str(&escaped(&line[..end]));
        safe.push_str(&line[end..]);
        safe
    })
}
