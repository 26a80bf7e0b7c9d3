//! Summary of a response that telecrm does not document, without personal data.

use std::fmt;

/// A response that telecrm does not document, from [`Error::response`](crate::Error::response).
///
/// `Display` and `Debug` show status, content type and length; what it says is in
/// [`excerpt`](Self::excerpt), since it may repeat personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseSummary {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) length: Option<usize>,
    /// The rule that it breaks.
    pub(crate) rule: String,
    pub(crate) excerpt: String,
    pub(crate) message: Option<String>,
    pub(crate) has_envelope: bool,
}

impl ResponseSummary {
    /// JSON of the right kind with something missing.
    #[cfg(feature = "sync")]
    pub(crate) fn incomplete(rule: &str) -> Self {
        Self {
            status: 200,
            content_type: None,
            length: None,
            rule: rule.to_owned(),
            excerpt: String::new(),
            message: None,
            has_envelope: false,
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The media type, such as `text/html`, where it is an ordinary one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The length of the body in bytes; `None` where it is beyond what the client reads.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        self.length
    }

    /// The start of the body: at most 500 characters, with control and invisible characters escaped.
    /// **It may repeat personal data**: show it to an operator, and keep it out of logs.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// The message of a JSON error (`error.message`, `errorString`, `message` …), bounded and escaped
    /// as the excerpt. **It may repeat personal data.**
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

impl fmt::Display for ResponseSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(content_type) = &self.content_type {
            write!(f, ", {content_type}")?;
        }
        if let Some(length) = self.length {
            write!(f, ", {length} bytes")?;
        }
        write!(f, ": {}", self.rule)
    }
}

impl fmt::Debug for ResponseSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseSummary({self})")
    }
}
