//! One request to telecrm, and its outcome.

use std::pin::Pin;
use std::time::Duration;

use telecrm_runtime::{Client, Error, PreparedLead};

use crate::store::Pace;
use crate::transition::Outcome;

pub(super) type Step<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one lead in one request: the client, or a test.
pub(crate) trait Sender: Send + Sync {
    /// The enterprise whose leads it sends.
    fn enterprise(&self) -> &str;

    /// Waits for the turn of the next request; `false` where no request may go out any more.
    fn turn(&self) -> Step<'_, bool>;

    fn send<'a>(&'a self, lead: &'a PreparedLead, with_actions: bool) -> Step<'a, Outcome>;

    /// The pace of its token among all processes, where it is limited.
    fn pace(&self) -> Option<Pace> {
        None
    }

    /// A random wait after so many attempts.
    fn backoff(&self, attempts: u32) -> Duration;

    /// The most that one request may take.
    fn timeout(&self) -> Duration;
}

impl Sender for Client {
    fn enterprise(&self) -> &str {
        self.enterprise_id().as_str()
    }

    fn turn(&self) -> Step<'_, bool> {
        Box::pin(async move { self.wait_for_turn().await.is_ok() })
    }

    fn send<'a>(&'a self, lead: &'a PreparedLead, with_actions: bool) -> Step<'a, Outcome> {
        Box::pin(async move {
            match self.send_now(lead, with_actions).await {
                Ok(()) => Outcome::Queued,
                Err(error) => outcome(&error),
            }
        })
    }

    fn backoff(&self, attempts: u32) -> Duration {
        self.retry_backoff(attempts)
    }

    fn pace(&self) -> Option<Pace> {
        let token = i64::from_ne_bytes(self.pace_key()?.to_ne_bytes());
        // With the burst, no more than 18,000 in any hour (telecrm: Async API).
        let period = Duration::from_micros(3_600_000_000_u64.div_ceil(18_000 - u64::from(BURST)));
        Some(Pace { token, period, burst: BURST })
    }

    fn timeout(&self) -> Duration {
        Client::timeout(self)
    }
}

/// Turns at once after a rest.
const BURST: u32 = 10;

fn outcome(error: &Error) -> Outcome {
    // The error's own text holds no personal data.
    let reason = error.to_string();
    let wait = error.retry_after();
    match error {
        Error::Stopped => Outcome::Stopped,
        // Neither says anything about the lead.
        Error::Unauthorized | Error::EnterpriseNotFound => Outcome::Unauthorized { reason },
        Error::RateLimited { .. } => Outcome::RateLimited { reason, wait },
        _ => match (error.is_retryable(), error.is_ambiguous()) {
            (true, false) => Outcome::NotSent { reason, wait },
            (true, true) => Outcome::Unknown { reason, wait },
            (false, true) => Outcome::NotQueued { reason },
            (false, false) => Outcome::Refused { reason },
        },
    }
}
