//! Connection settings of all clients, and the HTTP client that is built from them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, RequestBuilder, Url};

use super::api::Host;
use super::base_url::Base;
use super::build_error::BuildError;
use crate::credentials::EnterpriseId;
use crate::error::Error;
use crate::rate::Membership;
use crate::retry::{Budget, Pace, RetryPolicy, StopHandle};

const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum idle time of a connection.
///
/// Servers commonly close an idle connection after 5 seconds.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// Maximum number of idle connections.
///
/// The HTTP client sometimes opens more than it needs, and over many leads they would accumulate.
const MAX_IDLE: usize = 32;

/// The caller's own settings of the HTTP client.
type Configure = Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// Connection settings. There is no `Debug`, because the base URL may contain a password.
#[derive(Clone)]
pub(crate) struct Connection {
    host: Host,
    pub(crate) base_url: String,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) user_agent: String,
    pub(crate) allow_plain_http: bool,
    pub(crate) configure: Option<Configure>,
    idle_timeout: Duration,
}

impl Connection {
    pub(crate) fn new(host: Host) -> Self {
        Self {
            host,
            base_url: host.base_url().to_owned(),
            timeout: TIMEOUT,
            connect_timeout: None,
            user_agent: concat!("telecrm-runtime/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_plain_http: false,
            configure: None,
            idle_timeout: IDLE_TIMEOUT,
        }
    }

    /// Builds the HTTP client and parses the base URL.
    ///
    /// `bound` is the duration of a whole call if the retry policy limits it.
    pub(crate) fn build(
        self,
        bound: Option<Duration>,
    ) -> Result<(reqwest::Client, Base), BuildError> {
        let base = Base::parse(&self.base_url, self.host)?;
        let plain = base.url.scheme() == "http";
        if plain && !base.loopback && !self.allow_plain_http {
            return Err(BuildError::PlainHttp);
        }
        // Also below the bound: a failed connection proves that nothing was sent.
        let longest = self.timeout.min(bound.unwrap_or(self.timeout));
        let connect_timeout =
            self.connect_timeout.unwrap_or_else(|| CONNECT_TIMEOUT.min(longest / 2));
        if connect_timeout.is_zero() || connect_timeout >= self.timeout {
            return Err(BuildError::Timeouts);
        }
        // The HTTP client would send non-ASCII text as opaque bytes.
        if !self.user_agent.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(BuildError::UserAgent);
        }
        require_crypto_provider()?;
        let mut http = reqwest::Client::builder()
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(MAX_IDLE);
        if let Some(configure) = self.configure {
            http = configure(http);
        }
        // Set after the caller's settings, because the client's errors depend on these.
        http = http
            .timeout(self.timeout)
            .connect_timeout(connect_timeout)
            .user_agent(self.user_agent)
            // A redirect would send body and token to another server, or lose the body.
            .redirect(reqwest::redirect::Policy::none())
            // A request that appends actions must not be sent twice.
            .retry(reqwest::retry::never())
            .referer(false)
            // Verbose logs would contain the header with the token.
            .connection_verbose(false);
        if plain {
            // A proxy could read token and lead, and cannot reach this machine's loopback.
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|error| BuildError::Http { source: error.without_url().into() })?;
        Ok((http, base))
    }
}

/// State that every client has and shares with its clones.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Base,
    /// Header with the token, marked as sensitive so that no lower layer prints it.
    authorization: HeaderValue,
    pub(crate) enterprise_id: EnterpriseId,
    /// Maximum duration of one request.
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    budget: Budget,
    limiter: Option<Membership>,
    max_wait: Option<Duration>,
    pub(crate) stop: StopHandle,
}

/// Contents of a builder, for [`Transport::build`].
pub(crate) struct Parts<'a> {
    pub(crate) enterprise_id: EnterpriseId,
    pub(crate) token: &'a str,
    pub(crate) connection: Connection,
    pub(crate) retry: RetryPolicy,
}

impl Transport {
    /// Builds the transport; `limit` returns a base URL's limiter and the maximum wait for it.
    pub(crate) fn build(
        parts: Parts<'_>,
        limit: impl FnOnce(&str) -> (Option<Membership>, Option<Duration>),
    ) -> Result<Self, BuildError> {
        let timeout = parts.connection.timeout;
        let (http, base) = parts.connection.build(parts.retry.bound())?;
        let (limiter, max_wait) = limit(base.url.as_str());
        Ok(Self {
            http,
            authorization: authorization(parts.token)?,
            base,
            enterprise_id: parts.enterprise_id,
            timeout,
            retry: parts.retry,
            budget: Budget::full(),
            limiter,
            max_wait,
            stop: StopHandle::default(),
        })
    }

    /// Returns a request with the token, limited to `time_left` if that is `Some`.
    pub(crate) fn request(
        &self,
        method: Method,
        url: Url,
        time_left: Option<Duration>,
    ) -> RequestBuilder {
        let request =
            self.http.request(method, url).header(AUTHORIZATION, self.authorization.clone());
        match time_left {
            Some(time_left) => request.timeout(time_left.min(self.timeout)),
            None => request,
        }
    }

    /// Returns an error if the lead's schema specifies a different enterprise (D33).
    pub(crate) fn check_enterprise(&self, lead: Option<&str>) -> Result<(), Error> {
        let client = self.enterprise_id.as_str();
        match lead {
            Some(lead) if lead != client => {
                Err(Error::WrongEnterprise { lead: lead.to_owned(), client: client.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Returns the first bytes of the domain-separated SHA-256 of the token, if the rate is limited.
    #[cfg(feature = "pace-key")]
    pub(crate) fn pace_key(&self) -> Option<u64> {
        use sha2::{Digest, Sha256};

        self.limiter.as_ref()?;
        let digest = Sha256::new_with_prefix(b"telecrm pace of a token\0")
            .chain_update(self.authorization.as_bytes())
            .finalize();
        digest.first_chunk().map(|first| u64::from_be_bytes(*first))
    }

    /// Returns the pace of the calls; `stop` ends their waits.
    pub(crate) fn pace<'a>(&'a self, stop: &'a StopHandle) -> Pace<'a> {
        Pace {
            budget: &self.budget,
            limiter: self.limiter.as_ref().map(Membership::limiter),
            max_wait: self.max_wait,
            stop,
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("enterprise_id", &self.enterprise_id)
            .field("base_url", &self.base.url.as_str())
            .finish_non_exhaustive()
    }
}

/// Returns the header with a token.
fn authorization(token: &str) -> Result<HeaderValue, BuildError> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))
        // Not reachable: a token consists of visible ASCII.
        .map_err(|error| BuildError::Http { source: error.into() })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
fn require_crypto_provider() -> Result<(), BuildError> {
    // Without a provider reqwest would panic.
    match rustls::crypto::CryptoProvider::get_default() {
        Some(_) => Ok(()),
        None => Err(BuildError::NoCryptoProvider),
    }
}

#[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
#[allow(clippy::unnecessary_wraps, reason = "the function for the other feature can fail")]
fn require_crypto_provider() -> Result<(), BuildError> {
    Ok(())
}

#[cfg(all(test, not(all(feature = "rustls-no-provider", not(feature = "rustls")))))]
mod tests {
    use test_support::http::{Reply, Server};

    use super::*;

    /// Returns the number of connections that two consecutive requests use.
    async fn connections(idle_timeout: Duration) -> usize {
        let server = Server::replies([Reply::ok("").keep_alive()]);
        let mut connection = Connection::new(Host::Async);
        connection.base_url = server.url();
        connection.idle_timeout = idle_timeout;
        let (http, _) = connection.build(None).unwrap();
        for _ in 0..2 {
            http.get(server.url()).send().await.unwrap().bytes().await.unwrap();
        }
        server.connections()
    }

    #[tokio::test]
    async fn idle_connection_is_reused_only_until_its_timeout() {
        assert_eq!(connections(Duration::ZERO).await, 2);
        assert_eq!(connections(Duration::from_secs(60 * 60)).await, 1);
        assert!(IDLE_TIMEOUT <= Duration::from_secs(4), "servers close after 5 s");
    }
}
