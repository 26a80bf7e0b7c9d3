//! Calls that a person or a shutdown waits for: bounded, stopped, dropped, and what the logs say.
// Without a crypto provider there is no client to test.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod capture;
#[allow(dead_code, reason = "each test crate uses its part")]
mod common;
#[allow(dead_code, reason = "each test crate uses its part")]
mod scripted;

use std::time::{Duration, Instant};

use capture::Everything;
use common::{TestAction, TestLead, Visit};
use scripted::{Play, Server, answer, queued};
use telecrm_runtime::{
    ActionDelivery, AsyncToken, Client, ClientBuilder, EnterpriseId, Error, RateLimit, RetryPolicy,
    phone,
};

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

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn an_interactive_call_ends_within_its_deadline_whatever_the_server_does() {
    let limited = answer("429 Too Many Requests", "Retry-After: 30\r\n", "");
    for (play, ambiguous) in [(Play::Silence, true), (limited, false)] {
        let server = Server::start([play.clone()]).await;
        let policy = RetryPolicy::interactive().deadline(Duration::from_millis(300));
        let client = builder(&server.url).retry(policy).build().unwrap();
        let began = Instant::now();
        let error = client.send(&lead()).await.unwrap_err();
        assert_eq!(error.is_ambiguous(), ambiguous, "{play:?}: {error:?}");
        assert!(began.elapsed() < Duration::from_secs(2), "{play:?}: {:?}", began.elapsed());
    }
    // A wait for the client's own rate limit counts, too.
    let server = Server::start([queued()]).await;
    let policy = RetryPolicy::interactive().deadline(Duration::from_millis(50));
    let rate = RateLimit::split_between(9_000);
    let client = builder(&server.url).retry(policy).rate_limit(rate).build().unwrap();
    client.send(&lead()).await.unwrap();
    let error = client.send(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::Throttled { .. }), "{error:?}");
}

#[tokio::test]
async fn a_stopped_client_ends_waits_and_later_sends_on_all_its_clones() {
    let limited = answer("429 Too Many Requests", "Retry-After: 60\r\n", "");
    let server = Server::start([limited]).await;
    let client = builder(&server.url).build().unwrap();
    let waiting = tokio::spawn(client.clone().send(&lead()));
    until(|| server.requests().len() == 1).await;
    client.clone().stop();
    let error = tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
    assert!(matches!(error, Err(Error::Stopped)), "{error:?}");
    assert!(matches!(client.send(&lead()).await, Err(Error::Stopped)));
    let mut sending = client.send_all([lead(), lead()]);
    assert!(sending.next().await.is_none(), "it takes nothing");
    assert_eq!(sending.progress().taken, 0);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn d36_a_stop_after_an_ambiguous_request_does_not_claim_that_nothing_was_sent() {
    let failing = answer("500 Oops", "Retry-After: 60\r\n", "");
    let server = Server::start([failing]).await;
    let client = builder(&server.url).build().unwrap();
    let waiting = tokio::spawn(client.send(&lead()));
    until(|| server.requests().len() == 1).await;
    client.stop();
    let error = waiting.await.unwrap().unwrap_err();
    assert!(error.is_ambiguous(), "{error:?}");
    assert_eq!(format!("{:?}", error.kind()), "\"earlier_unconfirmed\"");
}

#[tokio::test]
async fn a_request_under_way_runs_to_its_end_when_the_client_is_stopped() {
    let slow =
        Play::Drip(format!("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{}", scripted::QUEUED));
    let server = Server::start([slow]).await;
    let client = builder(&server.url).build().unwrap();
    let sending = tokio::spawn(client.send(&lead()));
    until(|| server.requests().len() == 1).await;
    client.stop();
    assert_eq!(sending.await.unwrap().unwrap().actions(), ActionDelivery::Queued);
}

#[tokio::test]
async fn a_dropped_send_leaves_a_warning_that_says_what_is_known() {
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    let server = Server::start([Play::Silence]).await;
    let client = builder(&server.url).build().unwrap();
    drop(client.send(&lead()));
    assert!(!everything.told().contains("WARN"), "nothing was begun: {}", everything.told());

    let sending = tokio::spawn(client.send(&lead()));
    until(|| server.requests().len() == 1).await;
    sending.abort();
    assert!(sending.await.is_err());
    let told = everything.told();
    let warning = told.lines().find(|line| line.starts_with("WARN telecrm_runtime"));
    let warning = warning.expect(&told);
    assert!(
        warning.contains("telecrm may have the lead") && warning.contains("requests=1"),
        "{warning}"
    );

    let rate = RateLimit::split_between(9_000);
    let slow = builder(&server.url).rate_limit(rate).retry(RetryPolicy::never());
    let slow = slow.timeout(Duration::from_millis(50)).build().unwrap();
    assert!(slow.send(&lead()).await.is_err());
    let waiting = tokio::time::timeout(Duration::from_millis(5), slow.send(&lead()));
    assert!(waiting.await.is_err());
    assert!(everything.told().contains("the lead was not sent"), "{}", everything.told());
}

#[tokio::test]
async fn repetitions_pauses_and_giving_up_are_logged() {
    let everything = Everything::default();
    let _guard = tracing::subscriber::set_default(everything.clone());
    let limited = answer("429 Too Many Requests", "Retry-After: 0\r\n", "");
    let server = Server::start([limited, Play::ReadAndClose, queued()]).await;
    let policy = RetryPolicy::default().base_backoff(Duration::from_millis(1));
    let client =
        builder(&server.url).rate_limit(RateLimit::default()).retry(policy).build().unwrap();
    client.send(&lead()).await.unwrap();
    let server = Server::start([answer("400 Bad Request", "", "")]).await;
    builder(&server.url).build().unwrap().send(&lead()).await.unwrap_err();

    let told = everything.told();
    let expected = [
        ("DEBUG", "paused by a 429"),
        ("DEBUG", "kind=\"rate_limited\" attempt=1"),
        ("DEBUG", "kind=\"no_response\" attempt=2"),
        ("WARN", "actions are unconfirmed enterprise=\"acme\" count=1 attempts=3"),
        ("WARN", "gave up sending a lead enterprise=\"acme\" kind=\"rejected\" status=400"),
    ];
    for (level, text) in expected {
        let logged = |line: &str| line.starts_with(level) && line.contains(text);
        assert!(told.lines().any(logged), "no {level} {text} in\n{told}");
    }
}

#[tokio::test]
async fn an_interactive_client_comes_from_the_environments_builder() {
    // Whatever the environment of this test is, the builder says so or builds.
    let built = Client::builder_from_env()
        .and_then(|builder| builder.retry(RetryPolicy::interactive()).build());
    if let Err(error) = built {
        assert!(format!("{error:?}").starts_with("the environment variable TELECRM_"), "{error:?}");
    }
}
