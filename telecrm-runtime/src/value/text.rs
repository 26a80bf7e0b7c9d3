//! Text without limits, text with length limits, and text that identifies a lead.

use std::borrow::Cow;
use std::str::FromStr;

use super::{Kind, Reason, ValueError, checked_text, text_on_the_wire, trimmed};

/// The value of a text field without length limits: any Unicode text (telecrm: Field Types).
///
/// ```
/// use telecrm_runtime::Text;
///
/// assert_eq!(Text::from("Jane Doe").as_str(), "Jane Doe");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Cow<'static, str>);

text_on_the_wire!([] Text);

impl Text {
    pub(crate) const KIND: &'static Kind = &Kind { noun: "text", ..TEXT };

    /// Creates a text from a literal without allocating.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Returns the text, or `None` if it is empty or consists of spaces.
    ///
    /// Forms and CSV files contain an empty string for an absent value. The text is not trimmed.
    ///
    /// ```
    /// use telecrm_runtime::Text;
    ///
    /// assert_eq!(Text::non_blank("Jane"), Some(Text::from("Jane")));
    /// assert_eq!(Text::non_blank("  "), None);
    /// ```
    #[must_use]
    pub fn non_blank(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.trim().is_empty()).then(|| Self::from(text))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Cow::Owned(text.to_owned()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self(Cow::Owned(text.clone()))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self(Cow::Owned(text.into_owned()))
    }
}

impl FromStr for Text {
    /// The same error type as for every other value. `from_str` never returns an error.
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

/// The value of a text field with length limits: `MIN` to `MAX` Unicode characters.
///
/// If the schema has no minimum, `MIN` is 0. If it has no maximum, `MAX` is `u32::MAX`.
///
/// ```
/// use telecrm_runtime::{BoundedText, literal};
///
/// let remark: BoundedText<0, 200> = literal!(BoundedText<0, 200>, "call after six");
/// assert!("far too long".parse::<BoundedText<0, 5>>().is_err());
/// # let _ = remark;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoundedText<const MIN: u32, const MAX: u32>(Cow<'static, str>);

checked_text!([const MIN: u32, const MAX: u32] BoundedText<MIN, MAX>, TEXT, Self::check, trimmed, "`literal!(BoundedText<MIN, MAX>, \"…\")`");

impl<const MIN: u32, const MAX: u32> BoundedText<MIN, MAX> {
    const fn check(text: &str) -> Result<&str, Reason> {
        let characters = count_characters(text);
        if characters < MIN as usize {
            Err(Reason::TooShort { min: MIN })
        } else if characters > MAX as usize {
            Err(Reason::TooLong { max: MAX })
        } else {
            Ok(text)
        }
    }
}

const TEXT: Kind = Kind {
    name: "text",
    noun: "text within the field's limits",
    id: "D30",
    hint: "write a text within them",
    example: "",
};

/// The value of a text field that identifies the lead: Unicode text that is not blank.
///
/// At least one character is not a space. telecrm silently drops a lead without its identifier.
///
/// ```
/// use telecrm_runtime::{NonBlankText, literal};
///
/// let admission_number = literal!(NonBlankText, "ADM-2026-0042");
/// assert!("   ".parse::<NonBlankText>().is_err());
/// # let _ = admission_number;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NonBlankText(Cow<'static, str>);

checked_text!([] NonBlankText, TEXT_IDENTIFIER, check_non_blank, trimmed, "`literal!(NonBlankText, \"…\")`");

const TEXT_IDENTIFIER: Kind = Kind {
    name: "text identifier",
    noun: "text identifier",
    id: "D20",
    hint: "telecrm silently drops a lead without its identifier, write at least one character that is not a space",
    example: "",
};

const fn check_non_blank(text: &str) -> Result<&str, Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let (character, tail) = decode(*first, tail);
        match character {
            Some(character) if character.is_whitespace() => rest = tail,
            _ => return Ok(text),
        }
    }
    Err(Reason::Blank)
}

/// Returns the character that starts with `first`, and the bytes after it.
///
/// `str::chars` is not a `const fn`.
const fn decode(first: u8, mut tail: &[u8]) -> (Option<char>, &[u8]) {
    let (mut code, mut following) = match first {
        0x00..=0x7F => (first as u32, 0),
        0x80..=0xDF => ((first & 0x1F) as u32, 1),
        0xE0..=0xEF => ((first & 0x0F) as u32, 2),
        0xF0..=0xFF => ((first & 0x07) as u32, 3),
    };
    while following > 0 {
        let Some((byte, rest)) = tail.split_first() else {
            break;
        };
        code = code << 6 | (*byte & 0x3F) as u32;
        tail = rest;
        following -= 1;
    }
    (char::from_u32(code), tail)
}

/// Returns the number of Unicode characters: the number of bytes that are not continuation bytes.
const fn count_characters(text: &str) -> usize {
    let mut rest = text.as_bytes();
    let mut count = 0;
    while let Some((byte, tail)) = rest.split_first() {
        if *byte & 0xC0 != 0x80 {
            count += 1;
        }
        rest = tail;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_created_from_every_string_type() {
        let owned = String::from("नमस्ते");
        assert_eq!(Text::from(&owned), Text::from("नमस्ते"));
        assert_eq!(Text::from(Cow::Borrowed("a")), Text::from(String::from("a")));
        assert_eq!("".parse::<Text>(), Ok(Text::from_static("")));
    }

    #[test]
    fn non_blank_returns_none_for_blank_text_and_does_not_trim() {
        assert_eq!(Text::non_blank(" \u{a0}\n"), None);
        assert_eq!(Text::non_blank(" Jane ").unwrap().as_str(), " Jane ");
    }

    #[test]
    fn d30_text_outside_its_limits_is_an_error_that_contains_the_limit() {
        let error = "123456".parse::<BoundedText<2, 5>>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm text within the field's limits: it is too long; write at most 5 characters"
        );
        let error = BoundedText::<2, 5>::try_from(String::from("1")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm text within the field's limits: it is too short; write at least 2 characters"
        );
        assert_eq!(error.kind(), "text");
        assert_eq!(error.reason(), Reason::TooShort { min: 2 });
        assert_eq!(error.for_person(), "Use at least 2 characters.");
    }

    #[test]
    fn d30_limits_count_unicode_characters_not_bytes() {
        assert!("हिन्दी".parse::<BoundedText<6, 6>>().is_ok());
        assert!("₹₹₹".parse::<BoundedText<0, 3>>().is_ok());
        assert!("₹₹₹₹".parse::<BoundedText<0, 3>>().is_err());
        assert!("".parse::<BoundedText<0, 0>>().is_ok());
        assert!("x".repeat(70_000).parse::<BoundedText<0, { u32::MAX }>>().is_ok());
    }

    #[test]
    fn d20_empty_or_blank_identifier_is_an_error() {
        for blank in ["", " ", "\t\r\n", "\u{a0}", "\u{3000}\u{2003}", "\u{85}"] {
            let error = blank.parse::<NonBlankText>().unwrap_err();
            assert_eq!(error.kind(), "text identifier", "{blank:?}");
        }
        for text in ["A", " A", "\u{a0}é", "日", "\u{3000}😀"] {
            assert_eq!(text.parse::<NonBlankText>().unwrap().as_str(), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn const_checks_agree_with_the_standard_library(text in "\\PC*|\\s*") {
            proptest::prop_assert_eq!(count_characters(&text), text.chars().count());
            proptest::prop_assert_eq!(check_non_blank(&text).is_ok(), !text.trim().is_empty());
        }
    }
}
