//! How a client is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::send_all::CONCURRENCY;
use super::{Client, Inner};
use crate::credentials::{AsyncToken, EnterpriseId};
use crate::rate::{self, RateLimit};
use crate::retry::{Budget, RetryPolicy};
use crate::transport::{Api, BuildError, Configure, Connection, Environment, authorization};

/// Sets up a [`Client`]; from [`Client::builder`].
#[must_use = "a builder does nothing until `build`"]
#[derive(Clone)]
pub struct ClientBuilder {
    enterprise_id: EnterpriseId,
    token: AsyncToken,
    connection: Connection,
    retry: RetryPolicy,
    rate_limit: RateLimit,
    http: Option<Configure>,
}

impl ClientBuilder {
    pub(super) fn new(enterprise_id: EnterpriseId, token: AsyncToken) -> Self {
        Self {
            enterprise_id,
            token,
            connection: Connection::new(Api::Async),
            retry: RetryPolicy::default(),
            rate_limit: RateLimit::default(),
            http: None,
        }
    }

    pub(super) fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, BuildError> {
        let environment = Environment::new(variable);
        let enterprise_id = environment.enterprise_id()?;
        let token = environment.parse("TELECRM_ASYNC_TOKEN", AsyncToken::parse)?;
        let builder = Self::new(enterprise_id, token);
        Ok(match environment.get("TELECRM_ASYNC_URL") {
            Some(url) => builder.base_url(url),
            None => builder,
        })
    }

    /// Where the Async API is; `https://next-api.telecrm.in` where not set. A path is kept in front
    /// of the API's own, and a slash at the end makes no difference.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.connection.base_url = url.into();
        self
    }

    /// How long one request may take in all, from name lookup to the last byte of the answer; 30
    /// seconds where not set. A call may make several: see
    /// [`RetryPolicy::deadline`](crate::RetryPolicy::deadline).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.connection.timeout = timeout;
        self
    }

    /// How long name lookup, connection and TLS may take; where not set 10 seconds, or half of the
    /// [`timeout`](Self::timeout) where that is less. It must be below the timeout: a lead whose
    /// connection fails was certainly not sent, and can be sent again.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connection.connect_timeout = Some(timeout);
        self
    }

    /// The `User-Agent` of the requests; `telecrm-runtime/` and its version where not set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.connection.user_agent = user_agent.into();
        self
    }

    /// Lets the base URL be plain `http` to another machine. The token then crosses the network in
    /// plain text. To this machine (`localhost`, `127.0.0.1`, `[::1]`) plain `http` needs no leave.
    pub fn allow_plain_http(mut self) -> Self {
        self.connection.allow_plain_http = true;
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
        let configure = self.http;
        let (http, base) = self.connection.build(|http| {
            // Now and then a connection more is opened than is needed, when one comes back a moment
            // late. Kept, they would add up over many leads.
            let http = http.pool_max_idle_per_host(CONCURRENCY);
            match configure {
                Some(configure) => configure(http),
                None => http,
            }
        })?;
        let endpoint = base.endpoint(&self.enterprise_id, &["autoupdatelead"])?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                limiter: rate::shared(&self.token, endpoint.as_str(), &self.rate_limit),
                patience: self.rate_limit.patience(),
                retry: self.retry,
                budget: Budget::full(),
                endpoint,
                authorization: authorization(self.token.expose())?,
                enterprise_id: self.enterprise_id,
            }),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the base URL, which was not yet checked for a password.
        f.debug_struct("ClientBuilder")
            .field("enterprise_id", &self.enterprise_id)
            .field("timeout", &self.connection.timeout)
            .field("connect_timeout", &self.connection.connect_timeout)
            .field("user_agent", &self.connection.user_agent)
            .field("allow_plain_http", &self.connection.allow_plain_http)
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
        assert_eq!(with("acme", "s3cret", " ").unwrap().connection.base_url, Api::Async.base_url());
        assert_eq!(
            with("acme", "s3cret", "http://localhost").unwrap().connection.base_url,
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
