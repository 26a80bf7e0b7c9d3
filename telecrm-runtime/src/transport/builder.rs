//! Builder of all clients.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::api::{AsyncApi, Host, sealed};
use super::build_error::BuildError;
use super::connection::Connection;
use super::environment::Environment;
use crate::credentials::{CredentialError, EnterpriseId};
use crate::retry::RetryPolicy;

/// An API of telecrm, for [`ClientBuilder`]. This trait is sealed.
pub trait Api: Sized + Clone + sealed::Sealed {
    /// The API's token.
    type Token: Clone;
    /// The client of the API.
    type Client;
    /// The settings that only this client has.
    #[doc(hidden)]
    type Settings: Clone + fmt::Debug + Default;

    #[doc(hidden)]
    const HOST: Host;
    /// The environment variables with the token and the base URL.
    #[doc(hidden)]
    const VARIABLES: (&'static str, &'static str);

    #[doc(hidden)]
    fn parse_token(text: String) -> Result<Self::Token, CredentialError>;

    #[doc(hidden)]
    fn build(builder: ClientBuilder<Self>) -> Result<Self::Client, BuildError>;
}

/// Builder of a client, from [`Client::builder`](crate::Client::builder) and its equivalents.
///
/// `A` is the API: [`build`](Self::build) returns its client.
///
/// # Proxies
///
/// If the base URL is `https`, the client uses the proxy of the environment (`HTTPS_PROXY`,
/// `ALL_PROXY`, `NO_PROXY`) or of the system. The proxy sees telecrm's host name, and the size and
/// time of each request, but not the token or the lead, which are encrypted end to end. If the base
/// URL is plain `http`, the client never uses a proxy, which could read both.
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

    pub(crate) fn from_env(prefix: &str) -> Result<Self, BuildError> {
        Self::from_variables(prefix, |name| std::env::var(name).ok())
    }

    fn from_variables(
        prefix: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, BuildError> {
        let (token, url) = A::VARIABLES;
        let environment = Environment::new(prefix, variable);
        let enterprise_id = environment.enterprise_id()?;
        let builder = Self::new(enterprise_id, environment.parse(token, A::parse_token)?);
        Ok(match environment.get(url) {
            Some(url) => builder.base_url(url),
            None => builder,
        })
    }

    /// Sets the base URL of the API; telecrm's own URL by default.
    ///
    /// The client appends the API's path to the path of the base URL. A trailing slash makes no
    /// difference.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.connection.base_url = url.into();
        self
    }

    /// Sets the maximum duration of one request; 30 seconds by default.
    ///
    /// It includes name lookup and the last byte of the response. A call can make several requests:
    /// see [`RetryPolicy::deadline`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.connection.timeout = timeout;
        self
    }

    /// Sets the maximum duration of name lookup, connection and TLS.
    ///
    /// The default is 10 seconds, or half of the [`timeout`](Self::timeout) if that is shorter. The
    /// value must be below the timeout: if the connection fails, the lead was certainly not sent,
    /// and can be sent again.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connection.connect_timeout = Some(timeout);
        self
    }

    /// Sets the `User-Agent` of the requests; `telecrm-runtime/` and its version by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.connection.user_agent = user_agent.into();
        self
    }

    /// Allows a base URL with plain `http` to another machine.
    ///
    /// The token then crosses the network in plain text. Plain `http` to this machine (`localhost`,
    /// `127.0.0.1`, `[::1]`) is always allowed.
    pub fn allow_plain_http(mut self) -> Self {
        self.connection.allow_plain_http = true;
        self
    }

    /// Sets the retries of failed requests; [`RetryPolicy::default`] by default.
    ///
    /// The policy's rules for actions have no effect on a client that only reads.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Configures the underlying HTTP client.
    ///
    /// Use it for settings that this builder does not have: a proxy, a root certificate, an address
    /// for the host, the number of idle connections.
    ///
    /// By default an idle connection is not reused after 4 seconds, because servers commonly close
    /// it after 5. A request on a connection that is being closed is lost without a trace, and so
    /// are its actions.
    ///
    /// The client overrides the settings that its errors depend on: both timeouts, no redirects, no
    /// automatic repetitions, no log of the sent bytes (which would contain the token), the user
    /// agent, and no proxy for plain `http`. The last call of this method wins.
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
    /// Returns a [`BuildError`] if the base URL, the timeouts or the user agent are not valid, or
    /// if TLS cannot be set up. For a blocking client it also returns an error if the thread cannot
    /// be started.
    pub fn build(self) -> Result<A::Client, BuildError> {
        A::build(self)
    }
}

#[cfg(feature = "blocking")]
impl ClientBuilder<super::api::BlockingApi> {
    /// Returns the same settings for the async client that the blocking client drives.
    pub(crate) fn into_async(self) -> ClientBuilder {
        let Self { enterprise_id, token, connection, retry, settings } = self;
        ClientBuilder { enterprise_id, token, connection, retry, settings }
    }
}

impl<A: Api> fmt::Debug for ClientBuilder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL is left out, because it is not yet checked for a password.
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
    fn invalid_base_url_is_an_error_that_does_not_repeat_it() {
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
    fn d31_sync_host_is_refused_by_the_async_client() {
        for url in ["https://next.telecrm.in/autoupdate/v2", "https://NEXT.telecrm.in."] {
            assert!(matches!(builder().base_url(url).build(), Err(BuildError::SyncHost)));
        }
    }

    #[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
    #[test]
    fn plain_http_to_another_machine_must_be_allowed() {
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
    fn invalid_timeouts_and_user_agents_are_refused() {
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
    fn environment_variables_describe_a_client() {
        let with = |id: &'static str, token: &'static str, url: &'static str| {
            ClientBuilder::<AsyncApi>::from_variables("", move |name| match name {
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
        assert!(
            matches!(&missing, BuildError::MissingVariable { name } if name == "TELECRM_ENTERPRISE_ID")
        );
        // `main` prints the `Debug` of the error that it returns.
        assert_eq!(
            format!("{missing:?}"),
            "the environment variable TELECRM_ENTERPRISE_ID is not set; telecrm shows the enterprise id \
             under Settings → Website and API"
        );
        let missing = with("acme", "", "").unwrap_err().to_string();
        let path = "Settings → Website and API → API token → Create new token, type Async";
        assert!(missing.ends_with(path), "{missing}");
        let error = with("acme", "Bearer s3cret", "").unwrap_err();
        let start =
            "the environment variable TELECRM_ASYNC_TOKEN is not valid: not a telecrm Async";
        assert!(error.to_string().starts_with(start), "{error}");
        assert!(!format!("{error:?}").contains("s3cret"));
    }

    #[test]
    fn prefix_selects_the_variables_of_one_workspace() {
        let with = |prefix: &str| {
            ClientBuilder::<AsyncApi>::from_variables(prefix, |name| match name {
                "ACME_TELECRM_ENTERPRISE_ID" => Some("acme".to_owned()),
                "ACME_TELECRM_ASYNC_TOKEN" => Some("s3cret".to_owned()),
                "ACME_TELECRM_ASYNC_URL" => Some("http://localhost".to_owned()),
                "GLOBEX_TELECRM_ENTERPRISE_ID" => Some("globex".to_owned()),
                _ => None,
            })
        };
        let acme = with("ACME_").unwrap();
        assert_eq!(acme.enterprise_id.as_str(), "acme");
        assert_eq!(acme.connection.base_url, "http://localhost");
        for (prefix, name) in
            [("GLOBEX_", "GLOBEX_TELECRM_ASYNC_TOKEN"), ("", "TELECRM_ENTERPRISE_ID")]
        {
            let missing = with(prefix).unwrap_err().to_string();
            assert!(missing.contains(&format!("variable {name} is not set; ")), "{missing}");
        }
    }

    #[cfg(feature = "sync")]
    #[test]
    fn environment_variables_describe_a_client_of_the_sync_api() {
        use super::super::api::SyncApi;

        let with = |token: &'static str, url: &'static str| {
            ClientBuilder::<SyncApi>::from_variables("", move |name| match name {
                "TELECRM_ENTERPRISE_ID" => Some("acme".to_owned()),
                "TELECRM_SYNC_TOKEN" => Some(token.to_owned()),
                "TELECRM_SYNC_URL" => Some(url.to_owned()),
                _ => None,
            })
        };
        let url = |builder: ClientBuilder<SyncApi>| builder.connection.base_url;
        assert_eq!(url(with("s3cret", "").unwrap()), "https://next.telecrm.in/autoupdate/v2");
        assert_eq!(url(with("s3cret", "http://localhost").unwrap()), "http://localhost");
        let missing = with(" ", "").unwrap_err();
        assert!(
            matches!(&missing, BuildError::MissingVariable { name } if name == "TELECRM_SYNC_TOKEN")
        );
        let path = "Settings → Website and API → API token → Create new token, type Sync";
        assert!(missing.to_string().ends_with(path), "{missing}");
        let error = with("Bearer s3cret", "").unwrap_err();
        assert!(error.to_string().contains("not a telecrm Sync token"), "{error}");
        let builder = with("s3cret", "https://next-api.telecrm.in").unwrap();
        assert!(matches!(builder.build(), Err(BuildError::AsyncHost)));
    }

    #[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
    #[test]
    fn debug_output_does_not_contain_the_token() {
        let builder = builder().base_url("http://user:s3cret@localhost");
        assert!(!format!("{builder:?}").contains("s3cret"));
        let client = builder.base_url("http://localhost").build().unwrap();
        let debug = format!("{client:?} {:?}", client.transport().http);
        assert!(debug.contains("acme") && !debug.contains("s3cret"), "{debug}");
    }

    #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
    #[test]
    fn missing_crypto_provider_is_an_error_and_not_a_panic() {
        assert!(matches!(builder().build(), Err(BuildError::NoCryptoProvider)));
    }
}
