//! Errors for rejected values: the kind of value, the broken rule and the suggested fix.

use std::borrow::Cow;
use std::fmt;

use super::const_text::ConstText;
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

impl Kind {
    /// Whether the limits of the kind are only those of this library.
    ///
    /// telecrm documents limits only for texts, in the schema (D30).
    const fn has_own_limits(&self) -> bool {
        !matches!(self.id.as_bytes(), b"D30")
    }

    /// Returns the message that rustc prints for a literal, which ends with the fix: the corrected literal,
    /// or the hint.
    pub(crate) const fn literal_message(
        &self,
        reason: Reason,
        corrected: Result<&str, Reason>,
    ) -> ConstText {
        let mut message = ConstText::new();
        if self.is_own_limit(reason) {
            self.push_hint(reason, &mut message);
            return message;
        }
        message.push("telecrm would not keep this value: ");
        message.push(reason.rule());
        message.push("; ");
        match corrected {
            Ok(literal) if is_plain(literal) => {
                message.push("write \"");
                message.push(literal);
                message.push("\"");
            }
            _ => self.push_hint(reason, &mut message),
        }
        match self.name.as_bytes() {
            b"phone" => message.push("; for text from people, use `Phone::normalize`"),
            b"money" => message.push("; for text from people, use `Money::normalize`"),
            _ => {}
        }
        message
    }

    /// Whether only this library refuses the value: telecrm drops `99999`, and documents no upper limit.
    const fn is_own_limit(&self, reason: Reason) -> bool {
        match reason {
            Reason::TooLong { .. } => self.has_own_limits(),
            Reason::TooManyDigits => true,
            _ => false,
        }
    }

    /// Appends the suggested fix.
    const fn push_hint(&self, reason: Reason, hint: &mut ConstText) {
        match reason {
            Reason::TooShort { min } => {
                hint.push("write at least ");
                hint.push_count(min, "character");
            }
            Reason::TooLong { max } => {
                hint.push(if self.has_own_limits() { NO_DOCUMENTED_LIMIT } else { "write" });
                hint.push(" at most ");
                hint.push_count(max, "character");
            }
            Reason::TooFewDigits | Reason::TooManyDigits => {
                hint.push(NO_DOCUMENTED_LIMIT);
                hint.push(" 8 to 15 digits");
            }
            Reason::PhoneLength { country_code, min, max } => {
                hint.push("write ");
                if min != max {
                    hint.push_number(min as u32);
                    hint.push(" to ");
                }
                hint.push_count(max as u32, "digit");
                hint.push(" after +");
                hint.push_number(country_code as u32);
            }
            _ => hint.push(self.hint),
        }
    }
}

/// Whether the text is short, and its literal has no escapes.
const fn is_plain(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        if !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\') {
            return false;
        }
        rest = tail;
    }
    !text.is_empty() && text.len() <= 100
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
        let mut own = ConstText::new();
        self.kind.push_hint(self.reason, &mut own);
        let hint = self.hint.as_deref().unwrap_or(own.as_str());
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

/// Start of the hint about a limit that only this library sets.
const NO_DOCUMENTED_LIMIT: &str = "telecrm documents no limit; this library accepts";

fn characters(count: u32) -> String {
    format!("{count} {}", if count == 1 { "character" } else { "characters" })
}

fn digits(min: u8, max: u8) -> String {
    if min == max { format!("{min} digits") } else { format!("{min} to {max} digits") }
}

#[cfg(test)]
mod tests {
    use crate::value::{BoundedText, Email, Money, Phone, Website};

    fn text<T: std::str::FromStr<Err = super::ValueError>>(value: &str) -> String {
        value.parse::<T>().err().expect("an error").to_string()
    }

    #[test]
    fn point_12_limit_of_this_library_is_described_as_such() {
        let long = "a".repeat(3_000);
        let domain = "a.".repeat(130);
        for (error, limit) in [
            (text::<Email>(&format!("a@{domain}com")), "at most 254 characters"),
            (text::<Website>(&format!("https://a.in/{long}")), "at most 2048 characters"),
            (text::<Money>(&"1".repeat(40)), "at most 32 characters"),
            (text::<Phone>("9198765"), "8 to 15 digits"),
            (text::<Phone>("9198765432101234"), "8 to 15 digits"),
        ] {
            let expected = format!("; telecrm documents no limit; this library accepts {limit}");
            assert!(error.ends_with(&expected), "{error}");
        }
        let error = text::<BoundedText<0, 5>>(&long);
        assert!(error.ends_with("it is too long; write at most 5 characters"), "{error}");
    }

    #[test]
    fn point_12_literal_over_a_limit_of_this_library_names_the_limit() {
        let message = |result: std::thread::Result<()>| {
            let panic = result.expect_err("the literal is refused");
            panic.downcast_ref::<String>().cloned().unwrap_or_default()
        };
        let result = std::panic::catch_unwind(|| drop(Phone::from_static("9198765432101234")));
        assert_eq!(
            message(result),
            "telecrm documents no limit; this library accepts 8 to 15 digits"
        );
        let result =
            std::panic::catch_unwind(|| drop(BoundedText::<0, 5>::from_static("too long")));
        assert_eq!(
            message(result),
            "telecrm would not keep this value: it is too long; write at most 5 characters"
        );
    }
}
