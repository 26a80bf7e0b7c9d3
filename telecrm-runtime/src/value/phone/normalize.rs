//! Normalisation of phone numbers from user input and spreadsheets.

use super::numbering_plan::{country_code_of, keeps_zero, national_digits};
use super::{PHONE, Phone};
use crate::value::typed::plain;
use crate::value::{Kind, Reason, ValueError};

/// A phone from user input, whose errors contain an example in a usual format.
const TYPED_PHONE: Kind = Kind {
    hint: "write one number, such as \"+91 99999 99999\"",
    example: "+91 98765 43210",
    ..PHONE
};

const COUNTRY_CODE: Kind = Kind {
    name: "country code",
    noun: "country code",
    id: "D04",
    hint: "write it as in \"91\"",
    example: "91",
};

/// A country code of 1 to 3 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CountryCode(u16);

impl CountryCode {
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let code = text.strip_prefix('+').unwrap_or(text);
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        let parsed = code.parse().ok().filter(|_| digits && !code.starts_with('0'));
        parsed
            .filter(|code| (1..1000).contains(code))
            .map(Self)
            .ok_or(ValueError::new(&COUNTRY_CODE, Reason::NotACountryCode))
    }
}

impl Phone {
    /// Reads a phone in the formats that users type: `098765 43210`, `+91-98765-43210`.
    ///
    /// Spaces, dashes, brackets, dots, slashes and invisible characters are removed. Full-width digits and
    /// digits of Arabic and Indian scripts are converted. The result is one of these numbers:
    ///
    /// 1. An international number: it starts with `+` or `00`, or has `(0)` after its country code. A
    ///    trunk 0 after the country code is removed.
    /// 2. A national number, with or without a trunk 0. The default country code is added.
    /// 3. A number that starts with the default country code, also after a trunk 0 (`091 98765 43210`).
    ///
    /// The length distinguishes 2 and 3: with the default `91`, `919876543210` starts with its country
    /// code, and `9198765432` is a national number. A number of another country needs a `+`.
    ///
    /// In Italy, San Marino, the Republic of the Congo, Côte d'Ivoire and Benin, a leading 0 belongs to
    /// the number and is kept.
    ///
    /// `default_country_code` is 1 to 3 digits, with or without a `+`.
    ///
    /// # Errors
    ///
    /// Returns an error if:
    ///
    /// - the input fits none of the rules above, or more than one
    /// - the number of digits does not fit the country code, which is ten digits after 91
    /// - the input has the decimals (`9876543210.0`) or the scientific notation (`9.19877E+11`) of a
    ///   spreadsheet, an extension, or more than one number
    /// - `default_country_code` is not a country code
    ///
    /// [`ValueError::reason`] distinguishes these cases.
    ///
    /// # Examples
    ///
    /// ```
    /// use telecrm_runtime::{Phone, Reason};
    ///
    /// for typed in ["098765 43210", "+91-98765-43210", "(0091) 98765.43210", "98765 43210"] {
    ///     assert_eq!(Phone::normalize(typed, "91")?.as_str(), "919876543210");
    /// }
    /// let error = Phone::normalize("9876543210.0", "91").unwrap_err();
    /// assert_eq!(error.reason(), Reason::SpreadsheetDecimal);
    /// # Ok::<(), telecrm_runtime::ValueError>(())
    /// ```
    pub fn normalize(input: &str, default_country_code: &str) -> Result<Self, ValueError> {
        Self::normalize_with(input, CountryCode::parse(default_country_code)?)
    }

    pub(crate) fn normalize_with(input: &str, default: CountryCode) -> Result<Self, ValueError> {
        let typed = Typed::read(input).map_err(refused)?;
        let code = default.0.to_string();
        let digits = if typed.international {
            international(&typed.digits)
        } else if let Some(digits) = typed.digits.strip_prefix("00") {
            international(digits)
        } else {
            with_default(&typed.digits, &code)
        };
        let phone = digits.map_err(refused)?;
        // The grammar of phones is checked for each of these cases.
        Self::try_from(phone).map_err(|error| refused(error.reason()))
    }
}

fn refused(reason: Reason) -> ValueError {
    ValueError::new(&TYPED_PHONE, reason)
}

/// Normalises a number that starts with its country code.
fn international(digits: &str) -> Result<String, Reason> {
    let Some(code) = country_code_of(digits) else {
        return Ok(digits.to_owned());
    };
    match national(code, &digits[code.len()..]) {
        Some(national) => Ok(format!("{code}{national}")),
        None => Err(wrong_length(code, &digits[code.len()..])),
    }
}

/// Normalises a number without `+` or `00`: national, or with the default country code.
fn with_default(digits: &str, code: &str) -> Result<String, Reason> {
    if digits.is_empty() {
        return Err(Reason::Empty);
    }
    let as_national = national(code, digits);
    let without_zero = digits.strip_prefix('0').unwrap_or(digits);
    let after_code = without_zero.strip_prefix(code);
    match (as_national, after_code.and_then(|digits| national(code, digits))) {
        (Some(_), Some(_)) => Err(Reason::UnclearCountryCode),
        (Some(national), None) | (None, Some(national)) => Ok(format!("{code}{national}")),
        (None, None) => Err(match after_code {
            Some(digits) if digits.starts_with(code) => wrong_length(code, digits),
            _ => wrong_length(code, digits),
        }),
    }
}

/// Returns the national number without its trunk 0, if its length fits the country code.
fn national<'d>(code: &str, digits: &'d str) -> Option<&'d str> {
    let national = match digits.strip_prefix('0') {
        Some(rest) if !keeps_zero(code) => rest,
        _ => digits,
    };
    let (min, max) = national_digits(code);
    let fits = (usize::from(min)..=usize::from(max)).contains(&national.len());
    // No numbering plan has a second 0.
    (fits && (keeps_zero(code) || !national.starts_with('0'))).then_some(national)
}

/// Returns the reason why these digits do not fit the country code.
fn wrong_length(code: &str, digits: &str) -> Reason {
    let twice = digits.strip_prefix(code).is_some_and(|rest| national(code, rest).is_some());
    if twice {
        return Reason::DoubledCountryCode;
    }
    let (min, max) = national_digits(code);
    Reason::PhoneLength { country_code: code.parse().unwrap_or(0), min, max }
}

/// The digits of the input, without separators.
struct Typed {
    digits: String,
    /// The input starts with `+`, or has a `(0)` after the country code. `digits` omits this 0.
    international: bool,
}

/// Number of digits after which a separator can only start a second number, an extension or decimals.
const WHOLE_NUMBER: usize = 7;

impl Typed {
    fn read(input: &str) -> Result<Self, Reason> {
        let text = plain(input);
        check_notation(&text)?;
        let mut typed = Self { digits: String::with_capacity(text.len()), international: false };
        let mut plus = false;
        let mut bracketed_zero = false;
        // Number of digits before the open bracket.
        let mut opened = None;
        // A complete number is followed by a separator between two numbers.
        let mut separated = false;
        let is_complete = |digits: &str, plus| digits.len() >= WHOLE_NUMBER + usize::from(plus);
        for character in text.chars() {
            match character {
                '0'..='9' if separated => return Err(Reason::SeveralNumbers),
                '0'..='9' => typed.digits.push(character),
                '+' if typed.digits.is_empty() && !plus => plus = true,
                '+' if typed.digits.len() >= WHOLE_NUMBER => return Err(Reason::SeveralNumbers),
                '+' => return Err(Reason::PlusInside),
                '(' => {
                    separated |= is_complete(&typed.digits, plus);
                    opened = Some(typed.digits.len());
                }
                ')' => {
                    if let Some(start) = opened.take()
                        && !bracketed_zero
                        && typed.drop_bracketed_zero(start)
                    {
                        bracketed_zero = true;
                    }
                }
                '/' | '\n' => separated |= is_complete(&typed.digits, plus),
                ',' | ';' | '|' | '&' if typed.digits.len() >= WHOLE_NUMBER => separated = true,
                ',' if !typed.digits.is_empty() => return Err(Reason::Comma),
                '#' | '*' if typed.digits.len() >= WHOLE_NUMBER => return Err(Reason::Extension),
                '-' | '.' | ' ' => {}
                character => return Err(unexpected(character, &text)),
            }
        }
        typed.international = plus || bracketed_zero;
        Ok(typed)
    }

    /// Removes the 0 of `44 (0)20 …`. Returns whether there was one.
    fn drop_bracketed_zero(&mut self, start: usize) -> bool {
        // Digits that start with 0 are not a country code, except after `00`.
        let follows_code =
            start > 0 && (!self.digits.starts_with('0') || self.digits.starts_with("00"));
        let found = follows_code && self.digits.get(start..) == Some("0");
        if found {
            self.digits.truncate(start);
            if let Some(rest) = self.digits.strip_prefix("00") {
                self.digits = rest.to_owned();
            }
        }
        found
    }
}

/// Rejects the notations of numbers that spreadsheets export: `9.19877E+11`, `9876543210.0`.
fn check_notation(text: &str) -> Result<(), Reason> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let compact: String = text.chars().filter(|character| *character != ' ').collect();
    if let Some((mantissa, exponent)) = compact.split_once(['e', 'E']) {
        let mantissa = mantissa.trim_start_matches(['+', '-']).replace(['.', ','], "");
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits(&mantissa) && digits(exponent) {
            return Err(Reason::ScientificNotation);
        }
    }
    let Some((integer, fraction)) = text.split_once(['.', ',']) else {
        return Ok(());
    };
    // A point between two groups of digits has few digits before it, and at least three after it.
    let run = integer.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = integer.bytes().filter(u8::is_ascii_digit).count();
    let short = fraction.len() < 3 || (run > WHOLE_NUMBER && fraction.len() < WHOLE_NUMBER);
    let decimal = digits(fraction)
        && before >= WHOLE_NUMBER
        && (short || fraction.bytes().all(|byte| byte == b'0'));
    if decimal { Err(Reason::SpreadsheetDecimal) } else { Ok(()) }
}

/// Returns the reason why a phone cannot contain the character.
fn unexpected(character: char, text: &str) -> Reason {
    let first_word = || {
        let letters = text.trim_start_matches(|character: char| !character.is_alphabetic());
        let word: String =
            letters.chars().take_while(|character| character.is_alphabetic()).collect();
        word.to_lowercase()
    };
    match character {
        letter if letter.is_alphabetic() => match first_word().as_str() {
            "x" | "ext" | "extn" | "extension" => Reason::Extension,
            _ => Reason::Letter,
        },
        digit if digit.is_numeric() => Reason::UnreadDigit,
        control if control.is_control() => Reason::ControlCharacter,
        _ => Reason::Symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_normalized(input: &str, code: &str, expected: &str) {
        let phone = Phone::normalize(input, code).expect(input);
        assert_eq!(phone.as_str(), expected, "{input} with {code}");
    }

    #[track_caller]
    fn assert_reason(input: &str, code: &str, reason: Reason) {
        let error = Phone::normalize(input, code).expect_err(input);
        assert_eq!(error.reason(), reason, "{input} with {code}");
        assert_eq!(error.kind(), "phone");
    }

    const IN_INDIA: Reason = Reason::PhoneLength { country_code: 91, min: 10, max: 10 };

    #[test]
    fn d04_formats_that_users_type_in_india_become_one_phone() {
        for typed in [
            "9876543210",
            "98765 43210",
            "98765-43210",
            "98765.43210",
            "09876543210",
            "(098) 7654 3210",
            "919876543210",
            "91 98765 43210",
            "+91 98765 43210",
            "+91-98765-43210",
            "+91.9876543210",
            "+91 (0)98765 43210",
            "91 (0) 98765 43210",
            "+91 098765 43210",
            "0091 98765 43210",
            "0091 (0) 98765 43210",
            "(+91) 98765.43210",
            "(0091) 98765.43210",
            "+91/98765/43210",
            "\u{202a}+91 98765\u{a0}43210\u{202c}",
            "98765\u{2013}43210",
            "\u{ff0b}91\u{3000}98765\u{ff0d}43210",
        ] {
            assert_normalized(typed, "91", "919876543210");
            assert_normalized(typed, "+91", "919876543210");
        }
    }

    #[test]
    fn d39_country_code_after_a_trunk_zero_is_not_added_again() {
        for typed in ["0919876543210", "091-98765-43210", "091 098765 43210"] {
            assert_normalized(typed, "91", "919876543210");
        }
        for typed in ["91 91 98765 43210", "+91 91 98765 43210", "+91 +91 98765 43210"] {
            let error = Phone::normalize(typed, "91").expect_err(typed);
            let reason = error.reason();
            assert!(matches!(reason, Reason::DoubledCountryCode | Reason::PlusInside), "{typed}");
        }
        assert_reason("91 91 98765 43210", "91", Reason::DoubledCountryCode);
    }

    #[test]
    fn d39_number_of_digits_must_fit_the_country_code() {
        for typed in ["987654321", "98765432101", "+91 98765 4321", "91987654321012", "12", "1"] {
            assert_reason(typed, "91", IN_INDIA);
        }
        let error = Phone::normalize("98765", "91").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm phone: its number of digits does not fit its country code; write 10 digits after +91"
        );
        assert_eq!(error.for_person(), "Write 10 digits after +91. Example: +91 98765 43210");
        assert_eq!(error.id(), "D39");
        // Numbers of other countries, in international form and with the country's code as default.
        for (code, national) in [
            ("1", "4155550123"),
            ("92", "3001234567"),
            ("971", "501234567"),
            ("974", "33123456"),
            ("966", "512345678"),
            ("60", "123456789"),
            ("61", "412345678"),
            ("65", "91234567"),
            ("225", "0123456789"),
            ("44", "7912345678"),
            ("977", "9812345678"),
        ] {
            let whole = format!("{code}{national}");
            assert_normalized(national, code, &whole);
            assert_normalized(&whole, code, &whole);
            assert_normalized(&format!("+{whole}"), "91", &whole);
            assert!(Phone::normalize(&format!("+{whole}123"), "91").is_err(), "{whole}123");
            assert!(Phone::normalize(&format!("+{code}{}", &national[..5]), "91").is_err());
        }
        // A number of another country without its `+` is not a number of the default country.
        assert_reason("971501234567", "91", IN_INDIA);
        assert_reason("14155550123", "91", IN_INDIA);
    }

    #[test]
    fn national_number_that_starts_like_the_country_code_gets_the_country_code() {
        assert_normalized("9198765432", "91", "919198765432");
        assert_normalized("91987 65432", "91", "919198765432");
        assert_normalized("091987 65432", "91", "919198765432");
        assert_normalized("6512 3456", "65", "6565123456");
        assert_normalized("65 9123 4567", "65", "6591234567");
        assert_normalized("974 33123456", "974", "97433123456");
        assert_normalized("1 415 555 0123", "1", "14155550123");
        assert_normalized("(415) 555-0123", "1", "14155550123");
    }

    #[test]
    fn ambiguous_number_is_an_error() {
        assert_reason("6012345678", "60", Reason::UnclearCountryCode);
        assert_reason("4930123456", "49", Reason::UnclearCountryCode);
        assert_normalized("+60 12345678", "60", "6012345678");
    }

    #[test]
    fn numbers_of_other_countries_keep_their_country_code() {
        assert_normalized("+44 (0)20 7946 0958", "91", "442079460958");
        assert_normalized("+44 020 7946 0958", "91", "442079460958");
        assert_normalized("+1 (415) 555-0123", "91", "14155550123");
        assert_normalized("00971 50 123 4567", "91", "971501234567");
        assert_normalized("44 [0] 20 7946 0958", "91", "442079460958");
        assert_normalized("+33 06.12.34.56.78", "91", "33612345678");
        assert_normalized("+49 30 1234567", "91", "49301234567");
    }

    #[test]
    fn leading_zero_that_belongs_to_the_number_is_kept() {
        assert_normalized("06 1234 5678", "39", "390612345678");
        assert_normalized("+39 06 1234 5678", "39", "390612345678");
    }

    #[test]
    fn d39_notations_of_spreadsheets_are_errors_that_mention_the_spreadsheet() {
        for typed in ["9876543210.0", "919876543210.00", "9876543210,0", "98765 43210.5"] {
            assert_reason(typed, "91", Reason::SpreadsheetDecimal);
        }
        for typed in ["9.19877E+11", "9.19876543210E+11", "9,19877E+11", "9.2e11", "9E9"] {
            assert_reason(typed, "91", Reason::ScientificNotation);
            let error = Phone::normalize(typed, "91").unwrap_err();
            assert!(error.to_string().contains("spreadsheet"), "{error}");
            assert!(error.for_person().contains("spreadsheet"));
        }
        // These notations contain the complete number.
        assert_normalized("'9876543210", "91", "919876543210");
        assert_normalized("=\"9876543210\"", "91", "919876543210");
    }

    #[test]
    fn d39_several_numbers_in_one_text_are_an_error() {
        for typed in [
            "98765 43210, 98765 43211",
            "9876543210/9876543211",
            "9876543210/11",
            "9876543210;9876543211",
            "9876543210\n9876543211",
            "9876543210 (9876543211)",
            "+91 98765 43210 +91 98765 43211",
        ] {
            assert_reason(typed, "91", Reason::SeveralNumbers);
        }
        assert_reason("98765 43210 98765 43211", "91", IN_INDIA);
        assert_reason("12345678/9", "60", Reason::SeveralNumbers);
    }

    #[test]
    fn d04_digits_of_supported_scripts_are_converted_and_others_are_errors() {
        for typed in ["९८७६५४३२१०", "９８７６５４３２１０", "٩٨٧٦٥٤٣٢١٠", "+९१ ९८७६५ ४३२१०"]
        {
            assert_normalized(typed, "91", "919876543210");
        }
        assert_reason("９８７６５４３２１０.０", "91", Reason::SpreadsheetDecimal);
        assert_reason("๙๘๗๖๕๔๓๒๑๐", "91", Reason::UnreadDigit);
    }

    #[test]
    fn d04_text_that_is_not_one_number_is_an_error_without_the_text() {
        for (typed, reason) in [
            ("98765 43210 ext 5", Reason::Extension),
            ("98765 43210 x5", Reason::Extension),
            ("98765 43210#5", Reason::Extension),
            ("ask reception", Reason::Letter),
            ("98765@43210", Reason::Symbol),
            ("91+9876543210", Reason::PlusInside),
            ("", Reason::Empty),
            (" - ", Reason::Empty),
            ("+0 9876543210", Reason::LeadingZero),
            ("+999 1234567890123", Reason::TooManyDigits),
        ] {
            assert_reason(typed, "91", reason);
            let error = Phone::normalize(typed, "91").unwrap_err();
            assert!(!error.to_string().contains("98765"), "{error}");
        }
    }

    #[test]
    fn default_that_is_not_a_country_code_is_an_error() {
        for code in ["", "+", "0", "091", "IN", "1234", "9 1", "++91"] {
            let error = Phone::normalize("9876543210", code).expect_err(code);
            assert_eq!(error.kind(), "country code");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics(input in "[-+0-9() .a/]*|\\PC*", code in "\\+?[0-9]{0,4}") {
            let _ = Phone::normalize(&input, &code);
        }

        #[test]
        fn d39_normalized_phone_has_the_typed_digits(
            input in "(0|00?91|\\+91)?([-. ]?[0-9]){10}|[-+0-9() ./,eE]{0,24}"
        ) {
            if let Ok(phone) = Phone::normalize(&input, "91") {
                let typed: String = input.chars().filter(char::is_ascii_digit).collect();
                let national = phone.as_str().strip_prefix("91").unwrap_or(phone.as_str());
                // Only zeros may be removed.
                let without_zeros = |digits: &str| digits.replace('0', "");
                proptest::prop_assert!(without_zeros(&typed).ends_with(&without_zeros(national)));
                if phone.as_str().starts_with("91") {
                    proptest::prop_assert_eq!(phone.as_str().len(), 12);
                }
            }
        }

        #[test]
        fn normalization_is_idempotent(national in "[6-9][0-9]{9}") {
            let phone = Phone::normalize(&national, "91").unwrap();
            let again = Phone::normalize(&format!("+{phone}"), "91").unwrap();
            proptest::prop_assert_eq!(phone, again);
        }
    }
}
