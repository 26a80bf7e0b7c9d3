//! Table of invisible characters (D38).

/// Returns whether a character is invisible: zero-width, bidi marks, fillers, tags.
///
/// Control characters and spaces are not in the table, because `char` has methods for them. ZWNJ, ZWJ and
/// the variation selectors U+FE00 to U+FE0F are not in it either, because Hindi, Persian and emoji need
/// them.
/// `telecrm-schema` has the same table, and a test compares the two.
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

/// Returns whether a character is in the table, or is a joiner, which is invisible between spaces.
pub(crate) const fn is_invisible_alone(character: char) -> bool {
    is_invisible(character) || matches!(character, '\u{200C}' | '\u{200D}')
}

/// Returns whether no character of the text is visible.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_whitespace() || character.is_control() || is_invisible_alone(character)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_controls_and_characters_of_scripts_and_emoji_are_not_in_the_table() {
        for character in (char::MIN..=char::MAX).filter(|character| is_invisible(*character)) {
            assert!(!character.is_control(), "{character:?}");
        }
        for accepted in ['\u{200C}', '\u{200D}', '\u{FE0F}', '\u{A0}', '\u{301}', 'ि'] {
            assert!(!is_invisible(accepted), "{accepted:?}");
        }
        for invisible in ['\u{200B}', '\u{2060}', '\u{FEFF}', '\u{202E}', '\u{2028}', '\u{2029}'] {
            assert!(is_invisible(invisible), "{invisible:?}");
        }
    }

    #[test]
    fn text_without_a_visible_character_is_blank() {
        for text in ["", " \u{200B}", "\u{200D}\n", "\u{0}", "\u{2800}\u{3164}"] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["-", "\u{200B}a", "क्‍ष"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
