//! Nothing that the client tells anybody holds the token, or a word of the lead.
// Without a crypto provider there is no client to test.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;
#[allow(dead_code, reason = "each test crate uses its part")]
mod scripted;

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{TestAction, TestLead, Visit};
use scripted::{Play, Server, answer, queued};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, RateLimit, RetryPolicy, phone};
use tracing::field::{Field, Visit as FieldVisitor};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const SECRETS: &[&str] = &["s3cret-t0ken", "919999999999", "Jane", "came with both parents"];

/// All that spans, events and log lines say, at every level and of every crate.
#[derive(Clone, Default)]
struct Everything {
    told: Arc<Mutex<String>>,
    spans: Arc<AtomicU64>,
}

impl Everything {
    fn tell(&self, what: &str) {
        let mut told = self.told.lock().unwrap();
        told.push_str(what);
        told.push('\n');
    }

    fn tell_error(&self, error: &dyn std::error::Error) {
        self.tell(&format!("{error} {error:?} {error:#?}"));
        if let Some(cause) = error.source() {
            self.tell_error(cause);
        }
    }

    fn of(&self, name: &str, write: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(name.to_owned());
        write(&mut fields);
        self.tell(&fields.0);
    }
}

struct Fields(String);

impl FieldVisitor for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.of(span.metadata().name(), |fields| span.record(fields));
        Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.of("record", |fields| values.record(fields));
    }

    fn event(&self, event: &Event<'_>) {
        self.of(event.metadata().target(), |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl log::Log for Everything {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.tell(&format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

fn lead() -> TestLead {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.name = Some("Jane Doe".into());
    lead.actions = vec![TestAction::Visit(Visit {
        note: Some("came with both parents".into()),
        ..Visit::default()
    })];
    lead
}

/// The same of the client that reads.
#[cfg(feature = "sync")]
async fn read(server: Server, everything: &Everything) {
    use telecrm_runtime::SyncToken;
    use telecrm_runtime::sync::{Client, Search};

    let token = SyncToken::parse("s3cret-t0ken").unwrap();
    everything.tell(&format!("{token:?}"));
    let builder = Client::builder(EnterpriseId::parse("acme").unwrap(), token)
        .base_url(&server.url)
        .retry(RetryPolicy::default().base_backoff(Duration::from_millis(1)))
        .http(|http| http.connection_verbose(true));
    everything.tell(&format!("{builder:?}"));
    let client = builder.build().unwrap();
    everything.tell(&format!("{client:?} {client:#?}"));
    let search = Search::new().field("phone", "919999999999").field("name", "Jane");
    everything.tell(&format!("{search:?}"));
    match client.search(&search).await {
        Ok(page) => everything.tell(&format!("{page:?}")),
        Err(error) => everything.tell_error(&error),
    }
    let found = r#"{"data":[{"id":"1","fields":{"name":"Jane"}}],"total_count":1}"#;
    let server = Server::start([answer("200 OK", "", found)]).await;
    let token = SyncToken::parse("s3cret-t0ken").unwrap();
    let builder = Client::builder(EnterpriseId::parse("acme").unwrap(), token);
    let page = builder.base_url(&server.url).build().unwrap().search(&search).await.unwrap();
    everything.tell(&format!("{page:?} {page:#?}"));
}

#[tokio::test]
async fn no_token_phone_or_name_is_in_any_span_event_log_line_debug_or_error() {
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    log::set_boxed_logger(Box::new(everything.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    // Answers that repeat what they were sent, as gateways do.
    let echo = "s3cret-t0ken 919999999999 Jane came with both parents";
    let envelope = format!(r#"{{"error":{{"code":"{echo}","message":"{echo}"}}}}"#);
    let location = "Location: https://login.example.com/?token=s3cret-t0ken&q=919999999999\r\n";
    let scenes: Vec<Vec<Play>> = vec![
        vec![queued()],
        vec![answer("500 Jane 919999999999", "", echo), queued()],
        vec![answer("401 Unauthorized", "", &envelope)],
        vec![answer("400 Bad Request", "", &envelope)],
        vec![answer("429 Too Many Requests", "Retry-After: 0\r\n", echo)],
        vec![answer("200 OK", "", echo)],
        vec![answer("302 Found", location, echo)],
        vec![Play::ReadAndClose],
        vec![Play::Answer(format!("{echo}\r\n\r\n"))],
        vec![Play::ReadAndClose, answer("401 Unauthorized", "", &envelope)],
    ];
    for plays in scenes {
        #[cfg(feature = "sync")]
        read(Server::start(plays.clone()).await, &everything).await;
        let server = Server::start(plays).await;
        let token = AsyncToken::parse("s3cret-t0ken").unwrap();
        everything.tell(&format!("{token:?}"));
        let policy = RetryPolicy::default().base_backoff(Duration::from_millis(1));
        let builder = Client::builder(EnterpriseId::parse("acme").unwrap(), token)
            .base_url(&server.url)
            .rate_limit(RateLimit::unlimited())
            .retry(policy)
            // The caller's settings do not make it log what goes out.
            .http(|http| http.connection_verbose(true));
        everything.tell(&format!("{builder:?}"));
        let client = builder.build().unwrap();
        everything.tell(&format!("{client:?} {client:#?}"));
        match client.send(&lead()).await {
            Ok(receipt) => everything.tell(&format!("{receipt:?}")),
            Err(error) => everything.tell_error(&error),
        }
    }

    let told = everything.told.lock().unwrap().clone();
    #[cfg(feature = "sync")]
    for expected in ["telecrm.read enterprise=\"acme\" section=\"lead\"", "record outcome=\"read\""]
    {
        assert!(told.contains(expected), "no {expected} in\n{told}");
    }
    for secret in SECRETS {
        let line = told.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
    for expected in [
        "telecrm.send enterprise=\"acme\"",
        "telecrm.attempt attempt=1",
        "telecrm.attempt attempt=2",
        "record outcome=\"queued\"",
        "record outcome=\"server\"",
        "record outcome=\"unauthorized\"",
        "record outcome=\"earlier_unconfirmed\"",
        "record status=200",
        "record status=500",
        "record attempts=2",
        // The capture sees what other crates say, too.
        "reqwest::connect ",
    ] {
        assert!(told.contains(expected), "no {expected} in\n{told}");
    }
}
