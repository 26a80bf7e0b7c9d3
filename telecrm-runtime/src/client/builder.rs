//! How a client is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;

use super::base_url::{BASE_URL, Base};
use super::many::CONCURRENCY;
use super::rate::{self, RateLimit};
use super::retry::{Budget, RetryPolicy};
use super::{Client, Inner};
use crate::{AsyncToken, CredentialError, EnterpriseId};

const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Sets up a [`Client`]; from [`Client::builder`].
#[must_use = "a builder does nothing until `build`"]
#[derive(Clone)]
pub struct ClientBuilder {
    enterprise_id: EnterpriseId,
    token: AsyncToken,
    base_url: String,
    timeout: Duration,
    connect_timeout: Option<Duration>,
    user_agent: String,
    allow_plain_http: bool,
    retry: RetryPolicy,
    rate_limit: RateLimit,
    http: Option<Configure>,
}

type Configure = Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// Why no client was built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is none. It is not repeated: people put passwords into URLs.
    #[error("not a base URL for telecrm's Async API: {rule}")]
    #[non_exhaustive]
    BaseUrl {
        /// What is wrong with it.
        rule: &'static str,
    },
    /// The base URL is that of the Sync API, which refuses leads in this form.
    #[error(
        "the base URL is that of telecrm's Sync API; leads go to the Async API, https://next-api.telecrm.in"
    )]
    SyncHost,
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
    /// The user agent is no header value.
    #[error("the user agent has a character that no HTTP header takes")]
    UserAgent,
    /// A variable of the environment is missing, blank or no Unicode.
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
        /// What is wrong with it.
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
        /// As the operating system tells it.
        source: std::io::Error,
    },
    /// TLS could not be set up.
    #[error("the HTTP client could not be set up")]
    #[non_exhaustive]
    Http {
        /// As the HTTP client tells it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ClientBuilder {
    pub(super) fn new(enterprise_id: EnterpriseId, token: AsyncToken) -> Self {
        Self {
            enterprise_id,
            token,
            base_url: BASE_URL.to_owned(),
            timeout: TIMEOUT,
            connect_timeout: None,
            user_agent: concat!("telecrm-runtime/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_plain_http: false,
            retry: RetryPolicy::default(),
            rate_limit: RateLimit::default(),
            http: None,
        }
    }

    pub(super) fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, BuildError> {
        const ENTERPRISE_ID: &str = "TELECRM_ENTERPRISE_ID";
        const ASYNC_TOKEN: &str = "TELECRM_ASYNC_TOKEN";

        let set = |name| variable(name).filter(|value| !value.trim().is_empty());
        let required = |name| set(name).ok_or(BuildError::MissingVariable { name });
        let refused = |name| move |source| BuildError::Variable { name, source };

        let enterprise_id =
            EnterpriseId::parse(required(ENTERPRISE_ID)?).map_err(refused(ENTERPRISE_ID))?;
        let token = AsyncToken::parse(required(ASYNC_TOKEN)?).map_err(refused(ASYNC_TOKEN))?;
        let builder = Self::new(enterprise_id, token);
        Ok(match set("TELECRM_ASYNC_URL") {
            Some(url) => builder.base_url(url),
            None => builder,
        })
    }

    /// Where the Async API is; `https://next-api.telecrm.in` where not set. A path is kept in front
    /// of the API's own, and a slash at the end makes no difference.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// How long one request may take in all, from name lookup to the last byte of the answer; 30
    /// seconds where not set. A call may make several: see
    /// [`RetryPolicy::deadline`](crate::RetryPolicy::deadline).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long name lookup, connection and TLS may take; where not set 10 seconds, or half of the
    /// [`timeout`](Self::timeout) where that is less. It must be below the timeout: a lead whose
    /// connection fails was certainly not sent, and can be sent again.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// The `User-Agent` of the requests; `telecrm-runtime/` and its version where not set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Lets the base URL be plain `http` to another machine. The token then crosses the network in
    /// plain text. To this machine (`localhost`, `127.0.0.1`, `[::1]`) plain `http` needs no leave.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// When and how often a lead is sent again whose request failed; [`RetryPolicy::default`] where
    /// not set.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How fast the client may send; where not set all that telecrm takes from one token, and calls
    /// wait for their turn.
    pub fn rate_limit(mut self, rate: RateLimit) -> Self {
        self.rate_limit = rate;
        self
    }

    /// Sets up the HTTP client beneath, for what is not set here: a proxy, a root certificate, an
    /// address for the host, how long idle connections are kept.
    ///
    /// What the client's word rests on stays its own, whatever is set: both timeouts, no redirects, no
    /// repetitions, no log of the bytes that go out (which would show the token), the user agent, and
    /// no proxy to this machine's loopback. Of several calls the last counts.
    ///
    /// ```
    /// # use telecrm_runtime::{AsyncToken, Client, EnterpriseId};
    /// # let (id, token) = (EnterpriseId::parse("acme")?, AsyncToken::parse("t0ken")?);
    /// let builder = Client::builder(id, token)
    ///     .http(|http| http.pool_max_idle_per_host(4).tcp_nodelay(true));
    /// # let _ = builder;
    /// # Ok::<(), telecrm_runtime::CredentialError>(())
    /// ```
    pub fn http(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http = Some(Arc::new(configure));
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`BuildError`] where the base URL, the timeouts or the user agent do not fit, or TLS cannot be
    /// set up.
    pub fn build(self) -> Result<Client, BuildError> {
        let base = Base::parse(&self.base_url)?;
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
        // Now and then a connection more is opened than is needed, when one comes back a moment late.
        // Kept, they would add up over many leads.
        let mut http = reqwest::Client::builder().pool_max_idle_per_host(CONCURRENCY);
        if let Some(configure) = &self.http {
            http = configure(http);
        }
        // After the caller's settings: on these rests what the client tells of a lead.
        http = http
            .timeout(self.timeout)
            .connect_timeout(connect_timeout)
            .user_agent(self.user_agent)
            // A redirect would carry lead and token to another place, or lose the body.
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
        let endpoint = base.endpoint(&self.enterprise_id)?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                limiter: rate::shared(&self.token, endpoint.as_str(), &self.rate_limit),
                patience: self.rate_limit.patience(),
                retry: self.retry,
                budget: Budget::full(),
                endpoint,
                authorization: authorization(&self.token)?,
                enterprise_id: self.enterprise_id,
            }),
        })
    }
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

fn authorization(token: &AsyncToken) -> Result<HeaderValue, BuildError> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
        // An `AsyncToken` is made of visible ASCII.
        .map_err(|error| BuildError::Http { source: error.into() })?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the base URL, which was not yet checked for a password.
        f.debug_struct("ClientBuilder")
            .field("enterprise_id", &self.enterprise_id)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("user_agent", &self.user_agent)
            .field("allow_plain_http", &self.allow_plain_http)
            .field("retry", &self.retry)
            .field("rate_limit", &self.rate_limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> ClientBuilder {
        let id = EnterpriseId::parse("acme").unwrap();
        Client::builder(id, AsyncToken::parse("s3cret").unwrap())
    }

    #[test]
    fn a_base_url_that_is_none_is_refused_without_being_repeated() {
        for url in [
            "",
            "next-api.telecrm.in",
            "ftp://next-api.telecrm.in",
            "https://",
            "https://user:s3cret@next-api.telecrm.in",
            "https://next-api.telecrm.in/?x=s3cret",
            "https://next-api.telecrm.in/#s3cret",
        ] {
            let error = builder().base_url(url).build().expect_err(url);
            assert!(matches!(error, BuildError::BaseUrl { .. }), "{url}: {error}");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn d31_the_sync_host_is_refused() {
        for url in ["https://next.telecrm.in/autoupdate/v2", "https://NEXT.telecrm.in."] {
            assert!(matches!(builder().base_url(url).build(), Err(BuildError::SyncHost)));
        }
    }

    #[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
    #[test]
    fn plain_http_goes_to_this_machine_alone_unless_allowed() {
        let plain = |url: &str| builder().base_url(url);
        for url in
            ["http://127.0.0.1:4010", "http://localhost", "http://[::1]:1", "http://a.localhost"]
        {
            assert!(plain(url).build().is_ok(), "{url}");
        }
        for url in ["http://example.com", "http://localhost.example.com", "http://10.0.0.1"] {
            assert!(matches!(plain(url).build(), Err(BuildError::PlainHttp)), "{url}");
            assert!(plain(url).allow_plain_http().build().is_ok(), "{url}");
        }
    }

    #[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
    #[test]
    fn timeouts_that_do_not_fit_are_refused() {
        let seconds = Duration::from_secs;
        let local = || builder().base_url("http://localhost");
        assert!(local().timeout(seconds(5)).build().is_ok());
        for (timeout, connect) in [(0, 0), (5, 5), (5, 6), (5, 0)] {
            let timeouts = local().timeout(seconds(timeout)).connect_timeout(seconds(connect));
            assert!(matches!(timeouts.build(), Err(BuildError::Timeouts)));
        }
        assert!(matches!(local().timeout(seconds(0)).build(), Err(BuildError::Timeouts)));
        let agent = local().user_agent("shop\r\nx: y").build();
        assert!(matches!(agent, Err(BuildError::UserAgent)));
    }

    #[test]
    fn the_environment_describes_a_client() {
        let with = |id: &'static str, token: &'static str, url: &'static str| {
            ClientBuilder::from_variables(move |name| match name {
                "TELECRM_ENTERPRISE_ID" => Some(id.to_owned()),
                "TELECRM_ASYNC_TOKEN" => Some(token.to_owned()),
                _ => Some(url.to_owned()),
            })
        };
        assert_eq!(with("acme", "s3cret", " ").unwrap().base_url, BASE_URL);
        assert_eq!(
            with("acme", "s3cret", "http://localhost").unwrap().base_url,
            "http://localhost"
        );
        assert!(matches!(
            with("", "s3cret", ""),
            Err(BuildError::MissingVariable { name: "TELECRM_ENTERPRISE_ID" })
        ));
        let error = with("acme", "Bearer s3cret", "").unwrap_err();
        let start =
            "the environment variable TELECRM_ASYNC_TOKEN does not fit: not a telecrm Async";
        assert!(error.to_string().starts_with(start), "{error}");
        assert!(!format!("{error:?}").contains("s3cret"));
    }

    #[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
    #[test]
    fn the_token_is_not_in_the_debug_output() {
        let builder = builder().base_url("http://user:s3cret@localhost");
        assert!(!format!("{builder:?}").contains("s3cret"));
        let client = builder.base_url("http://localhost").build().unwrap();
        let debug = format!("{client:?} {:?}", client.inner.http);
        assert!(debug.contains("acme") && !debug.contains("s3cret"), "{debug}");
        assert!(!format!("{:?}", client.inner.authorization).contains("s3cret"));
    }

    #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
    #[test]
    fn a_missing_crypto_provider_is_an_error_and_no_panic() {
        assert!(matches!(builder().build(), Err(BuildError::NoCryptoProvider)));
    }
}
