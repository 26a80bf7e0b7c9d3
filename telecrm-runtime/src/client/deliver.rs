//! A call of `send`, and its requests.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use tracing::Instrument as _;

use super::queued::Queued;
use super::{Client, Inner};
use crate::error::Error;
use crate::prepared::{PreparedLead, fields_alone};
use crate::receipt::{ActionDelivery, Receipt};
use crate::retry::{Retry, StopHandle, record, with_retries};
use crate::transport::classify;

impl Client {
    /// Sends a lead according to the retry policy; `stop` ends its waits.
    pub(crate) async fn deliver(
        &self,
        lead: PreparedLead,
        stop: &StopHandle,
    ) -> Result<Receipt, Error> {
        let Inner { transport, .. } = &*self.inner;
        let enterprise = transport.enterprise_id.as_str();
        let span = tracing::debug_span!(
            "telecrm.send",
            enterprise,
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
        );
        let (body, action_types) = lead.into_parts();
        let body = Bytes::from(body);
        let mut retry = Retry::new(&transport.retry);
        let unfinished = Unfinished { enterprise, requests: AtomicU32::new(0) };
        let pace = transport.pace(stop);
        let requests = with_retries(&mut retry, &pace, |attempt| {
            unfinished.requests.fetch_add(1, Ordering::Relaxed);
            let whole = attempt.with_actions || action_types.is_empty();
            let body = if whole { body.clone() } else { fields_alone(&body).into() };
            self.inner.request(body, attempt.time_left)
        });
        let outcome = requests.instrument(span.clone()).await;
        unfinished.done();
        span.record("attempts", retry.attempts());
        record(&span, outcome.as_ref().map(|()| "queued"));
        let attempts = retry.attempts();
        span.in_scope(|| match &outcome {
            Ok(()) => {}
            Err(Error::Stopped) => tracing::debug!("telecrm: a lead was not sent: stopped"),
            Err(error) => tracing::warn!(
                enterprise,
                kind = error.kind(),
                status = error.status(),
                attempts,
                ambiguous = error.is_ambiguous(),
                "telecrm: gave up sending a lead"
            ),
        });
        let actions = outcome.map(|()| retry.queued(!action_types.is_empty()))?;
        if actions == ActionDelivery::Unconfirmed {
            let count = action_types.len();
            span.in_scope(|| {
                tracing::warn!(enterprise, count, attempts, "telecrm: actions are unconfirmed");
            });
        }
        Ok(Receipt::new(actions, action_types))
    }

    /// Makes exactly one request; if `paced`, it first waits for its turn.
    pub(crate) async fn deliver_once(&self, body: Bytes, paced: bool) -> Result<(), Error> {
        let Inner { transport, .. } = &*self.inner;
        let request = self.inner.request(body, None);
        let pace = transport.pace(&transport.stop);
        if paced { pace.once(request).await } else { pace.request(1, request).await }
    }
}

impl Inner {
    async fn request(&self, body: Bytes, time_left: Option<Duration>) -> Result<(), Error> {
        let request = self
            .transport
            .request(Method::POST, self.endpoint.clone(), time_left)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body);
        let response = request.send().await.map_err(Error::transport)?;
        classify(response, &Queued { accept: self.accept.as_ref() }).await
    }
}

/// RAII guard that logs a `send` future which is dropped before it completes.
struct Unfinished<'a> {
    enterprise: &'a str,
    requests: AtomicU32,
}

impl Unfinished<'_> {
    fn done(self) {
        std::mem::forget(self);
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let enterprise = self.enterprise;
        match self.requests.load(Ordering::Relaxed) {
            0 => tracing::warn!(
                enterprise,
                "telecrm: a send was dropped before its first request: the lead was not sent"
            ),
            requests => tracing::warn!(
                enterprise,
                requests,
                "telecrm: a send was dropped before it completed: telecrm may have the lead"
            ),
        }
    }
}
