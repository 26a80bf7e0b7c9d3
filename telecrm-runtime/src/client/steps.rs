//! Steps of a delivery, for a durable queue that records the progress between them.

use std::time::Duration;

use super::Client;
use crate::credentials::EnterpriseId;
use crate::error::Error;
use crate::jitter::jitter;
use crate::prepared::PreparedLead;

impl Client {
    /// Returns the enterprise that the client sends to.
    #[must_use]
    pub fn enterprise_id(&self) -> &EnterpriseId {
        &self.transport().enterprise_id
    }

    /// Returns the maximum duration of one request.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.transport().timeout
    }

    /// Waits without a limit until a request may be sent, and counts that request.
    #[doc(hidden)]
    pub async fn wait_for_turn(&self) -> Result<(), Error> {
        let transport = self.transport();
        transport.pace(&transport.stop).any_turn().await
    }

    /// Returns when the client is stopped ([`stop`](Self::stop)).
    #[doc(hidden)]
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        self.transport().stop.signal()
    }

    /// Sends like [`send_once`](Self::send_once), after [`wait_for_turn`](Self::wait_for_turn).
    #[doc(hidden)]
    pub fn send_now(
        &self,
        lead: &PreparedLead,
        with_actions: bool,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        self.send_prepared(lead, with_actions, false)
    }

    /// Returns a key of the token, or `None` if the client's rate is not limited.
    ///
    /// The key is the same on every machine, and does not reveal the token.
    #[cfg(feature = "pace-key")]
    #[doc(hidden)]
    #[must_use]
    pub fn pace_key(&self) -> Option<u64> {
        self.transport().pace_key()
    }

    /// Returns a random wait after this number of attempts, according to the retry policy.
    #[doc(hidden)]
    #[must_use]
    pub fn retry_backoff(&self, attempts: u32) -> Duration {
        self.transport().retry.backoff(attempts, jitter())
    }
}

#[cfg(all(test, feature = "pace-key"))]
mod tests {
    use crate::{AsyncToken, Client, EnterpriseId, RateLimit};

    fn client(token: &str, limit: Option<RateLimit>) -> Client {
        let id = EnterpriseId::parse("acme").unwrap();
        let builder = Client::builder(id, AsyncToken::parse(token).unwrap());
        let builder = match limit {
            Some(limit) => builder.rate_limit(limit),
            None => builder,
        };
        builder.build().unwrap()
    }

    #[test]
    fn pace_key_is_a_domain_separated_sha256_of_the_token() {
        // The first eight bytes of: printf 'telecrm pace of a token\0Bearer token' | sha256sum
        assert_eq!(client("token", None).pace_key(), Some(0xb51a_db82_8c0f_9178));
        assert_ne!(client("other", None).pace_key(), client("token", None).pace_key());
        assert_eq!(client("token", Some(RateLimit::unlimited())).pace_key(), None);
    }
}
