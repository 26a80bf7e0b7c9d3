//! Doc comments of generated code.
//!
//! Text of telecrm's users (descriptions, labels) is data: it is shown unchanged, and can neither format
//! the docs nor run as a doctest.

use proc_macro2::TokenStream;
use quote::quote;
use telecrm_schema::is_invisible;

/// The name of the runtime in examples.
pub(super) const RUNTIME: &str = "telecrm_runtime";

/// Doc attributes, one for each line. Escape the text of users with [`prose`] first.
pub(super) fn docs(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| match line {
        "" => String::new(),
        _ => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

/// Doc comments as text, one for each line.
pub(super) fn doc_lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|line| match line.trim_end() {
        "" => "///".to_owned(),
        line => format!("/// {line}"),
    })
}

/// The comment that rustc shows for a name outside a list. rustc cuts off the end of a long line.
pub(super) fn only_these<'n>(
    kind: &str,
    place: &str,
    names: impl ExactSizeIterator<Item = &'n str>,
) -> String {
    format!("add new {kind} in telecrm, then run `cargo telecrm pull`{place}: {}", some_of(names))
}

/// The first names of a list, for a line comment.
fn some_of<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    match names.len() {
        0 => "none".to_owned(),
        _ => first_of(12, names.map(str::to_owned)),
    }
}

/// The first labels of a list, for documentation.
pub(super) fn some_labels<'n>(labels: impl ExactSizeIterator<Item = &'n str>) -> String {
    first_of(5, labels.map(code))
}

fn first_of(max: usize, names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut shown: Vec<String> = names.take(max).collect();
    if count > max {
        shown.push(format!("… ({count} in all)"));
    }
    shown.join(", ")
}

/// Escapes the text of users for Markdown: no formatting, no HTML, no links.
pub(super) fn prose(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    for line in text.lines() {
        let line: String = visible(line);
        if !shown.is_empty() {
            shown.push('\n');
        }
        escape_line(line.trim(), &mut shown);
    }
    shown.trim_end().to_owned()
}

/// Removes control and invisible characters; tabs become spaces.
fn visible(line: &str) -> String {
    let line = line.chars().map(|letter| if letter == '\t' { ' ' } else { letter });
    line.filter(|&letter| !letter.is_control() && !is_invisible(letter)).collect()
}

fn escape_line(line: &str, shown: &mut String) {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    for (index, character) in line.char_indices() {
        let special = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => true,
            // Lists, headings, horizontal rules and setext underlines.
            '#' | '+' | '-' | '=' => index == 0,
            '.' | ')' => index == digits && digits > 0,
            // URLs are shown, not linked.
            ':' => line[index..].starts_with("://"),
            _ => false,
        };
        if special {
            shown.push('\\');
        }
        shown.push(character);
    }
}

/// Formats a name, label or code as inline code.
pub(super) fn code(text: &str) -> String {
    let text = visible(&text.replace(['\n', '\r'], " "));
    match (text.trim().is_empty(), text.contains('`')) {
        (true, _) => "(blank)".to_owned(),
        (false, false) => format!("`{text}`"),
        (false, true) => {
            let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// Appends a description: after the rule if it is one line, otherwise as paragraphs.
pub(super) fn append(text: &mut String, description: &str) {
    text.push_str(if description.contains('\n') { "\n\n" } else { " " });
    text.push_str(description);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_shown_without_formatting() {
        assert_eq!(prose("a *b* `c` [d](e) <i>"), r"a \*b\* \`c\` \[d\](e) \<i\>");
        assert_eq!(
            prose("# no heading\n- no list\n1. no list"),
            "\\# no heading\n\\- no list\n1\\. no list"
        );
        assert_eq!(prose("see https://example.com/a_b"), r"see https\://example.com/a\_b");
        assert_eq!(prose("    no code block\r\n\tnor here"), "no code block\nnor here");
        assert_eq!(prose("```\nfn main() {}\n```"), "\\`\\`\\`\nfn main() {}\n\\`\\`\\`");
        assert_eq!(prose("bidi \u{202E}evil\u{7}"), "bidi evil");
    }

    #[test]
    fn every_label_is_inline_code() {
        assert_eq!(code("R & D"), "`R & D`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code(" "), "(blank)");
    }
}
