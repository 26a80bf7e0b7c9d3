//! One call of `send`: as many requests as it takes, and may take.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{ActionDelivery, Error, Receipt};
use crate::prepared::PreparedLead;
use crate::rate::Limiter;
use crate::retry::jitter::jitter;
use crate::retry::{Budget, Failure, Next, Retry, RetryPolicy, StopHandle};

/// The bodies of one call, shared by its requests.
struct Bodies {
    whole: Bytes,
    fields_end: usize,
}

impl Bodies {
    fn without_actions(&self) -> Bytes {
        [self.whole.get(..self.fields_end).unwrap_or_default(), b"}"].concat().into()
    }
}

/// What a call goes by; all of it is shared by the clones of a client.
pub(super) struct Delivery<'a> {
    pub(super) enterprise: &'a str,
    pub(super) policy: &'a RetryPolicy,
    pub(super) budget: &'a Budget,
    pub(super) limiter: Option<&'a Limiter>,
    /// How long a call waits for the limiter, `None` for as long as it takes.
    pub(super) patience: Option<Duration>,
    /// Ends its waits.
    pub(super) stop: Option<&'a StopHandle>,
}

impl Delivery<'_> {
    /// Makes the requests, each of them by `attempt`.
    pub(super) async fn run(
        &self,
        lead: PreparedLead,
        attempt: impl AsyncAttempt,
    ) -> Result<Receipt, Error> {
        let span = tracing::debug_span!(
            "telecrm.send",
            enterprise = self.enterprise,
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
        );
        let mut retry = Retry::new(self.policy);
        let (body, fields_end, action_types) = lead.into_parts();
        let bodies = Bodies { whole: body.into(), fields_end };
        let has_actions = !action_types.is_empty();
        let outcome =
            self.requests(&bodies, has_actions, attempt, &mut retry).instrument(span.clone()).await;
        span.record("attempts", retry.attempts());
        record(&span, outcome.as_ref().err());
        outcome.map(|actions| Receipt::new(actions, action_types))
    }

    /// Makes exactly one request.
    pub(super) async fn once(&self, body: Bytes, attempt: impl AsyncAttempt) -> Result<(), Error> {
        self.first_turn().await?;
        self.request(body, attempt, 1).await
    }

    async fn first_turn(&self) -> Result<(), Error> {
        match self.unless_stopped(self.turn(self.patience)).await {
            Some(Ok(())) => Ok(()),
            Some(Err(wait)) => Err(Error::Throttled { wait }),
            None => Err(Error::Stopped),
        }
    }

    async fn requests(
        &self,
        bodies: &Bodies,
        has_actions: bool,
        attempt: impl AsyncAttempt,
        retry: &mut Retry<'_>,
    ) -> Result<ActionDelivery, Error> {
        self.budget.earn();
        self.first_turn().await?;
        let began = Instant::now();
        let mut body = bodies.whole.clone();
        loop {
            let Err(error) = self.request(body, attempt.clone(), retry.begin()).await else {
                return Ok(retry.queued(has_actions));
            };
            let next = retry.failed(Failure::from(&error), began.elapsed(), jitter(), self.budget);
            let Next::Resend { after, with_actions } = next else {
                return Err(error.of_call(retry.is_ambiguous()));
            };
            let turn = self.unless_stopped(async {
                tokio::time::sleep(after).await;
                // The caller's patience was for the first request; this one has until the deadline.
                let left = retry.left(began.elapsed());
                self.turn(Some(left)).await
            });
            if turn.await != Some(Ok(())) {
                return Err(error.of_call(retry.is_ambiguous()));
            }
            body = if with_actions { bodies.whole.clone() } else { bodies.without_actions() };
        }
    }

    /// Returns when the next request may go out; or with the wait, where that is too long.
    async fn turn(&self, patience: Option<Duration>) -> Result<(), Duration> {
        match self.limiter {
            Some(limiter) => limiter.turn(patience).await,
            None => Ok(()),
        }
    }

    /// A request under way is never cut off, but whatever comes before it may be.
    async fn unless_stopped<T>(&self, wait: impl Future<Output = T> + Send) -> Option<T> {
        let Some(stop) = self.stop else { return Some(wait.await) };
        match select(pin!(stop.stopped()), pin!(wait)).await {
            Either::Left(((), _)) => None,
            Either::Right((outcome, _)) => Some(outcome),
        }
    }

    async fn request(
        &self,
        body: Bytes,
        attempt: impl AsyncAttempt,
        number: u32,
    ) -> Result<(), Error> {
        let span = tracing::debug_span!(
            "telecrm.attempt",
            enterprise = self.enterprise,
            attempt = number,
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
        );
        let outcome = attempt.attempt(body).instrument(span.clone()).await;
        record(&span, outcome.as_ref().err());
        match (&outcome, self.limiter) {
            (Ok(()), Some(limiter)) => limiter.taken(),
            (Err(Error::RateLimited { retry_after }), Some(limiter)) => {
                limiter.refused(*retry_after);
            }
            _ => {}
        }
        outcome
    }
}

fn record(span: &tracing::Span, error: Option<&Error>) {
    let (status, word) = match error {
        None => (Some(200), "queued"),
        Some(error) => (error.status(), error.outcome()),
    };
    span.record("outcome", word);
    if let Some(status) = status {
        span.record("status", status);
    }
}

/// Makes exactly one request: the HTTP client, or a test.
pub(super) trait AsyncAttempt: Clone + Send {
    fn attempt(self, body: Bytes) -> impl Future<Output = Result<(), Error>> + Send;
}
