//! Refused values: the kind, the broken rule and the way out.

use std::borrow::Cow;
use std::fmt;

use super::reason::Reason;

/// A kind of value, with what its errors say beside the broken rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// In telecrm's words: `phone`, `dropdown`.
    pub(crate) name: &'static str,
    /// The noun for one value in the message, where that differs from the kind.
    pub(crate) noun: &'static str,
    /// The row of the silent-drop catalogue.
    pub(crate) id: &'static str,
    /// The way out, for programmers.
    pub(crate) hint: &'static str,
    /// An example, for the person who types the value.
    pub(crate) example: &'static str,
}

/// A value that telecrm would silently drop, refused before it is sent.
///
/// `Display` joins the kind, the broken rule and the way out, in a programmer's words;
/// [`for_person`](Self::for_person) is for whoever typed the value. Neither repeats the value, which
/// may be personal data: both can be logged and shown as they are. To show a text of your own, match
/// the [`reason`](Self::reason).
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
    /// A hint that depends on the field, in place of the kind's.
    hint: Option<String>,
}

impl ValueError {
    pub(crate) const fn new(kind: &'static Kind, reason: Reason) -> Self {
        Self { kind, reason, hint: None }
    }

    pub(crate) const fn with_hint(kind: &'static Kind, reason: Reason, hint: String) -> Self {
        Self { kind, reason, hint: Some(hint) }
    }

    /// The intended kind of value, in telecrm's words: `"phone"`, `"email"`, `"dropdown"`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind.name
    }

    /// The broken rule.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The row of the silent-drop catalogue that the value falls under, such as `"D04"`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self.reason {
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

    /// Plain words for the person who typed the value, to be shown beside the field.
    #[must_use]
    pub fn for_person(&self) -> String {
        let what = match self.reason {
            Reason::TooShort { min } => Cow::Owned(format!("Use at least {}.", characters(min))),
            Reason::TooLong { max } => Cow::Owned(format!("Use at most {}.", characters(max))),
            Reason::PhoneLength { country_code, min, max } => {
                Cow::Owned(format!("After +{country_code} there are {}.", digits(min, max)))
            }
            reason => Cow::Borrowed(reason.person()),
        };
        match self.kind.example {
            "" => what.into_owned(),
            example => format!("{what} Example: {example}"),
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
                Cow::Owned(format!("after +{country_code} there are {}", digits(min, max)))
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

/// Readable, since `main` prints the `Debug` of its error.
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
