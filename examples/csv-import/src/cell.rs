//! Cleans a spreadsheet's cell for its field, or refuses it with a named rule.

use std::borrow::Cow;

use telecrm_runtime::{FieldType, Money, Reason, ValueError};

/// The reason why a cell has no certain value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Uncertain {
    /// The spreadsheet changed the value.
    #[error("{0}")]
    Trick(Trick),
    /// The value of the field refuses the cell.
    #[error("{0}")]
    Value(ValueError),
}

impl Uncertain {
    /// The name of the rule in the rejects file and the table.
    pub(crate) fn rule(&self) -> &'static str {
        match self {
            Self::Trick(trick) => trick.rule(),
            Self::Value(error) => error.id(),
        }
    }
}

impl From<Trick> for Uncertain {
    fn from(trick: Trick) -> Self {
        Self::Trick(trick)
    }
}

/// A spreadsheet's change of a value that cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trick {
    #[error(
        "scientific notation: the spreadsheet has cut off digits; format the column as text and export again"
    )]
    Scientific,
    #[error("several values in one cell: keep one")]
    Several,
    #[error("digit groups that are neither 1,50,000 nor 150,000: write the number without commas")]
    Groups,
    #[error("an error of the spreadsheet (such as #N/A or #REF!) instead of a value")]
    SheetError,
    #[error("a formula: export values, not formulas")]
    Formula,
    #[error("an amount in brackets: write a minus sign for a negative amount")]
    Brackets,
    #[error(
        "a negative number: the spreadsheet has calculated +91-98765… as a subtraction, so the digits are wrong; type the phone again, as text"
    )]
    Subtraction,
}

impl Trick {
    /// The name of the rule in the rejects file and the table.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Scientific => "scientific-notation",
            Self::Several => "several-values",
            Self::Groups => "digit-groups",
            Self::SheetError => "sheet-error",
            Self::Formula => "formula",
            Self::Brackets => "brackets",
            Self::Subtraction => "subtraction",
        }
    }
}

/// Removes the characters that the spreadsheet added to the cell's text.
///
/// # Errors
///
/// Returns the reason if the value is uncertain.
pub(crate) fn clean(cell: &str, field: FieldType) -> Result<Cow<'_, str>, Uncertain> {
    let text = unwrapped(cell, field)?;
    match field {
        FieldType::Phone => {
            let text = ascii_digits(text);
            if is_scientific(&text) {
                return Err(Trick::Scientific.into());
            }
            if is_several(&text) {
                return Err(Trick::Several.into());
            }
            if is_negative(&text) {
                return Err(Trick::Subtraction.into());
            }
            Ok(text)
        }
        FieldType::Email | FieldType::ActiveUsers if text.matches('@').count() > 1 => {
            Err(Trick::Several.into())
        }
        FieldType::Number | FieldType::Money | FieldType::Rating => number(text, field),
        FieldType::Date => {
            let text = ascii_digits(text);
            if is_scientific(&text) { Err(Trick::Scientific.into()) } else { Ok(text) }
        }
        _ => Ok(text),
    }
}

/// Removes the currency and the digit groups of a number.
///
/// A text that is not an amount stays unchanged: the field's type has its own error for the text.
fn number(text: Cow<'_, str>, field: FieldType) -> Result<Cow<'_, str>, Uncertain> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain {
        return Ok(text);
    }
    if is_scientific(&ascii_digits(Cow::Borrowed(&text))) {
        return Err(Trick::Scientific.into());
    }
    if text.starts_with('(') && text.ends_with(')') {
        return Err(Trick::Brackets.into());
    }
    match Money::normalize(&text) {
        Ok(amount) => Ok(Cow::Owned(amount.as_str().to_owned())),
        Err(error) => match error.reason() {
            Reason::DigitGroups => Err(Trick::Groups.into()),
            Reason::AmountInWords if matches!(field, FieldType::Money) => {
                Err(Uncertain::Value(error))
            }
            _ => Ok(text),
        },
    }
}

/// Spaces that do not end a line, in the place of ordinary spaces.
const WIDE: [char; 2] = ['\u{A0}', '\u{202F}'];

const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"];

/// Removes surrounding spaces of any kind, a leading apostrophe, and `="…"`.
fn unwrapped(cell: &str, field: FieldType) -> Result<Cow<'_, str>, Trick> {
    let invisible = |c: char| {
        matches!(
            c,
            '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}' | '\u{202A}'
                ..='\u{202E}'
        )
    };
    let mut text = cell.trim_matches(|c: char| c.is_whitespace() || invisible(c));
    if let Some(quoted) = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')) {
        text = quoted.trim();
    } else if text.starts_with('=') {
        return Err(Trick::Formula);
    }
    // With an apostrophe, a spreadsheet keeps a value as text. A text may also start with one.
    if let Some(rest) = text.strip_prefix('\'')
        && (field != FieldType::Text
            || rest.starts_with(|c: char| c.is_numeric() || matches!(c, '+' | '=' | '-')))
    {
        text = rest;
    }
    if ERRORS.contains(&text) || (text.len() > 2 && text.bytes().all(|byte| byte == b'#')) {
        return Err(Trick::SheetError);
    }
    if text.is_ascii() || !text.contains(WIDE) {
        return Ok(Cow::Borrowed(text));
    }
    Ok(Cow::Owned(text.replace(WIDE, " ")))
}

/// Replaces decimal digits of other scripts with ASCII digits.
fn ascii_digits(text: Cow<'_, str>) -> Cow<'_, str> {
    /// The zeros of Devanagari, Bengali, Gurmukhi, Gujarati, Tamil, Telugu, Kannada, Malayalam,
    /// Arabic, Persian and full-width digits.
    const ZEROS: [char; 11] = ['०', '০', '੦', '૦', '௦', '౦', '೦', '൦', '٠', '۰', '0'];
    if text.is_ascii() {
        return text;
    }
    let digit = |c: char| {
        let value = |zero: char| (c as u32).checked_sub(zero as u32).filter(|value| *value < 10);
        ZEROS.into_iter().find_map(value).and_then(|value| char::from_digit(value, 10))
    };
    Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}

fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(exponent.trim_start_matches(['+', '-']))
        && digits(&mantissa.trim_start_matches(['+', '-']).replace(['.', ','], ""))
}

/// Returns whether a cell contains more than one phone number.
fn is_several(text: &str) -> bool {
    /// Maximum number of digits of a phone, with its country code and `00` before it.
    const MAX_DIGITS: usize = 17;
    /// Minimum number of digits of a phone, without its area code.
    const MIN_DIGITS: usize = 7;
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    let text = text.to_ascii_lowercase().replace(" or ", "/").replace(" and ", "/");
    let parts = text.split(['/', ',', ';', '&', '|', '\n', '\r']).map(digits);
    let (with_digits, long) = parts.fold((0, 0), |(with_digits, long), digits| {
        (with_digits + usize::from(digits > 0), long + usize::from(digits >= MIN_DIGITS))
    });
    let runs =
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= MIN_DIGITS).count();
    (with_digits > 1 && long > 0) || runs > 1 || digits(&text) > MAX_DIGITS
}

/// Returns whether a phone is a negative number, `-9876543119` or `(9876543119)`.
fn is_negative(text: &str) -> bool {
    let bracketed = || text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let digits = text.strip_prefix(['-', '−']).or_else(bracketed);
    digits
        .is_some_and(|digits| digits.len() > 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_spreadsheets_add_are_removed() {
        for (cell, field, clean_text) in [
            ("'919876543210", FieldType::Phone, "919876543210"),
            ("=\"919876543210\"", FieldType::Phone, "919876543210"),
            ("\u{A0}98765 43210\u{200B}", FieldType::Phone, "98765 43210"),
            ("९८७६५४३२१०", FieldType::Phone, "9876543210"),
            ("1,50,000", FieldType::Money, "150000"),
            ("150,000.50", FieldType::Money, "150000.50"),
            ("₹ 5,000", FieldType::Money, "5000"),
            ("-1,000", FieldType::Number, "-1000"),
            ("Rs. 500/-", FieldType::Money, "500"),
            ("rs 500", FieldType::Money, "500"),
            ("1,500 INR", FieldType::Money, "1500"),
            ("₹45,00,000/-", FieldType::Money, "4500000"),
            ("Rs. 1,200.50", FieldType::Money, "1200.50"),
            ("50k", FieldType::Number, "50k"),
            ("NULL", FieldType::Money, "NULL"),
            ("", FieldType::Money, ""),
            ("'asha@example.com", FieldType::Email, "asha@example.com"),
            ("'NEET", FieldType::Dropdown, "NEET"),
            ("'tis", FieldType::Text, "'tis"),
            ("+91 (0) 98765-43210", FieldType::Phone, "+91 (0) 98765-43210"),
            ("(080) 2345 6789", FieldType::Phone, "(080) 2345 6789"),
        ] {
            assert_eq!(clean(cell, field).as_deref(), Ok(clean_text), "{cell}");
        }
    }

    #[test]
    fn uncertain_values_are_refused_with_their_rule() {
        for (cell, field, trick) in [
            ("9.19877E+11", FieldType::Phone, Trick::Scientific),
            ("1.5E+06", FieldType::Money, Trick::Scientific),
            ("98765 43210 / 91234 56789", FieldType::Phone, Trick::Several),
            ("9876543210, 9123456789", FieldType::Phone, Trick::Several),
            ("9876543210 9123456789", FieldType::Phone, Trick::Several),
            ("98765 43210 91234 56789", FieldType::Phone, Trick::Several),
            ("9876543210 AND 9123456789", FieldType::Phone, Trick::Several),
            ("9876543210/11", FieldType::Phone, Trick::Several),
            ("-9876543119", FieldType::Phone, Trick::Subtraction),
            ("(9876543119)", FieldType::Phone, Trick::Subtraction),
            ("a@b.co; c@d.co", FieldType::Email, Trick::Several),
            ("1,50", FieldType::Money, Trick::Groups),
            ("1,5000", FieldType::Number, Trick::Groups),
            ("#N/A", FieldType::Email, Trick::SheetError),
            ("#####", FieldType::Date, Trick::SheetError),
            ("=A2&B2", FieldType::Website, Trick::Formula),
            ("(500)", FieldType::Money, Trick::Brackets),
        ] {
            assert_eq!(clean(cell, field), Err(trick.into()), "{cell}");
        }
    }

    #[test]
    fn amount_in_words_is_refused_with_the_word() {
        for (cell, word) in [("1.5 lakh", "`lakh`"), ("2 Cr", "`Cr`"), ("50k", "`k`")] {
            let error = clean(cell, FieldType::Money).expect_err(cell);
            assert_eq!(error.rule(), "D10");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
