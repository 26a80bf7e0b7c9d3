//! Phone numbers.

mod normalize;
mod numbering_plan;

use std::borrow::Cow;

use super::const_text::ConstText;
use super::{Kind, Reason, checked_text};

pub(crate) use normalize::CountryCode;

/// The value of a phone field: country code and national number (telecrm: Field Types).
///
/// It is a string of 8 to 15 ASCII digits on the wire. The first digit is not 0. A leading `+` is accepted
/// and removed: `+919999999999` and `919999999999` are equal here, and the same lead in telecrm. A number
/// without a country code is accepted, too, and telecrm adds the default of the workspace.
///
/// ```
/// use telecrm_runtime::{Phone, phone};
///
/// assert_eq!(phone!("+919999999999").as_str(), "919999999999");
/// assert!("99999 99999".parse::<Phone>().is_err());
/// assert_eq!(Phone::normalize("099999 99999", "91")?, phone!("919999999999"));
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(Cow<'static, str>);

checked_text!([] Phone, PHONE, check_phone, without_separators, "[`phone!`](crate::phone!)");

pub(super) const PHONE: Kind = Kind {
    name: "phone",
    noun: "phone",
    id: "D04",
    hint: "write country code and number as digits only, such as \"919999999999\"",
    example: "919876543210",
};

const fn check_phone(text: &str) -> Result<&str, Reason> {
    let digits = match text.as_bytes().split_first() {
        None => return Err(Reason::Empty),
        Some((b'+', _)) => text.split_at(1).1,
        Some(_) => text,
    };
    let mut rest = digits.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        match byte {
            b'0'..=b'9' => {}
            b'+' => return Err(Reason::PlusInside),
            byte if byte.is_ascii_whitespace() => return Err(Reason::Space),
            byte if byte.is_ascii_alphabetic() => return Err(Reason::Letter),
            _ => return Err(Reason::Symbol),
        }
        rest = tail;
    }
    match digits.as_bytes() {
        [b'0', ..] => Err(Reason::LeadingZero),
        digits if digits.len() < 8 => Err(Reason::TooFewDigits),
        digits if digits.len() > 15 => Err(Reason::TooManyDigits),
        _ => Ok(digits),
    }
}

/// Returns the number without spaces, dashes and brackets.
///
/// It is empty if a 0 follows one of them: this 0 may be a trunk prefix, which is not part of the number.
const fn without_separators(text: &str) -> ConstText {
    let mut digits = ConstText::new();
    let mut rest = text.trim_ascii();
    let mut is_after_separator = false;
    while let Some((byte, _)) = rest.as_bytes().split_first() {
        if !byte.is_ascii() || (*byte == b'0' && is_after_separator) {
            return ConstText::new();
        }
        let (character, tail) = rest.split_at(1);
        is_after_separator = matches!(byte, b' ' | b'-' | b'(' | b')');
        if !is_after_separator {
            digits.push(character);
        }
        rest = tail;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_error(text: &str, rule: &str) {
        let error = text.parse::<Phone>().expect_err(text);
        assert_eq!(error.kind(), "phone");
        let start = format!("not a telecrm phone: {rule}");
        assert!(error.to_string().starts_with(&start), "{text}: {error}");
    }

    #[test]
    fn eight_to_fifteen_digits_are_accepted_and_a_leading_plus_is_removed() {
        for (text, kept) in [
            ("919999999999", "919999999999"),
            ("+919999999999", "919999999999"),
            ("9999999999", "9999999999"),
            ("12345678", "12345678"),
            ("+123456789012345", "123456789012345"),
        ] {
            assert_eq!(text.parse::<Phone>().unwrap().as_str(), kept);
            assert_eq!(Phone::try_from(text.to_owned()).unwrap().as_str(), kept);
        }
        assert_eq!(Phone::from_static("+919999999999").as_str(), "919999999999");
    }

    #[test]
    fn d04_phone_with_spaces_is_an_error() {
        assert_error("98765 43210", "it has a space");
        assert_error(" 919999999999", "it has a space");
        assert_error("+ 919999999999", "it has a space");
        assert_error("919999999999\n", "it has a space");
    }

    #[test]
    fn d04_phone_with_letters_or_symbols_is_an_error() {
        assert_error("98765abcde", "it has a letter");
        assert_error("98765-43210", "it has a character that is not a digit");
        assert_error("(98)76543210", "it has a character that is not a digit");
        assert_error("९८७६५४३२१०", "it has a character that is not a digit");
        assert_error("++919999999999", "it has a `+` that is not at its start");
    }

    #[test]
    fn d04_phone_that_is_too_short_or_long_or_starts_with_zero_is_an_error() {
        assert_error("1234567", "it has fewer than 8 digits");
        assert_error("+", "it has fewer than 8 digits");
        assert_error("1234567890123456", "it has more than 15 digits");
        assert_error("09876543210", "it starts with 0");
        assert_error("+0919876543210", "it starts with 0");
    }

    #[test]
    fn d04_literal_with_separators_is_corrected_if_its_number_is_certain() {
        let corrected = |text| match check_phone(without_separators(text).as_str()) {
            Ok(phone) => phone.to_owned(),
            Err(_) => String::new(),
        };
        for (text, phone) in [
            ("+91 98765 43210", "919876543210"),
            ("+91-(987)-6543210", "919876543210"),
            (" 9876543210\n", "9876543210"),
            ("+91 (0) 98765 43210", ""),
            ("+91 098765 43210", ""),
            ("098765 43210", ""),
            ("98765", ""),
            ("98765 43210 / 98765 43211", ""),
            ("9876543210.0", ""),
            ("९८७६५ ४३२१०", ""),
            ("98765 abcde", ""),
        ] {
            assert_eq!(corrected(text), phone, "{text}");
            if !phone.is_empty() {
                assert_eq!(
                    Phone::normalize(text, "91").unwrap().as_str().get(2..),
                    Some("9876543210")
                );
            }
        }
    }

    #[test]
    fn d20_empty_phone_is_an_error() {
        assert_error("", "it is empty");
    }
}
