//! Cleans a spreadsheet's cell for its field, or refuses it with a named rule.

use std::borrow::Cow;

use telecrm_runtime::FieldType;

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
/// Returns a [`Trick`] if the value is uncertain.
pub(crate) fn clean(cell: &str, field: FieldType) -> Result<String, Trick> {
    let text = unwrapped(cell, field)?;
    match field {
        FieldType::Phone => {
            let text = ascii_digits(&text);
            if is_scientific(&text) {
                return Err(Trick::Scientific);
            }
            if is_several(&text) {
                return Err(Trick::Several);
            }
            if is_negative(&text) {
                return Err(Trick::Subtraction);
            }
            Ok(text)
        }
        FieldType::Email | FieldType::ActiveUsers if text.matches('@').count() > 1 => {
            Err(Trick::Several)
        }
        FieldType::Number | FieldType::Money | FieldType::Rating => number(&ascii_digits(&text)),
        FieldType::Date => {
            let text = ascii_digits(&text);
            if is_scientific(&text) { Err(Trick::Scientific) } else { Ok(text) }
        }
        _ => Ok(text),
    }
}

const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"];

/// Removes surrounding spaces of any kind, a leading apostrophe, and `="…"`.
fn unwrapped(cell: &str, field: FieldType) -> Result<String, Trick> {
    let invisible = |c: char| {
        matches!(
            c,
            '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}' | '\u{202A}'
                ..='\u{202E}'
        )
    };
    let cell = cell.replace(['\u{A0}', '\u{202F}'], " ");
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
    Ok(text.to_owned())
}

/// Replaces decimal digits of other scripts with ASCII digits.
fn ascii_digits(text: &str) -> String {
    /// The zeros of Devanagari, Bengali, Gurmukhi, Gujarati, Tamil, Telugu, Kannada, Malayalam,
    /// Arabic, Persian and full-width digits.
    const ZEROS: [char; 11] = ['०', '০', '੦', '૦', '௦', '౦', '೦', '൦', '٠', '۰', '0'];
    let digit = |c: char| {
        let value = |zero: char| (c as u32).checked_sub(zero as u32).filter(|value| *value < 10);
        ZEROS.into_iter().find_map(value).and_then(|value| char::from_digit(value, 10))
    };
    text.chars().map(|c| digit(c).unwrap_or(c)).collect()
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

/// Removes the currency and the digit groups of a number.
fn number(text: &str) -> Result<String, Trick> {
    if is_scientific(text) {
        return Err(Trick::Scientific);
    }
    if text.starts_with('(') && text.ends_with(')') {
        return Err(Trick::Brackets);
    }
    let plain = without_rupees(text);
    if !plain.contains(',') {
        return Ok(plain.to_owned());
    }
    let (sign, unsigned) = match plain.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", plain),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let groups: Vec<_> = whole.split(',').collect();
    if !(is_grouped(&groups, 2) || is_grouped(&groups, 3)) {
        return Err(Trick::Groups);
    }
    let fraction = fraction.map_or(Cow::Borrowed(""), |digits| Cow::Owned(format!(".{digits}")));
    Ok(format!("{sign}{}{fraction}", groups.concat()))
}

/// Removes a sign or word for rupees on either side, and the `/-` of Indian bills.
fn without_rupees(text: &str) -> &str {
    let mut plain = text.trim_end_matches("/-").trim();
    for word in ["₹", "Rs.", "Rs", "INR"] {
        let split = plain.len().saturating_sub(word.len());
        let is_word = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(word));
        if is_word(plain.get(..word.len())) {
            plain = plain.get(word.len()..).unwrap_or_default().trim_start();
        } else if is_word(plain.get(split..)) {
            plain = plain.get(..split).unwrap_or_default().trim_end();
        }
    }
    plain
}

/// Returns whether digits are grouped as in `1,50,000` (`size` 2) or `150,000` (`size` 3).
fn is_grouped(groups: &[&str], size: usize) -> bool {
    let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    let [first, middle @ .., last] = groups else { return false };
    groups.iter().all(digits)
        && (1..=size).contains(&first.len())
        && middle.iter().all(|group| group.len() == size)
        && last.len() == 3
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
            assert_eq!(clean(cell, field), Err(trick), "{cell}");
        }
    }
}
