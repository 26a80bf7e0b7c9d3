//! No span, event, log line, `Debug` or error contains the token or a value of the lead.
// Without a crypto provider no client can be built.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

mod capture;
#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use std::time::Duration;

use capture::Everything;
use common::{TestAction, TestLead, Visit};
use futures_util::FutureExt as _;
use telecrm_runtime::{
    AsyncToken, Client, EnterpriseId, PreparedLead, RateLimit, RetryPolicy, phone,
};
use test_support::http::{Reply, Server};

const SECRETS: &[&str] = &["s3cret-t0ken", "919999999999", "Jane", "came with both parents"];

fn lead() -> TestLead {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.name = Some("Jane Doe".into());
    lead.actions = vec![TestAction::Visit(Visit {
        note: Some("came with both parents".into()),
        ..Visit::default()
    })];
    lead
}

/// Captures the output of the client that reads.
#[cfg(feature = "sync")]
async fn read(server: Server, everything: &Everything) {
    use telecrm_runtime::SyncToken;
    use telecrm_runtime::sync::{Client, Search};

    let token = SyncToken::parse("s3cret-t0ken").unwrap();
    everything.push(&format!("{token:?}"));
    let builder = Client::builder(EnterpriseId::parse("acme").unwrap(), token)
        .base_url(server.url())
        .retry(RetryPolicy::default().base_backoff(Duration::ZERO))
        .reads_per_second(1_000)
        .verify_policy(telecrm_runtime::sync::VerifyPolicy::once())
        .http(|http| http.connection_verbose(true));
    everything.push(&format!("{builder:?}"));
    let client = builder.build().unwrap();
    everything.push(&format!("{client:?} {client:#?}"));
    let search = Search::new().field("phone", "919999999999").field("name", "Jane");
    everything.push(&format!("{search:?}"));
    match client.search(&search).await {
        Ok(page) => everything.push(&format!("{page:?}")),
        Err(error) => everything.push_error(&error),
    }
    let verification = client.verify(&lead(), std::time::SystemTime::now()).await;
    match &verification {
        Ok(verification) => everything.push(&format!("{verification:?}")),
        Err(error) => everything.push_error(error),
    }
    if let Err(error) = client.drift(common::WORKSPACE).await {
        everything.push_error(&error);
    }
    let found = r#"{"data":[{"id":"1","fields":{"name":"Jane"}}],"total_count":1,"fields":{"name":"Jane"}}"#;
    let server = Server::replies([Reply::new("200 OK", "", found)]);
    let token = SyncToken::parse("s3cret-t0ken").unwrap();
    let builder = Client::builder(EnterpriseId::parse("acme").unwrap(), token);
    let once = telecrm_runtime::sync::VerifyPolicy::once();
    let client =
        builder.base_url(server.url()).reads_per_second(1_000).verify_policy(once).build().unwrap();
    let page = client.search(&search).await.unwrap();
    everything.push(&format!("{page:?} {page:#?}"));
    let verification = client.verify(&lead(), std::time::SystemTime::now()).await.unwrap();
    everything.push(&format!("{verification:?} {verification:#?}"));
    if let telecrm_runtime::sync::Verification::Mismatched(mismatches) = verification {
        for mismatch in mismatches {
            everything.push(&format!("{mismatch} {mismatch:?}"));
        }
    }
    let mut verifying = client.verify_all([lead()], std::time::SystemTime::now());
    everything.push(&format!("{verifying:?}"));
    everything.push(&format!("{:?}", verifying.next().await));
}

#[tokio::test]
async fn no_output_contains_a_token_phone_or_name() {
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    log::set_boxed_logger(Box::new(everything.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    // Responses that repeat the request, as some gateways send.
    let echo = "s3cret-t0ken 919999999999 Jane came with both parents";
    let envelope = format!(r#"{{"error":{{"code":"{echo}","message":"{echo}"}}}}"#);
    let location = "Location: https://login.example.com/?token=s3cret-t0ken&q=919999999999\r\n";
    let scenes: Vec<Vec<Reply>> = vec![
        vec![Reply::queued()],
        vec![Reply::new("500 Jane 919999999999", "", echo), Reply::queued()],
        vec![Reply::new("401 Unauthorized", "", &envelope)],
        vec![Reply::new("400 Bad Request", "", &envelope)],
        vec![Reply::new("429 Too Many Requests", "Retry-After: 0\r\n", echo)],
        vec![Reply::new("200 OK", "", echo)],
        vec![Reply::new("302 Found", location, echo)],
        vec![Reply::close()],
        vec![Reply::raw(format!("{echo}\r\n\r\n"))],
        vec![Reply::close(), Reply::new("401 Unauthorized", "", &envelope)],
    ];
    for replies in scenes {
        #[cfg(feature = "sync")]
        read(Server::replies(replies.clone()), &everything).await;
        let server = Server::replies(replies);
        let token = AsyncToken::parse("s3cret-t0ken").unwrap();
        everything.push(&format!("{token:?}"));
        let policy = RetryPolicy::default().base_backoff(Duration::ZERO);
        let builder = Client::builder(EnterpriseId::parse("acme").unwrap(), token)
            .base_url(server.url())
            .rate_limit(RateLimit::unlimited())
            .retry(policy)
            // The caller's settings do not make the client log the sent bytes.
            .http(|http| http.connection_verbose(true));
        everything.push(&format!("{builder:?}"));
        let client = builder.build().unwrap();
        everything.push(&format!("{client:?} {client:#?}"));
        match client.send(&lead()).await {
            Ok(receipt) => everything.push(&format!("{receipt:?}")),
            Err(error) => {
                everything.push_error(&error);
                everything.push(&format!("{} {:?}", error.kind(), error.response()));
            }
        }
        let prepared = PreparedLead::new(&lead());
        everything.push(&format!("{prepared:?} {prepared:#?}"));
        if let Err(error) = client.send_once(&prepared).await {
            everything.push_error(&error);
        }
        let mut sending = client.send_all([lead()]);
        while let Some(sent) = sending.next().await {
            everything.push(&format!("{sent:?} {sending:?}"));
        }
        // Dropped with a request in flight.
        assert!(client.send(&lead()).now_or_never().is_none());
    }

    let text = everything.text();
    #[cfg(feature = "sync")]
    for expected in ["telecrm.read enterprise=\"acme\" section=\"lead\"", "record outcome=\"read\""]
    {
        assert!(text.contains(expected), "no {expected} in\n{text}");
    }
    for secret in SECRETS {
        let line = text.lines().find(|line| line.contains(secret));
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
        "WARN telecrm_runtime",
        "DEBUG telecrm_runtime",
        // The capture includes the output of other crates.
        "reqwest::connect ",
    ] {
        assert!(text.contains(expected), "no {expected} in\n{text}");
    }
}
