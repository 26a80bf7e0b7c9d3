//! Outcomes of verification.

use std::fmt;

use serde_json::Value;

/// Result of reading a queued lead back.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verification {
    /// telecrm stores all sent data.
    Verified,
    /// telecrm has the lead, but at the end of the window these parts differed.
    Mismatched(Vec<Mismatch>),
    /// telecrm did not have the lead at the end of the window.
    Missing,
}

impl Verification {
    /// Returns whether telecrm stores all sent data.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified)
    }
}

/// Part of a lead that telecrm does not store as sent.
///
/// `Debug` and `Display` show no values, which may be personal data.
#[derive(Clone, PartialEq)]
pub struct Mismatch {
    path: String,
    sent: Value,
    stored: Option<Value>,
}

/// Kind of a [`Mismatch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MismatchKind {
    /// The part is not stored.
    Absent,
    /// Another value is stored.
    Differs,
}

impl Mismatch {
    pub(super) fn new(path: String, sent: Value, stored: Option<Value>) -> Self {
        // `null` is JSON's absent value.
        Self { path, sent, stored: stored.filter(|stored| !stored.is_null()) }
    }

    /// Returns the path: `fields.course`, `actions[1]`, `actions[0].fields.note`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the kind of the mismatch.
    #[must_use]
    pub fn kind(&self) -> MismatchKind {
        if self.stored.is_some() { MismatchKind::Differs } else { MismatchKind::Absent }
    }

    /// Returns the value that was sent.
    #[must_use]
    pub fn sent(&self) -> &Value {
        &self.sent
    }

    /// Returns the value that is stored instead, or `None` if the kind is `Absent`.
    #[must_use]
    pub fn stored(&self) -> Option<&Value> {
        self.stored.as_ref()
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.escape_debug();
        match self.kind() {
            MismatchKind::Absent => write!(f, "{path} is not stored"),
            MismatchKind::Differs => write!(f, "{path} is stored with another value"),
        }
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mismatch")
            .field("path", &self.path)
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}
