//! Escaping of external text for terminals.

use crate::invisible::is_invisible;

/// Formats a name or label for a message: in backticks, on one line, truncated.
#[must_use]
pub fn quoted(text: &str) -> String {
    const MAX_CHARACTERS: usize = 60;
    let (shown, more) = match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    };
    format!("`{}{more}`", escaped(shown))
}

/// Formats a text on one line, and escapes control characters and invisible characters.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let odd_space = character.is_whitespace() && character != ' ';
        if character.is_control() || odd_space || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}
