//! Tests of the client without async.
// Without a crypto provider no client can be built.
#![cfg(all(
    feature = "blocking",
    not(all(feature = "rustls-no-provider", not(feature = "rustls")))
))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use std::collections::BTreeSet;

use common::{TestAction, TestLead, Visit};
use telecrm_runtime::blocking::Client;
use telecrm_runtime::{ActionDelivery, AsyncToken, EnterpriseId, Error, RateLimit, phone};
use test_support::http::{Reply, Server};
use tokio::runtime::Runtime;

fn client(url: &str) -> Client {
    Client::builder(EnterpriseId::parse("acme").unwrap(), AsyncToken::parse("t0ken").unwrap())
        .base_url(url)
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap()
}

fn lead() -> TestLead {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.actions = vec![TestAction::Visit(Visit::default())];
    lead
}

#[test]
fn one_client_sends_from_several_threads() {
    let server = Server::replies([Reply::new("500 Oops", "", ""), Reply::queued()]);
    let client = client(&server.url());
    assert_eq!(client.send(&lead()).unwrap().actions(), ActionDelivery::Unconfirmed);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let client = client.clone();
            scope.spawn(move || {
                assert_eq!(client.send(&lead()).unwrap().actions(), ActionDelivery::Queued);
            });
        }
    });
    assert_eq!(server.connections(), 10);
}

#[test]
fn call_inside_a_runtime_is_an_error_and_not_a_panic() {
    let runtime = Runtime::new().unwrap();
    // A client can be built and dropped inside a runtime.
    runtime.block_on(async {
        let server = Server::replies([Reply::queued()]);
        let client = client(&server.url());
        let error = client.send(&lead()).unwrap_err();
        assert!(matches!(error, Error::InsideRuntime));
        assert!(error.to_string().contains("telecrm_runtime::Client"), "{error}");
        assert!(!error.is_retryable() && !error.is_ambiguous());
        let results: Vec<_> = client.send_all([lead(), lead()]).collect();
        assert_eq!(results.len(), 2);
        assert!(results.iter().all(|sent| matches!(sent.result, Err(Error::InsideRuntime))));
        assert_eq!(server.connections(), 0);
    });
}

#[test]
fn each_lead_has_one_result_also_after_a_stop() {
    let server = Server::replies([Reply::queued()]);
    let client = client(&server.url());
    let positions: BTreeSet<_> = client
        .send_all((0..100).map(|_| lead()))
        .map(|sent| {
            sent.result.unwrap();
            sent.position
        })
        .collect();
    assert!(positions.into_iter().eq(0..100));

    let mut sending = client.send_all((0..100).map(|_| lead())).concurrency(4);
    sending.next().unwrap().result.unwrap();
    sending.stop_handle().stop();
    assert_eq!(sending.by_ref().count(), 3, "the leads that were taken with the first lead");
    let progress = sending.progress();
    assert_eq!((progress.taken, progress.in_flight()), (4, 0), "{progress:?}");
    assert_eq!(server.request_count() as u64, 100 + progress.queued);
}

#[test]
fn requests_continue_while_the_caller_does_other_work() {
    let busy = Reply::new("503 Service Unavailable", "Retry-After: 0\r\n", "");
    let server = Server::replies([Reply::queued(), busy, Reply::queued()]);
    let client = client(&server.url());
    let leads = [TestLead::new(phone!("919999999999")), TestLead::new(phone!("918888888888"))];
    let mut sending = client.send_all(leads);
    sending.next().unwrap().result.unwrap();
    Runtime::new().unwrap().block_on(server.received(3));
    sending.next().unwrap().result.unwrap();
    assert!(sending.next().is_none());
}

/// Resolver that panics, like a task can in code of other crates.
struct PanickingResolver;

impl telecrm_runtime::reqwest::dns::Resolve for PanickingResolver {
    fn resolve(
        &self,
        _: telecrm_runtime::reqwest::dns::Name,
    ) -> telecrm_runtime::reqwest::dns::Resolving {
        panic!("a panic on purpose")
    }
}

#[test]
fn panic_of_a_task_makes_the_result_ambiguous() {
    let client =
        Client::builder(EnterpriseId::parse("acme").unwrap(), AsyncToken::parse("t0ken").unwrap())
            .base_url("http://panics.localhost:1")
            .http(|http| http.dns_resolver(std::sync::Arc::new(PanickingResolver)))
            .build()
            .unwrap();
    let error = client.send(&lead()).unwrap_err();
    assert!(error.is_ambiguous(), "{error:?}");
    let results: Vec<_> = client.send_all([lead(), lead(), lead()]).collect();
    assert_eq!(results.len(), 3, "each lead has its result");
    assert!(results.iter().all(|sent| sent.result.as_ref().is_err_and(Error::is_ambiguous)));
}

#[test]
fn blocking_client_stops_orders_and_keys_like_the_async_client() {
    let server = Server::replies([Reply::queued(), Reply::new("401 Unauthorized", "", "")]);
    let client = client(&server.url());
    let mut sending = client.send_all_keyed((0..100).map(|row| (row, lead()))).concurrency(4);
    let mut rows = Vec::new();
    for sent in sending.by_ref() {
        assert_eq!(u64::try_from(sent.key).unwrap(), sent.position);
        rows.push((sent.key, sent.result.map_err(|error| error.kind())));
    }
    // All leads have the same identifier, so they are sent one after another, and none after the
    // 401.
    let kinds: Vec<_> = rows.iter().map(|(_, result)| result.as_ref().err().copied()).collect();
    let stopped = Some("stopped");
    assert_eq!(kinds, [None, Some("unauthorized"), stopped, stopped, stopped]);
    assert_eq!((sending.progress().taken, server.request_count()), (5, 2));
    client.stop();
    assert!(matches!(client.send(&lead()), Err(Error::Stopped)));
}
