//! Text that users type or spreadsheets write, with ASCII digits and separators.

use crate::invisible::is_invisible_alone;

/// Returns the input with ASCII digits and separators, and without invisible characters.
pub(super) fn plain(input: &str) -> String {
    let hidden = |character: char| !character.is_whitespace() && is_invisible_alone(character);
    let text = input.trim_matches(|character: char| character.is_whitespace() || hidden(character));
    // Spreadsheets mark a number as text with `="…"` or a leading `'`.
    let quoted = text.strip_prefix("=\"").and_then(|quoted| quoted.strip_suffix('"'));
    let text = quoted.unwrap_or(text);
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.chars().filter(|character| !hidden(*character)).map(plain_character).collect()
}

fn plain_character(character: char) -> char {
    match character {
        '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        space if space.is_whitespace() => ' ',
        '\u{ff0b}' => '+',
        '[' | '\u{ff08}' => '(',
        ']' | '\u{ff09}' => ')',
        '\\' | '\u{2044}' | '\u{ff0f}' => '/',
        '\u{ff0c}' | '\u{60c}' | '\u{3001}' => ',',
        '\u{ff1b}' => ';',
        '\u{ff0e}' => '.',
        // Hyphens and dashes, the minus sign, their small and full-width forms; middle dots.
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{b7}'
        | '\u{2022}' => '-',
        character => decimal_digit(character).unwrap_or(character),
    }
}

/// Returns the ASCII digit for a digit of a supported script.
fn decimal_digit(character: char) -> Option<char> {
    /// The zeros of Arabic-Indic, extended Arabic-Indic, Devanagari, Bengali, Gurmukhi, Gujarati, Oriya,
    /// Tamil, Telugu, Kannada, Malayalam and full-width digits.
    const ZEROS: [u32; 12] = [
        0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
        0xFF10,
    ];
    let code = u32::from(character);
    let digit =
        ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10))?;
    char::from_digit(digit, 10)
}
