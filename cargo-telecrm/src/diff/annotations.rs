//! A comparison as annotations of GitHub Actions.

use std::path::Path;

use super::{Diff, Row, Severity};
use crate::output::{self, Finding};

/// Returns one line for each change, the most severe first. Breaking changes are errors.
pub(super) fn annotations(diff: &Diff, path: &Path) -> String {
    let file = path.to_string_lossy();
    diff.worst_first().into_iter().map(|row| annotation(diff, row, &file)).collect()
}

fn annotation(diff: &Diff, row: &Row, file: &str) -> String {
    let (line, column) = diff.places.find(&row.path);
    let severity = match row.severity() {
        Severity::Breaking => output::Severity::Error,
        Severity::Additive | Severity::Note => output::Severity::Warning,
    };
    Finding {
        severity,
        file,
        line: line as u64,
        column: column as u64,
        rule: row.kind.words(),
        message: &format!("{} {}: {}", row.path, row.kind.words(), row.message),
    }
    .annotation()
}
