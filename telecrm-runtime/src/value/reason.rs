//! Reasons why a value is rejected: one table with a rule and a sentence for the user.

/// Defines [`Reason`] with its two texts: the rule for programmers and the sentence for the user.
macro_rules! reasons {
    ($($name:ident $({ $($data:ident: $type:ty = $about:literal),* })?: $rule:literal, $sentence:literal;)*) => {
        /// The rule that a rejected value breaks.
        ///
        /// A program can match the reason, for example to show a translated text.
        ///
        /// ```
        /// use telecrm_runtime::{Email, Reason};
        ///
        /// let message = match "jane.doe".parse::<Email>().map_err(|error| error.reason()) {
        ///     Ok(_) => "valid",
        ///     Err(Reason::Empty) => "Please enter an email address.",
        ///     Err(Reason::NoAt) => "The email address has no @.",
        ///     Err(_) => "Please check the email address.",
        /// };
        /// assert_eq!(message, "The email address has no @.");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $(
                #[doc = concat!("Rule: ", $rule, ".")]
                $name $({ $(#[doc = $about] $data: $type),* })?,
            )*
        }

        impl Reason {
            /// Returns the broken rule as a clause: `it has a space`.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $rule,)*
                }
            }

            /// Returns the sentence for the user who typed the value.
            pub(crate) const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $sentence,)*
                }
            }

            #[cfg(test)]
            pub(crate) const TEXTS: &'static [(&'static str, &'static str)] =
                &[$(($rule, $sentence)),*];
        }
    };
}

reasons! {
    Empty: "it is empty", "Please fill this in.";
    Blank: "it has only spaces", "Please fill this in.";
    Space: "it has a space", "Remove the spaces.";
    Letter: "it has a letter", "Use digits only, without letters or words.";
    Symbol: "it has a character that is not a digit", "Use digits only.";
    ControlCharacter: "it has a control character", "Remove the invisible characters, or type it again.";
    NotAscii: "it has a character outside ASCII, which must be percent-encoded in a URL", "Copy the address from your browser.";
    TooShort { min: u32 = "The minimum number of Unicode characters." }: "it is too short", "This is too short.";
    TooLong { max: u32 = "The maximum number of characters." }: "it is too long", "This is too long.";
    Placeholder: "it is text that a program wrote instead of a value, such as an unfilled template", "A program filled this in instead of you. Please type your answer.";
    WrongType: "its JSON type does not fit the field", "This value is of another kind.";

    PlusInside: "it has a `+` that is not at its start", "Put the + at the start only.";
    LeadingZero: "it starts with 0", "Remove the 0 at the start.";
    TooFewDigits: "it has fewer than 8 digits", "This number is too short.";
    TooManyDigits: "it has more than 15 digits", "This number is too long.";
    PhoneLength {
        country_code: u16 = "The country code, such as 91.",
        min: u8 = "The minimum number of digits after the country code.",
        max: u8 = "The maximum number of digits after the country code."
    }: "its number of digits does not fit its country code", "This number has too few or too many digits.";
    DoubledCountryCode: "it has its country code twice", "Write the country code once.";
    UnclearCountryCode: "it is unclear whether it starts with its country code", "Start with + and the country code.";
    ScientificNotation: "it is in scientific notation, which spreadsheets use for long numbers", "A spreadsheet shortened this number. Format the cell as text and type the number again.";
    SpreadsheetDecimal: "it has the decimals that spreadsheets add to numbers", "A spreadsheet added decimals to this number. Remove the decimal point and the digits after it.";
    Extension: "it has an extension", "Leave the extension out.";
    SeveralNumbers: "it contains more than one number", "Enter one number only.";
    UnreadDigit: "it has digits of an unsupported script", "Use the digits 0 to 9.";
    NotACountryCode: "it needs 1 to 3 digits, the first not 0", "Use a country code such as 91.";

    NoAt: "it has no `@`", "An email address has an @.";
    SeveralAts: "it has more than one `@`", "Enter one email address only.";
    LocalCharacter: "before the `@` it has a character other than ASCII letters, digits and .!#$%&'*+/=?^_`{|}~-", "Check the part before the @.";
    LocalLength: "before the `@` it has no characters or more than 64", "Check the part before the @.";
    LocalDots: "before the `@` a dot is first, last or next to another dot", "Check the dots before the @.";
    DomainCharacter: "after the `@` it has a character other than ASCII letters, digits, dots and inner hyphens", "Check the part after the @.";
    DomainParts: "after the `@` it needs two or more parts of 1 to 63 characters, separated by single dots", "Check the part after the @.";

    NoScheme: "it starts with neither `https://` nor `http://`", "Start with https://.";
    NoHost: "it has no host", "Enter the complete address.";

    NotJsonNumber: "it is not a JSON number", "Use digits, and a point for decimals.";
    NotFinite: "it is NaN or infinite, which JSON cannot represent", "Enter a number.";
    NumberTooLarge: "it is an integer of more than 64 bits, which would be rounded", "This number is too large.";
    Comma: "it has a comma", "Leave commas out, and use a point for decimals.";
    Exponent: "it has an exponent", "Write the whole number.";
    PlusSign: "it has a `+`", "Leave the + out.";
    CurrencySign: "it has a character that is neither a digit nor a decimal point, such as a currency sign", "Leave currency signs out.";
    DecimalPoint: "it needs digits on both sides of at most one decimal point, and a `-` at its start only", "Check the decimal point.";
    DigitGroups: "it has digit groups that are neither Indian (1,50,000) nor Western (150,000)", "Write the amount without commas.";
    AmountInWords: "it has a word next to its digits", "Write the whole amount in digits.";
    NotPositive: "it is not greater than 0", "Enter an amount greater than 0.";
    NotARating: "it is not one of the integers 1, 2, 3, 4, 5", "Choose 1, 2, 3, 4 or 5.";

    NotAnInstant: "it is neither Unix milliseconds nor an RFC 3339 instant", "This date is not readable.";
    NotADate: "it is not in a supported date format", "This date is not readable.";
    NoOffset: "it has no offset from UTC, so it is not an instant", "Add the time zone.";
    NoSuchTime: "there is no such day, time or offset", "There is no such day or time.";
    YearOutOfRange: "it is outside the years 1 to 9999", "Check the year.";
    Seconds: "it is probably in seconds; as milliseconds it is a day in early 1970", "Enter day, month and year.";
    SpreadsheetDay: "it is probably the day number of a spreadsheet; as milliseconds it is in January 1970", "A spreadsheet turned this date into a number. Format the cell as a date or as text.";
    UnclearUnit: "its unit is unclear; as milliseconds it is in early 1970", "Enter day, month and year.";

    UnknownLabel: "it is not in the list", "Choose one from the list.";
    ArchivedLabel: "it is archived, and telecrm silently drops it", "This is no longer available. Choose another one.";
    UnknownWord: "telecrm does not support it", "Choose one from the list.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_clauses_and_texts_for_users_are_sentences() {
        for (rule, sentence) in Reason::TEXTS {
            assert!(!rule.ends_with('.'), "{rule}");
            assert!(rule.starts_with(char::is_lowercase), "{rule}");
            assert!(
                sentence.ends_with('.') && sentence.starts_with(char::is_uppercase),
                "{sentence}"
            );
        }
    }
}
