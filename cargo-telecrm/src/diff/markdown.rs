//! A comparison as a comment on a pull request.

use std::fmt::Write as _;

use telecrm_schema::escaped;

use super::{Diff, Row, summary};

/// Returns a headline and a table, the most severe changes first, for GitHub and GitLab.
pub(crate) fn markdown(diff: &Diff) -> String {
    let mut text = format!("**telecrm schema: {}**\n", summary(diff));
    if diff.rows().is_empty() {
        return text;
    }
    text.push_str("\n| severity | change | path | effect |\n|---|---|---|---|\n");
    for row in diff.worst_first() {
        text.push_str(&line(row));
    }
    text
}

fn line(row: &Row) -> String {
    let (severity, kind) = (row.severity(), row.kind.words());
    let path = format!("`{}`", row.path.replace('`', "'"));
    format!("| {severity} | {kind} | {} | {} |\n", cell(&path), cell(&row.message))
}

/// Escapes the text of a table cell. Text in backticks stays code. Outside of them, no character of a
/// label has a meaning in Markdown, mentions a user or begins a new cell.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    let text = escaped(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks: one is part of a label, and no pair is certain.
    let paired = parts.len() % 2 == 1;
    for (index, part) in parts.iter().enumerate() {
        if paired && index % 2 == 1 && !part.is_empty() {
            // The table removes the backslash, also inside code.
            let _ = write!(cell, "`{}`", part.replace('|', "\\|"));
            continue;
        }
        for character in part.chars() {
            match character {
                '@' => cell.push_str("&#64;"),
                '&' => cell.push_str("&amp;"),
                '<' => cell.push_str("&lt;"),
                '\\' | '*' | '_' | '[' | ']' | '#' | '~' | '|' | '!' | '$' => {
                    cell.push('\\');
                    cell.push(character);
                }
                other => cell.push(other),
            }
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_keeps_code_and_escapes_everything_else() {
        assert_eq!(cell("`Text` is now `BoundedText<0, 5>`"), "`Text` is now `BoundedText<0, 5>`");
        assert_eq!(cell("`a|b` | c"), "`a\\|b` \\| c");
        assert_eq!(cell("@team <b> *x* [l](u)\nz"), "&#64;team &lt;b> \\*x\\* \\[l\\](u)\\\\u{a}z");
        assert_eq!(cell("`a`@team` b"), "a&#64;team b", "an odd backtick ends all code");
    }
}
