//! Extension point for a durable queue: the steps of a delivery.
//!
//! [`Client::send`] waits for its turn, makes requests and repeats them in one call. A queue that must survive
//! a crash stores its progress between these steps, and decides itself about repetitions.
//! `telecrm-outbox` is such a queue; most programs use it instead of this module.
//!
//! ```no_run
//! # async fn deliver(client: telecrm_runtime::Client, lead: telecrm_runtime::PreparedLead)
//! #     -> Result<(), Box<dyn std::error::Error>> {
//! use telecrm_runtime::queue::DeliverySteps as _;
//!
//! client.wait_for_turn().await?;
//! // Store here, durably, that the request begins: after a crash its outcome is unknown.
//! match client.send_now(&lead).await {
//!     Ok(()) => {} // Store that telecrm queued the lead.
//!     Err(error) if error.is_ambiguous() => {} // telecrm may have the lead and its actions.
//!     Err(error) if error.is_retryable() => {
//!         let _wait = client.retry_backoff(1);
//!     }
//!     Err(_) => {} // A repetition would be refused too.
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The rules for the actions of a lead are the caller's: telecrm appends them each time it receives them.
//! [`PreparedLead::without_actions`] and [`PreparedLead::actions_only`] split a lead.

use std::time::Duration;

use crate::client::Client;
use crate::error::Error;
use crate::jitter::jitter;
use crate::prepared::PreparedLead;

/// Steps of a delivery by a [`Client`].
///
/// This trait is sealed.
pub trait DeliverySteps: sealed::Sealed {
    /// Waits without a limit until a request may be sent, and counts that request
    /// ([`RateLimit`](crate::RateLimit)).
    ///
    /// Returns [`Error::Stopped`] if the client is stopped.
    fn wait_for_turn(&self) -> impl Future<Output = Result<(), Error>> + Send;

    /// Makes exactly one request, without a wait: [`Client::send_once`] after
    /// [`wait_for_turn`](Self::wait_for_turn).
    ///
    /// A stop of the client does not interrupt the request.
    fn send_now(&self, lead: &PreparedLead) -> impl Future<Output = Result<(), Error>> + Send;

    /// Returns when the client is stopped ([`Client::stop`]).
    fn stopped(&self) -> impl Future<Output = ()> + Send;

    /// Returns a random wait after this number of attempts, according to the client's
    /// [`RetryPolicy`](crate::RetryPolicy).
    fn retry_backoff(&self, attempts: u32) -> Duration;

    /// Returns a key of the client's token, or `None` if its rate is not limited.
    ///
    /// Machines that share a token have the same key, so that a database can contain one limit for
    /// all of them. The key does not reveal the token.
    #[cfg(feature = "pace-key")]
    fn pace_key(&self) -> Option<u64>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Client {}
}

impl DeliverySteps for Client {
    async fn wait_for_turn(&self) -> Result<(), Error> {
        let transport = self.transport();
        transport.pace(&transport.stop).any_turn().await
    }

    fn send_now(&self, lead: &PreparedLead) -> impl Future<Output = Result<(), Error>> + Send {
        self.send_prepared(lead, false)
    }

    fn stopped(&self) -> impl Future<Output = ()> + Send {
        self.transport().stop.signal()
    }

    fn retry_backoff(&self, attempts: u32) -> Duration {
        self.transport().retry.backoff(attempts, jitter())
    }

    #[cfg(feature = "pace-key")]
    fn pace_key(&self) -> Option<u64> {
        self.transport().pace_key()
    }
}

#[cfg(all(test, feature = "pace-key"))]
mod tests {
    use super::DeliverySteps as _;
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
