//! What went wrong while sending, told apart by what telecrm can have received.

use std::time::Duration;

use crate::transport::in_words;

/// Why a lead was not queued, or is not known to be.
///
/// Nothing in it holds the token, the lead, or the URL.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The lead's schema names another enterprise than the client sends to. Nothing was sent.
    #[error("the lead is of enterprise {lead}, and the client sends to enterprise {client}")]
    #[non_exhaustive]
    WrongEnterprise {
        /// The enterprise of the schema that the lead was generated from.
        lead: String,
        /// The enterprise of the client.
        client: String,
    },
    /// The client's own limit on requests does not let this one out now, and the caller chose not to
    /// wait ([`RateLimit`](crate::RateLimit)). Nothing was sent.
    #[error("the lead was not sent: the client has sent as much as telecrm takes for now")]
    #[non_exhaustive]
    Throttled {
        /// How long it would have had to wait for its turn.
        wait: Duration,
    },
    /// Sending was stopped ([`StopHandle`](crate::StopHandle)) before the lead's turn came. Nothing was sent.
    #[error("the lead was not sent: sending was stopped before")]
    Stopped,
    /// [`blocking::Client`](crate::blocking::Client) was called inside of an async runtime, where it
    /// would stop every task of the thread. Nothing was sent.
    #[cfg(feature = "blocking")]
    #[error(
        "the lead was not sent: the blocking client was called inside of an async runtime; use `telecrm_runtime::Client` there, or a thread of its own"
    )]
    InsideRuntime,
    /// No connection came about: name lookup, connection or TLS failed or took too long. telecrm has
    /// received nothing.
    #[error("the lead was not sent: there is no connection to telecrm")]
    #[non_exhaustive]
    NotSent {
        /// As the HTTP client tells it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The request went out, at least in part, and no whole answer came back. telecrm may have
    /// received the lead; sending it again appends its actions again.
    #[error("telecrm may have received the lead: no whole answer came back")]
    #[non_exhaustive]
    Unconfirmed {
        /// As the HTTP client tells it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// 401 (telecrm: Errors).
    #[error(
        "telecrm refused the token (401): check that it is this enterprise's, is not deleted, and is an Async token; a Sync token is refused here, too"
    )]
    Unauthorized,
    /// 429: more than 18,000 requests in an hour on this token (telecrm: Async API).
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
        /// The code of telecrm's error envelope, such as `ENTERPRISE_NOT_FOUND`. Its message is left
        /// out: it may repeat personal data.
        code: Option<String>,
    },
    /// 5xx: telecrm, or a gateway before it, failed; the lead may have been received all the same.
    #[error("telecrm failed to answer ({status})")]
    #[non_exhaustive]
    Server {
        /// The HTTP status.
        status: u16,
        /// How long to wait, where the answer says so.
        retry_after: Option<Duration>,
    },
    /// The answer is a success or a redirect, but not telecrm's `200 {"status":"QUEUED"}`: a login
    /// page, a proxy, another service. Check the base URL. Whoever answered may have handed the lead on,
    /// so it is never sent again by itself.
    #[error(
        "the answer ({status}) is not telecrm's that the lead is queued: {answer}; check the base URL and any proxy"
    )]
    #[non_exhaustive]
    NotQueued {
        /// The HTTP status.
        status: u16,
        /// What it is instead, in general words.
        answer: String,
    },
    /// The last request failed in a way that proves nothing of an earlier one of the same call, which
    /// telecrm may have received, actions and all.
    #[error("telecrm may have received the lead from an earlier request of this call")]
    #[non_exhaustive]
    EarlierUnconfirmed {
        /// How the last request failed.
        source: Box<Error>,
    },
}

impl Error {
    /// Whether the cause is likely to pass by itself. Where [`is_ambiguous`](Self::is_ambiguous) also
    /// holds, only a lead without actions can safely be sent again: fields overwrite themselves,
    /// actions are appended once more.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Throttled { .. }
            | Self::Stopped
            | Self::NotSent { .. }
            | Self::Unconfirmed { .. }
            | Self::RateLimited { .. }
            | Self::Server { .. } => true,
            Self::WrongEnterprise { .. }
            | Self::Unauthorized
            | Self::Rejected { .. }
            | Self::NotQueued { .. } => false,
            Self::EarlierUnconfirmed { source } => source.is_retryable(),
            #[cfg(feature = "blocking")]
            Self::InsideRuntime => false,
        }
    }

    /// Whether telecrm may have received the lead, although no `QUEUED` came back: from any request of
    /// the call. The first that may have been received had the lead's actions in it, so telecrm may
    /// have these, too; where this is `false`, it has neither.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::Unconfirmed { .. } | Self::NotQueued { .. } | Self::EarlierUnconfirmed { .. } => {
                true
            }
            // 503: it does not take requests now, and has not taken this one.
            Self::Server { status, .. } => *status != 503,
            Self::WrongEnterprise { .. }
            | Self::Throttled { .. }
            | Self::Stopped
            | Self::NotSent { .. }
            | Self::Unauthorized
            | Self::RateLimited { .. }
            | Self::Rejected { .. } => false,
            #[cfg(feature = "blocking")]
            Self::InsideRuntime => false,
        }
    }

    /// The HTTP status of the last answer, where there was a whole one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unauthorized => Some(401),
            Self::RateLimited { .. } => Some(429),
            Self::Rejected { status, .. }
            | Self::Server { status, .. }
            | Self::NotQueued { status, .. } => Some(*status),
            Self::WrongEnterprise { .. }
            | Self::Throttled { .. }
            | Self::Stopped
            | Self::NotSent { .. }
            | Self::Unconfirmed { .. } => None,
            Self::EarlierUnconfirmed { source } => source.status(),
            #[cfg(feature = "blocking")]
            Self::InsideRuntime => None,
        }
    }

    /// How long to wait before the next request, where the last answer, or the client's own limit,
    /// says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Server { retry_after, .. } => *retry_after,
            Self::Throttled { wait } => Some(*wait),
            Self::EarlierUnconfirmed { source } => source.retry_after(),
            _ => None,
        }
    }

    /// One word for logs.
    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::WrongEnterprise { .. } => "other_enterprise",
            Self::Throttled { .. } => "throttled",
            Self::Stopped => "stopped",
            #[cfg(feature = "blocking")]
            Self::InsideRuntime => "inside_runtime",
            Self::NotSent { .. } => "not_sent",
            Self::Unconfirmed { .. } => "unconfirmed",
            Self::Unauthorized => "unauthorized",
            Self::RateLimited { .. } => "rate_limited",
            Self::Rejected { .. } => "rejected",
            Self::Server { .. } => "server",
            Self::NotQueued { .. } => "not_queued",
            Self::EarlierUnconfirmed { .. } => "earlier_unconfirmed",
        }
    }

    /// The error of a whole call, `ambiguous` where any of its requests was.
    pub(super) fn of_call(self, ambiguous: bool) -> Self {
        if ambiguous && !self.is_ambiguous() {
            Self::EarlierUnconfirmed { source: Box::new(self) }
        } else {
            self
        }
    }

    /// What reqwest reports while it sends. Only a failed connection is proof that nothing went out:
    /// a server that reads the request and hangs up is neither connect error nor timeout.
    pub(super) fn transport(error: reqwest::Error) -> Self {
        let not_sent = error.is_connect() || error.is_builder();
        // The path holds the enterprise id, and the host is the user's own affair.
        let source = error.without_url().into();
        if not_sent { Self::NotSent { source } } else { Self::Unconfirmed { source } }
    }

    /// What reqwest reports while the answer is read.
    pub(super) fn unread(error: reqwest::Error) -> Self {
        Self::Unconfirmed { source: error.without_url().into() }
    }
}
