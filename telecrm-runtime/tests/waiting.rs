//! Calls with a time limit, a stop or a drop, and their log lines.
// Without a crypto provider no client can be built.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod capture;
#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use std::time::Duration;

use capture::Everything;
use common::{TestAction, TestLead, Visit};
use futures_util::FutureExt as _;
use futures_util::future::join;
use telecrm_runtime::{
    ActionDelivery, AsyncToken, Client, ClientBuilder, EnterpriseId, Error, RateLimit, RetryPolicy,
    phone,
};
use test_support::ManualClock;
use test_support::http::{Gate, Reply, Server};
use tokio::time::Instant;

fn builder(url: &str) -> ClientBuilder {
    let enterprise_id = EnterpriseId::parse("acme").unwrap();
    Client::builder(enterprise_id, AsyncToken::parse("t0ken").unwrap())
        .base_url(url)
        .rate_limit(RateLimit::unlimited())
}

fn lead() -> TestLead {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.actions = vec![TestAction::Visit(Visit::default())];
    lead
}

#[tokio::test(start_paused = true)]
async fn interactive_call_ends_at_its_deadline_if_the_server_does_not_respond() {
    const DEADLINE: Duration = Duration::from_millis(300);

    let (clock, began) = (ManualClock::stop(), Instant::now());
    let server = Server::replies([Reply::silence()]);
    let policy = RetryPolicy::interactive().deadline(DEADLINE);
    let client = builder(&server.url()).retry(policy).build().unwrap();
    let time_passes = clock.advance_after(server.withheld(1), DEADLINE);
    let (outcome, ()) = join(client.send(&lead()), time_passes).await;
    let error = outcome.unwrap_err();
    assert!(error.is_ambiguous(), "{error:?}");
    assert_eq!(began.elapsed(), DEADLINE);
}

#[tokio::test(start_paused = true)]
async fn interactive_call_starts_no_wait_that_ends_after_its_deadline() {
    let (_clock, began) = (ManualClock::stop(), Instant::now());
    let limited = Reply::new("429 Too Many Requests", "Retry-After: 30\r\n", "");
    let server = Server::replies([limited]);
    let client = builder(&server.url()).retry(RetryPolicy::interactive()).build().unwrap();
    let error = client.send(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
    // The same applies to a wait for the client's own rate limit.
    let server = Server::replies([Reply::queued()]);
    let rate = RateLimit::split_between(9_000);
    let policy = RetryPolicy::interactive();
    let client = builder(&server.url()).retry(policy).rate_limit(rate).build().unwrap();
    client.send(&lead()).await.unwrap();
    let error = client.send(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::Throttled { .. }), "{error:?}");
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn stopped_client_ends_waits_and_later_sends_of_all_its_clones() {
    let _clock = ManualClock::stop();
    let limited = Reply::new("429 Too Many Requests", "Retry-After: 60\r\n", "");
    let server = Server::replies([limited]);
    let client = builder(&server.url()).build().unwrap();
    let waiting = tokio::spawn(client.clone().send(&lead()));
    server.received(1).await;
    client.clone().stop();
    let outcome = waiting.await.unwrap();
    assert!(matches!(outcome, Err(Error::Stopped)), "{outcome:?}");
    assert!(matches!(client.send(&lead()).await, Err(Error::Stopped)));
    let mut sending = client.send_all([lead(), lead()]);
    assert!(sending.next().await.is_none(), "no lead is taken");
    assert_eq!(sending.progress().taken, 0);
    assert_eq!(server.request_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn d36_stop_after_an_ambiguous_request_is_ambiguous() {
    let _clock = ManualClock::stop();
    let failing = Reply::new("500 Oops", "Retry-After: 60\r\n", "");
    let server = Server::replies([failing]);
    let client = builder(&server.url()).build().unwrap();
    let waiting = tokio::spawn(client.send(&lead()));
    server.received(1).await;
    client.stop();
    let error = waiting.await.unwrap().unwrap_err();
    assert!(error.is_ambiguous(), "{error:?}");
    assert_eq!(error.kind(), "earlier_unconfirmed");
}

#[tokio::test]
async fn request_in_flight_completes_after_a_stop() {
    let gate = Gate::new();
    let server = Server::replies([Reply::queued().after(&gate)]);
    let client = builder(&server.url()).build().unwrap();
    let sending = tokio::spawn(client.send(&lead()));
    server.received(1).await;
    client.stop();
    gate.open();
    assert_eq!(sending.await.unwrap().unwrap().actions(), ActionDelivery::Queued);
}

#[tokio::test]
async fn dropped_send_logs_a_warning_with_the_known_outcome() {
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    let server = Server::replies([Reply::silence()]);
    let client = builder(&server.url()).build().unwrap();
    drop(client.send(&lead()));
    assert!(!everything.text().contains("WARN"), "no request was started: {}", everything.text());

    let sending = tokio::spawn(client.send(&lead()));
    server.received(1).await;
    sending.abort();
    assert!(sending.await.is_err());
    let text = everything.text();
    let warning = text.lines().find(|line| line.starts_with("WARN telecrm_runtime"));
    let warning = warning.expect(&text);
    assert!(
        warning.contains("telecrm may have the lead") && warning.contains("requests=1"),
        "{warning}"
    );

    let server = Server::replies([Reply::queued()]);
    let limited = builder(&server.url()).rate_limit(RateLimit::split_between(9_000));
    let limited = limited.build().unwrap();
    limited.send(&lead()).await.unwrap();
    assert!(limited.send(&lead()).now_or_never().is_none(), "the send waits for its turn");
    assert!(everything.text().contains("the lead was not sent"), "{}", everything.text());
}

#[tokio::test]
async fn repetitions_pauses_and_failures_are_logged() {
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    let limited = Reply::new("429 Too Many Requests", "Retry-After: 0\r\n", "");
    let server = Server::replies([limited, Reply::close(), Reply::queued()]);
    let policy = RetryPolicy::default().base_backoff(Duration::ZERO);
    let client =
        builder(&server.url()).rate_limit(RateLimit::default()).retry(policy).build().unwrap();
    client.send(&lead()).await.unwrap();
    let server = Server::replies([Reply::new("400 Bad Request", "", "")]);
    builder(&server.url()).build().unwrap().send(&lead()).await.unwrap_err();

    let text = everything.text();
    let expected = [
        ("DEBUG", "paused by a 429"),
        ("DEBUG", "kind=\"rate_limited\" attempt=1"),
        ("DEBUG", "kind=\"no_response\" attempt=2"),
        ("WARN", "actions are unconfirmed enterprise=\"acme\" count=1 attempts=3"),
        ("WARN", "gave up sending a lead enterprise=\"acme\" kind=\"rejected\" status=400"),
    ];
    for (level, expected) in expected {
        let logged = |line: &str| line.starts_with(level) && line.contains(expected);
        assert!(text.lines().any(logged), "no {level} {expected} in\n{text}");
    }
}
