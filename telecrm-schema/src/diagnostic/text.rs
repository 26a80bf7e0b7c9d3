//! Foreign text on its way to a terminal.

use crate::invisible::is_invisible;

/// Shows a name or label in a message: in backticks, on one line, not too long.
#[must_use]
pub fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let (shown, more) = match text.char_indices().nth(MOST) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    };
    format!("`{}{more}`", escaped(shown))
}

/// Shows text on one line, with what a terminal would obey or nobody would see spelled out.
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
