//! Errors for rejected values: the kind of value, the broken rule and the suggested fix.

use std::borrow::Cow;
use std::fmt;

use super::reason::Reason;

/// A kind of value, with the parts of its error messages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// telecrm's term: `phone`, `dropdown`.
    pub(crate) name: &'static str,
    /// The noun for one value in messages: `phone`, `dropdown label`.
    pub(crate) noun: &'static str,
    /// The id of the row in the silent-drop catalogue.
    pub(crate) id: &'static str,
    /// The suggested fix, for programmers.
    pub(crate) hint: &'static str,
    /// An example, for the user who types the value.
    pub(crate) example: &'static str,
}

/// The error for a value that telecrm would silently drop.
///
/// `Display` writes a message for programmers: the kind, the broken rule and the suggested fix.
/// [`for_person`](Self::for_person) returns a text for the user who typed the value. Neither contains the
/// value, which may be personal data, so both can be logged and shown. To show another text, match the
/// [`reason`](Self::reason).
///
/// ```
/// use telecrm_runtime::{Phone, Reason};
///
/// let error = "98765 43210".parse::<Phone>().unwrap_err();
/// assert_eq!(error.kind(), "phone");
/// assert_eq!(error.reason(), Reason::Space);
/// assert!(error.to_string().starts_with("not a telecrm phone: it has a space;"));
/// assert_eq!(error.for_person(), "Remove the spaces. Example: 919876543210");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ValueError {
    kind: &'static Kind,
    reason: Reason,
    /// A hint that depends on the field and replaces the hint of the kind.
    hint: Option<String>,
}

impl ValueError {
    pub(crate) const fn new(kind: &'static Kind, reason: Reason) -> Self {
        Self { kind, reason, hint: None }
    }

    pub(crate) const fn with_hint(kind: &'static Kind, reason: Reason, hint: String) -> Self {
        Self { kind, reason, hint: Some(hint) }
    }

    /// Returns the expected kind of value, in telecrm's terms: `"phone"`, `"email"`, `"dropdown"`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind.name
    }

    /// Returns the broken rule.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// Returns the id of the value's row in the silent-drop catalogue, such as `"D04"`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self.reason {
            Reason::Placeholder => "D44",
            Reason::WrongType => "D01",
            Reason::NotFinite => "D02",
            Reason::ArchivedLabel if self.kind.id == "D14" => "D15",
            Reason::Seconds | Reason::SpreadsheetDay | Reason::UnclearUnit => "D37",
            Reason::PhoneLength { .. }
            | Reason::DoubledCountryCode
            | Reason::UnclearCountryCode => "D39",
            _ => self.kind.id,
        }
    }

    /// Returns a text for the user who typed the value, to show next to the input.
    #[must_use]
    pub fn for_person(&self) -> String {
        let sentence = match self.reason {
            Reason::TooShort { min } => Cow::Owned(format!("Use at least {}.", characters(min))),
            Reason::TooLong { max } => Cow::Owned(format!("Use at most {}.", characters(max))),
            Reason::PhoneLength { country_code, min, max } => {
                Cow::Owned(format!("Write {} after +{country_code}.", digits(min, max)))
            }
            reason => Cow::Borrowed(reason.sentence()),
        };
        match self.kind.example {
            "" => sentence.into_owned(),
            example => format!("{sentence} Example: {example}"),
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = match (&self.hint, self.reason) {
            (Some(hint), _) => Cow::Borrowed(hint.as_str()),
            (None, Reason::TooShort { min }) => {
                Cow::Owned(format!("write at least {}", characters(min)))
            }
            (None, Reason::TooLong { max }) => {
                Cow::Owned(format!("write at most {}", characters(max)))
            }
            (None, Reason::PhoneLength { country_code, min, max }) => {
                Cow::Owned(format!("write {} after +{country_code}", digits(min, max)))
            }
            (None, _) => Cow::Borrowed(self.kind.hint),
        };
        let prefix = match self.kind.name {
            "country code" => "not a ",
            "status" | "lost reason" => "not an active telecrm ",
            _ => "not a telecrm ",
        };
        write!(f, "{prefix}{}: {}; {hint}", self.kind.noun, self.reason.rule())
    }
}

/// Same message as `Display`, because `main` prints the `Debug` output of its error.
impl fmt::Debug for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ValueError({self})")
    }
}

impl std::error::Error for ValueError {}

fn characters(count: u32) -> String {
    format!("{count} {}", if count == 1 { "character" } else { "characters" })
}

fn digits(min: u8, max: u8) -> String {
    if min == max { format!("{min} digits") } else { format!("{min} to {max} digits") }
}
