//! Insertion of comments into the lines of a section.

use std::collections::HashMap;

use super::comments::{Comments, Notes};
use super::layout::Line;
use super::path::Path;

/// Returns the lines with their comments. A comment on an entry without a separate line goes to the
/// line of the entry that contains it.
pub(super) fn with_comments(lines: &[Line], comments: &Comments, section: &Path) -> Vec<String> {
    let by_path: HashMap<&Path, usize> =
        lines.iter().enumerate().rev().map(|(index, line)| (&line.path, index)).collect();
    let mut around: Vec<Notes> = vec![Notes::default(); lines.len()];
    for (path, notes) in
        comments.range(section.clone()..).take_while(|(path, _)| path.starts_with(section))
    {
        let line = (1..=path.len()).rev().find_map(|end| by_path.get(&path[..end].to_vec()));
        let Some(&line) = line else { continue };
        around[line].above.extend(notes.above.iter().cloned());
        around[line].behind.extend(notes.behind.iter().cloned());
        let own = &lines[line].path;
        let end = lines[line..].iter().take_while(|line| line.path.starts_with(own)).count();
        let indent = " ".repeat(lines[line].indent);
        let below = notes.below.iter().map(|text| indented(&indent, text));
        // An inner item ends before the outer one.
        around[line + end - 1].below.splice(0..0, below);
    }
    let mut out = Vec::new();
    for (line, notes) in lines.iter().zip(around) {
        let indent = " ".repeat(line.indent);
        // A line can end with one comment.
        let mut behind = notes.behind.into_iter();
        let first = behind.next();
        out.extend(notes.above.iter().cloned().chain(behind).map(|text| indented(&indent, &text)));
        let text = format!("{indent}{}", line.text);
        out.push(match first {
            Some(comment) => format!("{text} {comment}"),
            None => text,
        });
        out.extend(notes.below);
    }
    out
}

fn indented(indent: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{indent}{text}") }
}
