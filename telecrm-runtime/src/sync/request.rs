//! Requests of the Sync API, and their repetitions.

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
    effect: Effect,
    /// Whether the request may create a lead.
    creates: bool,
}

/// Effect of a request, which decides whether it may be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Reads,
    /// Sets values, so a repetition changes nothing.
    Sets,
    /// Appends, so telecrm must receive it at most once.
    Appends,
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
        Self::new(Method::GET, section, None, Effect::Reads)
    }

    /// A `POST` that only reads, such as a search.
    pub(super) fn post(section: &'static str, name: &'static str, body: String) -> Self {
        Self::new(Method::POST, section, Some(body), Effect::Reads).below(name)
    }

    /// A `POST` that sets values.
    pub(super) fn write(section: &'static str, body: String) -> Self {
        Self::new(Method::POST, section, Some(body), Effect::Sets)
    }

    fn new(method: Method, section: &'static str, body: Option<String>, effect: Effect) -> Self {
        let path = vec![section.to_owned()];
        Self { method, path, section, query: Vec::new(), body, effect, creates: false }
    }

    /// Marks a request that telecrm must not receive twice.
    pub(super) fn at_most_once(mut self) -> Self {
        self.effect = Effect::Appends;
        self
    }

    /// Accepts the status 201.
    pub(super) fn creating(mut self) -> Self {
        self.creates = true;
        self
    }

    /// Appends a segment of a documented path.
    pub(super) fn below(mut self, segment: &'static str) -> Self {
        self.path.push(segment.to_owned());
        self
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

    /// Sends the request, and returns the response, which must be an object with one of `keys`.
    pub(super) async fn send(
        self,
        transport: &Transport,
        keys: &'static [&'static str],
    ) -> Result<Document, Error> {
        let span = self.span(transport);
        let url = self.url(transport)?;
        let mut retry = match self.effect {
            Effect::Reads => Retry::reading(&transport.retry),
            Effect::Sets => Retry::new(&transport.retry),
            Effect::Appends => Retry::at_most_once(&transport.retry),
        };
        let pace = transport.pace(&transport.stop);
        let requests = with_retries(&mut retry, &pace, |attempt| {
            self.attempt(transport, url.clone(), keys, attempt.time_left)
        });
        let outcome = requests.instrument(span.clone()).await;
        span.record("attempts", retry.attempts());
        let success = if self.effect == Effect::Reads { "read" } else { "written" };
        record(&span, outcome.as_ref().map(|_| success));
        if let Err(error) = &outcome {
            span.in_scope(|| self.report(error));
        }
        outcome
    }

    fn span(&self, transport: &Transport) -> tracing::Span {
        // The name of a span is static.
        macro_rules! span {
            ($name:literal) => {
                tracing::debug_span!(
                    $name,
                    enterprise = transport.enterprise_id.as_str(),
                    section = self.section,
                    attempts = tracing::field::Empty,
                    status = tracing::field::Empty,
                    outcome = tracing::field::Empty,
                )
            };
        }
        match self.effect {
            Effect::Reads => span!("telecrm.read"),
            Effect::Sets | Effect::Appends => span!("telecrm.write"),
        }
    }

    fn report(&self, error: &Error) {
        let (kind, section, ambiguous) = (error.kind(), self.section, error.is_ambiguous());
        match (self.effect, error) {
            (Effect::Reads, _) => tracing::debug!(kind, section, "telecrm: gave up reading"),
            (_, Error::Stopped) => tracing::debug!("telecrm: nothing was written: stopped"),
            _ => tracing::warn!(kind, section, ambiguous, "telecrm: gave up a confirmed write"),
        }
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
        keys: &'static [&'static str],
        time_left: Option<Duration>,
    ) -> Result<Document, Error> {
        let mut request = transport.request(self.method.clone(), url, time_left);
        if let Some(body) = &self.body {
            request = request
                .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
                .body(body.clone());
        }
        let response = request.send().await.map_err(Error::transport)?;
        classify(response, &Documented { keys, creates: self.creates }).await
    }
}
