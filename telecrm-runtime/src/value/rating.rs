//! Ratings.

use std::fmt;
use std::str::FromStr;

use serde_core::{Serialize, Serializer};

use super::{Kind, Reason, ValueError};

/// The value of a rating field: an integer from 1 to 5 (telecrm: Field Types).
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

const RATING: Kind =
    Kind { name: "rating", noun: "rating", id: "D13", hint: "write one of them", example: "" };

const REFUSED: ValueError = ValueError::new(&RATING, Reason::NotARating);

impl Rating {
    pub(crate) const KIND: &'static Kind = &RATING;

    /// The lowest rating, 1 of 5.
    pub const ONE: Self = Self(1);
    /// The rating 2 of 5.
    pub const TWO: Self = Self(2);
    /// The rating 3 of 5.
    pub const THREE: Self = Self(3);
    /// The rating 4 of 5.
    pub const FOUR: Self = Self(4);
    /// The highest rating, 5 of 5.
    pub const FIVE: Self = Self(5);

    /// Returns the rating as a number from 1 to 5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Rating {
    type Error = ValueError;

    fn try_from(rating: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&rating) { Ok(Self(rating)) } else { Err(REFUSED) }
    }
}

impl FromStr for Rating {
    type Err = ValueError;

    /// Reads a digit from `1` to `5`, also with the decimals that spreadsheets add: `4.0`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (integer, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let whole = !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0');
        match integer.as_bytes() {
            [digit @ b'1'..=b'5'] if whole => Ok(Self(digit - b'0')),
            _ => Err(REFUSED),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d13_rating_outside_1_to_5_is_an_error() {
        for rating in [0, 6, 255] {
            assert_eq!(Rating::try_from(rating).unwrap_err().reason(), Reason::NotARating);
        }
        for text in ["0", "6", "", "4.5", "4.", ".4", "6.0", "4.0.0", "4.0e0", " 4", "04", "four"] {
            assert_eq!(text.parse::<Rating>().expect_err(text).kind(), "rating");
        }
        for text in ["4", "4.0", "4.00"] {
            assert_eq!(text.parse::<Rating>(), Ok(Rating::FOUR));
        }
        assert_eq!(Rating::try_from(5), Ok(Rating::FIVE));
    }
}
