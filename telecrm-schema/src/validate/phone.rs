//! Country codes of phones: the one that telecrm adds, and what a typed phone was meant to be.

use std::borrow::Cow;

use super::grammar;
use crate::invisible::is_invisible;

/// A workspace's default country code, digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CountryCode(String);

/// A default country code that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country code: one to three digits, the first not 0, such as `91`")]
#[non_exhaustive]
pub struct InvalidCountryCode(pub String);

/// How many digits a number has after its country code, for the countries whose currency telecrm
/// knows. Only advice is built on the numbers of digits.
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

    /// Country code and number, the form in which telecrm stores and compares phones. `phone`
    /// has passed [`grammar::phone`].
    ///
    /// How telecrm tells a number without country code from one with it is not documented. Here
    /// (inferred): a leading `+` says that it is there; else it is taken to be there when the
    /// number has more digits than a national number of the default country.
    pub(super) fn complete<'a>(&self, phone: &'a str) -> Cow<'a, str> {
        if let Some(digits) = phone.strip_prefix('+') {
            digits.into()
        } else if phone.len() > self.national_digits().1 {
            phone.into()
        } else {
            format!("{}{phone}", self.0).into()
        }
    }

    /// The fewest and the most digits of a national number of the default country; 10 where that
    /// is not known, as in India.
    fn national_digits(&self) -> (usize, usize) {
        let known = NATIONAL_DIGITS.iter().find(|(code, ..)| *code == self.0);
        known.map_or((10, 10), |(_, least, most)| (*least, *most))
    }

    /// The phone that a text was certainly meant to be: without the spaces, dashes and brackets
    /// that people type, and without a trunk 0. `None` where anything else stands in the text, or
    /// where the number of digits says that some are missing, too many, or of two phones.
    pub(super) fn meant(&self, text: &str) -> Option<String> {
        let trimmed = text.trim();
        let mut digits = String::new();
        let mut has_plus = false;
        for character in trimmed.chars() {
            match character {
                '0'..='9' => digits.push(character),
                '+' if digits.is_empty() && !has_plus => has_plus = true,
                ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2013}' | '(' | ')' => {}
                // Marks that address books put around a number, unseen. U+2028 and U+2029 break lines.
                '\u{2028}' | '\u{2029}' => return None,
                _ if is_invisible(character) => {}
                // A line break, a dot, a comma or a slash may stand between two values.
                _ => return None,
            }
        }
        let plus = if has_plus { "+" } else { "" };
        let number = if has_plus { &digits } else { digits.strip_prefix('0').unwrap_or(&digits) };
        let (least, most) = self.national_digits();
        let is_national = !has_plus && (least..=most).contains(&number.len());
        let phone = format!("{plus}{number}");
        let is_whole = is_national || has_known_length(number);
        (is_whole && grammar::phone(&phone)).then_some(phone)
    }
}

/// Whether it is a known country code and as many digits as that country has.
fn has_known_length(number: &str) -> bool {
    NATIONAL_DIGITS.iter().any(|(code, least, most)| {
        number.strip_prefix(code).is_some_and(|rest| (*least..=*most).contains(&rest.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_spellings_of_one_indian_number_are_one() {
        let india = CountryCode::default();
        for phone in ["+919999999999", "919999999999", "9999999999"] {
            assert_eq!(india.complete(phone), "919999999999", "{phone}");
        }
        // An Indian number may begin with the digits of the country code.
        assert_eq!(india.complete("9198765432"), "919198765432");
        assert_eq!(india.complete("+6591234567"), "6591234567");
    }

    #[test]
    fn a_shorter_national_number_is_known_by_its_country() {
        let singapore = CountryCode::parse("+65").expect("a country code");
        assert_eq!(singapore.complete("91234567"), "6591234567");
        assert_eq!(singapore.complete("6591234567"), "6591234567");
    }

    #[test]
    fn other_texts_are_not_country_codes() {
        for text in ["", "+", "0", "091", "9 1", "9191", "IN", "९१"] {
            assert!(CountryCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn d04_a_phone_is_meant_only_where_no_digit_is_cut_or_joined() {
        let india = CountryCode::default();
        let meant = |text: &str| india.meant(text);
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
            assert_eq!(meant(typed).as_deref(), Some(phone), "{typed}");
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
            assert_eq!(meant(typed), None, "{typed}");
        }
        let singapore = CountryCode::parse("65").expect("a country code");
        assert_eq!(singapore.meant("9123 4567"), Some("91234567".to_owned()));
        assert_eq!(singapore.meant("9123456.0"), None);
    }
}
