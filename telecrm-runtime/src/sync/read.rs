//! One call: as many requests as it takes, and may take.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{Client, Document, Error, response};
use crate::retry::jitter::jitter;
use crate::retry::{Failure, Next, Retry};

/// What is asked for.
pub(super) struct Request {
    method: Method,
    /// Below the enterprise. The first may stand in logs, the others may be anything.
    path: Vec<String>,
    section: &'static str,
    query: Vec<Query>,
    /// JSON.
    body: Option<String>,
}

/// A parameter as telecrm spells it.
#[derive(Clone, Copy)]
pub(super) enum Query {
    Detail(bool),
    IncludeActions(bool),
    Skip(u64),
    Limit(u8),
}

impl Query {
    fn pair(self) -> (&'static str, String) {
        match self {
            Self::Detail(on) => ("detail", on.to_string()),
            Self::IncludeActions(on) => ("includeActions", on.to_string()),
            Self::Skip(count) => ("skip", count.to_string()),
            Self::Limit(count) => ("limit", count.to_string()),
        }
    }
}

impl Request {
    pub(super) fn get(section: &'static str) -> Self {
        let path = vec![section.to_owned()];
        Self { method: Method::GET, path, section, query: Vec::new(), body: None }
    }

    pub(super) fn post(section: &'static str, name: &'static str, body: String) -> Self {
        let path = vec![section.to_owned(), name.to_owned()];
        Self { method: Method::POST, path, section, query: Vec::new(), body: Some(body) }
    }

    /// Asks for one thing of the section. What would change the path itself names nothing.
    pub(super) fn named(mut self, name: &str) -> Result<Self, Error> {
        if matches!(name, "" | "." | "..") {
            return Err(Error::InvalidRequest {
                rule: "a name in a path is not empty, `.` or `..`",
            });
        }
        self.path.push(name.to_owned());
        Ok(self)
    }

    pub(super) fn query(mut self, query: Query) -> Self {
        self.query.push(query);
        self
    }
}

impl Client {
    /// The answer, an object that has this key.
    pub(super) async fn document(
        &self,
        request: Request,
        key: Option<&'static str>,
    ) -> Result<Document, Error> {
        let span = tracing::debug_span!(
            "telecrm.read",
            enterprise = self.inner.enterprise_id.as_str(),
            section = request.section,
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
        );
        let mut retry = Retry::new(&self.inner.retry);
        let outcome = self.requests(&request, key, &mut retry).instrument(span.clone()).await;
        span.record("attempts", retry.attempts());
        let (status, word) = match &outcome {
            Ok(_) => (Some(200), "read"),
            Err(error) => (error.status(), error.outcome()),
        };
        span.record("outcome", word);
        if let Some(status) = status {
            span.record("status", status);
        }
        outcome
    }

    async fn requests(
        &self,
        request: &Request,
        key: Option<&'static str>,
        retry: &mut Retry<'_>,
    ) -> Result<Document, Error> {
        let url = self.url(request)?;
        self.inner.budget.earn();
        let began = Instant::now();
        loop {
            retry.begin();
            let error = match self.attempt(request, url.clone(), key).await {
                Ok(document) => return Ok(document),
                Err(error) => error,
            };
            // Nothing is written, so nothing is ambiguous.
            let failure = Failure {
                retryable: error.is_retryable(),
                ambiguous: false,
                retry_after: error.retry_after(),
            };
            match retry.failed(failure, began.elapsed(), jitter(), &self.inner.budget) {
                Next::Resend { after, .. } => tokio::time::sleep(after).await,
                Next::Fail => return Err(error),
            }
        }
    }

    fn url(&self, request: &Request) -> Result<Url, Error> {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        let url = self.inner.base.endpoint(&self.inner.enterprise_id, &path);
        // `http` and `https` take any path.
        let mut url =
            url.map_err(|_| Error::InvalidRequest { rule: "the base URL takes no path" })?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query.iter().map(|query| query.pair()));
        }
        Ok(url)
    }

    async fn attempt(
        &self,
        request: &Request,
        url: Url,
        key: Option<&'static str>,
    ) -> Result<Document, Error> {
        let mut sending = self
            .inner
            .http
            .request(request.method.clone(), url)
            .header(AUTHORIZATION, self.inner.authorization.clone());
        if let Some(body) = &request.body {
            sending = sending
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(body.clone());
        }
        response::judge(sending.send().await.map_err(Error::transport)?, key).await
    }
}
