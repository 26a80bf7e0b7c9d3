//! Amounts of money, stored as text and never as floats.

mod normalize;

use std::borrow::Cow;

use super::{Kind, Reason, ValueError, checked_text, trimmed};

/// The value of a money field: a numeric string in the workspace's currency, such as `"1500.50"`.
///
/// It is a string on the wire (telecrm: Field Types): an optional `-`, digits, and optionally `.` and more
/// digits, at most 32 characters. Separators, currency signs and exponents are not allowed. Two values are
/// equal if their texts are equal: `1500.5` and `1500.50` are different values. [`Money::normalize`] reads
/// amounts in the formats that users write.
///
/// ```
/// use telecrm_runtime::{Money, money};
///
/// assert_eq!(money!("1500").as_str(), Money::from(1500).as_str());
/// assert!("₹1,500".parse::<Money>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Money(Cow<'static, str>);

checked_text!([] Money, MONEY, check_money, trimmed, "[`money!`](crate::money!)");

/// The amount of a [`Payment`](crate::Payment): a numeric string greater than 0, such as `"5000"`.
///
/// It has the same grammar as [`Money`] without `-` (telecrm: Payment).
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

checked_text!([] Amount, AMOUNT, check_amount, trimmed, "[`amount!`](crate::amount!)");

const MONEY: Kind = Kind {
    name: "money",
    noun: "money",
    id: "D10",
    hint: "write digits and a decimal point only, such as \"1500.50\"",
    example: "1500.50",
};

const AMOUNT: Kind = Kind {
    name: "amount",
    noun: "amount",
    id: "D27",
    hint: "write digits and a decimal point only, such as \"5000\"",
    example: "5000",
};

const fn check_money(text: &str) -> Result<&str, Reason> {
    match check_numeric(text.as_bytes()) {
        Ok(_) => Ok(text),
        Err(reason) => Err(reason),
    }
}

const fn check_amount(text: &str) -> Result<&str, Reason> {
    match check_numeric(text.as_bytes()) {
        Ok(Sign::Positive) => Ok(text),
        Ok(Sign::Zero | Sign::Negative) => Err(Reason::NotPositive),
        Err(reason) => Err(reason),
    }
}

enum Sign {
    Negative,
    Zero,
    Positive,
}

const fn check_numeric(text: &[u8]) -> Result<Sign, Reason> {
    let (minus, number) = match text {
        [] => return Err(Reason::Empty),
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
                    return Err(Reason::DecimalPoint);
                }
                points += 1;
            }
            b'-' => return Err(Reason::DecimalPoint),
            b',' => return Err(Reason::Comma),
            b'+' => return Err(Reason::PlusSign),
            b'e' | b'E' if index > 0 && number[index - 1].is_ascii_digit() => {
                return Err(Reason::Exponent);
            }
            byte if byte.is_ascii_whitespace() => return Err(Reason::Space),
            byte if byte.is_ascii_alphabetic() => return Err(Reason::Letter),
            _ => return Err(Reason::CurrencySign),
        }
        index += 1;
    }
    if number.is_empty() {
        Err(Reason::DecimalPoint)
    } else if text.len() > 32 {
        Err(Reason::TooLong { max: 32 })
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
    fn d10_money_that_is_not_numeric_is_an_error() {
        let long = "9".repeat(33);
        for (text, rule) in [
            ("", "it is empty"),
            ("1 000", "it has a space"),
            ("1000 ", "it has a space"),
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
            (
                &long,
                "it is too long; telecrm documents no limit; this library accepts at most 32 characters",
            ),
        ] {
            let error = text.parse::<Money>().expect_err(text);
            assert_eq!(error.kind(), "money");
            let start = format!("not a telecrm money: {rule}");
            assert!(error.to_string().starts_with(&start), "{text}: {error}");
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn d27_amount_that_is_not_greater_than_zero_is_an_error() {
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
