//! One call of `send`: as many requests as it takes, and may take.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::chance::chance;
use super::rate::Limiter;
use super::retry::{Budget, Failure, Next, Retry};
use super::{Error, Receipt, RetryPolicy, Stopper};
use crate::Lead;
use crate::json::Encoded;

/// A lead that was found fit to be sent.
pub(crate) struct Outgoing {
    /// Shared by the requests, not copied.
    json: Bytes,
    fields_end: usize,
    /// Of its actions.
    codes: Vec<&'static str>,
}

impl Outgoing {
    pub(super) fn of(lead: &dyn Lead) -> Self {
        let Encoded { json, fields_end } = Encoded::of(lead);
        let actions = (0..).map_while(|index| lead.action_at(index));
        Self { json: json.into(), fields_end, codes: actions.map(|action| action.code()).collect() }
    }

    fn without_actions(&self) -> Bytes {
        [self.json.get(..self.fields_end).unwrap_or_default(), b"}"].concat().into()
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
    pub(super) stop: Option<&'a Stopper>,
}

impl Delivery<'_> {
    /// Makes the requests, each of them by `attempt`.
    pub(super) async fn run(
        &self,
        outgoing: Outgoing,
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
        let outcome = self.requests(&outgoing, attempt, &mut retry).instrument(span.clone()).await;
        span.record("attempts", retry.attempts());
        record(&span, outcome.as_ref().err());
        outcome
    }

    async fn requests(
        &self,
        outgoing: &Outgoing,
        attempt: impl AsyncAttempt,
        retry: &mut Retry<'_>,
    ) -> Result<Receipt, Error> {
        self.budget.earn();
        match self.unless_stopped(self.turn(self.patience)).await {
            Some(Ok(())) => {}
            Some(Err(wait)) => return Err(Error::Throttled { wait }),
            None => return Err(Error::Stopped),
        }
        let began = Instant::now();
        let mut body = outgoing.json.clone();
        loop {
            let Err(error) = self.request(body, attempt.clone(), retry.begin()).await else {
                let actions = retry.queued(!outgoing.codes.is_empty());
                return Ok(Receipt::new(actions, &outgoing.codes));
            };
            let next = retry.failed(Failure::from(&error), began.elapsed(), chance(), self.budget);
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
            body = if with_actions { outgoing.json.clone() } else { outgoing.without_actions() };
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
