//! Amounts of money, in text: no float ever holds one.

use std::borrow::Cow;

use super::{Sentence, ValueError, checked_text};

/// The value of a money field: a numeric string in the workspace's currency, such as `"1500.50"`
/// (telecrm: Field Types).
///
/// An optional `-`, digits, and optionally `.` and more digits; at most 32 characters. No
/// separators, no sign of currency, no exponent. Two values are equal where their texts are:
/// `1500.5` and `1500.50` are two.
///
/// ```
/// use telecrm_runtime::{Money, money};
///
/// assert_eq!(money!("1500").as_str(), Money::from(1500).as_str());
/// assert!("₹1,500".parse::<Money>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Money(Cow<'static, str>);

checked_text!([] Money, "money", check_money, "[`money!`](crate::money!)");

/// The amount of a [`Payment`](crate::Payment): a numeric string greater than 0, such as `"5000"`
/// (telecrm: Payment). As [`Money`], without `-`.
///
/// ```
/// use telecrm_runtime::{Amount, amount};
///
/// assert_eq!(amount!("5000"), Amount::try_from(5000)?);
/// assert!("0.00".parse::<Amount>().is_err());
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(Cow<'static, str>);

checked_text!([] Amount, "amount", check_amount, "[`amount!`](crate::amount!)");

/// What keeps a text from being a number of money.
#[derive(Clone, Copy)]
enum Fault {
    Empty,
    Blank,
    Comma,
    Exponent,
    Letter,
    Plus,
    Symbol,
    Shape,
    Length,
    NotPositive,
}

macro_rules! sentences {
    ($fault:expr, $kind:literal, $fix:literal) => {
        match $fault {
            Fault::Empty => concat!("not a telecrm ", $kind, ": it is empty; ", $fix),
            Fault::Blank => concat!("not a telecrm ", $kind, ": it has a blank; ", $fix),
            Fault::Comma => concat!("not a telecrm ", $kind, ": it has a comma, and telecrm knows no separators; ", $fix),
            Fault::Exponent => concat!("not a telecrm ", $kind, ": it has an exponent; ", $fix),
            Fault::Letter => concat!("not a telecrm ", $kind, ": it has a letter; ", $fix),
            Fault::Plus => concat!("not a telecrm ", $kind, ": it has a `+`; ", $fix),
            Fault::Symbol => concat!("not a telecrm ", $kind, ": it has a character that is neither digit nor decimal point, such as the sign of a currency; ", $fix),
            Fault::Shape => concat!("not a telecrm ", $kind, ": it needs digits on both sides of at most one decimal point, and no `-` behind its start; ", $fix),
            Fault::Length => concat!("not a telecrm ", $kind, ": it is longer than 32 characters; ", $fix),
            Fault::NotPositive => concat!("not a telecrm ", $kind, ": it is not greater than 0; ", $fix),
        }
    };
}

const fn check_money(text: &str) -> Result<&str, Sentence> {
    match check_numeric(text.as_bytes()) {
        Ok(_) => Ok(text),
        Err(fault) => Err(sentences!(
            fault,
            "money",
            "write digits and a decimal point only, such as \"1500.50\""
        )),
    }
}

const fn check_amount(text: &str) -> Result<&str, Sentence> {
    let fault = match check_numeric(text.as_bytes()) {
        Ok(Sign::Positive) => return Ok(text),
        Ok(Sign::Zero | Sign::Negative) => Fault::NotPositive,
        Err(fault) => fault,
    };
    Err(sentences!(fault, "amount", "write digits and a decimal point only, such as \"5000\""))
}

enum Sign {
    Negative,
    Zero,
    Positive,
}

const fn check_numeric(text: &[u8]) -> Result<Sign, Fault> {
    let (minus, number) = match text {
        [] => return Err(Fault::Empty),
        [b'-', number @ ..] => (true, number),
        number => (false, number),
    };
    let mut zero = true;
    let mut points = 0;
    let mut index = 0;
    while index < number.len() {
        match number[index] {
            b'0' => {}
            b'1'..=b'9' => zero = false,
            b'.' => {
                if points > 0 || index == 0 || index + 1 == number.len() {
                    return Err(Fault::Shape);
                }
                points += 1;
            }
            b'-' => return Err(Fault::Shape),
            b',' => return Err(Fault::Comma),
            b'+' => return Err(Fault::Plus),
            b'e' | b'E' if index > 0 && number[index - 1].is_ascii_digit() => {
                return Err(Fault::Exponent);
            }
            byte if byte.is_ascii_whitespace() => return Err(Fault::Blank),
            byte if byte.is_ascii_alphabetic() => return Err(Fault::Letter),
            _ => return Err(Fault::Symbol),
        }
        index += 1;
    }
    if number.is_empty() {
        Err(Fault::Shape)
    } else if text.len() > 32 {
        Err(Fault::Length)
    } else if zero {
        Ok(Sign::Zero)
    } else if minus {
        Ok(Sign::Negative)
    } else {
        Ok(Sign::Positive)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Money {
            fn from(money: $integer) -> Self {
                Self(Cow::Owned(money.to_string()))
            }
        }

        impl TryFrom<$integer> for Amount {
            type Error = ValueError;

            fn try_from(amount: $integer) -> Result<Self, Self::Error> {
                Self::try_from(amount.to_string())
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_text_and_integers_are_money() {
        for text in ["0", "1000", "1500.50", "-20", "-0.5", "007", &"9".repeat(32)] {
            assert_eq!(text.parse::<Money>().unwrap().as_str(), text);
        }
        assert_eq!(Money::from(u64::MAX).as_str(), "18446744073709551615");
        assert_eq!(Money::from(-5_i8).as_str(), "-5");
    }

    #[test]
    fn d10_money_that_is_not_numeric_is_refused() {
        let long = "9".repeat(33);
        for (text, rule) in [
            ("", "it is empty"),
            ("1 000", "it has a blank"),
            ("1000 ", "it has a blank"),
            ("1,000", "it has a comma"),
            ("1e6", "it has an exponent"),
            ("Rs1000", "it has a letter"),
            ("ten", "it has a letter"),
            ("e", "it has a letter"),
            ("+5", "it has a `+`"),
            ("₹1000", "it has a character that is neither"),
            ("१०", "it has a character that is neither"),
            (".5", "it needs digits on both sides"),
            ("5.", "it needs digits on both sides"),
            ("1.2.3", "it needs digits on both sides"),
            ("-", "it needs digits on both sides"),
            ("-.5", "it needs digits on both sides"),
            ("5-", "it needs digits on both sides"),
            ("--5", "it needs digits on both sides"),
            (&long, "it is longer than 32 characters"),
        ] {
            let error = text.parse::<Money>().expect_err(text);
            assert_eq!(error.kind(), "money");
            let start = format!("not a telecrm money: {rule}");
            assert!(error.to_string().starts_with(&start), "{text}: {error}");
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn d27_an_amount_of_zero_or_less_or_of_no_number_is_refused() {
        for text in ["0", "0.00", "-5", "-0"] {
            let error = text.parse::<Amount>().expect_err(text);
            assert_eq!(error.kind(), "amount");
            assert!(error.to_string().contains("it is not greater than 0"), "{error}");
        }
        assert!("five thousand".parse::<Amount>().is_err());
        assert!(Amount::try_from(0_u64).is_err());
        assert!(Amount::try_from(-1).is_err());
        assert_eq!(Amount::try_from(5000_u32).unwrap().as_str(), "5000");
        assert_eq!("0.01".parse::<Amount>().unwrap().as_str(), "0.01");
    }
}
