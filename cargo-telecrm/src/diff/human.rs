//! A human-readable comparison: one line for each change, the most severe first, and a summary.

use anstyle::AnsiColor;
use telecrm_schema::escaped;

use super::{Diff, Row, Severity};
use crate::terminal::bold;

/// Returns one line for each change. The terminal removes the colors if necessary.
pub(crate) fn table(diff: &Diff) -> String {
    diff.worst_first().into_iter().map(line).collect()
}

fn line(row: &Row) -> String {
    let severity = row.severity();
    let style = bold(match severity {
        Severity::Breaking => AnsiColor::Red,
        Severity::Additive => AnsiColor::Green,
        Severity::Note => AnsiColor::Cyan,
    });
    let (path, kind) = (escaped(&row.path), row.kind.words());
    format!("{style}{severity:<8}{style:#}  {path}  {kind}: {}\n", escaped(&row.message))
}

/// `2 breaking, 1 additive, 3 to note`, or `no difference`.
pub(crate) fn summary(diff: &Diff) -> String {
    let count = |severity| diff.rows().iter().filter(|row| row.severity() == severity).count();
    if diff.rows().is_empty() {
        return "no difference".to_owned();
    }
    let (breaking, additive, notes) =
        (count(Severity::Breaking), count(Severity::Additive), count(Severity::Note));
    format!("{breaking} breaking, {additive} additive, {notes} to note")
}
