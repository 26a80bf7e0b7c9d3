//! The country code that telecrm adds to a phone sent without one.

use std::borrow::Cow;

/// A workspace's default country code, digits only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CountryCode(String);

/// The text given as default country code is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no country code: one to three digits, the first not 0, such as `91`")]
#[non_exhaustive]
pub struct InvalidCountryCode(pub String);

impl Default for CountryCode {
    /// India.
    fn default() -> Self {
        Self("91".to_owned())
    }
}

impl CountryCode {
    /// Reads `91` or `+91`.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidCountryCode> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let fits = matches!(digits.len(), 1..=3)
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if fits { Ok(Self(digits.to_owned())) } else { Err(InvalidCountryCode(text.to_owned())) }
    }

    /// Country code and number, the form in which telecrm stores and compares phones. `phone`
    /// has passed [`grammar::phone`](crate::judge::grammar::phone).
    ///
    /// How telecrm tells a number without country code from one with it is not documented. Here
    /// (inferred): a leading `+` says that it is there; else it is taken to be there when the
    /// number has more digits than a national number of the default country.
    pub(crate) fn complete<'a>(&self, phone: &'a str) -> Cow<'a, str> {
        if let Some(digits) = phone.strip_prefix('+') {
            digits.into()
        } else if phone.len() > self.national_digits() {
            phone.into()
        } else {
            format!("{}{phone}", self.0).into()
        }
    }

    /// The most digits that a national number has, for the countries whose currency telecrm
    /// knows; 10 elsewhere, as in India.
    fn national_digits(&self) -> usize {
        match self.0.as_str() {
            "65" | "974" => 8,
            "61" | "966" | "971" => 9,
            _ => 10,
        }
    }
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
    fn what_is_no_country_code_is_refused() {
        for text in ["", "+", "0", "091", "9 1", "9191", "IN", "९१"] {
            assert!(CountryCode::parse(text).is_err(), "{text}");
        }
    }
}
