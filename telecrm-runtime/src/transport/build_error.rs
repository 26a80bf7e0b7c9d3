//! Errors of building a client.

use std::fmt;

use crate::credentials::CredentialError;
use crate::error::write_chain;

/// Why no client was built. Its `Debug` is the text with its causes, as `main` prints it.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is not valid. It is not repeated: people put passwords into URLs.
    #[error("not a base URL for telecrm's API: {rule}")]
    #[non_exhaustive]
    BaseUrl {
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The base URL is that of the Sync API, which refuses leads in this form.
    #[error(
        "the base URL is that of telecrm's Sync API; leads go to the Async API, https://next-api.telecrm.in"
    )]
    SyncHost,
    /// The base URL is that of the Async API, which has nothing to read.
    #[error(
        "the base URL is that of telecrm's Async API; schemas and leads are read from the Sync API, https://next.telecrm.in/autoupdate/v2"
    )]
    AsyncHost,
    /// The token would cross the network in plain text.
    #[error(
        "the base URL is plain http to another machine, which would show the token to everybody in between; use https, or `allow_plain_http()` where that is safe"
    )]
    PlainHttp,
    /// The time for the connection must be shorter than that for the whole, and neither zero: else
    /// one could not tell a lead that was never sent from one that may have been received.
    #[error(
        "the timeouts do not fit: the connect timeout must be above zero and below the timeout"
    )]
    Timeouts,
    /// The user agent is not a header value.
    #[error("the user agent has a character that no HTTP header takes")]
    UserAgent,
    /// A variable of the environment is missing, blank or not Unicode.
    #[error("the environment variable {name} is not set")]
    #[non_exhaustive]
    MissingVariable {
        /// Its name.
        name: &'static str,
    },
    /// A variable of the environment is not what its name says.
    #[error("the environment variable {name} does not fit: {source}")]
    #[non_exhaustive]
    Variable {
        /// Its name.
        name: &'static str,
        /// The rule that it breaks.
        source: CredentialError,
    },
    /// The feature `rustls-no-provider` is on, and the application installed none.
    #[error(
        "no crypto provider for rustls is installed: install one before building the client, or use the feature `rustls`"
    )]
    NoCryptoProvider,
    /// The thread of a [`blocking::Client`](crate::blocking::Client) could not be started.
    #[cfg(feature = "blocking")]
    #[error("the client's thread could not be started")]
    #[non_exhaustive]
    Thread {
        /// As the operating system reports it.
        source: std::io::Error,
    },
    /// TLS could not be set up.
    #[error("the HTTP client could not be set up")]
    #[non_exhaustive]
    Http {
        /// As the HTTP client reports it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Its text is part of the error's own.
            Self::Variable { .. } => write!(f, "{self}"),
            _ => write_chain(self, f),
        }
    }
}
