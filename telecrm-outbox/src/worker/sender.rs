//! One request to telecrm, and its outcome.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use telecrm_runtime::queue::DeliverySteps;
use telecrm_runtime::{Client, Error, PreparedLead};

use super::status::PauseCause;
use crate::lane::REPEATED_FAILURES;
use crate::store::Pace;
use crate::transition::Outcome;

pub(super) type Step<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one lead in one request: the client, or a test.
pub(crate) trait Sender: Send + Sync {
    /// The enterprise whose leads it sends.
    fn enterprise(&self) -> &str;

    /// Waits for the turn of the next request; `false` if no request may go out any more.
    fn turn(&self) -> Step<'_, bool>;

    /// Returns when the client is stopped.
    fn stopped(&self) -> Step<'_, ()>;

    fn send<'a>(&'a self, lead: &'a PreparedLead, with_actions: bool) -> Step<'a, Outcome>;

    /// The pace of its token among all processes, if it is limited.
    fn pace(&self) -> Option<Pace> {
        None
    }

    /// A random wait after as many attempts.
    fn backoff(&self, attempts: u32) -> Duration;

    /// The longest time of one request.
    fn timeout(&self) -> Duration;
}

impl Sender for Client {
    fn enterprise(&self) -> &str {
        self.enterprise_id().as_str()
    }

    fn turn(&self) -> Step<'_, bool> {
        Box::pin(async move { self.wait_for_turn().await.is_ok() })
    }

    fn stopped(&self) -> Step<'_, ()> {
        Box::pin(DeliverySteps::stopped(self))
    }

    fn send<'a>(&'a self, lead: &'a PreparedLead, with_actions: bool) -> Step<'a, Outcome> {
        Box::pin(async move {
            let sent = if with_actions {
                self.send_now(lead).await
            } else {
                self.send_now(&lead.without_actions()).await
            };
            match sent {
                Ok(()) => Outcome::Queued,
                Err(error) => classify(&error),
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

/// Maximum wait before the next attempt of an entry.
const MAX_BACKOFF: Duration = Duration::from_secs(60 * 60);

/// The wait after an attempt, from the client's retry policy. An entry that fails again and again waits
/// twice as long each time, up to an hour.
pub(super) fn backoff(sender: &dyn Sender, attempts: u32, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(REPEATED_FAILURES).min(16);
    let policy = sender.backoff(attempts);
    policy.saturating_mul(1 << doublings).min(MAX_BACKOFF.max(policy))
}

/// Turns without a wait after a rest.
const BURST: u32 = 10;

/// Sends a lead. A panic, for example in a closure of the application that reads the response, is an
/// unknown outcome: the request may have gone out.
pub(super) async fn send(sender: &dyn Sender, lead: &PreparedLead, with_actions: bool) -> Outcome {
    let mut request = sender.send(lead, with_actions);
    poll_fn(|context| {
        let poll = AssertUnwindSafe(|| request.as_mut().poll(context));
        catch_unwind(poll).unwrap_or_else(|_| {
            let reason = "a closure of the application panicked during the request".to_owned();
            Poll::Ready(Outcome::Unknown { reason, wait: None, status: None })
        })
    })
    .await
}

/// The outcome of a request that did not succeed. telecrm's JSON error envelope decides, and not the
/// status: any gateway on the way can respond with a status.
fn classify(error: &Error) -> Outcome {
    // The text of an error contains no personal data.
    let reason = error.to_string();
    let (wait, status) = (error.retry_after(), error.status());
    let systemic = |cause, received| {
        let reason = reason.clone();
        Outcome::Systemic { cause, reason, status, received }
    };
    match error {
        Error::Stopped => Outcome::Stopped,
        Error::Unauthorized | Error::EnterpriseNotFound => {
            systemic(PauseCause::Unauthorized, false)
        }
        Error::RateLimited { .. } => Outcome::RateLimited { reason, wait },
        // A gateway that redirects, or responds with its own page, may have passed the lead on.
        Error::NotQueued { .. } => systemic(PauseCause::NotTelecrm, true),
        _ if error.is_ambiguous() => Outcome::Unknown { reason, wait, status },
        Error::NotFound { .. } | Error::Rejected { .. } => match status {
            Some(413) => Outcome::Invalid { reason },
            Some(404 | 405) if !error.has_telecrm_envelope() => {
                systemic(PauseCause::WrongAddress, false)
            }
            _ if !error.has_telecrm_envelope() => systemic(PauseCause::Blocked, false),
            _ if error.is_retryable() => Outcome::NotSent { reason, wait, status },
            _ => Outcome::Refused { reason },
        },
        _ if error.is_retryable() => Outcome::NotSent { reason, wait, status },
        _ => Outcome::Invalid { reason },
    }
}
