//! Calls of the Sync API.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use tracing::Instrument as _;

use super::document::Document;
use super::response::Documented;
use crate::error::Error;
use crate::retry::{Retry, record, with_retries};
use crate::transport::{Transport, classify};

/// Request without a URL.
pub(super) struct Request {
    method: Method,
    /// Path below the enterprise.
    ///
    /// The first segment may appear in logs, the others may be anything.
    path: Vec<String>,
    section: &'static str,
    query: Vec<Query>,
    /// JSON body.
    body: Option<String>,
}

/// Query parameter of telecrm.
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

    /// Appends the name of an item of the section to the path.
    pub(super) fn named(mut self, name: &str) -> Result<Self, Error> {
        if matches!(name, "" | "." | "..") {
            return Err(Error::invalid_request("a name in a path must not be empty, `.` or `..`"));
        }
        self.path.push(name.to_owned());
        Ok(self)
    }

    pub(super) fn query(mut self, query: Query) -> Self {
        self.query.push(query);
        self
    }

    /// Sends the request, and returns the response, which must be an object with `key`.
    pub(super) async fn send(
        self,
        transport: &Transport,
        key: Option<&'static str>,
    ) -> Result<Document, Error> {
        let span = tracing::debug_span!(
            "telecrm.read",
            enterprise = transport.enterprise_id.as_str(),
            section = self.section,
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
        );
        let url = self.url(transport)?;
        let mut retry = Retry::reading(&transport.retry);
        let pace = transport.pace(&transport.stop);
        let requests = with_retries(&mut retry, &pace, |attempt| {
            self.attempt(transport, url.clone(), key, attempt.time_left)
        });
        let outcome = requests.instrument(span.clone()).await;
        span.record("attempts", retry.attempts());
        record(&span, outcome.as_ref().map(|_| "read"));
        if let Err(error) = &outcome {
            let (kind, section) = (error.kind(), self.section);
            span.in_scope(|| tracing::debug!(kind, section, "telecrm: gave up reading"));
        }
        outcome
    }

    fn url(&self, transport: &Transport) -> Result<Url, Error> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let url = transport.base.endpoint(&transport.enterprise_id, &path);
        // Not reachable: `http` and `https` URLs can have any path.
        let mut url = url.map_err(|_| Error::invalid_request("the base URL cannot have a path"))?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(self.query.iter().map(|query| query.pair()));
        }
        Ok(url)
    }

    async fn attempt(
        &self,
        transport: &Transport,
        url: Url,
        key: Option<&'static str>,
        time_left: Option<Duration>,
    ) -> Result<Document, Error> {
        let mut request = transport.request(self.method.clone(), url, time_left);
        if let Some(body) = &self.body {
            request = request
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(body.clone());
        }
        let response = request.send().await.map_err(Error::transport)?;
        classify(response, &Documented { key }).await
    }
}
