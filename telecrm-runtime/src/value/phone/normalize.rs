//! Phone numbers as people type them and as spreadsheets export them.

use super::numbering_plan::{country_code_of, keeps_zero, national_digits};
use super::{PHONE, Phone};
use crate::invisible::is_invisible_alone;
use crate::value::{Kind, Reason, ValueError};

/// A typed phone: its errors show a number as people write it.
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
    /// Reads a phone from what people type: `098765 43210`, `+91-98765-43210`, `(0091) 98765.43210`.
    ///
    /// Spaces, dashes, brackets, dots, slashes and invisible formatting are left out; full-width digits
    /// and those of Arabic and Indian scripts are read. Then the number is one of these:
    ///
    /// 1. With `+` or `00` at its start, or `(0)` behind its country code: international. A trunk 0
    ///    behind the country code is left out.
    /// 2. National, with or without its trunk 0: the default country code is put in front.
    /// 3. With the default country code already in front, also behind a trunk 0 (`091 98765 43210`).
    ///
    /// The length decides between 2 and 3, so with `91`, `919876543210` stays and `9198765432` is a
    /// national number. A number of another country needs its `+`.
    ///
    /// The result has a length that its country code allows: ten digits after 91. Nothing is guessed:
    /// what fits no rule, or two, is refused, and so are the decimals (`9876543210.0`) and the
    /// scientific notation (`9.19877E+11`) of spreadsheets, extensions, and several numbers in one text.
    ///
    /// In Italy, San Marino, the Republic of the Congo, Côte d'Ivoire and Benin a leading 0 belongs to
    /// the number and stays.
    ///
    /// `default_country_code` is 1 to 3 digits, with or without a `+`.
    ///
    /// # Errors
    ///
    /// When the input is not one number, when its length does not fit its country code, or when
    /// `default_country_code` is not a country code. [`ValueError::reason`] tells these apart.
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
        // The grammar of phones is checked once more, for all ways that lead here.
        Self::try_from(phone).map_err(|error| refused(error.reason()))
    }
}

fn refused(reason: Reason) -> ValueError {
    ValueError::new(&TYPED_PHONE, reason)
}

/// A number that starts with its country code, in the form that is kept.
fn international(digits: &str) -> Result<String, Reason> {
    let Some(code) = country_code_of(digits) else {
        return Ok(digits.to_owned());
    };
    match national(code, &digits[code.len()..]) {
        Some(national) => Ok(format!("{code}{national}")),
        None => Err(wrong_length(code, &digits[code.len()..])),
    }
}

/// A number without `+` or `00`: national, or with the default country code in front.
fn with_default(digits: &str, code: &str) -> Result<String, Reason> {
    if digits.is_empty() {
        return Err(Reason::Empty);
    }
    let as_national = national(code, digits);
    let without_zero = digits.strip_prefix('0').unwrap_or(digits);
    let behind_code = without_zero.strip_prefix(code);
    match (as_national, behind_code.and_then(|digits| national(code, digits))) {
        (Some(_), Some(_)) => Err(Reason::UnclearCountryCode),
        (Some(national), None) | (None, Some(national)) => Ok(format!("{code}{national}")),
        (None, None) => Err(match behind_code {
            Some(digits) if digits.starts_with(code) => wrong_length(code, digits),
            _ => wrong_length(code, digits),
        }),
    }
}

/// The national number without its trunk 0, where its length fits the country code.
fn national<'d>(code: &str, digits: &'d str) -> Option<&'d str> {
    let national = match digits.strip_prefix('0') {
        Some(rest) if !keeps_zero(code) => rest,
        _ => digits,
    };
    let (min, max) = national_digits(code);
    let fits = (usize::from(min)..=usize::from(max)).contains(&national.len());
    // A second 0 is no trunk prefix of any plan.
    (fits && (keeps_zero(code) || !national.starts_with('0'))).then_some(national)
}

/// Why these digits do not stand behind this country code.
fn wrong_length(code: &str, digits: &str) -> Reason {
    let twice = digits.strip_prefix(code).is_some_and(|rest| national(code, rest).is_some());
    if twice {
        return Reason::DoubledCountryCode;
    }
    let (min, max) = national_digits(code);
    Reason::PhoneLength { country_code: code.parse().unwrap_or(0), min, max }
}

/// The digits of the input, without the marks that people put between them.
struct Typed {
    digits: String,
    /// A `+` stood in front, or a `(0)` behind the country code; the 0 is not among the digits.
    international: bool,
}

/// Digits after which only a second number, an extension or decimals follow a mark.
const WHOLE_NUMBER: usize = 7;

impl Typed {
    fn read(input: &str) -> Result<Self, Reason> {
        let text = plain(input);
        check_notation(&text)?;
        let mut typed = Self { digits: String::with_capacity(text.len()), international: false };
        let mut plus = false;
        let mut bracketed_zero = false;
        // Where among the digits the open bracket stands.
        let mut opened = None;
        // A mark stood here that parts two numbers, once one is whole.
        let mut parted = false;
        let is_whole = |digits: &str, plus| digits.len() >= WHOLE_NUMBER + usize::from(plus);
        for character in text.chars() {
            match character {
                '0'..='9' if parted => return Err(Reason::SeveralNumbers),
                '0'..='9' => typed.digits.push(character),
                '+' if typed.digits.is_empty() && !plus => plus = true,
                '+' if typed.digits.len() >= WHOLE_NUMBER => return Err(Reason::SeveralNumbers),
                '+' => return Err(Reason::PlusInside),
                '(' => {
                    parted |= is_whole(&typed.digits, plus);
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
                '/' | '\n' => parted |= is_whole(&typed.digits, plus),
                ',' | ';' | '|' | '&' if typed.digits.len() >= WHOLE_NUMBER => parted = true,
                ',' if !typed.digits.is_empty() => return Err(Reason::Comma),
                '#' | '*' if typed.digits.len() >= WHOLE_NUMBER => return Err(Reason::Extension),
                '-' | '.' | ' ' => {}
                character => return Err(refusal(character, &text)),
            }
        }
        typed.international = plus || bracketed_zero;
        Ok(typed)
    }

    /// Leaves out the 0 of `44 (0)20 …`.
    fn drop_bracketed_zero(&mut self, start: usize) -> bool {
        // Behind a 0 it is no country code that the bracket follows, unless the 0s are `00`.
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

/// The input with one form for each kind of mark, ASCII digits, and nothing that nobody sees.
fn plain(input: &str) -> String {
    let hidden = |it: char| !it.is_whitespace() && is_invisible_alone(it);
    let text = input.trim_matches(|it: char| it.is_whitespace() || hidden(it));
    // Marks that spreadsheets put around a number to keep it as text.
    let text = text.strip_prefix("=\"").and_then(|it| it.strip_suffix('"')).unwrap_or(text);
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.chars().filter(|it| !hidden(*it)).map(plain_character).collect()
}

fn plain_character(character: char) -> char {
    match character {
        '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        it if it.is_whitespace() => ' ',
        '\u{ff0b}' => '+',
        '[' | '\u{ff08}' => '(',
        ']' | '\u{ff09}' => ')',
        '\\' | '\u{2044}' | '\u{ff0f}' => '/',
        '\u{ff0c}' | '\u{60c}' | '\u{3001}' => ',',
        '\u{ff1b}' => ';',
        '\u{ff0e}' => '.',
        // Hyphens and dashes, the minus sign, their small and full-width forms; dots in the middle.
        '\u{2010}'..='\u{2015}'
        | '\u{2212}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{b7}'
        | '\u{2022}' => '-',
        it => decimal_digit(it).unwrap_or(it),
    }
}

/// The ASCII digit for a decimal digit of the scripts that are read.
fn decimal_digit(character: char) -> Option<char> {
    /// The zeros of Arabic-Indic, its extended form, Devanagari, Bengali, Gurmukhi, Gujarati, Oriya,
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

/// Refuses the notations in which spreadsheets export numbers: `9.19877E+11`, `9876543210.0`.
fn check_notation(text: &str) -> Result<(), Reason> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let compact: String = text.chars().filter(|it| *it != ' ').collect();
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
    // A point between two halves of a number has neither a whole number before it nor few digits
    // after it.
    let run = integer.bytes().rev().take_while(u8::is_ascii_digit).count();
    let before = integer.bytes().filter(u8::is_ascii_digit).count();
    let short = fraction.len() < 3 || (run > WHOLE_NUMBER && fraction.len() < WHOLE_NUMBER);
    let decimal = digits(fraction)
        && before >= WHOLE_NUMBER
        && (short || fraction.bytes().all(|it| it == b'0'));
    if decimal { Err(Reason::SpreadsheetDecimal) } else { Ok(()) }
}

fn refusal(character: char, text: &str) -> Reason {
    let first_word = || {
        let letters = text.trim_start_matches(|it: char| !it.is_alphabetic());
        let word: String = letters.chars().take_while(|it| it.is_alphabetic()).collect();
        word.to_lowercase()
    };
    match character {
        it if it.is_alphabetic() => match first_word().as_str() {
            "x" | "ext" | "extn" | "extension" => Reason::Extension,
            _ => Reason::Letter,
        },
        it if it.is_numeric() => Reason::UnreadDigit,
        it if it.is_control() => Reason::ControlCharacter,
        _ => Reason::Symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn normalized(input: &str, code: &str, expected: &str) {
        let phone = Phone::normalize(input, code).expect(input);
        assert_eq!(phone.as_str(), expected, "{input} with {code}");
    }

    #[track_caller]
    fn refused_with(input: &str, code: &str, reason: Reason) {
        let error = Phone::normalize(input, code).expect_err(input);
        assert_eq!(error.reason(), reason, "{input} with {code}");
        assert_eq!(error.kind(), "phone");
    }

    const IN_INDIA: Reason = Reason::PhoneLength { country_code: 91, min: 10, max: 10 };

    #[test]
    fn d04_what_people_type_in_india_becomes_one_phone() {
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
            normalized(typed, "91", "919876543210");
            normalized(typed, "+91", "919876543210");
        }
    }

    #[test]
    fn d39_a_country_code_behind_a_trunk_zero_is_not_doubled() {
        for typed in ["0919876543210", "091-98765-43210", "091 098765 43210"] {
            normalized(typed, "91", "919876543210");
        }
        for typed in ["91 91 98765 43210", "+91 91 98765 43210", "+91 +91 98765 43210"] {
            let error = Phone::normalize(typed, "91").expect_err(typed);
            let reason = error.reason();
            assert!(matches!(reason, Reason::DoubledCountryCode | Reason::PlusInside), "{typed}");
        }
        refused_with("91 91 98765 43210", "91", Reason::DoubledCountryCode);
    }

    #[test]
    fn d39_a_number_has_as_many_digits_as_its_country_code_allows() {
        for typed in ["987654321", "98765432101", "+91 98765 4321", "91987654321012", "12", "1"] {
            refused_with(typed, "91", IN_INDIA);
        }
        let error = Phone::normalize("98765", "91").unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm phone: its number of digits does not fit its country code; after +91 there are 10 digits"
        );
        assert_eq!(error.for_person(), "After +91 there are 10 digits. Example: +91 98765 43210");
        assert_eq!(error.id(), "D39");
        // Of other countries, by the international form and as the default.
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
            normalized(national, code, &whole);
            normalized(&whole, code, &whole);
            normalized(&format!("+{whole}"), "91", &whole);
            assert!(Phone::normalize(&format!("+{whole}123"), "91").is_err(), "{whole}123");
            assert!(Phone::normalize(&format!("+{code}{}", &national[..5]), "91").is_err());
        }
        // A number of another country without its `+` is not taken for one of the default.
        refused_with("971501234567", "91", IN_INDIA);
        refused_with("14155550123", "91", IN_INDIA);
    }

    #[test]
    fn a_national_number_that_starts_like_the_country_code_gets_one() {
        normalized("9198765432", "91", "919198765432");
        normalized("91987 65432", "91", "919198765432");
        normalized("091987 65432", "91", "919198765432");
        normalized("6512 3456", "65", "6565123456");
        normalized("65 9123 4567", "65", "6591234567");
        normalized("974 33123456", "974", "97433123456");
        normalized("1 415 555 0123", "1", "14155550123");
        normalized("(415) 555-0123", "1", "14155550123");
    }

    #[test]
    fn a_number_that_can_be_read_in_two_ways_is_refused() {
        refused_with("6012345678", "60", Reason::UnclearCountryCode);
        refused_with("4930123456", "49", Reason::UnclearCountryCode);
        normalized("+60 12345678", "60", "6012345678");
    }

    #[test]
    fn numbers_of_other_countries_stay_as_they_are() {
        normalized("+44 (0)20 7946 0958", "91", "442079460958");
        normalized("+44 020 7946 0958", "91", "442079460958");
        normalized("+1 (415) 555-0123", "91", "14155550123");
        normalized("00971 50 123 4567", "91", "971501234567");
        normalized("44 [0] 20 7946 0958", "91", "442079460958");
        normalized("+33 06.12.34.56.78", "91", "33612345678");
        normalized("+49 30 1234567", "91", "49301234567");
    }

    #[test]
    fn a_leading_zero_that_belongs_to_the_number_stays() {
        normalized("06 1234 5678", "39", "390612345678");
        normalized("+39 06 1234 5678", "39", "390612345678");
    }

    #[test]
    fn d39_numbers_that_a_spreadsheet_wrote_are_refused_by_name() {
        for typed in ["9876543210.0", "919876543210.00", "9876543210,0", "98765 43210.5"] {
            refused_with(typed, "91", Reason::SpreadsheetDecimal);
        }
        for typed in ["9.19877E+11", "9.19876543210E+11", "9,19877E+11", "9.2e11", "9E9"] {
            refused_with(typed, "91", Reason::ScientificNotation);
            let error = Phone::normalize(typed, "91").unwrap_err();
            assert!(error.to_string().contains("spreadsheet"), "{error}");
            assert!(error.for_person().contains("spreadsheet"));
        }
        // These two say nothing else than the number.
        normalized("'9876543210", "91", "919876543210");
        normalized("=\"9876543210\"", "91", "919876543210");
    }

    #[test]
    fn d39_several_numbers_in_one_text_are_refused() {
        for typed in [
            "98765 43210, 98765 43211",
            "9876543210/9876543211",
            "9876543210/11",
            "9876543210;9876543211",
            "9876543210\n9876543211",
            "9876543210 (9876543211)",
            "+91 98765 43210 +91 98765 43211",
        ] {
            refused_with(typed, "91", Reason::SeveralNumbers);
        }
        refused_with("98765 43210 98765 43211", "91", IN_INDIA);
        refused_with("12345678/9", "60", Reason::SeveralNumbers);
    }

    #[test]
    fn d04_digits_of_other_scripts_are_read_or_refused_by_name() {
        for typed in ["९८७६५४३२१०", "９８７６５４３２１０", "٩٨٧٦٥٤٣٢١٠", "+९१ ९८७६५ ४३२१०"]
        {
            normalized(typed, "91", "919876543210");
        }
        refused_with("９８７６５４３２１０.０", "91", Reason::SpreadsheetDecimal);
        refused_with("๙๘๗๖๕๔๓๒๑๐", "91", Reason::UnreadDigit);
    }

    #[test]
    fn d04_what_is_not_one_number_is_refused_without_repeating_it() {
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
            refused_with(typed, "91", reason);
            let error = Phone::normalize(typed, "91").unwrap_err();
            assert!(!error.to_string().contains("98765"), "{error}");
        }
    }

    #[test]
    fn a_default_that_is_not_a_country_code_is_refused() {
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
        fn d39_what_is_kept_has_the_digits_that_were_typed(
            input in "(0|00?91|\\+91)?([-. ]?[0-9]){10}|[-+0-9() ./,eE]{0,24}"
        ) {
            if let Ok(phone) = Phone::normalize(&input, "91") {
                let typed: String = input.chars().filter(char::is_ascii_digit).collect();
                let national = phone.as_str().strip_prefix("91").unwrap_or(phone.as_str());
                // Only a trunk 0 is left out.
                let without_zeros = |digits: &str| digits.replace('0', "");
                proptest::prop_assert!(without_zeros(&typed).ends_with(&without_zeros(national)));
                if phone.as_str().starts_with("91") {
                    proptest::prop_assert_eq!(phone.as_str().len(), 12);
                }
            }
        }

        #[test]
        fn a_normalized_phone_stays_as_it_is(national in "[6-9][0-9]{9}") {
            let phone = Phone::normalize(&national, "91").unwrap();
            let again = Phone::normalize(&format!("+{phone}"), "91").unwrap();
            proptest::prop_assert_eq!(phone, again);
        }
    }
}
