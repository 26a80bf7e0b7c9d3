//! Free text, text within limits, and the text of an identifier.

use std::borrow::Cow;
use std::str::FromStr;

use super::{Sentence, ValueError, checked_text, text_on_the_wire};

/// The value of a text field without length limits: any Unicode text, a string on the wire
/// (telecrm: Field Types).
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
    /// A text from a literal, without allocating.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// The text, or `None` where it is empty or blank: for form input and CSV cells, where an
    /// absent value arrives as an empty string. The text is kept as it is, not trimmed.
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
    /// Never returned; it is `ValueError` so that text reads like every other value.
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(text))
    }
}

/// The value of a text field with length limits: `MIN` to `MAX` Unicode characters, a string on the
/// wire. A limit that the schema leaves out is `0` or `u32::MAX`.
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

checked_text!([const MIN: u32, const MAX: u32] BoundedText<MIN, MAX>, "text", Self::check, "`literal!(BoundedText<MIN, MAX>, \"…\")`");

impl<const MIN: u32, const MAX: u32> BoundedText<MIN, MAX> {
    const TOO_SHORT: &'static LimitSentence = &LimitSentence::new(
        "not a telecrm text within the field's limits: it is too short; the least is ",
        MIN,
    );
    const TOO_LONG: &'static LimitSentence = &LimitSentence::new(
        "not a telecrm text within the field's limits: it is too long; the most is ",
        MAX,
    );

    const fn check(text: &str) -> Result<&str, Sentence> {
        let characters = count_characters(text);
        if characters < MIN as usize {
            Err(Self::TOO_SHORT.as_str())
        } else if characters > MAX as usize {
            Err(Self::TOO_LONG.as_str())
        } else {
            Ok(text)
        }
    }
}

/// The value of a text field that identifies the lead: any Unicode text with at least one character
/// that is not a blank, a string on the wire. telecrm drops a lead whose identifier is missing.
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

checked_text!([] NonBlankText, "text identifier", check_non_blank, "`literal!(NonBlankText, \"…\")`");

const fn check_non_blank(text: &str) -> Result<&str, Sentence> {
    if text.is_empty() {
        return Err(
            "not a telecrm text identifier: it is empty; telecrm drops a lead without its identifier, write at least one character that is not a blank",
        );
    }
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let (character, tail) = decode(*first, tail);
        match character {
            Some(character) if character.is_whitespace() => rest = tail,
            _ => return Ok(text),
        }
    }
    Err(
        "not a telecrm text identifier: it is blank; telecrm drops a lead without its identifier, write at least one character that is not a blank",
    )
}

/// The character that starts with `first`, and what follows it. `str::chars` is no `const fn`.
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

/// Unicode characters: the bytes of UTF-8 that do not continue one.
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

/// A sentence that ends in the field's limit, put together in const evaluation, where nothing can
/// be formatted.
struct LimitSentence {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl LimitSentence {
    const CAPACITY: usize = 128;

    const fn new(start: &str, limit: u32) -> Self {
        let mut sentence = Self { bytes: [0; Self::CAPACITY], length: 0 };
        sentence.push(start);
        let mut place = 1_000_000_000_u32;
        while place > 0 {
            let digit = limit / place % 10;
            if limit >= place || place == 1 {
                sentence.push(DIGITS[digit as usize]);
            }
            place /= 10;
        }
        sentence.push(if limit == 1 { " character" } else { " characters" });
        sentence
    }

    const fn push(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let Some((byte, tail)) = rest.split_first() {
            self.bytes[self.length] = *byte;
            self.length += 1;
            rest = tail;
        }
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "not a telecrm text within the field's limits",
        }
    }
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_takes_whatever_strings_people_have() {
        let owned = String::from("नमस्ते");
        assert_eq!(Text::from(&owned), Text::from("नमस्ते"));
        assert_eq!(Text::from(Cow::Borrowed("a")), Text::from(String::from("a")));
        assert_eq!("".parse::<Text>(), Ok(Text::from_static("")));
    }

    #[test]
    fn text_from_a_form_is_none_where_blank_and_else_kept_as_it_is() {
        assert_eq!(Text::non_blank(" \u{a0}\n"), None);
        assert_eq!(Text::non_blank(" Jane ").unwrap().as_str(), " Jane ");
    }

    #[test]
    fn d30_text_over_the_limit_is_refused_and_the_limit_named() {
        let error = "123456".parse::<BoundedText<2, 5>>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm text within the field's limits: it is too long; the most is 5 characters"
        );
        let error = BoundedText::<2, 5>::try_from(String::from("1")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm text within the field's limits: it is too short; the least is 2 characters"
        );
        assert_eq!(error.kind(), "text");
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
    fn limits_of_any_size_are_spelt_out() {
        let texts = [0, 1, 10, 200, 1_000_000_000, u32::MAX]
            .map(|limit| LimitSentence::new("", limit).as_str().to_owned());
        assert_eq!(
            texts,
            [
                "0 characters",
                "1 character",
                "10 characters",
                "200 characters",
                "1000000000 characters",
                "4294967295 characters"
            ]
        );
    }

    #[test]
    fn d20_an_empty_or_blank_identifier_is_refused() {
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
        fn the_const_checks_agree_with_the_standard_library(text in "\\PC*|\\s*") {
            proptest::prop_assert_eq!(count_characters(&text), text.chars().count());
            proptest::prop_assert_eq!(check_non_blank(&text).is_ok(), !text.trim().is_empty());
        }
    }
}
