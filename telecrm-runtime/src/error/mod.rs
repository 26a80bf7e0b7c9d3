//! Errors of both clients, which distinguish whether telecrm may have received the request.

mod response_summary;
mod shared;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

pub use response_summary::ResponseSummary;
pub use shared::SharedCause;

/// Error of a call: a lead that is not known to be queued, or a failed read.
///
/// The error contains no token, no value of a lead, and no URL. `Debug` prints the text followed by
/// its causes, because `main` prints errors with `Debug`.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The lead's schema specifies a different enterprise from the client's. Nothing was sent.
    #[error("the lead belongs to enterprise {lead}, but the client sends to enterprise {client}")]
    #[non_exhaustive]
    WrongEnterprise {
        /// The enterprise of the schema that the lead was generated from.
        lead: String,
        /// The enterprise of the client.
        client: String,
    },
    /// The call is not a valid request. Nothing was sent, and a repetition would fail too.
    #[error("the request is not valid: {rule}")]
    #[non_exhaustive]
    InvalidRequest {
        /// The rule that the request breaks.
        rule: &'static str,
        /// The error of the HTTP client if it could not build the request.
        source: Option<SharedCause>,
    },
    /// The client's own rate limit does not allow the request yet. Nothing was sent.
    ///
    /// The caller limited the wait with [`RateLimit::max_wait`](crate::RateLimit::max_wait).
    #[error("the request was not sent: the client has reached its rate limit")]
    #[non_exhaustive]
    Throttled {
        /// The wait for the request's turn.
        wait: Duration,
    },
    /// The client, or the [`SendAll`](crate::SendAll), was stopped before the request.
    ///
    /// Nothing was sent.
    #[error("the request was not sent: sending was stopped")]
    Stopped,
    /// [`blocking::Client`](crate::blocking::Client) was called inside an async runtime.
    ///
    /// Nothing was sent.
    ///
    /// The call would block every task of the thread.
    #[cfg(feature = "blocking")]
    #[error(
        "the lead was not sent: the blocking client was called inside an async runtime; use `telecrm_runtime::Client` there, or a separate thread"
    )]
    InsideRuntime,
    /// There is no connection: name lookup, connection or TLS failed or took too long.
    ///
    /// telecrm has received nothing.
    #[error("the request was not sent: there is no connection to telecrm")]
    #[non_exhaustive]
    NotSent {
        /// The error of the HTTP client.
        source: SharedCause,
    },
    /// The request was sent, at least in part, and no complete response arrived.
    ///
    /// telecrm may have received the lead. Sending the lead again appends its actions again.
    #[error(
        "telecrm may have received the request: no complete response arrived{}",
        .hint.map_or_else(String::new, |hint| format!("; {hint}"))
    )]
    #[non_exhaustive]
    NoResponse {
        /// The error of the HTTP client.
        source: SharedCause,
        /// A likely cause, if one is known.
        hint: Option<&'static str>,
    },
    /// 401 (telecrm: Errors): the token is wrong, or the enterprise id is unknown.
    #[error(
        "telecrm refused the credentials (401): the token or the enterprise id is wrong; the token may be deleted, or belong to another workspace or to the other API (the Async API refuses a Sync token, and the Sync API refuses an Async token); compare both in telecrm: Settings → Website and API → API token"
    )]
    Unauthorized,
    /// 404 with the code `ENTERPRISE_NOT_FOUND`.
    #[error("telecrm has no such enterprise (404): check the enterprise id")]
    EnterpriseNotFound,
    /// Another 404: no field, action or lead has this name, or the base URL is wrong.
    ///
    /// Names are case-sensitive.
    #[error("telecrm did not find the requested item (404{})", code_in_brackets(.code.as_deref()))]
    #[non_exhaustive]
    NotFound {
        /// The code of telecrm's error envelope, such as `NOT_FOUND`.
        ///
        /// A 404 without a code probably comes from another server: check the base URL.
        code: Option<String>,
        /// Whether the response contains telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// 409 with the code `LEAD_ALREADY_EXISTS` (telecrm: Sync API): telecrm has the lead already.
    ///
    /// Nothing was changed. Search for the lead's id, and use `sync::Client::update` and
    /// `append_actions`.
    #[error(
        "telecrm has a lead with this identifier already (409, LEAD_ALREADY_EXISTS); nothing was changed"
    )]
    LeadExists,
    /// 429: telecrm received more than 18,000 requests in an hour with this token.
    #[error("telecrm accepts no more requests from this token for now (429)")]
    #[non_exhaustive]
    RateLimited {
        /// The wait that the response specifies, if any.
        retry_after: Option<Duration>,
        /// Whether the response contains telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// Another 4xx: telecrm refused the request.
    ///
    /// 408, 421 and 425 may be temporary. telecrm would refuse the others again.
    #[error("telecrm refused the request ({status}{})", code_in_brackets(.code.as_deref()))]
    #[non_exhaustive]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The code of telecrm's error envelope, such as `BAD_REQUEST`.
        ///
        /// The error's text leaves out the envelope's message, which may contain personal data.
        code: Option<String>,
        /// The envelope's message, at most 500 characters, escaped.
        ///
        /// See [`Error::telecrm_message`].
        message: Option<String>,
        /// Whether the response contains telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// 5xx: telecrm, or a gateway in front of it, failed. telecrm may still have received the lead.
    #[error("telecrm returned a server error ({status})")]
    #[non_exhaustive]
    Server {
        /// The HTTP status.
        status: u16,
        /// The wait that the response specifies, if any.
        retry_after: Option<Duration>,
        /// Whether the response shows that the request was not accepted.
        ///
        /// That is a 503 with `Retry-After`, or with telecrm's own error body. Gateways can also
        /// return 503 after they deliver a request.
        not_received: bool,
        /// Whether the response contains telecrm's JSON error envelope.
        has_envelope: bool,
    },
    /// A success or a redirect that is not telecrm's `200 {"status":"QUEUED"}`.
    ///
    /// The response may come from a login page, a proxy or another service, which may have
    /// forwarded the lead. The client therefore never repeats the request.
    #[error(
        "the response does not confirm that the lead is queued ({response}); check the base URL and any proxy, or accept such a response with `ClientBuilder::accept_response`"
    )]
    #[non_exhaustive]
    NotQueued {
        /// The received response.
        response: ResponseSummary,
    },
    /// A success or a redirect that is not the JSON that the Sync API documents.
    ///
    /// The response may come from a login page, a proxy or another service, which may have
    /// forwarded a write. The client never repeats the request.
    #[error(
        "the response is not the one that telecrm documents ({response}); check the base URL and any proxy"
    )]
    #[non_exhaustive]
    UnexpectedResponse {
        /// The received response.
        response: ResponseSummary,
    },
    /// An earlier request of the call may have succeeded, and the last request failed.
    ///
    /// telecrm may have received the earlier request with its actions.
    #[error("telecrm may have received the lead from an earlier request of this call")]
    #[non_exhaustive]
    EarlierUnconfirmed {
        /// The failure of the last request.
        source: SharedCause<Error>,
    },
}

impl Error {
    /// Returns whether the cause is likely to be temporary.
    ///
    /// If [`is_ambiguous`](Self::is_ambiguous) is also `true`, it is safe to repeat only a lead
    /// without actions: fields overwrite themselves, but telecrm appends actions again.
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

    /// Returns whether telecrm may have received the lead, although it did not confirm it.
    ///
    /// This considers every request of the call. The first request that telecrm may have received
    /// contains the lead's actions, so telecrm may have the actions too. If the result is `false`,
    /// telecrm has neither.
    ///
    /// To settle an ambiguous outcome, read the lead back with `sync::Client::verify`. Wait before
    /// sending the lead again: telecrm's queue may be late.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::NoResponse { .. }
            | Self::NotQueued { .. }
            | Self::UnexpectedResponse { .. }
            | Self::EarlierUnconfirmed { .. } => true,
            // A server that timed out may have forwarded the part that it read.
            Self::Rejected { status, .. } => *status == 408,
            Self::Server { not_received, .. } => !not_received,
            _ => false,
        }
    }

    /// Returns the HTTP status of the last response if a complete response arrived.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unauthorized => Some(401),
            Self::EnterpriseNotFound | Self::NotFound { .. } => Some(404),
            Self::LeadExists => Some(409),
            Self::RateLimited { .. } => Some(429),
            Self::Rejected { status, .. } | Self::Server { status, .. } => Some(*status),
            Self::NotQueued { response } | Self::UnexpectedResponse { response } => {
                Some(response.status())
            }
            Self::EarlierUnconfirmed { source } => source.status(),
            _ => None,
        }
    }

    /// Returns the wait before the next request.
    ///
    /// The last response or the client's own limit specifies it.
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
            Self::EnterpriseNotFound | Self::LeadExists => true,
            Self::NotFound { has_envelope, .. }
            | Self::RateLimited { has_envelope, .. }
            | Self::Rejected { has_envelope, .. }
            | Self::Server { has_envelope, .. } => *has_envelope,
            Self::NotQueued { response } | Self::UnexpectedResponse { response } => {
                response.has_envelope
            }
            Self::EarlierUnconfirmed { source } => source.has_telecrm_envelope(),
            _ => false,
        }
    }

    /// Returns the response if it is a success or redirect that telecrm does not document.
    ///
    /// Its excerpt is not part of the error's text, because it may contain personal data.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseSummary> {
        match self {
            Self::NotQueued { response } | Self::UnexpectedResponse { response } => Some(response),
            Self::EarlierUnconfirmed { source } => source.response(),
            _ => None,
        }
    }

    /// Returns telecrm's own reason for a refusal ([`Rejected`](Self::Rejected)).
    ///
    /// It is not part of the error's text, because it may repeat a value and so be personal data. It
    /// has at most 500 characters, escaped.
    #[must_use]
    pub fn telecrm_message(&self) -> Option<&str> {
        match self {
            Self::Rejected { message, .. } => message.as_deref(),
            Self::EarlierUnconfirmed { source } => source.telecrm_message(),
            _ => None,
        }
    }

    /// Returns one word for metrics and logs, such as `rate_limited`. The words are stable.
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
            Self::LeadExists => "lead_exists",
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

    /// Returns the error of Sync API JSON that lacks a part.
    #[cfg(feature = "sync")]
    pub(crate) fn incomplete(rule: &str) -> Self {
        Self::UnexpectedResponse { response: ResponseSummary::incomplete(rule) }
    }

    /// Returns the error of a whole call; `ambiguous` if any of its requests was.
    pub(crate) fn of_call(self, ambiguous: bool) -> Self {
        if ambiguous && !self.is_ambiguous() {
            Self::EarlierUnconfirmed { source: self.into() }
        } else {
            self
        }
    }

    /// Converts the error of a request that reqwest could not complete.
    ///
    /// Only a failed connection proves that nothing was sent: if a server reads the request and
    /// closes the connection, the error is neither a connect error nor a timeout.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let (built, connected) = (!error.is_builder(), !error.is_connect());
        let hint = broken_dispatch(&error);
        // The path contains the enterprise id, and the host is the user's own setting.
        let source = SharedCause::new(error.without_url());
        if !built {
            let rule = "the HTTP client could not build it";
            Self::InvalidRequest { rule, source: Some(source) }
        } else if connected {
            Self::NoResponse { source, hint }
        } else {
            Self::NotSent { source }
        }
    }

    /// Converts the error of a response that could not be read completely.
    pub(crate) fn unread(error: reqwest::Error) -> Self {
        Self::NoResponse { source: SharedCause::new(error.without_url()), hint: None }
    }
}

/// Detects a client that outlived the runtime which drives its connections.
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

/// Writes the text of an error and of its causes, for the output of `main`.
pub(crate) fn write_chain(error: &dyn StdError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

/// Returns the code after a status: `, NOT_FOUND`.
fn code_in_brackets(code: Option<&str>) -> String {
    code.map_or_else(String::new, |code| format!(", {code}"))
}
