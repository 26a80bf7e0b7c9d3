//! Country codes of phones: completion, and correction of typed phones.

use std::borrow::Cow;

use super::grammar;
use crate::invisible::is_invisible;

/// A workspace's default country code, digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CountryCode(String);

/// Error for an invalid default country code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country code: one to three digits, the first not 0, such as `91`")]
#[non_exhaustive]
pub struct InvalidCountryCode(pub String);

/// Minimum and maximum number of digits after a country code.
///
/// The table contains the countries whose currency telecrm supports.
const NATIONAL_DIGITS: [(&str, usize, usize); 10] = [
    ("1", 10, 10),
    ("221", 9, 9),
    ("60", 8, 10),
    ("61", 9, 9),
    ("65", 8, 8),
    ("91", 10, 10),
    ("92", 10, 10),
    ("966", 9, 9),
    ("971", 8, 9),
    ("974", 8, 8),
];

impl Default for CountryCode {
    /// India.
    fn default() -> Self {
        Self("91".to_owned())
    }
}

impl CountryCode {
    /// Reads `91` or `+91`.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidCountryCode> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let fits = matches!(digits.len(), 1..=3)
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if fits { Ok(Self(digits.to_owned())) } else { Err(InvalidCountryCode(text.to_owned())) }
    }

    /// Returns country code and number, the form in which telecrm stores and compares phones.
    ///
    /// `phone` must match [`grammar::phone`]. telecrm does not document how it detects a country
    /// code. This function assumes one after a leading `+`, and in a number with more digits than
    /// a national number of the default country.
    pub(super) fn complete<'a>(&self, phone: &'a str) -> Cow<'a, str> {
        if let Some(digits) = phone.strip_prefix('+') {
            digits.into()
        } else if phone.len() > self.national_digits().1 {
            phone.into()
        } else {
            format!("{}{phone}", self.0).into()
        }
    }

    /// Returns the smallest and largest number of digits of a national number of the default
    /// country; the default is 10.
    fn national_digits(&self) -> (usize, usize) {
        let known = NATIONAL_DIGITS.iter().find(|(code, ..)| *code == self.0);
        known.map_or((10, 10), |(_, min, max)| (*min, *max))
    }

    /// Removes spaces, dashes, brackets and a trunk 0 from a typed phone.
    ///
    /// Returns `None` if the text contains other characters, or if its number of digits is not that
    /// of one complete phone.
    pub(super) fn normalize(&self, text: &str) -> Option<String> {
        let trimmed = text.trim();
        let mut digits = String::new();
        let mut has_plus = false;
        for character in trimmed.chars() {
            match character {
                '0'..='9' => digits.push(character),
                '+' if digits.is_empty() && !has_plus => has_plus = true,
                ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2013}' | '(' | ')' => {}
                // Address books put invisible marks around a number. U+2028 and U+2029 break lines.
                '\u{2028}' | '\u{2029}' => return None,
                _ if is_invisible(character) => {}
                // A line break, a dot, a comma or a slash may separate two values.
                _ => return None,
            }
        }
        let plus = if has_plus { "+" } else { "" };
        let number = if has_plus { &digits } else { digits.strip_prefix('0').unwrap_or(&digits) };
        let (min, max) = self.national_digits();
        let is_national = !has_plus && (min..=max).contains(&number.len());
        let phone = format!("{plus}{number}");
        let is_whole = is_national || has_known_length(number);
        (is_whole && grammar::phone(&phone)).then_some(phone)
    }
}

/// Returns whether the number has a known country code and a valid number of digits.
fn has_known_length(number: &str) -> bool {
    NATIONAL_DIGITS.iter().any(|(code, min, max)| {
        number.strip_prefix(code).is_some_and(|rest| (*min..=*max).contains(&rest.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_spellings_of_an_indian_number_are_equal() {
        let india = CountryCode::default();
        for phone in ["+919999999999", "919999999999", "9999999999"] {
            assert_eq!(india.complete(phone), "919999999999", "{phone}");
        }
        // An Indian number may begin with the digits of the country code.
        assert_eq!(india.complete("9198765432"), "919198765432");
        assert_eq!(india.complete("+6591234567"), "6591234567");
    }

    #[test]
    fn shorter_national_number_gets_the_default_country_code() {
        let singapore = CountryCode::parse("+65").expect("a country code");
        assert_eq!(singapore.complete("91234567"), "6591234567");
        assert_eq!(singapore.complete("6591234567"), "6591234567");
    }

    #[test]
    fn invalid_country_code_is_an_error() {
        for text in ["", "+", "0", "091", "9 1", "9191", "IN", "९१"] {
            assert!(CountryCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn d04_phone_with_missing_or_extra_digits_is_not_corrected() {
        let india = CountryCode::default();
        let normalized = |text: &str| india.normalize(text);
        for (typed, phone) in [
            ("98765 43210", "9876543210"),
            ("0 98765-43210", "9876543210"),
            ("+91 98765 43210", "+919876543210"),
            ("(+91) 98765\u{2011}43210", "+919876543210"),
            ("\u{202a}+91 98765 43210\u{202c}", "+919876543210"),
            ("0919876543210", "919876543210"),
            ("091-98765-43210", "919876543210"),
            ("+1 (415) 555-0100", "+14155550100"),
            (" 9876543210\n", "9876543210"),
        ] {
            assert_eq!(normalized(typed).as_deref(), Some(phone), "{typed}");
        }
        for typed in [
            "9876543210.0",
            "919876543210.0",
            "9.19876543210E+11",
            "+91 +91 98765 43210",
            "91 91 98765 43210",
            "9198765432109198765",
            "9876543210, 9876543211",
            "9876543210/11",
            "98765 43210 98765 43210",
            "98765\n43210",
            "98765 43210 x5",
            "call 9876543210",
            "98765 4321",
            "00919876543210",
            "+91 (0) 98765 43210",
            "९८७६५४३२१०",
            "",
            "+",
        ] {
            assert_eq!(normalized(typed), None, "{typed}");
        }
        let singapore = CountryCode::parse("65").expect("a country code");
        assert_eq!(singapore.normalize("9123 4567"), Some("91234567".to_owned()));
        assert_eq!(singapore.normalize("9123456.0"), None);
    }
}
