//! Ratings.

use std::fmt;
use std::str::FromStr;

use serde_core::{Serialize, Serializer};

use super::{Sentence, ValueError};
use crate::encode::{FieldValue, Value};

/// The value of a rating field: 1 to 5, an integer on the wire (telecrm: Field Types).
///
/// ```
/// use telecrm_runtime::Rating;
///
/// assert_eq!(Rating::try_from(4)?, Rating::FOUR);
/// assert!(Rating::try_from(6).is_err());
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rating(u8);

const OUT_OF_RANGE: Sentence =
    "not a telecrm rating: it is not one of the integers 1, 2, 3, 4, 5; write one of them";

impl Rating {
    /// The lowest rating.
    pub const ONE: Self = Self(1);
    /// Two of five.
    pub const TWO: Self = Self(2);
    /// Three of five.
    pub const THREE: Self = Self(3);
    /// Four of five.
    pub const FOUR: Self = Self(4);
    /// The highest rating.
    pub const FIVE: Self = Self(5);

    /// The rating as a number, 1 to 5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Rating {
    type Error = ValueError;

    fn try_from(rating: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&rating) {
            Ok(Self(rating))
        } else {
            Err(ValueError::new("rating", OUT_OF_RANGE))
        }
    }
}

impl FromStr for Rating {
    type Err = ValueError;

    /// Reads one digit, `1` to `5`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes() {
            [digit @ b'1'..=b'5'] => Ok(Self(digit - b'0')),
            _ => Err(ValueError::new("rating", OUT_OF_RANGE)),
        }
    }
}

impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Rating {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

impl FieldValue for Rating {
    fn to_value(&self) -> Option<Value<'_>> {
        Some(Value::Number(self.0.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d13_a_rating_outside_1_to_5_is_refused() {
        for rating in [0, 6, 255] {
            assert_eq!(Rating::try_from(rating).unwrap_err().to_string(), OUT_OF_RANGE);
        }
        for text in ["0", "6", "", "4.5", " 4", "04", "four"] {
            assert_eq!(text.parse::<Rating>().expect_err(text).kind(), "rating");
        }
        assert_eq!("4".parse::<Rating>(), Ok(Rating::FOUR));
        assert_eq!(Rating::try_from(5), Ok(Rating::FIVE));
    }
}
