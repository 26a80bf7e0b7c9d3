//! Responses as received.

use std::fmt;

use serde_json::Value;

/// A response of the Sync API: its text as received, and its JSON.
///
/// In [`as_str`](Self::as_str) keys have telecrm's order. [`json`](Self::json) keeps that order only
/// where the application turns on the feature `preserve_order` of `serde_json`.
#[derive(Clone, PartialEq)]
pub struct Document {
    text: String,
    json: Value,
}

impl Document {
    pub(super) fn new(text: String, json: Value) -> Self {
        Self { text, json }
    }

    /// The JSON, byte for byte.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The JSON, always an object.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The JSON as a value of its own.
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

/// Without its contents, which may be about people.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}
