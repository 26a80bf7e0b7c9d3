//! Reasons for values that are not part of a lead.

use std::fmt;

use telecrm_runtime::SetError;

/// Maximum number of characters of a key in a reason.
const MAX_KEY: usize = 60;

/// Maximum number of reasons that are stored with a held body.
const MAX_REASONS: usize = 20;

/// A member of a body that is not part of the lead, and the reason.
///
/// The reason contains no value of the body, so it can be logged and shown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Unmapped {
    /// The key of the member, or an empty text for the whole body.
    pub key: String,
    /// An id in the catalogue of silent drops.
    pub rule: &'static str,
    /// The reason.
    pub reason: String,
}

impl Unmapped {
    pub(crate) fn new(key: &str, rule: &'static str, reason: impl Into<String>) -> Self {
        let key: String = key.escape_debug().take(MAX_KEY).collect();
        Self { key, rule, reason: reason.into() }
    }

    /// The reasons for an operator, at most 20.
    pub(crate) fn lines(unmapped: &[Self]) -> Vec<String> {
        let mut lines: Vec<_> = unmapped.iter().take(MAX_REASONS).map(Self::to_string).collect();
        if let Some(more) = unmapped.len().checked_sub(MAX_REASONS).filter(|more| *more > 0) {
            lines.push(format!("and {more} more"));
        }
        lines
    }
}

impl From<&SetError> for Unmapped {
    fn from(error: &SetError) -> Self {
        let reason = match error {
            SetError::UnknownField { suggestion: Some(name), .. } => {
                format!("telecrm has no field with this name; did you mean `{name}`?")
            }
            SetError::UnknownField { .. } => "telecrm has no field with this name".to_owned(),
            SetError::Value { error, .. } => error.to_string(),
            other => other.to_string(),
        };
        Self::new(error.field(), error.id(), reason)
    }
}

impl fmt::Display for Unmapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{} ({})", self.reason, self.rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_of_reasons_and_length_of_a_key_are_bounded() {
        let long = Unmapped::new(&"k".repeat(1_000), "D17", "unknown");
        let lines = Unmapped::lines(&vec![long; 30]);
        assert_eq!((lines.len(), lines[20].as_str()), (21, "and 10 more"));
        assert_eq!(lines[0], format!("{}: unknown (D17)", "k".repeat(60)));
        assert_eq!(Unmapped::lines(&[Unmapped::new("", "D29", "no JSON")]), ["no JSON (D29)"]);
    }
}
