//! Phone numbers as people type them.

use super::{Phone, Sentence, ValueError};

impl Phone {
    /// A phone from what people type: `098765 43210`, `+91-98765-43210`, `(0091) 98765.43210`.
    ///
    /// Blanks, dashes, brackets, dots, slashes and invisible formatting are left out. Then:
    ///
    /// 1. A number that starts with `+` or `00` is international: country code and number stand as
    ///    typed. So do the digits before a `(0)`, as in `44 (0)20 7946 0958`, and that 0 is left out.
    ///    A trunk 0 right behind the default country code (`+91 098765 43210`) is left out too.
    /// 2. Else a number that starts with 0 is national: the trunk 0 gives way to the default country
    ///    code.
    /// 3. Else a number that starts with the digits of the default country code has it already where
    ///    it is long enough to be more than a national number: 11 digits or more in all (10 or more
    ///    with a three-digit country code, and in Singapore, Denmark and Norway, whose numbers have 8
    ///    digits). So with `91`, `919876543210` stays, and `9198765432` is a national number.
    /// 4. Else the default country code is put in front.
    ///
    /// In Italy, San Marino, the Republic of the Congo and Côte d'Ivoire (`39`, `378`, `242`, `225`) a
    /// leading 0 belongs to the number and stays. The rules go by digits alone: no list of numbering
    /// plans is consulted, and a number that is too short for its country is not noticed.
    ///
    /// `default_country_code` is 1 to 3 digits, with or without a `+`.
    ///
    /// # Errors
    ///
    /// When the input has anything but digits and the marks above (letters, an extension), when what
    /// results is no [`Phone`], or when `default_country_code` is no country code.
    ///
    /// ```
    /// use telecrm_runtime::Phone;
    ///
    /// for typed in ["098765 43210", "+91-98765-43210", "(0091) 98765.43210", "98765 43210"] {
    ///     assert_eq!(Phone::normalize(typed, "91")?.as_str(), "919876543210");
    /// }
    /// # Ok::<(), telecrm_runtime::ValueError>(())
    /// ```
    pub fn normalize(input: &str, default_country_code: &str) -> Result<Self, ValueError> {
        let code = country_code(default_country_code)?;
        let typed = Typed::read(input)?;
        let keeps_zero = matches!(code, "39" | "378" | "242" | "225");

        let international = if typed.plus || typed.bracketed_zero {
            Some(typed.digits.as_str())
        } else {
            typed.digits.strip_prefix("00")
        };
        let phone = if let Some(digits) = international {
            match digits.strip_prefix(code).and_then(|rest| rest.strip_prefix('0')) {
                Some(national) if !keeps_zero => format!("{code}{national}"),
                _ => digits.to_owned(),
            }
        } else if let Some(national) = typed.digits.strip_prefix('0') {
            let zero = if keeps_zero { "0" } else { "" };
            format!("{code}{zero}{national}")
        } else if typed.digits.starts_with(code) && typed.digits.len() >= shortest_with(code) {
            typed.digits
        } else if typed.digits.is_empty() {
            // Else the country code alone would be judged.
            typed.digits
        } else {
            format!("{code}{}", typed.digits)
        };
        Self::try_from(phone)
    }
}

/// The fewest digits of a number that carries this country code, rather than starting like it.
fn shortest_with(code: &str) -> usize {
    if code.len() == 3 || matches!(code, "65" | "45" | "47") { 10 } else { 11 }
}

fn country_code(text: &str) -> Result<&str, ValueError> {
    let code = text.strip_prefix('+').unwrap_or(text);
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    if digits && (1..=3).contains(&code.len()) && !code.starts_with('0') {
        Ok(code)
    } else {
        Err(ValueError::new(
            "country code",
            "not a country code: it needs 1 to 3 digits, the first not 0; write it as in \"91\"",
        ))
    }
}

/// What is left of the input without the marks that people put between digits.
struct Typed {
    plus: bool,
    digits: String,
    /// A `(0)` stood behind a country code, and is no longer among the digits.
    bracketed_zero: bool,
}

impl Typed {
    fn read(input: &str) -> Result<Self, ValueError> {
        let mut typed =
            Self { plus: false, digits: String::with_capacity(input.len()), bracketed_zero: false };
        // Where among the digits the open bracket stands.
        let mut opened = None;
        for character in input.chars() {
            match character {
                '0'..='9' => typed.digits.push(character),
                '+' | '\u{ff0b}' if typed.digits.is_empty() && !typed.plus => typed.plus = true,
                '(' | '[' | '\u{ff08}' => opened = Some(typed.digits.len()),
                ')' | ']' | '\u{ff09}' => {
                    if let Some(start) = opened.take() {
                        typed.close_bracket(start);
                    }
                }
                character if is_separator(character) => {}
                character => return Err(ValueError::new("phone", refusal(character))),
            }
        }
        Ok(typed)
    }

    fn close_bracket(&mut self, start: usize) {
        // Behind a 0 it is no country code that the bracket follows, unless the 0s are `00`.
        let follows_code = start > 0
            && !self.bracketed_zero
            && (!self.digits.starts_with('0') || self.digits.starts_with("00"));
        if follows_code && self.digits.get(start..) == Some("0") {
            self.digits.truncate(start);
            if let Some(rest) = self.digits.strip_prefix("00") {
                self.digits = rest.to_owned();
            }
            self.bracketed_zero = true;
        }
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character,
            // Hyphens and dashes, the minus sign, their small and full-width forms.
            '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
            // Dots and slashes.
            | '.' | '\u{b7}' | '\u{2022}' | '\u{ff0e}' | '/' | '\\' | '\u{2044}' | '\u{ff0f}'
            // What copying from a web page or an address book brings along, and nobody sees.
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn refusal(character: char) -> Sentence {
    match character {
        '+' | '\u{ff0b}' => {
            "not a phone: it has a `+` that is not at its start; write one number, such as \"+91 99999 99999\""
        }
        character if character.is_alphabetic() => {
            "not a phone: it has a letter; write one number without words or extension, such as \"+91 99999 99999\""
        }
        _ => {
            "not a phone: it has a symbol that phone numbers are not written with; write one number, such as \"+91 99999 99999\""
        }
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

    #[test]
    fn d04_what_people_type_in_india_becomes_one_phone() {
        for typed in [
            "9876543210",
            "98765 43210",
            "98765-43210",
            "09876543210",
            "(098) 7654 3210",
            "919876543210",
            "91 98765 43210",
            "+91 98765 43210",
            "+91-98765-43210",
            "+91 (0)98765 43210",
            "91 (0) 98765 43210",
            "+91 098765 43210",
            "0091 98765 43210",
            "0091 (0) 98765 43210",
            "(+91) 98765.43210",
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
    fn a_national_number_that_starts_like_the_country_code_gets_one() {
        normalized("91987 65432", "91", "919198765432");
        normalized("091987 65432", "91", "919198765432");
        normalized("6512 3456", "65", "6565123456");
        normalized("65 9123 4567", "65", "6591234567");
        normalized("974 1234567", "974", "9741234567");
        normalized("1 415 555 0123", "1", "14155550123");
        normalized("(415) 555-0123", "1", "14155550123");
    }

    #[test]
    fn numbers_of_other_countries_stay_as_they_are() {
        normalized("+44 (0)20 7946 0958", "91", "442079460958");
        normalized("+1 (415) 555-0123", "91", "14155550123");
        normalized("00971 50 123 4567", "91", "971501234567");
        normalized("44 [0] 20 7946 0958", "91", "442079460958");
    }

    #[test]
    fn a_leading_zero_that_belongs_to_the_number_stays() {
        normalized("06 1234 5678", "39", "390612345678");
        normalized("+39 06 1234 5678", "39", "390612345678");
    }

    #[test]
    fn d04_what_is_no_number_is_refused_without_repeating_it() {
        for (typed, rule) in [
            ("98765 43210 ext 5", "it has a letter"),
            ("ask reception", "it has a letter"),
            ("98765#43210", "it has a symbol"),
            ("98765 43210, 98765 43211", "it has a symbol"),
            ("91+9876543210", "it has a `+` that is not at its start"),
            ("", "it is empty"),
            (" - ", "it is empty"),
            ("12", "it has fewer than 8 digits"),
            ("98765432109876543", "it has more than 15 digits"),
            ("+0 9876543210", "it starts with 0"),
        ] {
            let error = Phone::normalize(typed, "91").expect_err(typed).to_string();
            assert!(error.contains(rule), "{typed}: {error}");
            assert!(!error.contains("98765"), "{error}");
        }
    }

    #[test]
    fn a_default_that_is_no_country_code_is_refused() {
        for code in ["", "+", "0", "091", "IN", "1234", "9 1"] {
            let error = Phone::normalize("9876543210", code).expect_err(code);
            assert_eq!(error.kind(), "country code");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics(input in "[-+0-9() .a/]*|\\PC*", code in "\\+?[0-9]{0,4}") {
            let _ = Phone::normalize(&input, &code);
        }
    }
}
