//! The retry loop of all calls.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{Budget, Failure, Next, Retry, StopHandle};
use crate::error::Error;
use crate::jitter::jitter;
use crate::rate::{Limiter, millis};

/// Pace of the calls of a client, shared by its clones.
pub(crate) struct Pace<'a> {
    pub(crate) budget: &'a Budget,
    pub(crate) limiter: Option<&'a Limiter>,
    /// Maximum wait of a call for its first turn; `None` for no limit.
    pub(crate) max_wait: Option<Duration>,
    /// Handle that ends the waits.
    pub(crate) stop: &'a StopHandle,
}

/// Properties of one request of a call.
pub(crate) struct Attempt {
    pub(crate) with_actions: bool,
    /// The time left for the request if the policy limits the whole call.
    pub(crate) time_left: Option<Duration>,
}

/// Makes requests with `attempt` until one succeeds or the policy ends the call.
pub(crate) async fn with_retries<T, F, A>(
    retry: &mut Retry<'_>,
    pace: &Pace<'_>,
    mut attempt: F,
) -> Result<T, Error>
where
    F: FnMut(Attempt) -> A,
    A: Future<Output = Result<T, Error>>,
{
    pace.budget.earn();
    let arrived = Instant::now();
    pace.first_turn(retry.bounded(Duration::ZERO)).await?;
    // The rate limit governs the wait for the first turn, unless the policy limits the whole call.
    let began = if retry.bounded(Duration::ZERO).is_some() { arrived } else { Instant::now() };
    let mut with_actions = true;
    loop {
        let time_left = retry.bounded(began.elapsed());
        let request = attempt(Attempt { with_actions, time_left });
        let error = match pace.request(retry.begin(), request).await {
            Ok(success) => return Ok(success),
            Err(error) => error,
        };
        let next = retry.failed(Failure::from(&error), began.elapsed(), jitter(), pace.budget);
        let Next::Resend { after, with_actions: again } = next else {
            return Err(error.of_call(retry.is_ambiguous()));
        };
        tracing::debug!(
            kind = error.kind(),
            attempt = retry.attempts(),
            after_ms = millis(after),
            with_actions = again,
            "telecrm: a request failed and is repeated"
        );
        let turn = pace.unless_stopped(async {
            tokio::time::sleep(after).await;
            // `max_wait` applies only to the first request; this one may wait until the deadline.
            pace.turn(Some(retry.left(began.elapsed()))).await
        });
        match turn.await {
            Some(Ok(())) => with_actions = again,
            Some(Err(_)) => return Err(error.of_call(retry.is_ambiguous())),
            None => return Err(Error::Stopped.of_call(retry.is_ambiguous())),
        }
    }
}

impl Pace<'_> {
    /// Makes exactly one request after waiting for its turn.
    pub(crate) async fn once<T>(
        &self,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.first_turn(None).await?;
        self.request(1, attempt).await
    }

    /// Waits for a turn without a limit.
    pub(crate) async fn any_turn(mut self) -> Result<(), Error> {
        self.max_wait = None;
        self.first_turn(None).await
    }

    async fn first_turn(&self, bound: Option<Duration>) -> Result<(), Error> {
        if self.stop.is_stopped() {
            return Err(Error::Stopped);
        }
        let max_wait = self.max_wait.into_iter().chain(bound).min();
        match self.unless_stopped(self.turn(max_wait)).await {
            Some(Ok(())) => Ok(()),
            Some(Err(wait)) => Err(Error::Throttled { wait }),
            None => Err(Error::Stopped),
        }
    }

    /// Returns when the next request may be sent, or the wait as an error if it is too long.
    async fn turn(&self, max_wait: Option<Duration>) -> Result<(), Duration> {
        match self.limiter {
            Some(limiter) => limiter.turn(max_wait).await,
            None => Ok(()),
        }
    }

    /// Runs a wait until it ends or the client is stopped.
    ///
    /// Requests in flight are never interrupted.
    async fn unless_stopped<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        match select(pin!(self.stop.stopped()), pin!(wait)).await {
            Either::Left(((), _)) => None,
            Either::Right((outcome, _)) => Some(outcome),
        }
    }

    pub(crate) async fn request<T>(
        &self,
        number: u32,
        attempt: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let span = tracing::debug_span!(
            "telecrm.attempt",
            attempt = number,
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
        );
        let outcome = attempt.instrument(span.clone()).await;
        record(&span, outcome.as_ref().map(|_| "ok"));
        match (&outcome, self.limiter) {
            (Ok(_), Some(limiter)) => limiter.accepted(),
            (Err(Error::RateLimited { retry_after, .. }), Some(limiter)) => {
                limiter.refused(*retry_after);
            }
            _ => {}
        }
        outcome
    }
}

/// Records the outcome of a call or request: one word, and the status of the response.
pub(crate) fn record(span: &tracing::Span, outcome: Result<&'static str, &Error>) {
    let (status, word) = match outcome {
        Ok(word) => (Some(200), word),
        Err(error) => (error.status(), error.kind()),
    };
    span.record("outcome", word);
    if let Some(status) = status {
        span.record("status", status);
    }
}
