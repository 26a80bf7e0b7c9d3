//! The builder of every client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::api::{AsyncApi, Host, sealed};
use super::build_error::BuildError;
use super::connection::Connection;
use super::environment::Environment;
use crate::credentials::{CredentialError, EnterpriseId};
use crate::retry::RetryPolicy;

/// One of telecrm's APIs, for [`ClientBuilder`]. Sealed.
pub trait Api: Sized + Clone + sealed::Sealed {
    /// The API's token.
    type Token: Clone;
    /// The client that is built.
    type Client;
    /// Settings of this client alone.
    #[doc(hidden)]
    type Settings: Clone + fmt::Debug + Default;

    #[doc(hidden)]
    const HOST: Host;
    /// The variables with the token and the base URL.
    #[doc(hidden)]
    const VARIABLES: (&'static str, &'static str);

    #[doc(hidden)]
    fn parse_token(text: String) -> Result<Self::Token, CredentialError>;

    #[doc(hidden)]
    fn build(builder: ClientBuilder<Self>) -> Result<Self::Client, BuildError>;
}

/// Sets up a client; from [`Client::builder`](crate::Client::builder), or that of another client.
///
/// `A` is the API: [`build`](Self::build) returns its client.
///
/// # Proxies
///
/// With a base URL of `https`, the client uses the proxy of the environment (`HTTPS_PROXY`,
/// `ALL_PROXY`, `NO_PROXY`, or the system's). It sees telecrm's host name and how much is sent when,
/// but neither token nor lead, which are encrypted from end to end. With plain `http` no proxy is
/// used, whatever is set: it would read both.
#[must_use = "a builder does nothing until `build`"]
#[derive(Clone)]
pub struct ClientBuilder<A: Api = AsyncApi> {
    pub(crate) enterprise_id: EnterpriseId,
    pub(crate) token: A::Token,
    pub(crate) connection: Connection,
    pub(crate) retry: RetryPolicy,
    pub(crate) settings: A::Settings,
}

impl<A: Api> ClientBuilder<A> {
    pub(crate) fn new(enterprise_id: EnterpriseId, token: A::Token) -> Self {
        Self {
            enterprise_id,
            token,
            connection: Connection::new(A::HOST),
            retry: RetryPolicy::default(),
            settings: A::Settings::default(),
        }
    }

    pub(crate) fn from_env() -> Result<Self, BuildError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, BuildError> {
        let (token, url) = A::VARIABLES;
        let environment = Environment::new(variable);
        let enterprise_id = environment.enterprise_id()?;
        let builder = Self::new(enterprise_id, environment.parse(token, A::parse_token)?);
        Ok(match environment.get(url) {
            Some(url) => builder.base_url(url),
            None => builder,
        })
    }

    /// The base URL of the API; telecrm's own where not set. A path is kept in front of the API's, and
    /// a slash at the end makes no difference.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.connection.base_url = url.into();
        self
    }

    /// How long one request may take in all, from name lookup to the last byte of the response; 30
    /// seconds where not set. A call may make several: see [`RetryPolicy::deadline`].
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
    /// plain text. Plain `http` to this machine (`localhost`, `127.0.0.1`, `[::1]`) is always allowed.
    pub fn allow_plain_http(mut self) -> Self {
        self.connection.allow_plain_http = true;
        self
    }

    /// When and how often a failed request is repeated; [`RetryPolicy::default`] where not set. Its
    /// rules for actions have no meaning for a client that only reads.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets up the HTTP client beneath, for what is not set here: a proxy, a root certificate, an
    /// address for the host, how long idle connections are kept.
    ///
    /// An idle connection is not reused after 4 seconds, since servers commonly close it after 5: a
    /// request that meets the closing is lost without a trace, and its actions with it.
    ///
    /// The settings that the client's errors rest on stay its own: both timeouts, no redirects,
    /// no repetitions, no log of the bytes that go out (which would show the token), the user agent,
    /// and no proxy for plain `http`. Of several calls the last counts.
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
        self.connection.configure = Some(Arc::new(configure));
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// [`BuildError`] where the base URL, the timeouts or the user agent do not fit, or TLS cannot be
    /// set up; for a blocking client also where its thread cannot be started.
    pub fn build(self) -> Result<A::Client, BuildError> {
        A::build(self)
    }
}

#[cfg(feature = "blocking")]
impl ClientBuilder<super::api::BlockingApi> {
    /// The same settings for the async client, which the blocking one drives.
    pub(crate) fn into_async(self) -> ClientBuilder {
        let Self { enterprise_id, token, connection, retry, settings } = self;
        ClientBuilder { enterprise_id, token, connection, retry, settings }
    }
}

impl<A: Api> fmt::Debug for ClientBuilder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the base URL, which was not yet checked for a password.
        f.debug_struct("ClientBuilder")
            .field("api", &A::HOST)
            .field("enterprise_id", &self.enterprise_id)
            .field("timeout", &self.connection.timeout)
            .field("connect_timeout", &self.connection.connect_timeout)
            .field("user_agent", &self.connection.user_agent)
            .field("allow_plain_http", &self.connection.allow_plain_http)
            .field("retry", &self.retry)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::AsyncToken;

    fn builder() -> ClientBuilder {
        let id = EnterpriseId::parse("acme").unwrap();
        ClientBuilder::new(id, AsyncToken::parse("s3cret").unwrap())
    }

    #[test]
    fn an_invalid_base_url_is_refused_without_being_repeated() {
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
            ClientBuilder::<AsyncApi>::from_variables(move |name| match name {
                "TELECRM_ENTERPRISE_ID" => Some(id.to_owned()),
                "TELECRM_ASYNC_TOKEN" => Some(token.to_owned()),
                "TELECRM_ASYNC_URL" => Some(url.to_owned()),
                _ => None,
            })
        };
        let url = |builder: ClientBuilder| builder.connection.base_url;
        assert_eq!(url(with("acme", "s3cret", " ").unwrap()), "https://next-api.telecrm.in");
        assert_eq!(url(with("acme", "s3cret", "http://localhost").unwrap()), "http://localhost");
        let missing = with("", "s3cret", "").unwrap_err();
        assert!(matches!(missing, BuildError::MissingVariable { name: "TELECRM_ENTERPRISE_ID" }));
        // `main` prints the `Debug` of what it returns.
        assert_eq!(
            format!("{missing:?}"),
            "the environment variable TELECRM_ENTERPRISE_ID is not set"
        );
        let error = with("acme", "Bearer s3cret", "").unwrap_err();
        let start =
            "the environment variable TELECRM_ASYNC_TOKEN does not fit: not a telecrm Async";
        assert!(error.to_string().starts_with(start), "{error}");
        assert!(!format!("{error:?}").contains("s3cret"));
    }

    #[cfg(feature = "sync")]
    #[test]
    fn the_environment_describes_a_client_of_the_sync_api() {
        use super::super::api::SyncApi;

        let with = |token: &'static str, url: &'static str| {
            ClientBuilder::<SyncApi>::from_variables(move |name| match name {
                "TELECRM_ENTERPRISE_ID" => Some("acme".to_owned()),
                "TELECRM_SYNC_TOKEN" => Some(token.to_owned()),
                "TELECRM_SYNC_URL" => Some(url.to_owned()),
                _ => None,
            })
        };
        let url = |it: ClientBuilder<SyncApi>| it.connection.base_url;
        assert_eq!(url(with("s3cret", "").unwrap()), "https://next.telecrm.in/autoupdate/v2");
        assert_eq!(url(with("s3cret", "http://localhost").unwrap()), "http://localhost");
        let missing = with(" ", "").unwrap_err();
        assert!(matches!(missing, BuildError::MissingVariable { name: "TELECRM_SYNC_TOKEN" }));
        let error = with("Bearer s3cret", "").unwrap_err();
        assert!(error.to_string().contains("not a telecrm Sync token"), "{error}");
        let builder = with("s3cret", "https://next-api.telecrm.in").unwrap();
        assert!(matches!(builder.build(), Err(BuildError::AsyncHost)));
    }

    #[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
    #[test]
    fn the_token_is_not_in_the_debug_output() {
        let builder = builder().base_url("http://user:s3cret@localhost");
        assert!(!format!("{builder:?}").contains("s3cret"));
        let client = builder.base_url("http://localhost").build().unwrap();
        let debug = format!("{client:?} {:?}", client.transport().http);
        assert!(debug.contains("acme") && !debug.contains("s3cret"), "{debug}");
    }

    #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
    #[test]
    fn a_missing_crypto_provider_is_an_error_and_no_panic() {
        assert!(matches!(builder().build(), Err(BuildError::NoCryptoProvider)));
    }
}
