//! Unmodified responses.

use std::fmt;

use serde_json::Value;

/// Response of the Sync API: the received text, and its JSON.
///
/// The keys in [`as_str`](Self::as_str) are in telecrm's order. [`json`](Self::json) keeps this
/// order only if the application turns on the feature `preserve_order` of `serde_json`.
#[derive(Clone, PartialEq)]
pub struct Document {
    text: String,
    json: Value,
}

impl Document {
    pub(super) fn new(text: String, json: Value) -> Self {
        Self { text, json }
    }

    /// Returns the received JSON text, byte for byte.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the JSON value, which is always an object.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Converts the document into its JSON value.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.json
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Omits the contents, which may be personal data.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}
