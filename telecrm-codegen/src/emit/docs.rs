//! Doc comments. What telecrm's users wrote (descriptions, labels) is data: it is shown, and can
//! neither format the docs nor run as a doctest.

use syn::Attribute;

use super::ast;
use telecrm_schema::diagnostic::is_invisible;
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

/// Without control characters and those that nobody sees; tabs become blanks.
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

/// What a field is, for people: its wire name, its description, its rule.
pub(super) fn field(field: &NamedField, is_identifier: bool) -> String {
    let mut text = format!("{}: {}", code(&field.api_name), rule(&field.field_type));
    if is_identifier {
        text.push_str(" This is the lead identifier, by which telecrm finds the lead.");
    }
    if field.lock_after_create {
        text.push_str(" It can only be set when the lead is created.");
    }
    if let Some(description) = &field.description {
        append(&mut text, &prose(description));
    }
    text
}

/// telecrm's rule for a type of field, and its wire form (telecrm: Field Types).
fn rule(kind: &FieldType) -> String {
    match kind {
        FieldType::Text(Length { min: None, max: None }) => "a text, a JSON string.".to_owned(),
        FieldType::Text(Length { min, max }) => {
            let limits = match (min, max) {
                (Some(min), Some(max)) => format!("of {min} to {max}"),
                (Some(min), None) => format!("of at least {min}"),
                (None, max) => format!("of at most {}", max.unwrap_or(u32::MAX)),
            };
            format!("a text {limits} Unicode characters, a JSON string.")
        }
        FieldType::Email => "an email address, a JSON string.".to_owned(),
        FieldType::Phone => "a phone number with country code, digits in a JSON string.".to_owned(),
        FieldType::Number => "a number, integer or decimal.".to_owned(),
        FieldType::Date => "an instant, Unix milliseconds on the wire.".to_owned(),
        FieldType::Dropdown(options) if options.open => {
            "a dropdown; telecrm creates a label that it does not know.".to_owned()
        }
        FieldType::Dropdown(_) => "a dropdown, one label of its list.".to_owned(),
        FieldType::Tags(options) if options.open => {
            "tags; telecrm creates a label that it does not know.".to_owned()
        }
        FieldType::Tags(_) => "tags, an array of labels of its list.".to_owned(),
        FieldType::Money => "an amount in the workspace's currency, a numeric string.".to_owned(),
        FieldType::Website => "a URL, a JSON string.".to_owned(),
        FieldType::MediaLink => "a publicly reachable URL, a JSON string.".to_owned(),
        FieldType::ActiveUsers => "a team member, by email.".to_owned(),
        FieldType::Rating => "a rating from 1 to 5, a number.".to_owned(),
        FieldType::Status => "a status, the label of an active one of the pipeline.".to_owned(),
        FieldType::LostReason => "a lost reason, the label of an active one.".to_owned(),
    }
}

/// Adds a description: behind the rule where it is one line, else as paragraphs of its own. Lines
/// are not free: each is an attribute to be parsed, formatted and compiled.
pub(super) fn append(text: &mut String, description: &str) {
    text.push_str(if description.contains('\n') { "\n\n" } else { " " });
    text.push_str(description);
}

/// A variant's docs: its label.
pub(super) fn choice(label: &Label) -> String {
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
