//! Numbers.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde_core::{Serialize, Serializer};

use super::{Kind, Reason, ValueError};

/// The value of a number field: an integer or a decimal (telecrm: Field Types).
///
/// It is a number on the wire. Integers of up to 64 bits keep their exact value. Floats are checked,
/// because JSON cannot represent NaN and infinity: by [`number!`](crate::number!) for a literal, and by
/// `Number::try_from` at run time.
///
/// ```
/// use telecrm_runtime::{Number, number};
///
/// assert_eq!(number!(1000), Number::from(1000));
/// assert_eq!("2.5".parse::<Number>()?, number!(2.5));
/// assert!(Number::try_from(f64::NAN).is_err());
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Number(Repr);

/// Normal form of a number, so that equal numbers have equal representations.
///
/// An integer is `Negative` or `Natural`. Only a number that fits neither is a `Float`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Repr {
    Negative(i64),
    Natural(u64),
    Float(f64),
}

const NUMBER: Kind = Kind {
    name: "number",
    noun: "number",
    id: "D01",
    hint: "write a finite number as in JSON, without separators: \"-2.5\"",
    example: "1000.5",
};

impl Number {
    pub(crate) const KIND: &'static Kind = &NUMBER;

    /// Creates a number from a finite float. For literals, prefer [`number!`](crate::number!).
    ///
    /// # Panics
    ///
    /// Panics if the float is NaN or infinite. In a `const`, the panic is a compile error. For a float
    /// known only at run time, use `Number::try_from`, which never panics.
    #[must_use]
    #[track_caller]
    pub const fn from_static(number: f64) -> Self {
        match Self::from_float(number) {
            Ok(number) => number,
            Err(reason) => panic!("{}", NUMBER.literal_message(reason, Err(reason)).as_str()),
        }
    }

    /// Creates a number from the literal of [`number!`](crate::number!) in both forms.
    ///
    /// A float cannot represent each large integer, so integers are read from `integer`.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    #[allow(
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "the comparison checks whether the float is the rounded integer"
    )]
    pub const fn from_literal(float: f64, integer: i128) -> Self {
        if integer as f64 == float
            && let Some(number) = Self::from_integer(integer)
        {
            return number;
        }
        Self::from_static(float)
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "an i128 within the range of a float's integers converts both ways exactly"
    )]
    const fn from_float(float: f64) -> Result<Self, Reason> {
        if !float.is_finite() {
            return Err(Reason::NotFinite);
        }
        let integer = float as i128;
        if integer as f64 == float
            && let Some(number) = Self::from_integer(integer)
        {
            return Ok(number);
        }
        Ok(Self(Repr::Float(float)))
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a range check precedes each cast"
    )]
    const fn from_integer(integer: i128) -> Option<Self> {
        if integer < i64::MIN as i128 || integer > u64::MAX as i128 {
            None
        } else if integer < 0 {
            Some(Self(Repr::Negative(integer as i64)))
        } else {
            Some(Self(Repr::Natural(integer as u64)))
        }
    }
}

macro_rules! from_signed {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            #[allow(clippy::cast_sign_loss, reason = "a negative number has another branch")]
            #[allow(clippy::cast_lossless, reason = "one body for all widths")]
            fn from(number: $integer) -> Self {
                if number < 0 {
                    Self(Repr::Negative(number as i64))
                } else {
                    Self(Repr::Natural(number as u64))
                }
            }
        }
    )*};
}

macro_rules! from_unsigned {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            #[allow(clippy::cast_lossless, reason = "one body for all widths")]
            fn from(number: $integer) -> Self {
                Self(Repr::Natural(number as u64))
            }
        }
    )*};
}

from_signed!(i8, i16, i32, i64, isize);
from_unsigned!(u8, u16, u32, u64, usize);

impl TryFrom<f64> for Number {
    type Error = ValueError;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        Self::from_float(number).map_err(|reason| ValueError::new(&NUMBER, reason))
    }
}

impl TryFrom<f32> for Number {
    type Error = ValueError;

    /// Converts the float by its shortest decimal: `0.1_f32` becomes `0.1`, not
    /// `0.10000000149011612`.
    fn try_from(number: f32) -> Result<Self, Self::Error> {
        let decimal = number.to_string().parse().unwrap_or(f64::from(number));
        Self::try_from(decimal)
    }
}

impl FromStr for Number {
    type Err = ValueError;

    /// Reads a JSON number: `1000`, `-2.5`, `1e6`. Spaces and separators are errors.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |reason| ValueError::new(&NUMBER, reason);
        let is_integer = check_json_number(text).map_err(refused)?;
        if is_integer {
            let integer = text.parse().ok().and_then(Self::from_integer);
            return integer.ok_or(refused(Reason::NumberTooLarge));
        }
        let float = text.parse::<f64>().map_err(|_| refused(Reason::NotJsonNumber))?;
        Self::try_from(float)
    }
}

/// Checks that the text is a JSON number, and returns whether it is an integer.
fn check_json_number(text: &str) -> Result<bool, Reason> {
    if text.is_empty() {
        return Err(Reason::Empty);
    }
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return Err(Reason::Space);
    }
    if text.contains(',') {
        return Err(Reason::Comma);
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits =
        exponent.is_none_or(|part| digits(part.strip_prefix(['-', '+']).unwrap_or(part)));
    if !digits(whole) || !fraction.is_none_or(digits) || !exponent_fits {
        return Err(Reason::NotJsonNumber);
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(Reason::LeadingZero);
    }
    Ok(fraction.is_none() && exponent.is_none())
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// A `Number` is never NaN, so equality is reflexive.
impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Repr::Negative(number) => number.hash(state),
            Repr::Natural(number) => number.hash(state),
            // 0.0 and -0.0 are `Natural(0)`, so equal floats have equal bits.
            Repr::Float(number) => number.to_bits().hash(state),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Negative(number) => number.fmt(f),
            Repr::Natural(number) => number.fmt(f),
            Repr::Float(number) => number.fmt(f),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Repr::Negative(number) => serializer.serialize_i64(number),
            Repr::Natural(number) => serializer.serialize_u64(number),
            Repr::Float(number) => serializer.serialize_f64(number),
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "`number!` casts its literal, and clippy ignores external macros in other crates"
)]
mod tests {
    use super::*;

    fn json(number: impl Into<Number>) -> String {
        serde_json::to_string(&number.into()).unwrap()
    }

    #[test]
    fn integers_are_encoded_exactly() {
        assert_eq!(json(1000), "1000");
        assert_eq!(json(u64::MAX), "18446744073709551615");
        assert_eq!(json(i64::MIN), "-9223372036854775808");
        assert_eq!(json(-1_i8), "-1");
        assert_eq!(json(number!(9_007_199_254_740_993_i64)), "9007199254740993");
    }

    #[test]
    fn decimals_are_encoded_with_their_shortest_digits() {
        assert_eq!(json(number!(2.5)), "2.5");
        assert_eq!(json(number!(-3)), "-3");
        assert_eq!(json(number!(1000.0)), "1000");
        assert_eq!(json(number!(-0.0)), "0");
        assert_eq!(json(Number::try_from(0.1_f32).unwrap()), "0.1");
        assert_eq!(json("1e-7".parse::<Number>().unwrap()), "1e-7");
        assert_eq!(json("1e3".parse::<Number>().unwrap()), "1000");
    }

    #[test]
    fn equal_numbers_from_different_types_are_equal() {
        let numbers =
            [Number::from(1_i8), Number::from(1_u64), number!(1.0), "1.0".parse().unwrap()];
        assert!(numbers.iter().all(|number| *number == Number::from(1)));
        assert_ne!(number!(-1), number!(1));
        assert_eq!(Number::try_from(1e19).unwrap(), 10_000_000_000_000_000_000_u64.into());
    }

    #[test]
    fn d02_nan_and_infinity_are_errors() {
        for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = Number::try_from(float).unwrap_err();
            assert_eq!(error.reason(), Reason::NotFinite);
            assert_eq!(error.id(), "D02");
        }
        assert!(Number::try_from(f32::NAN).is_err());
        assert!(Number::try_from(f32::INFINITY).is_err());
        for text in ["NaN", "inf", "-infinity", "1e999"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    #[test]
    fn d01_text_that_is_not_a_json_number_is_an_error() {
        for text in [
            "",
            " ",
            "1 ",
            "0x10",
            "1_000",
            "1,000",
            "+1",
            "1.",
            ".5",
            "007",
            "-",
            "1e",
            "1e+",
            "ten",
            "१",
            "--1",
            "18446744073709551616",
        ] {
            let error = text.parse::<Number>().expect_err(text);
            assert_eq!(error.kind(), "number");
        }
        for text in ["0", "-0", "0.0", "-2.5", "1E-2", "18446744073709551615"] {
            assert!(text.parse::<Number>().is_ok(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn number_accepts_the_same_texts_as_serde_json(text in "-?[0-9.eE+-]{0,12}") {
            let number = text.parse::<Number>();
            let json = serde_json::from_str::<serde_json::Number>(&text);
            proptest::prop_assert_eq!(number.is_ok(), json.is_ok());
        }

        #[test]
        fn every_finite_float_is_parsed_from_its_json(bits in proptest::num::u64::ANY) {
            let float = f64::from_bits(bits);
            if let Ok(number) = Number::try_from(float) {
                let parsed: f64 = json(number).parse().unwrap();
                proptest::prop_assert_eq!(Number::try_from(parsed), Number::try_from(float));
            }
        }
    }
}
