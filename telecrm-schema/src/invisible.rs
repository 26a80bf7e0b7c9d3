//! Invisible characters (D38): the one table of this crate.

/// Returns whether a character is invisible: zero-width, bidi marks, fillers, tags.
///
/// The table does not contain control characters and spaces, for which `char` has methods. It also
/// omits the joiners (U+200C, U+200D) and the variation selectors U+FE00 to U+FE0F, which Hindi,
/// Persian and emoji need. `telecrm-runtime` has the same table, and a test compares the two.
#[doc(hidden)]
#[must_use]
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180E}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFC}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// Returns whether a character joins its neighbours: ZWNJ or ZWJ.
pub(crate) const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}')
}

/// Returns whether no character of the text is visible. telecrm drops such a value.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_empty)
}

/// Returns whether a text of only this character is blank.
pub(crate) fn is_empty(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || is_invisible(character)
        || is_joiner(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d38_text_without_a_visible_character_is_blank() {
        for text in
            ["", " ", "\n", "\u{A0}", "\u{200B}\u{FEFF}", "\u{3164}", "\u{2800} ", "\u{200D}"]
        {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["“”", "-", ".", "\u{301}a"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn d38_characters_that_scripts_and_emoji_need_are_not_in_the_table() {
        for needed in ['\u{200C}', '\u{200D}', '\u{FE0F}', '\u{A0}', '\u{301}', 'ि', ' ', '\n'] {
            assert!(!is_invisible(needed), "{needed:?}");
        }
    }
}
