//! Doc comments. Text that telecrm's users wrote (descriptions, labels) is data: it is shown, and can
//! neither format the docs nor run as a doctest.

use syn::Attribute;

use super::ast;
use telecrm_schema::is_invisible;
use telecrm_schema::{FieldType, Label, Length};

use crate::names::NamedField;

/// Marks a doc line that becomes a comment at the end of the item's first line: rustc shows that
/// line where somebody uses a field, action or option that is not there.
pub(crate) const LINE_COMMENT: char = '\u{2063}';

/// Doc attributes, one per line. The text is ours, or was made harmless with [`prose`].
pub(super) fn docs(text: &str) -> Vec<Attribute> {
    let line = |line: &str| match line {
        "" => ast::doc(""),
        _ => ast::doc(&format!(" {line}")),
    };
    text.lines().map(line).collect()
}

/// Doc comments as text, one per line, of a text as [`docs`] takes it.
pub(super) fn doc_lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(|line| match line.trim_end() {
        "" => "///".to_owned(),
        line => format!("/// {line}"),
    })
}

/// The comment at the end of an item's first line.
pub(super) fn line_comment(text: &str) -> Attribute {
    ast::doc(&format!(" {LINE_COMMENT}{text}"))
}

/// The first of some Rust names, for a line comment.
pub(super) fn some_of<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    const MOST: usize = 12;
    let count = names.len();
    if count == 0 {
        return "nothing".to_owned();
    }
    let mut shown: Vec<&str> = names.take(MOST).collect();
    let of_all = format!("… ({count} in all)");
    if count > MOST {
        shown.push(&of_all);
    }
    shown.join(", ")
}

/// Text of telecrm's users as harmless Markdown: same words, no formatting, no HTML, no links.
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

/// Without control and invisible characters; tabs become spaces.
fn visible(line: &str) -> String {
    let line = line.chars().map(|it| if it == '\t' { ' ' } else { it });
    line.filter(|&it| !it.is_control() && !is_invisible(it)).collect()
}

fn escape_line(line: &str, shown: &mut String) {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    for (index, character) in line.char_indices() {
        let special = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => true,
            // Lists, headings, rules and setext underlines.
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

/// A name, label or code as inline code.
pub(super) fn code(text: &str) -> String {
    let text = visible(&text.replace(['\n', '\r'], " "));
    match (text.trim().is_empty(), text.contains('`')) {
        (true, _) => "(blank)".to_owned(),
        (false, false) => format!("`{text}`"),
        (false, true) => {
            let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// A field for people: its rule and its description, and its wire name where Rust's differs.
pub(super) fn field(field: &NamedField, is_identifier: bool) -> String {
    let mut text = String::new();
    if field.ident.strip_prefix("r#").unwrap_or(&field.ident) != field.api_name {
        text = format!("{}: ", code(&field.api_name));
    }
    text.push_str(&rule(&field.field_type));
    if is_identifier {
        text.push_str(" The lead identifier, by which telecrm finds the lead.");
    }
    if field.lock_after_create {
        text.push_str(" Only a new lead takes it.");
    }
    if let Some(description) = &field.description {
        append(&mut text, &prose(description));
    }
    text
}

/// The type of a text with limits: whose it is, and its rule.
pub(super) fn text(field: &NamedField) -> String {
    format!("{}: {}", code(&field.api_name), rule(&field.field_type))
}

/// The rule of a field type (telecrm: Field Types).
fn rule(field_type: &FieldType) -> String {
    let rule = match field_type {
        FieldType::Text(Length { min: None, max: None }) => "Text.",
        FieldType::Text(Length { min, max }) => {
            let limits = match (min, max) {
                (Some(min), Some(max)) => format!("{min} to {max}"),
                (Some(min), None) => format!("at least {min}"),
                (None, max) => format!("at most {}", max.unwrap_or(u32::MAX)),
            };
            return format!("Text of {limits} Unicode characters.");
        }
        FieldType::Email => "Email address.",
        FieldType::Phone => "Phone number with its country code.",
        FieldType::Number => "Number, integer or decimal.",
        FieldType::Date => "Instant, in milliseconds.",
        FieldType::Dropdown(options) if options.open => {
            "Dropdown to which telecrm adds new labels."
        }
        FieldType::Dropdown(_) => "Dropdown: one label of its list.",
        FieldType::Tags(options) if options.open => "Tags to which telecrm adds new labels.",
        FieldType::Tags(_) => "Tags: labels of its list.",
        FieldType::Money => "Amount in the workspace's currency.",
        FieldType::Website => "URL.",
        FieldType::MediaLink => "URL of a file that anyone can open.",
        FieldType::ActiveUsers => "Team member, by email address.",
        FieldType::Rating => "Rating from 1 to 5.",
        FieldType::Status => "Active status of the lead stage pipeline.",
        FieldType::LostReason => "Active lost reason.",
    };
    rule.to_owned()
}

/// Adds a description: behind the rule where it is one line, otherwise as paragraphs of its own.
/// Each line is an attribute to be parsed, formatted and compiled.
pub(super) fn append(text: &mut String, description: &str) {
    text.push_str(if description.contains('\n') { "\n\n" } else { " " });
    text.push_str(description);
}

/// A variant's docs: its label.
pub(super) fn label(label: &Label) -> String {
    code(&label.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_shown_and_format_nothing() {
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
    fn labels_are_inline_code_whatever_they_hold() {
        assert_eq!(code("R & D"), "`R & D`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code(" "), "(blank)");
    }
}
