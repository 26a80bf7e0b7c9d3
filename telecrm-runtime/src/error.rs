//! Errors of both clients, told apart by what telecrm can have received.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::transport::{ResponseSummary, code_in_brackets};

/// A cause as the HTTP client reports it.
type Source = Box<dyn StdError + Send + Sync>;

/// Why a lead was not queued or is not known to be, or why nothing was read.
///
/// Nothing in it holds the token, a value of a lead, or the URL. Its `Debug` is written for people:
/// the text with its causes, as `main` prints it.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The lead's schema names another enterprise than the client's. Nothing was sent.
    #[error("the lead is of enterprise {lead}, and the client sends to enterprise {client}")]
    #[non_exhaustive]
    WrongEnterprise {
        /// The enterprise of the schema that the lead was generated from.
        lead: String,
        /// The enterprise of the client.
        client: String,
    },
    /// The call cannot be made into a request. Nothing was sent, and repeating it changes nothing.
    #[error("the request cannot be made: {rule}")]
    #[non_exhaustive]
    InvalidRequest {
        /// The rule that it breaks.
        rule: &'static str,
        /// The report of the HTTP client, where it could not build the request.
        source: Option<Source>,
    },
    /// The client's own rate limit does not let this request out yet, and the caller chose not to wait
    /// ([`RateLimit::max_wait`](crate::RateLimit::max_wait)). Nothing was sent.
    #[error("the request was not sent: the client has reached its rate limit")]
    #[non_exhaustive]
    Throttled {
        /// How long it would have had to wait for its turn.
        wait: Duration,
    },
    /// The client, or the [`SendAll`](crate::SendAll), was stopped before the request could be sent.
    /// Nothing was sent.
    #[error("the request was not sent: sending was stopped before")]
    Stopped,
    /// [`blocking::Client`](crate::blocking::Client) was called inside of an async runtime, where it
    /// would stop every task of the thread. Nothing was sent.
    #[cfg(feature = "blocking")]
    #[error(
        "the lead was not sent: the blocking client was called inside of an async runtime; use `telecrm_runtime::Client` there, or a thread of its own"
    )]
    InsideRuntime,
    /// No connection was made: name lookup, connection or TLS failed or took too long. telecrm has
    /// received nothing.
    #[error("the request was not sent: there is no connection to telecrm")]
    #[non_exhaustive]
    NotSent {
        /// As the HTTP client reports it.
        source: Source,
    },
    /// The request went out, at least in part, and no whole response came back. telecrm may have
    /// received the lead; sending it again appends its actions again.
    #[error(
        "telecrm may have received the request: no whole response came back{}",
        .hint.map_or_else(String::new, |hint| format!("; {hint}"))
    )]
    #[non_exhaustive]
    NoResponse {
        /// As the HTTP client reports it.
        source: Source,
        /// A likely reason, where one is known.
        hint: Option<&'static str>,
    },
    /// 401 (telecrm: Errors). telecrm answers so for a wrong token and for an unknown enterprise id.
    #[error(
        "telecrm refused the credentials (401): either the token is wrong (deleted, of another workspace, or of the other API: the Async API refuses a Sync token, and the Sync API an Async token), or the enterprise id is"
    )]
    Unauthorized,
    /// 404 with the code `ENTERPRISE_NOT_FOUND`.
    #[error("telecrm knows no such enterprise (404): check the enterprise id")]
    EnterpriseNotFound,
    /// Another 404: no field, action or lead of this name (names are case-sensitive), or a wrong base
    /// URL.
    #[error("telecrm has nothing there (404{})", code_in_brackets(.code.as_deref()))]
    #[non_exhaustive]
    NotFound {
        /// The code of telecrm's error envelope, such as `NOT_FOUND`. A 404 without one is likely not
        /// telecrm's: check the base URL.
        code: Option<String>,
        /// Whether the response carried telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// 429: more than 18,000 requests in an hour on this token (telecrm: Async API).
    #[error("telecrm accepts no more requests from this token for now (429)")]
    #[non_exhaustive]
    RateLimited {
        /// How long to wait, where the response says so.
        retry_after: Option<Duration>,
        /// Whether the response carried telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// Another 4xx: the request was refused. 408, 421 and 425 may pass; the others would be refused
    /// again.
    #[error("telecrm refused the request ({status}{})", code_in_brackets(.code.as_deref()))]
    #[non_exhaustive]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The code of telecrm's error envelope, such as `BAD_REQUEST`. Its message is left out: it
        /// may repeat personal data.
        code: Option<String>,
        /// Whether the response carried telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// 5xx: telecrm, or a gateway in front of it, failed; the lead may have been received all the same.
    #[error("telecrm failed to answer ({status})")]
    #[non_exhaustive]
    Server {
        /// The HTTP status.
        status: u16,
        /// How long to wait, where the response says so.
        retry_after: Option<Duration>,
        /// Whether the response shows that the request was not accepted: a 503 with `Retry-After`, or
        /// with telecrm's own error body. Gateways also answer 503 after they have delivered.
        not_received: bool,
        /// Whether the response carried telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// A success or a redirect, but not telecrm's `200 {"status":"QUEUED"}`: a login page, a proxy,
    /// another service. The sender may have handed the lead on, so it is never sent again by itself.
    #[error(
        "the response does not say that the lead is queued ({response}); check the base URL and any proxy, or accept such a response with `ClientBuilder::accept_response`"
    )]
    #[non_exhaustive]
    NotQueued {
        /// The response that came instead.
        response: ResponseSummary,
    },
    /// A success or a redirect, but not the JSON that the Sync API documents: a login page, a proxy,
    /// another service.
    #[error(
        "the response is not the one that telecrm documents ({response}); check the base URL and any proxy"
    )]
    #[non_exhaustive]
    UnexpectedResponse {
        /// The response that came instead.
        response: ResponseSummary,
    },
    /// The last request failed in a way that proves nothing about an earlier one of the same call,
    /// which telecrm may have received, actions and all.
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
            | Self::NoResponse { .. }
            | Self::RateLimited { .. }
            | Self::Server { .. } => true,
            // Request Timeout, Misdirected Request, Too Early (RFC 9110, RFC 8470).
            Self::Rejected { status, .. } => matches!(status, 408 | 421 | 425),
            Self::EarlierUnconfirmed { source } => source.is_retryable(),
            _ => false,
        }
    }

    /// Whether telecrm may have received the lead, although it did not confirm it, from any request
    /// of the call. The first that may have been received had the lead's actions in it, so telecrm
    /// may have these, too; where this is `false`, it has neither.
    ///
    /// An ambiguous outcome is settled by reading the lead back: `sync::Client::verify` says whether
    /// telecrm has it. Wait before sending it again: telecrm's queue may be late.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::NoResponse { .. }
            | Self::NotQueued { .. }
            | Self::UnexpectedResponse { .. }
            | Self::EarlierUnconfirmed { .. } => true,
            // A server that timed out may have handed on what it read.
            Self::Rejected { status, .. } => *status == 408,
            Self::Server { not_received, .. } => !not_received,
            _ => false,
        }
    }

    /// The HTTP status of the last response, where there was a whole one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unauthorized => Some(401),
            Self::EnterpriseNotFound | Self::NotFound { .. } => Some(404),
            Self::RateLimited { .. } => Some(429),
            Self::Rejected { status, .. } | Self::Server { status, .. } => Some(*status),
            Self::NotQueued { response } | Self::UnexpectedResponse { response } => {
                Some(response.status())
            }
            Self::EarlierUnconfirmed { source } => source.status(),
            _ => None,
        }
    }

    /// How long to wait before the next request, where the last response, or the client's own limit,
    /// says so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Server { retry_after, .. } => {
                *retry_after
            }
            Self::Throttled { wait } => Some(*wait),
            Self::EarlierUnconfirmed { source } => source.retry_after(),
            _ => None,
        }
    }

    /// Whether the last response carried telecrm's JSON error envelope, `{"error":{"code":…}}`.
    ///
    /// A refusal with the envelope comes from telecrm and concerns this request. A refusal without it
    /// comes from another server, such as a firewall, a proxy, or the host of a wrong base URL, which
    /// probably refuses every other request too.
    ///
    /// Always `false` for [`Unauthorized`](Self::Unauthorized): the client does not read the body of a
    /// 401, which concerns every request of its token.
    ///
    /// ```
    /// # fn report(error: telecrm_runtime::Error) {
    /// match error.status() {
    ///     Some(400..=499) if error.has_telecrm_envelope() => println!("telecrm refused this lead"),
    ///     Some(_) => println!("another server may answer in telecrm's place: {error}"),
    ///     None => println!("no response: {error}"),
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn has_telecrm_envelope(&self) -> bool {
        match self {
            Self::EnterpriseNotFound => true,
            Self::NotFound { has_envelope, .. }
            | Self::RateLimited { has_envelope, .. }
            | Self::Rejected { has_envelope, .. }
            | Self::Server { has_envelope, .. } => *has_envelope,
            Self::NotQueued { response } | Self::UnexpectedResponse { response } => {
                response.has_envelope()
            }
            Self::EarlierUnconfirmed { source } => source.has_telecrm_envelope(),
            _ => false,
        }
    }

    /// The response, where it is a success or redirect that telecrm does not document. It gives an
    /// excerpt, which the error's own text leaves out: it may repeat personal data.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseSummary> {
        match self {
            Self::NotQueued { response } | Self::UnexpectedResponse { response } => Some(response),
            Self::EarlierUnconfirmed { source } => source.response(),
            _ => None,
        }
    }

    /// One word for metrics and logs, such as `rate_limited`. The words do not change.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WrongEnterprise { .. } => "wrong_enterprise",
            Self::InvalidRequest { .. } => "invalid_request",
            Self::Throttled { .. } => "throttled",
            Self::Stopped => "stopped",
            #[cfg(feature = "blocking")]
            Self::InsideRuntime => "inside_runtime",
            Self::NotSent { .. } => "not_sent",
            Self::NoResponse { .. } => "no_response",
            Self::Unauthorized => "unauthorized",
            Self::EnterpriseNotFound => "enterprise_not_found",
            Self::NotFound { .. } => "not_found",
            Self::RateLimited { .. } => "rate_limited",
            Self::Rejected { .. } => "rejected",
            Self::Server { .. } => "server",
            Self::NotQueued { .. } => "not_queued",
            Self::UnexpectedResponse { .. } => "unexpected_response",
            Self::EarlierUnconfirmed { .. } => "earlier_unconfirmed",
        }
    }

    #[cfg(any(feature = "sync", test))]
    pub(crate) fn invalid_request(rule: &'static str) -> Self {
        Self::InvalidRequest { rule, source: None }
    }

    /// JSON of the Sync API that lacks something.
    #[cfg(feature = "sync")]
    pub(crate) fn incomplete(rule: &str) -> Self {
        Self::UnexpectedResponse { response: ResponseSummary::incomplete(rule) }
    }

    /// The same error for another lead of one request. Causes become text.
    #[cfg(feature = "sync")]
    pub(crate) fn copy(&self) -> Self {
        let text = |source: &Source| -> Source { chain(&**source).into() };
        match self {
            Self::WrongEnterprise { lead, client } => {
                Self::WrongEnterprise { lead: lead.clone(), client: client.clone() }
            }
            Self::InvalidRequest { rule, source } => {
                Self::InvalidRequest { rule, source: source.as_ref().map(text) }
            }
            Self::Throttled { wait } => Self::Throttled { wait: *wait },
            Self::Stopped => Self::Stopped,
            #[cfg(feature = "blocking")]
            Self::InsideRuntime => Self::InsideRuntime,
            Self::NotSent { source } => Self::NotSent { source: text(source) },
            Self::NoResponse { source, hint } => {
                Self::NoResponse { source: text(source), hint: *hint }
            }
            Self::Unauthorized => Self::Unauthorized,
            Self::EnterpriseNotFound => Self::EnterpriseNotFound,
            Self::NotFound { code, has_envelope } => {
                Self::NotFound { code: code.clone(), has_envelope: *has_envelope }
            }
            Self::RateLimited { retry_after, has_envelope } => {
                Self::RateLimited { retry_after: *retry_after, has_envelope: *has_envelope }
            }
            Self::Rejected { status, code, has_envelope } => {
                Self::Rejected { status: *status, code: code.clone(), has_envelope: *has_envelope }
            }
            Self::Server { status, retry_after, not_received, has_envelope } => Self::Server {
                status: *status,
                retry_after: *retry_after,
                not_received: *not_received,
                has_envelope: *has_envelope,
            },
            Self::NotQueued { response } => Self::NotQueued { response: response.clone() },
            Self::UnexpectedResponse { response } => {
                Self::UnexpectedResponse { response: response.clone() }
            }
            Self::EarlierUnconfirmed { source } => {
                Self::EarlierUnconfirmed { source: Box::new(source.copy()) }
            }
        }
    }

    /// The error of a whole call, `ambiguous` where any of its requests was.
    pub(crate) fn of_call(self, ambiguous: bool) -> Self {
        if ambiguous && !self.is_ambiguous() {
            Self::EarlierUnconfirmed { source: Box::new(self) }
        } else {
            self
        }
    }

    /// The error of a request that reqwest could not finish. Only a failed connection is proof that nothing went out:
    /// a server that reads the request and hangs up is neither connect error nor timeout.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let (built, connected) = (!error.is_builder(), !error.is_connect());
        let hint = broken_dispatch(&error);
        // The path holds the enterprise id, and the host is the user's own affair.
        let source = error.without_url().into();
        if !built {
            let rule = "the HTTP client could not build it";
            Self::InvalidRequest { rule, source: Some(source) }
        } else if connected {
            Self::NoResponse { source, hint }
        } else {
            Self::NotSent { source }
        }
    }

    /// The error of a response that could not be read to its end.
    pub(crate) fn unread(error: reqwest::Error) -> Self {
        Self::NoResponse { source: error.without_url().into(), hint: None }
    }
}

/// The one trace of a client that outlived the runtime which drives its connections.
fn broken_dispatch(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.to_string().contains("runtime dropped the dispatch task") {
            return Some(
                "the Tokio runtime that drove the connection has ended: build a client for each runtime",
            );
        }
        cause = error.source();
    }
    None
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_chain(self, f)
    }
}

/// The text of an error and of its causes.
#[cfg(feature = "sync")]
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The text of an error and of its causes, which is what `main` should print.
pub(crate) fn write_chain(error: &dyn StdError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}
