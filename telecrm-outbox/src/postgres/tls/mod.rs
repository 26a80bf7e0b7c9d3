//! TLS of the connection to PostgreSQL, by one of two implementations.

#[cfg(all(feature = "native-tls", not(feature = "rustls"), not(feature = "rustls-no-provider")))]
mod native;
#[cfg(not(all(
    feature = "native-tls",
    not(feature = "rustls"),
    not(feature = "rustls-no-provider")
)))]
mod rustls;

use std::path::Path;

#[cfg(all(
    feature = "native-tls",
    not(feature = "rustls"),
    not(feature = "rustls-no-provider")
))]
pub(super) use self::native::{Connector, connector};
#[cfg(not(all(
    feature = "native-tls",
    not(feature = "rustls"),
    not(feature = "rustls-no-provider")
)))]
pub(super) use self::rustls::{Connector, connector};
use crate::error::Error;

/// Error for a file that a parameter of the URL names, and that cannot be used.
fn unusable(parameter: &str, path: &Path) -> Error {
    tracing::error!(parameter, path = %path.display(), "outbox: a file of the URL cannot be used");
    Error::UrlParameter { name: parameter.to_owned() }
}
