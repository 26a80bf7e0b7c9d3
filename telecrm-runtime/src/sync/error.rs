//! What went wrong while reading, told apart by what one can do about it.

use std::time::Duration;

use crate::transport::in_words;

/// Why nothing was read.
///
/// Nothing in it holds the token, a value of a lead, or the URL.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked for cannot be a request. Nothing was sent.
    #[error("telecrm cannot be asked for that: {rule}")]
    #[non_exhaustive]
    InvalidRequest {
        /// What it would have to be.
        rule: &'static str,
    },
    /// No connection came about: name lookup, connection or TLS failed or took too long.
    #[error("there is no connection to telecrm")]
    #[non_exhaustive]
    NotSent {
        /// As the HTTP client tells it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The request went out, and no whole answer came back: it took too long, or broke off.
    #[error("no whole answer came back from telecrm")]
    #[non_exhaustive]
    NoResponse {
        /// As the HTTP client tells it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// 401 (telecrm: Errors).
    #[error(
        "telecrm refused the token (401): check that it is this enterprise's, is not deleted, and is a Sync token; an Async token is refused here, too"
    )]
    Unauthorized,
    /// 404 with the code `ENTERPRISE_NOT_FOUND`.
    #[error("telecrm knows no such enterprise (404): check the enterprise id")]
    EnterpriseNotFound,
    /// Another 404: no field, action or lead of this name. Names are case-sensitive. Where a whole
    /// section is asked for, the base URL is wrong.
    #[error("telecrm has nothing there (404{})", in_words(.code.as_deref()))]
    #[non_exhaustive]
    NotFound {
        /// The code of telecrm's error envelope, such as `NOT_FOUND`. A 404 without one is likely not
        /// telecrm's: check the base URL.
        code: Option<String>,
    },
    /// 429: telecrm takes no more requests for now.
    #[error("telecrm took no more requests from this token for now (429)")]
    #[non_exhaustive]
    RateLimited {
        /// How long to wait, where the answer says so.
        retry_after: Option<Duration>,
    },
    /// Another 4xx: the request was refused, and would be again.
    #[error("telecrm refused the request ({status}{})", in_words(.code.as_deref()))]
    #[non_exhaustive]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The code of telecrm's error envelope, such as `BAD_REQUEST`. Its message is left out: it
        /// may repeat personal data.
        code: Option<String>,
    },
    /// 5xx: telecrm, or a gateway before it, failed.
    #[error("telecrm failed to answer ({status})")]
    #[non_exhaustive]
    Server {
        /// The HTTP status.
        status: u16,
        /// How long to wait, where the answer says so.
        retry_after: Option<Duration>,
    },
    /// The answer is a success or a redirect, but not the JSON that telecrm documents: a login page, a
    /// proxy, another service.
    #[error(
        "the answer ({status}) is not what telecrm documents: {answer}; check the base URL and any proxy"
    )]
    #[non_exhaustive]
    UnexpectedResponse {
        /// The HTTP status.
        status: u16,
        /// What it is instead, in general words.
        answer: String,
    },
}

impl Error {
    /// Whether the cause is likely to pass by itself.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotSent { .. }
            | Self::NoResponse { .. }
            | Self::RateLimited { .. }
            | Self::Server { .. } => true,
            Self::InvalidRequest { .. }
            | Self::Unauthorized
            | Self::EnterpriseNotFound
            | Self::NotFound { .. }
            | Self::Rejected { .. }
            | Self::UnexpectedResponse { .. } => false,
        }
    }

    /// The HTTP status of the last answer, where there was a whole one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::InvalidRequest { .. } | Self::NotSent { .. } | Self::NoResponse { .. } => None,
            Self::Unauthorized => Some(401),
            Self::EnterpriseNotFound | Self::NotFound { .. } => Some(404),
            Self::RateLimited { .. } => Some(429),
            Self::Rejected { status, .. }
            | Self::Server { status, .. }
            | Self::UnexpectedResponse { status, .. } => Some(*status),
        }
    }

    /// How long to wait before the next request, where the last answer says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// One word for logs.
    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::InvalidRequest { .. } => "unaskable",
            Self::NotSent { .. } => "not_reached",
            Self::NoResponse { .. } => "no_answer",
            Self::Unauthorized => "unauthorized",
            Self::EnterpriseNotFound => "enterprise_not_found",
            Self::NotFound { .. } => "not_found",
            Self::RateLimited { .. } => "rate_limited",
            Self::Rejected { .. } => "rejected",
            Self::Server { .. } => "server",
            Self::UnexpectedResponse { .. } => "not_documented",
        }
    }

    /// JSON that is not what it should be.
    pub(super) fn unlike(answer: &str) -> Self {
        Self::UnexpectedResponse { status: 200, answer: answer.to_owned() }
    }

    /// What reqwest reports while it sends.
    pub(super) fn transport(error: reqwest::Error) -> Self {
        let not_reached = error.is_connect() || error.is_builder();
        // The path holds the enterprise id, and the host is the user's own affair.
        let source = error.without_url().into();
        if not_reached { Self::NotSent { source } } else { Self::NoResponse { source } }
    }

    /// What reqwest reports while the answer is read.
    pub(super) fn unread(error: reqwest::Error) -> Self {
        Self::NoResponse { source: error.without_url().into() }
    }
}
