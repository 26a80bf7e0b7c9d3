//! The ids of what can go wrong: the rows of the silent-drop catalogue that a request can show.

use std::fmt;

use serde::{Serialize, Serializer};

/// The rule behind a [`Drop`](crate::Drop): a row of the silent-drop catalogue, or
/// [`Locked`](Self::Locked), which has no row.
///
/// It is written as its id (`"D01"`), in JSON and by `Display`, and compares with that text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// A wrong JSON type.
    D01,
    /// A malformed email.
    D03,
    /// A malformed phone.
    D04,
    /// A date that is neither Unix milliseconds nor in the workspace's format.
    D05,
    /// A dropdown label outside the list. telecrm creates a new option and stores it.
    D06,
    /// Tags sent as one string.
    D07,
    /// A tag label outside the list. telecrm creates it and stores it.
    D08,
    /// Money as a JSON number.
    D09,
    /// Money that is not numeric.
    D10,
    /// A malformed URL.
    D11,
    /// An active user that is no email.
    D12,
    /// A rating outside 1 to 5.
    D13,
    /// An unknown status.
    D14,
    /// An archived status.
    D15,
    /// An unknown or archived lost reason.
    D16,
    /// A field that the workspace does not define.
    D17,
    /// A field's API name in another casing or spelling.
    D18,
    /// The identifier is missing.
    D19,
    /// The identifier is empty or blank.
    D20,
    /// An action that the workspace does not define, or a bare code.
    D22,
    /// A predefined action type other than `PAYMENT`.
    D23,
    /// A field that the action does not define, or a value that does not fit one.
    D24,
    /// `created_on` on an action that may not be backdated.
    D25,
    /// A payment without status, currency or amount.
    D26,
    /// A payment of zero, negative or non-numeric amount.
    D27,
    /// A payment status or currency that telecrm does not know.
    D28,
    /// Something beside `fields` and `actions` at the top of the body.
    D29,
    /// A text over (or under) the field's length limit.
    D30,
    /// A part of a lead that was queued and not stored.
    D41,
    /// Not in the catalogue: a field with `lockAfterCreate`, sent with another value for a lead
    /// that exists already. The generated types cannot know which leads exist.
    Locked,
}

impl Code {
    /// The id: `D01`, …, or `LOCKED`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::D01 => "D01",
            Self::D03 => "D03",
            Self::D04 => "D04",
            Self::D05 => "D05",
            Self::D06 => "D06",
            Self::D07 => "D07",
            Self::D08 => "D08",
            Self::D09 => "D09",
            Self::D10 => "D10",
            Self::D11 => "D11",
            Self::D12 => "D12",
            Self::D13 => "D13",
            Self::D14 => "D14",
            Self::D15 => "D15",
            Self::D16 => "D16",
            Self::D17 => "D17",
            Self::D18 => "D18",
            Self::D19 => "D19",
            Self::D20 => "D20",
            Self::D22 => "D22",
            Self::D23 => "D23",
            Self::D24 => "D24",
            Self::D25 => "D25",
            Self::D26 => "D26",
            Self::D27 => "D27",
            Self::D28 => "D28",
            Self::D29 => "D29",
            Self::D30 => "D30",
            Self::D41 => "D41",
            Self::Locked => "LOCKED",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
