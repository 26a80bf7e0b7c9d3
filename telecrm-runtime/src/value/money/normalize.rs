//! Normalisation of amounts of money from user input and spreadsheets.

use super::{MONEY, Money};
use crate::value::typed::plain;
use crate::value::{Kind, Reason, ValueError};

/// Money from user input, whose errors contain an example in a usual format.
const TYPED_MONEY: Kind = Kind {
    hint: "write one amount in digits, such as \"₹1,50,000\" or \"1500.50\"",
    example: "₹1,50,000",
    ..MONEY
};

/// Signs and codes of currencies, in lower case. A longer one is before its own beginning.
const CURRENCIES: [&str; 24] = [
    "₹", "₨", "rs.", "rs", "re.", "re", "inr", "us$", "$", "€", "£", "¥", "usd", "eur", "gbp",
    "pkr", "aed", "qar", "sar", "myr", "aud", "cad", "sgd", "xof",
];

/// Words that stand for digits, or that follow an amount, in lower case.
const WORDS: [&str; 26] = [
    "lakh",
    "lakhs",
    "lac",
    "lacs",
    "l",
    "crore",
    "crores",
    "cr",
    "k",
    "thousand",
    "hundred",
    "million",
    "millions",
    "mn",
    "mio",
    "m",
    "billion",
    "bn",
    "b",
    "arab",
    "only",
    "approx",
    "approximately",
    "per",
    "month",
    "लाख",
];

impl Money {
    /// Reads an amount in the formats that users and spreadsheets write: `₹45,00,000/-`, `Rs. 1,200.50`.
    ///
    /// Spaces, a currency sign or code on either side, the separators of Indian (`1,50,000`) and Western
    /// (`150,000`) digit groups, and `/-` at the end are removed. Digits of Arabic and Indian scripts are
    /// converted. The currency itself is not kept: telecrm stores amounts in the currency of the workspace.
    ///
    /// # Errors
    ///
    /// Returns an error if the input is not one amount in digits: it has digit groups of another size, a
    /// word such as `lakh` or `k`, which the error contains, an exponent, or brackets.
    ///
    /// # Examples
    ///
    /// ```
    /// use telecrm_runtime::{Money, Reason};
    ///
    /// assert_eq!(Money::normalize("₹45,00,000/-")?.as_str(), "4500000");
    /// assert_eq!(Money::normalize("Rs. 1,200.50")?.as_str(), "1200.50");
    /// let error = Money::normalize("1.5 lakh").unwrap_err();
    /// assert_eq!(error.reason(), Reason::AmountInWords);
    /// assert!(error.to_string().contains("`lakh`"));
    /// # Ok::<(), telecrm_runtime::ValueError>(())
    /// ```
    pub fn normalize(input: &str) -> Result<Self, ValueError> {
        let text = plain(input);
        let unsigned = text.strip_prefix('-').map(str::trim_start);
        let (is_negative, amount) = (unsigned.is_some(), unsigned.unwrap_or(&text));
        let amount = without_currency(amount);
        let (is_negative, amount) = match amount.strip_prefix('-') {
            Some(amount) if !is_negative => (true, amount.trim_start()),
            _ => (is_negative, amount),
        };
        if let Some(word) = word_after(amount) {
            let hint = format!("write `{word}` in digits, such as 150000");
            return Err(ValueError::with_hint(&TYPED_MONEY, Reason::AmountInWords, hint));
        }
        let digits = without_groups(amount).map_err(refused)?;
        let sign = if is_negative { "-" } else { "" };
        Self::try_from(format!("{sign}{digits}")).map_err(|error| refused(error.reason()))
    }
}

fn refused(reason: Reason) -> ValueError {
    ValueError::new(&TYPED_MONEY, reason)
}

/// Removes `/-` at the end, and a currency on either side.
fn without_currency(text: &str) -> &str {
    let amount = text.strip_suffix("/-").unwrap_or(text).trim_end();
    let start = CURRENCIES.iter().find_map(|currency| split_prefix(amount, currency));
    let amount = start.map_or(amount, str::trim_start);
    let end = CURRENCIES.iter().find_map(|currency| split_suffix(amount, currency));
    let amount = end.map_or(amount, str::trim_end);
    amount.strip_suffix("/-").unwrap_or(amount).trim_end()
}

/// The text after a currency, which a digit, a sign or a space follows.
fn split_prefix<'t>(text: &'t str, currency: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(currency.len())?;
    (start.eq_ignore_ascii_case(currency) && !rest.starts_with(char::is_alphabetic)).then_some(rest)
}

/// The text before a currency, which a letter does not precede.
fn split_suffix<'t>(text: &'t str, currency: &str) -> Option<&'t str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(currency.len())?)?;
    (end.eq_ignore_ascii_case(currency) && !rest.ends_with(char::is_alphabetic)).then_some(rest)
}

/// The known word after the digits, as written. Any other word may be personal data.
fn word_after(amount: &str) -> Option<&str> {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '/' | '-');
    let words = amount.trim_start_matches(number);
    let has_number = amount.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let word =
        words.split(|c: char| c == '.' || c == ' ' || c == '/' || c.is_ascii_digit()).next()?;
    let is_known = WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    (has_number && is_known).then_some(word)
}

/// Removes the separators of digit groups.
///
/// # Errors
///
/// Returns an error if the groups are neither Indian nor Western.
fn without_groups(amount: &str) -> Result<String, Reason> {
    let (whole, fraction) = match amount.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (amount, None),
    };
    let separator = if whole.contains(',') { ',' } else { ' ' };
    let groups: Vec<&str> = whole.split(separator).map(str::trim).collect();
    let has_digits_only =
        groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    if groups.len() > 1 && has_digits_only && !(is_grouped(&groups, 2) || is_grouped(&groups, 3)) {
        return Err(Reason::DigitGroups);
    }
    let whole =
        if has_digits_only || separator == ' ' { groups.concat() } else { whole.to_owned() };
    Ok(match fraction {
        Some(fraction) => format!("{whole}.{fraction}"),
        None => whole,
    })
}

/// Returns whether digits are grouped as in `1,50,000` (`size` 2) or `150,000` (`size` 3).
fn is_grouped(groups: &[&str], size: usize) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    (1..=size).contains(&first.len())
        && middle.iter().all(|group| group.len() == size)
        && last.len() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_formats_are_read() {
        for (typed, money) in [
            ("₹45,00,000/-", "4500000"),
            ("Rs. 1,200.50", "1200.50"),
            ("Rs.500", "500"),
            ("rs 500", "500"),
            ("1,500 INR", "1500"),
            ("INR 1,500/-", "1500"),
            ("500/- INR", "500"),
            ("$150,000", "150000"),
            ("US$ 20", "20"),
            ("20 €", "20"),
            (" 1500.50 ", "1500.50"),
            ("1 500 000", "1500000"),
            ("1\u{a0}50\u{a0}000", "150000"),
            ("-₹1,000", "-1000"),
            ("₹ -1,000", "-1000"),
            ("−5", "-5"),
            ("१,५०,०००", "150000"),
            ("0", "0"),
        ] {
            let found = Money::normalize(typed);
            assert_eq!(found.as_ref().map(Money::as_str), Ok(money), "{typed}");
        }
    }

    #[test]
    fn word_for_an_amount_is_an_error_that_quotes_the_word() {
        for (typed, word) in [
            ("1.5 lakh", "lakh"),
            ("2 Cr", "Cr"),
            ("50k", "k"),
            ("₹ 2.5L", "L"),
            ("Rs. 5 Lakhs only", "Lakhs"),
            ("5,000 only", "only"),
            ("2 crore/-", "crore"),
            ("50K INR", "K"),
        ] {
            let error = Money::normalize(typed).expect_err(typed);
            assert_eq!((error.reason(), error.id()), (Reason::AmountInWords, "D10"), "{typed}");
            assert!(error.to_string().contains(&format!("`{word}`")), "{typed}: {error}");
        }
    }

    #[test]
    fn d10_unclear_amount_is_an_error_without_its_text() {
        for (typed, reason) in [
            ("", Reason::Empty),
            ("₹", Reason::Empty),
            ("1,50", Reason::DigitGroups),
            ("1,5000", Reason::DigitGroups),
            ("45,00,00", Reason::DigitGroups),
            ("10 20", Reason::DigitGroups),
            ("1.200,50", Reason::Comma),
            ("1.5E+06", Reason::Exponent),
            ("(500)", Reason::CurrencySign),
            ("50 Asha", Reason::Letter),
            ("Asha", Reason::Letter),
            ("reel", Reason::Letter),
            ("--5", Reason::DecimalPoint),
            ("5-10", Reason::DecimalPoint),
            ("+5", Reason::PlusSign),
            ("1.2.3", Reason::DecimalPoint),
        ] {
            let error = Money::normalize(typed).expect_err(typed);
            assert_eq!(error.reason(), reason, "{typed}: {error}");
            assert!(!format!("{error} {}", error.for_person()).contains("Asha"));
        }
    }
}
