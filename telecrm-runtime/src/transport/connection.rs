//! The connection settings of every client, and the HTTP client that they make.

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
/// Servers commonly close an idle connection after 5 seconds.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// Idle connections that are kept: now and then one more is opened than is needed, and over many
/// leads they would add up.
const MAX_IDLE: usize = 32;

/// The caller's own settings of the HTTP client.
type Configure = Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// How the server is reached. Without `Debug`: the base URL was not yet checked for a password.
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

    /// The HTTP client, and where it may send.
    ///
    /// `bound` is the time of a whole call, where the retry policy limits it.
    pub(crate) fn build(
        self,
        bound: Option<Duration>,
    ) -> Result<(reqwest::Client, Base), BuildError> {
        let base = Base::parse(&self.base_url, self.host)?;
        let plain = base.url.scheme() == "http";
        if plain && !base.loopback && !self.allow_plain_http {
            return Err(BuildError::PlainHttp);
        }
        // Below the bound, too: a connection that fails proves that nothing was sent.
        let longest = self.timeout.min(bound.unwrap_or(self.timeout));
        let connect_timeout =
            self.connect_timeout.unwrap_or_else(|| CONNECT_TIMEOUT.min(longest / 2));
        if connect_timeout.is_zero() || connect_timeout >= self.timeout {
            return Err(BuildError::Timeouts);
        }
        // Non-ASCII text would be sent as opaque bytes.
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
        // After the caller's settings: what the client reports of a request rests on these.
        http = http
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
        if plain {
            // A proxy would read token and lead, and cannot reach this machine's loopback.
            http = http.no_proxy();
        }
        let http = http
            .build()
            .map_err(|error| BuildError::Http { source: error.without_url().into() })?;
        Ok((http, base))
    }
}

/// The part that every client has, shared by its clones.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Base,
    /// Marked as sensitive, so that no layer below prints it.
    authorization: HeaderValue,
    pub(crate) enterprise_id: EnterpriseId,
    /// The most that one request may take.
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    budget: Budget,
    limiter: Option<Membership>,
    max_wait: Option<Duration>,
    pub(crate) stop: StopHandle,
}

/// The contents of a builder, for [`Transport::build`].
pub(crate) struct Parts<'a> {
    pub(crate) enterprise_id: EnterpriseId,
    pub(crate) token: &'a str,
    pub(crate) connection: Connection,
    pub(crate) retry: RetryPolicy,
}

impl Transport {
    /// `limit` makes the limiter of the base URL and how long a call waits for it.
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

    /// A request with the token, which ends within `time_left`, where that is limited.
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

    /// Refuses a lead whose schema names another enterprise (D33).
    pub(crate) fn check_enterprise(&self, theirs: Option<&str>) -> Result<(), Error> {
        let ours = self.enterprise_id.as_str();
        match theirs {
            Some(theirs) if theirs != ours => {
                Err(Error::WrongEnterprise { lead: theirs.to_owned(), client: ours.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// First bytes of the SHA-256 of the token, in a domain of its own, if the rate is limited.
    #[cfg(feature = "pace-key")]
    pub(crate) fn pace_key(&self) -> Option<u64> {
        use sha2::{Digest, Sha256};

        self.limiter.as_ref()?;
        let digest = Sha256::new_with_prefix(b"telecrm pace of a token\0")
            .chain_update(self.authorization.as_bytes())
            .finalize();
        digest.first_chunk().map(|first| u64::from_be_bytes(*first))
    }

    /// How calls are paced; `stop` ends their waits.
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

/// The header with a token.
fn authorization(token: &str) -> Result<HeaderValue, BuildError> {
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

#[cfg(all(test, not(all(feature = "rustls-no-provider", not(feature = "rustls")))))]
mod tests {
    use test_support::http::{Reply, Server};

    use super::*;

    /// Number of connections that two requests take, one after the other.
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
    async fn an_idle_connection_is_reused_until_its_timeout_and_not_later() {
        assert_eq!(connections(Duration::ZERO).await, 2);
        assert_eq!(connections(Duration::from_secs(60 * 60)).await, 1);
        assert!(IDLE_TIMEOUT <= Duration::from_secs(4), "servers close after 5 s");
    }
}
