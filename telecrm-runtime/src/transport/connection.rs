//! The settings that the clients of both APIs have in common, and the HTTP client that they make.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;

use super::{Api, Base, BuildError};

const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The caller's own settings of the HTTP client.
pub(crate) type Configure =
    Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// How the server is reached. Without `Debug`: the base URL was not yet checked for a password.
#[derive(Clone)]
pub(crate) struct Connection {
    api: Api,
    pub(crate) base_url: String,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) user_agent: String,
    pub(crate) allow_plain_http: bool,
}

impl Connection {
    pub(crate) fn new(api: Api) -> Self {
        Self {
            api,
            base_url: api.base_url().to_owned(),
            timeout: TIMEOUT,
            connect_timeout: None,
            user_agent: concat!("telecrm-runtime/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_plain_http: false,
        }
    }

    /// The HTTP client, and where it may send.
    pub(crate) fn build(
        self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<(reqwest::Client, Base), BuildError> {
        let base = Base::parse(&self.base_url, self.api)?;
        if base.url.scheme() == "http" && !base.loopback && !self.allow_plain_http {
            return Err(BuildError::PlainHttp);
        }
        let connect_timeout =
            self.connect_timeout.unwrap_or_else(|| CONNECT_TIMEOUT.min(self.timeout / 2));
        if connect_timeout.is_zero() || connect_timeout >= self.timeout {
            return Err(BuildError::Timeouts);
        }
        // Non-ASCII text would be sent as opaque bytes.
        if !self.user_agent.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(BuildError::UserAgent);
        }
        require_crypto_provider()?;
        // After the caller's settings: on these rests what the client tells of a request.
        let mut http = configure(reqwest::Client::builder())
            .timeout(self.timeout)
            .connect_timeout(connect_timeout)
            .user_agent(self.user_agent)
            // A redirect would carry body and token to another place, or lose the body.
            .redirect(reqwest::redirect::Policy::none())
            // A request that appends actions must not go out twice.
            .retry(reqwest::retry::never())
            .referer(false)
            // It would log the header with the token.
            .connection_verbose(false);
        if base.loopback {
            // A proxy cannot reach this machine's loopback, and would see the token.
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|error| BuildError::Http { source: error.without_url().into() })?;
        Ok((http, base))
    }
}

/// The header with a token, marked as sensitive, so that no layer below prints it.
pub(crate) fn authorization(token: &str) -> Result<HeaderValue, BuildError> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        // A token is made of visible ASCII.
        .map_err(|error| BuildError::Http { source: error.into() })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
fn require_crypto_provider() -> Result<(), BuildError> {
    // reqwest would panic.
    match rustls::crypto::CryptoProvider::get_default() {
        Some(_) => Ok(()),
        None => Err(BuildError::NoCryptoProvider),
    }
}

#[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
#[allow(clippy::unnecessary_wraps, reason = "its twin for another feature fails")]
fn require_crypto_provider() -> Result<(), BuildError> {
    Ok(())
}
