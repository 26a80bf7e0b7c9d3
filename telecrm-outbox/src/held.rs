//! Leads that are not valid yet: bytes that an operator corrects and releases.

use std::fmt;

/// Bytes that arrived and are not a valid lead, for [`Outbox::hold`](crate::Outbox::hold).
///
/// ```
/// use telecrm_outbox::HeldLead;
///
/// let held = HeldLead::new("/webhook", r#"{"phone":"unknown"}"#)
///     .reasons(["phone: not a phone number"])
///     .key("delivery-17");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HeldLead {
    pub(crate) source: String,
    pub(crate) body: Vec<u8>,
    pub(crate) reasons: String,
    pub(crate) key: Option<String>,
}

impl HeldLead {
    /// The bytes of a body, and the endpoint or program that received them.
    pub fn new(source: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { source: source.to_owned(), body: body.into(), reasons: String::new(), key: None }
    }

    /// Sets the reasons for holding it, without personal data:
    /// [`Entry::reason`](crate::Entry::reason) joins them with "; ".
    #[must_use]
    pub fn reasons(mut self, reasons: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let reasons: Vec<String> = reasons.into_iter().map(Into::into).collect();
        self.reasons = reasons.join("; ");
        self
    }

    /// Sets the idempotency key: a second call with equal bytes returns the first id, and a second
    /// call with other bytes is [`Error::KeyConflict`](crate::Error::KeyConflict). The keys of held
    /// leads are independent of the keys of enqueued leads. An empty key counts as no key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into()).filter(|key| !key.is_empty());
        self
    }
}

/// The bytes and the key can be personal data.
impl fmt::Debug for HeldLead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldLead")
            .field("source", &self.source)
            .field("bytes", &self.body.len())
            .field("reasons", &self.reasons)
            .field("has_key", &self.key.is_some())
            .finish()
    }
}

/// Limits of the held leads of one outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldLimits {
    /// Maximum number of held entries with their bytes; 10,000 by default.
    pub entries: u64,
    /// Maximum number of their bytes together; 64 MiB by default.
    pub bytes: u64,
}

impl Default for HeldLimits {
    fn default() -> Self {
        Self { entries: 10_000, bytes: 64 * 1024 * 1024 }
    }
}

impl HeldLimits {
    /// Whether the limits allow one more body.
    pub(crate) fn allow(self, entries: u64, bytes: u64, body: usize) -> bool {
        let body = u64::try_from(body).unwrap_or(u64::MAX);
        entries < self.entries && bytes.saturating_add(body) <= self.bytes
    }
}
