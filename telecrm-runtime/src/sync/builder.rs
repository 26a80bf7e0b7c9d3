//! How a client of the Sync API is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Client, Inner};
use crate::retry::Budget;
use crate::transport::{Api, Configure, Connection, Environment, authorization};
use crate::{BuildError, EnterpriseId, RetryPolicy, SyncToken};

/// Sets up a [`Client`]; from [`Client::builder`].
#[must_use = "a builder does nothing until `build`"]
#[derive(Clone)]
pub struct ClientBuilder {
    enterprise_id: EnterpriseId,
    token: SyncToken,
    connection: Connection,
    retry: RetryPolicy,
    http: Option<Configure>,
}

impl ClientBuilder {
    pub(super) fn new(enterprise_id: EnterpriseId, token: SyncToken) -> Self {
        Self {
            enterprise_id,
            token,
            connection: Connection::new(Api::Sync),
            retry: RetryPolicy::default(),
            http: None,
        }
    }

    pub(super) fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, BuildError> {
        let environment = Environment::new(variable);
        let enterprise_id = environment.enterprise_id()?;
        let token = environment.parse("TELECRM_SYNC_TOKEN", SyncToken::parse)?;
        let builder = Self::new(enterprise_id, token);
        Ok(match environment.get("TELECRM_SYNC_URL") {
            Some(url) => builder.base_url(url),
            None => builder,
        })
    }

    /// Where the Sync API is; `https://next.telecrm.in/autoupdate/v2` where not set. A path is kept in
    /// front of the API's own, and a slash at the end makes no difference.
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
    /// [`timeout`](Self::timeout) where that is less. It must be below the timeout.
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

    /// When and how often is asked again where a request failed; [`RetryPolicy::default`] where not
    /// set. What that policy says of actions has no meaning here.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets up the HTTP client beneath, as
    /// [`ClientBuilder::http`](crate::ClientBuilder::http) does and with the same exceptions.
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
        let (http, base) = self.connection.build(|http| match configure {
            Some(configure) => configure(http),
            None => http,
        })?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                base,
                authorization: authorization(self.token.expose())?,
                enterprise_id: self.enterprise_id,
                retry: self.retry,
                budget: Budget::full(),
            }),
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the base URL, which was not yet checked for a password.
        f.debug_struct("sync::ClientBuilder")
            .field("enterprise_id", &self.enterprise_id)
            .field("timeout", &self.connection.timeout)
            .field("connect_timeout", &self.connection.connect_timeout)
            .field("user_agent", &self.connection.user_agent)
            .field("allow_plain_http", &self.connection.allow_plain_http)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> ClientBuilder {
        let id = EnterpriseId::parse("acme").unwrap();
        Client::builder(id, SyncToken::parse("s3cret").unwrap())
    }

    #[test]
    fn the_environment_describes_a_client() {
        let with = |token: &'static str, url: &'static str| {
            ClientBuilder::from_variables(move |name| match name {
                "TELECRM_ENTERPRISE_ID" => Some("acme".to_owned()),
                "TELECRM_SYNC_TOKEN" => Some(token.to_owned()),
                "TELECRM_SYNC_URL" => Some(url.to_owned()),
                _ => None,
            })
        };
        let url = |it: ClientBuilder| it.connection.base_url;
        assert_eq!(url(with("s3cret", "").unwrap()), "https://next.telecrm.in/autoupdate/v2");
        assert_eq!(url(with("s3cret", "http://localhost").unwrap()), "http://localhost");
        let missing = with(" ", "").unwrap_err();
        assert!(matches!(missing, BuildError::MissingVariable { name: "TELECRM_SYNC_TOKEN" }));
        let error = with("Bearer s3cret", "").unwrap_err();
        assert!(error.to_string().contains("not a telecrm Sync token"), "{error}");
        assert!(!format!("{error:?}").contains("s3cret"));
    }

    #[test]
    fn d31_the_async_host_is_refused() {
        let error = builder().base_url("https://next-api.telecrm.in").build();
        assert!(matches!(error, Err(BuildError::AsyncHost)));
    }

    #[cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]
    #[test]
    fn the_settings_are_checked_and_the_token_is_not_shown() {
        let far = builder().base_url("http://example.com");
        assert!(matches!(far.clone().build(), Err(BuildError::PlainHttp)));
        assert!(far.allow_plain_http().build().is_ok());
        let builder = builder().base_url("http://user:s3cret@localhost");
        assert!(!format!("{builder:?}").contains("s3cret"));
        assert!(matches!(builder.clone().build(), Err(BuildError::BaseUrl { .. })));
        let client = builder.base_url("http://localhost").build().unwrap();
        let debug = format!("{client:?} {:?}", client.inner.http);
        assert!(debug.contains("acme") && !debug.contains("s3cret"), "{debug}");
    }
}
