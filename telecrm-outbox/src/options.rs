//! Options of one enqueued lead: its key and its priority.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::entry::EntryId;

/// Options of [`Outbox::enqueue_with`](crate::Outbox::enqueue_with).
///
/// ```
/// use telecrm_outbox::{EnqueueOptions, Priority};
///
/// // The id that the sender of a webhook gives to each delivery: a repeated delivery stores nothing.
/// let options = EnqueueOptions::new().key("delivery-17").priority(Priority::Bulk);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnqueueOptions {
    pub(crate) key: Option<String>,
    pub(crate) priority: Priority,
}

impl EnqueueOptions {
    /// No key, and [`Priority::Interactive`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the idempotency key. Each enterprise accepts a key once: a second call with the same
    /// body stores nothing, and a second call with another body is
    /// [`Error::KeyConflict`](crate::Error::KeyConflict).
    ///
    /// A key is kept as long as its entry: until the retention after delivery is over. An empty key
    /// counts as no key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into()).filter(|key| !key.is_empty());
        self
    }

    /// Sets the priority.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }
}

/// A key can be personal data.
impl fmt::Debug for EnqueueOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnqueueOptions")
            .field("has_key", &self.key.is_some())
            .field("priority", &self.priority)
            .finish()
    }
}

/// Priority of an entry.
///
/// Workers send due [`Interactive`](Self::Interactive) entries first, and [`Bulk`](Self::Bulk)
/// entries get at least one of five turns. Entries of one lead keep their order: the first waiting
/// entry of a lead has the highest priority of that lead's entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// Urgent: the enquiry of a visitor.
    #[default]
    Interactive,
    /// Not urgent: a row of an import.
    Bulk,
}

/// Result of [`Outbox::enqueue_with`](crate::Outbox::enqueue_with).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Enqueued {
    /// The new entry, or the earlier entry with the same key.
    pub id: EntryId,
    /// Whether this call stored the lead.
    pub is_new: bool,
}

/// SHA-256 of a body: a repeated key is for the same body or for another one.
pub(crate) fn body_digest(body: &[u8]) -> Vec<u8> {
    Sha256::digest(body).to_vec()
}
