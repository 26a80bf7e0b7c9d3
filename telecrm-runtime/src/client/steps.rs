//! Single steps of a delivery, for a durable queue that records what happens between them.

use std::time::Duration;

use super::Client;
use crate::credentials::EnterpriseId;
use crate::error::Error;
use crate::jitter::jitter;
use crate::prepared::PreparedLead;

impl Client {
    /// The enterprise that the client sends to.
    #[must_use]
    pub fn enterprise_id(&self) -> &EnterpriseId {
        &self.transport().enterprise_id
    }

    /// The most that one request may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.transport().timeout
    }

    /// Waits until a request may go out, which is then counted, however long that takes.
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

    /// As [`send_once`](Self::send_once), after [`wait_for_turn`](Self::wait_for_turn).
    #[doc(hidden)]
    pub fn send_now(
        &self,
        lead: &PreparedLead,
        with_actions: bool,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        self.send_prepared(lead, with_actions, false)
    }

    /// A key of the token that is the same on every machine; `None` if the client's rate is not
    /// limited. It does not reveal the token.
    #[cfg(feature = "pace-key")]
    #[doc(hidden)]
    #[must_use]
    pub fn pace_key(&self) -> Option<u64> {
        self.transport().pace_key()
    }

    /// A random wait after so many attempts, as the retry policy says.
    #[doc(hidden)]
    #[must_use]
    pub fn retry_backoff(&self, attempts: u32) -> Duration {
        self.transport().retry.backoff(attempts, jitter())
    }
}
