//! How a client without async is set up: as the async one.

use std::time::Duration;

use super::Client;
use crate::{BuildError, RateLimit, RetryPolicy};

/// Sets up a [`Client`]; from [`Client::builder`].
#[must_use = "a builder does nothing until `build`"]
#[derive(Clone, Debug)]
pub struct ClientBuilder(crate::ClientBuilder);

impl ClientBuilder {
    pub(super) fn new(builder: crate::ClientBuilder) -> Self {
        Self(builder)
    }

    /// As [`crate::ClientBuilder::base_url`].
    pub fn base_url(self, url: impl Into<String>) -> Self {
        Self(self.0.base_url(url))
    }

    /// As [`crate::ClientBuilder::timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.timeout(timeout))
    }

    /// As [`crate::ClientBuilder::connect_timeout`].
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self(self.0.connect_timeout(timeout))
    }

    /// As [`crate::ClientBuilder::user_agent`].
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        Self(self.0.user_agent(user_agent))
    }

    /// As [`crate::ClientBuilder::allow_plain_http`].
    pub fn allow_plain_http(self) -> Self {
        Self(self.0.allow_plain_http())
    }

    /// As [`crate::ClientBuilder::retry`].
    pub fn retry(self, policy: RetryPolicy) -> Self {
        Self(self.0.retry(policy))
    }

    /// As [`crate::ClientBuilder::rate_limit`].
    pub fn rate_limit(self, rate: RateLimit) -> Self {
        Self(self.0.rate_limit(rate))
    }

    /// As [`crate::ClientBuilder::http`].
    pub fn http(
        self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        Self(self.0.http(configure))
    }

    /// The client, with its thread. It may be built anywhere, inside of an async runtime too.
    ///
    /// # Errors
    ///
    /// As [`crate::ClientBuilder::build`], and where the thread cannot be started.
    pub fn build(self) -> Result<Client, BuildError> {
        Client::start(self.0.build()?)
    }
}
