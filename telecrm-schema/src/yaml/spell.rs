//! Spelling of a scalar that every YAML reader takes for the very same text.

use std::fmt::Write as _;

/// Spells a key. One that is too long for the short form gets a `? `, which only stands in braces.
#[must_use]
pub fn key(text: &str) -> String {
    let spelled = scalar(text);
    // YAML looks 1,024 characters ahead for the colon.
    if spelled.chars().count() > 1_000 { format!("? {spelled} ") } else { spelled }
}

/// Spells a text: bare where that is safe in any place of any YAML file, else in double quotes.
#[must_use]
pub fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts = first.is_alphanumeric()
        || matches!(first, '_' | '(' | '/' | '$')
        || (!first.is_ascii() && !first.is_whitespace());
    starts
        && !text.ends_with(char::is_whitespace)
        && !text.contains(" #")
        && !text.chars().any(|it| is_special(it) || !is_shown(it))
        && !is_word(text)
        && !is_numeric(text)
}

/// Characters that mean something somewhere.
fn is_special(character: char) -> bool {
    matches!(character, ':' | ',' | '[' | ']' | '{' | '}' | '"')
}

/// Whether a person sees the character, and sees it where it stands.
fn is_shown(character: char) -> bool {
    // Invisible, turning the direction of what follows, or of private meaning. The joiners stay
    // (U+200C, U+200D): Indic scripts and emoji need them.
    let hidden = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..
    );
    character == ' ' || !(hidden || character.is_control() || character.is_whitespace())
}

/// Words that YAML, in one version or another, reads as something else.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Numbers and dates of any YAML version, and what looks like one.
fn is_numeric(text: &str) -> bool {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix))
        || lower.bytes().all(|it| it.is_ascii_digit() || b"_.+-e /".contains(&it))
        || (lower.len() > 4
            && lower.as_bytes()[..4].iter().all(u8::is_ascii_digit)
            && lower.as_bytes()[4] == b'-')
}

/// Spells a text in double quotes: the only style that can hold every character.
fn quoted(text: &str) -> String {
    double_quoted(text, is_shown)
}

/// Spells a text in double quotes, with all but ASCII letters and digits escaped.
#[must_use]
pub fn escaped_scalar(text: &str) -> String {
    double_quoted(text, |it| it.is_ascii_alphanumeric() || it == ' ')
}

fn double_quoted(text: &str, is_plain: impl Fn(char) -> bool) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            it if is_plain(it) => quoted.push(it),
            it => {
                let code = u32::from(it);
                // A `String` takes all that is written to it.
                let _ = match code {
                    0..=0xff => write!(quoted, "\\x{code:02X}"),
                    0x100..=0xffff => write!(quoted, "\\u{code:04X}"),
                    _ => write!(quoted, "\\U{code:08X}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_bare() {
        for text in [
            "Website",
            "Cold Call",
            "R & D",
            "N/A",
            "A+",
            "A-",
            "Bob's",
            "हिन्दी माध्यम",
            "₹5–10 Lakh",
            "🔥",
            "62ab16e0f1c2d3e4f5a6b7c8",
            "opt_1",
            "10th marks",
            "3 BHK",
            "ACTION_1001",
            "C#",
            "50%",
            "a@b.example",
            "(none)",
            "yes please",
            "Walk-in",
            "क्‍ष",
        ] {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn what_yaml_would_read_otherwise_is_quoted() {
        for text in [
            "",
            " ",
            " a",
            "a ",
            "Yes",
            "no",
            "ON",
            "null",
            "~",
            "Null",
            "1.50",
            "010",
            "1e3",
            "0x1F",
            "1_000",
            "2024-01-01",
            "2024-01-01T10",
            "12/05/2024",
            ".5",
            ".inf",
            "-1",
            "+1",
            "10+",
            "- a",
            "-",
            "a: b",
            "a:",
            "a #b",
            "#1",
            "a, b",
            "[a",
            "a]",
            "{a",
            "a}",
            "* a",
            "&a",
            "!a",
            "|",
            ">",
            "'a",
            "\"a",
            "a\"b",
            "%a",
            "@a",
            "`a",
            "?",
            "=",
            "<<",
            "10:30",
            "a\nb",
            "a\tb",
            "\u{a0}a",
            "a\u{200b}",
            "\u{feff}a",
            "\u{202e}a",
            "a\u{85}b",
            "\u{2028}",
            "\u{7f}",
            "\u{0}",
            "\u{e000}",
            "\u{10ffff}",
            "nan",
            "y",
        ] {
            let spelled = scalar(text);
            assert!(spelled.starts_with('"') && spelled.ends_with('"'), "{text:?}: {spelled}");
            assert!(spelled.chars().all(is_shown), "{spelled:?}");
        }
    }
}
