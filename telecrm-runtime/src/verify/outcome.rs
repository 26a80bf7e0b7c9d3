//! Outcomes of verification.

use std::fmt;

use serde_json::Value;

/// The result of reading a queued lead back.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verification {
    /// telecrm stores everything that was sent.
    Verified,
    /// telecrm has the lead, and at the end of the window these parts of it were not as sent.
    Mismatched(Vec<Mismatch>),
    /// telecrm was read, and the lead was not there when the window was over.
    Missing,
}

impl Verification {
    /// Whether telecrm stores everything that was sent.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified)
    }
}

/// A part of a lead that telecrm does not store as it was sent.
///
/// Its `Debug` and `Display` show no values, which may be about people.
#[derive(Clone, PartialEq)]
pub struct Mismatch {
    path: String,
    sent: Value,
    stored: Option<Value>,
}

/// How a part differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MismatchKind {
    /// It is not stored.
    Absent,
    /// Something else is stored.
    Differs,
}

impl Mismatch {
    pub(super) fn new(path: String, sent: Value, stored: Option<Value>) -> Self {
        // `null` is JSON's absent value.
        Self { path, sent, stored: stored.filter(|stored| !stored.is_null()) }
    }

    /// Where it is: `fields.course`, `actions[1]`, `actions[0].fields.note`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How it differs.
    #[must_use]
    pub fn kind(&self) -> MismatchKind {
        if self.stored.is_some() { MismatchKind::Differs } else { MismatchKind::Absent }
    }

    /// The value that was sent.
    #[must_use]
    pub fn sent(&self) -> &Value {
        &self.sent
    }

    /// The value that is stored instead; `None` where the kind is `Absent`.
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
