//! Summary of an undocumented response, without personal data.

use std::fmt;

/// Response that telecrm does not document, from [`Error::response`](crate::Error::response).
///
/// `Display` and `Debug` show the status, the content type and the length.
/// [`excerpt`](Self::excerpt) returns the content, which may contain personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseSummary {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) length: Option<usize>,
    /// The rule that the response breaks.
    pub(crate) rule: String,
    pub(crate) excerpt: String,
    pub(crate) message: Option<String>,
    pub(crate) has_envelope: bool,
}

impl ResponseSummary {
    /// Returns the summary of documented JSON that lacks a part.
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

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the media type, such as `text/html`, if it is a usual one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns the length of the body in bytes, or `None` if the body exceeds the client's limit.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        self.length
    }

    /// Returns the start of the body, up to 500 characters.
    ///
    /// Control and invisible characters are escaped.
    ///
    /// **It may contain personal data**: show it to an operator, and do not log it.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }

    /// Returns the message of a JSON error (`error.message`, `errorString`, `message` …).
    ///
    /// It is limited and escaped like the excerpt. **It may contain personal data.**
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
