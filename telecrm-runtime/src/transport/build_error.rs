//! Errors of building a client.

use std::fmt;

use crate::credentials::CredentialError;
use crate::error::write_chain;

/// Reason why a client cannot be built.
///
/// `Debug` prints the same text as `Display`, followed by the causes, because `main` prints errors
/// with `Debug`.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is not valid.
    ///
    /// The error does not repeat it, because users put passwords into URLs.
    #[error("not a base URL for telecrm's API: {rule}")]
    #[non_exhaustive]
    BaseUrl {
        /// The rule that the URL breaks.
        rule: &'static str,
    },
    /// The base URL is that of the Sync API, which refuses leads in this form.
    #[error(
        "the base URL is that of telecrm's Sync API; leads go to the Async API, https://next-api.telecrm.in"
    )]
    SyncHost,
    /// The base URL is that of the Async API, which cannot be read from.
    #[error(
        "the base URL is that of telecrm's Async API; schemas and leads are read from the Sync API, https://next.telecrm.in/autoupdate/v2"
    )]
    AsyncHost,
    /// The client would send the token over the network in plain text.
    #[error(
        "the base URL uses plain http to another machine, which exposes the token to the network in between; use https, or `allow_plain_http()` if that network is safe"
    )]
    PlainHttp,
    /// The connect timeout is not below the timeout, or is zero.
    ///
    /// The client needs time between both timeouts to distinguish a lead that was never sent from a
    /// lead that telecrm may have received.
    #[error(
        "the timeouts are not valid: the connect timeout must be above zero and below the timeout"
    )]
    Timeouts,
    /// The user agent is not a valid header value.
    #[error("the user agent has a character that HTTP headers do not allow")]
    UserAgent,
    /// An environment variable is missing, blank or not Unicode.
    #[error("the environment variable {name} is not set; {}", place_of(.name))]
    #[non_exhaustive]
    MissingVariable {
        /// The complete name of the variable.
        name: String,
    },
    /// The value of an environment variable is not valid.
    #[error("the environment variable {name} is not valid: {error}")]
    #[non_exhaustive]
    Variable {
        /// The complete name of the variable.
        name: String,
        /// The rule that the value breaks, whose text is part of this error's text.
        error: CredentialError,
    },
    /// The feature `rustls-no-provider` is on, and the application has not installed a provider.
    #[error(
        "no crypto provider for rustls is installed: install one before building the client, or use the feature `rustls`"
    )]
    NoCryptoProvider,
    /// The thread of a [`blocking::Client`](crate::blocking::Client) could not be started.
    #[cfg(feature = "blocking")]
    #[error("the client's thread could not be started")]
    #[non_exhaustive]
    Thread {
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// TLS could not be set up.
    #[error("the HTTP client could not be set up")]
    #[non_exhaustive]
    Http {
        /// The error of the HTTP client.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Returns the place of a variable's value in telecrm's dashboard.
fn place_of(variable: &str) -> &'static str {
    let ends = |end| variable.ends_with(end);
    match () {
        () if ends("ENTERPRISE_ID") => {
            "telecrm shows the enterprise id under Settings → Website and API"
        }
        () if ends("ASYNC_TOKEN") => {
            "create the token in telecrm: Settings → Website and API → API token → Create new token, type Async"
        }
        () if ends("SYNC_TOKEN") => {
            "create the token in telecrm: Settings → Website and API → API token → Create new token, type Sync"
        }
        () => "telecrm shows its values under Settings → Website and API",
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_chain(self, f)
    }
}
