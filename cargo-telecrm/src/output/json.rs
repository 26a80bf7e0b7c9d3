//! JSON that is safe to print: control characters and invisible characters are written as `\u…`.

use std::fmt::Write as _;

use serde::Serialize;
use telecrm_schema::escaped;

/// A value on several lines, with a final line break.
pub(crate) fn json_pretty(value: &impl Serialize) -> String {
    spelled_out(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// A value on one line, with a final line break.
pub(crate) fn json_line(value: &impl Serialize) -> String {
    spelled_out(&serde_json::to_string(value).unwrap_or_default())
}

/// Escapes characters that are not safe to print. JSON contains such characters only inside strings, where
/// `\u…` has the same meaning.
fn spelled_out(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + 1);
    for character in json.chars() {
        if is_harmless(character) {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text.push('\n');
    text
}

/// Whether `escaped` leaves the character unchanged.
fn is_harmless(character: char) -> bool {
    let mut bytes = [0; 4];
    let text: &str = character.encode_utf8(&mut bytes);
    character == '\n' || matches!(character, ' '..='~') || escaped(text) == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_characters_are_escaped_and_read_back() {
        let text = "a\u{202e}b\u{9b}c\u{7f}d\u{1b}[m\n\u{e0041}ह🔥\"\\";
        for json in [json_line(&[text]), json_pretty(&[text])] {
            assert!(json.contains(r"a\u202eb\u009bc\u007fd"), "{json}");
            assert!(json.contains(r"\udb40\udc41ह🔥"), "{json}");
            let read: Vec<String> = serde_json::from_str(&json).expect("JSON");
            assert_eq!(read, [text]);
        }
    }
}
