//! Formatting of scalars that every YAML reader reads as the same text.

use std::fmt::Write as _;

use crate::invisible::is_invisible;

/// Formats a text as a key of a flow mapping (`{ key: value }`) that YAML reads unchanged.
///
/// ```
/// use telecrm_schema::yaml::key;
///
/// assert_eq!(key("contact_source"), "contact_source");
/// assert_eq!(key("10:30"), r#""10:30""#);
/// ```
///
/// A long key, which YAML does not allow in the short form, gets the prefix `? `.
#[must_use]
pub fn key(text: &str) -> String {
    let formatted = scalar(text);
    // YAML looks for the colon only in the first 1,024 characters.
    if formatted.chars().count() > 1_000 { format!("? {formatted} ") } else { formatted }
}

/// Formats a text as a scalar that YAML reads as the same text in every position.
///
/// The scalar has double quotes if any YAML version would read the bare text differently.
///
/// ```
/// use telecrm_schema::yaml::scalar;
///
/// assert_eq!(scalar("R & D"), "R & D");
/// assert_eq!(scalar("Yes"), r#""Yes""#);
/// ```
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
        && !text.chars().any(|character| is_special(character) || !is_shown(character))
        && !is_word(text)
        && !is_numeric(text)
}

/// Returns whether YAML gives the character a meaning in some position.
fn is_special(character: char) -> bool {
    matches!(character, ':' | ',' | '[' | ']' | '{' | '}' | '"')
}

/// Returns whether the character is visible and written without an escape.
///
/// Joiners are not escaped, because Indic scripts and emoji need them.
fn is_shown(character: char) -> bool {
    // Private use, and characters that YAML forbids or Unicode does not define.
    let is_undefined =
        matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..);
    let is_odd_space = character.is_whitespace() && character != ' ';
    !(is_undefined || is_odd_space || character.is_control() || is_invisible(character))
}

/// Returns whether some YAML version reads the word as something other than a text.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Returns whether the text looks like a number or a date of any YAML version.
fn is_numeric(text: &str) -> bool {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix))
        || lower.bytes().all(|byte| byte.is_ascii_digit() || b"_.+-e /".contains(&byte))
        || (lower.len() > 4
            && lower.as_bytes()[..4].iter().all(u8::is_ascii_digit)
            && lower.as_bytes()[4] == b'-')
}

/// Formats a text in double quotes, the only style that can contain every character.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            shown if is_shown(shown) => quoted.push(shown),
            hidden => {
                let code = u32::from(hidden);
                // Writing to a `String` cannot fail.
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
    use proptest::prelude::*;

    use super::*;
    use crate::yaml::Node;

    /// Asserts that YAML reads the same text in a block list, in a flow list, and as a key.
    #[track_caller]
    fn assert_read_back(texts: &[String]) {
        let mut yaml = String::new();
        for text in texts {
            let (scalar, key) = (scalar(text), key(text));
            let _ = writeln!(yaml, "- {scalar}\n- [{scalar}, {scalar}]\n- {{ {key}: {scalar} }}");
        }
        let root = Node::read("scalars", &yaml).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(root.items().len(), 3 * texts.len());
        for (text, read) in texts.iter().zip(root.items().chunks(3)) {
            let text = Some(text.as_str());
            assert_eq!(read[0].as_str(), text);
            assert_eq!(read[1].items().iter().map(Node::as_str).collect::<Vec<_>>(), [text, text]);
            let [(key, value)] = read[2].entries() else { panic!("{text:?} is not one key") };
            assert_eq!((key.as_str(), value.as_str()), (text, text));
        }
    }

    #[test]
    fn every_character_round_trips_in_every_position() {
        let blocks = (0..0x3100).chain(0xf800..0x1_0010).chain(0xd_fff0..0xe_0200);
        let characters: Vec<char> = blocks.filter_map(char::from_u32).collect();
        for chunk in characters.chunks(2_000) {
            let texts = chunk.iter().flat_map(|character| {
                [format!("{character}"), format!("{character}1"), format!("a{character}")]
            });
            assert_read_back(&texts.collect::<Vec<_>>());
        }
    }

    proptest! {
        #[test]
        fn any_text_round_trips_in_every_position(
            text in "\\PC{0,8}",
            yaml in "[-a-z0-9 :#,\\[\\]{}&*!|>'\"%@`?=<~.+\n\t_]{0,8}",
            long in "[a-z :]{1000,1100}",
        ) {
            assert_read_back(&[text, yaml, long]);
        }
    }

    #[test]
    fn common_labels_stay_bare() {
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
    fn text_that_yaml_would_read_differently_is_quoted() {
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
