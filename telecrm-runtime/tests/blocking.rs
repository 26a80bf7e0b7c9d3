//! The client without async.
// Without a crypto provider there is no client to test.
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
fn a_plain_thread_sends_and_so_do_many_that_share_a_client() {
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
fn inside_of_a_runtime_it_is_an_error_and_no_panic() {
    let runtime = Runtime::new().unwrap();
    // Neither building nor dropping it there does any harm.
    runtime.block_on(async {
        let server = Server::replies([Reply::queued()]);
        let client = client(&server.url());
        let error = client.send(&lead()).unwrap_err();
        assert!(matches!(error, Error::InsideRuntime));
        assert!(error.to_string().contains("telecrm_runtime::Client"), "{error}");
        assert!(!error.is_retryable() && !error.is_ambiguous());
        let all: Vec<_> = client.send_all([lead(), lead()]).collect();
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|sent| matches!(sent.result, Err(Error::InsideRuntime))));
        assert_eq!(server.connections(), 0);
    });
}

#[test]
fn many_leads_have_one_result_each_and_a_stop_is_clean() {
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
    assert_eq!(sending.by_ref().count(), 3, "the leads that were taken with the first one");
    let progress = sending.progress();
    assert_eq!((progress.taken, progress.in_flight()), (4, 0), "{progress:?}");
    assert_eq!(server.request_count() as u64, 100 + progress.queued);
}

#[test]
fn requests_continue_while_the_caller_does_something_else() {
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

/// Looks nothing up, but panics: as a job may, in code that is not ours.
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
fn a_job_that_panics_leaves_a_result_that_says_what_is_unknown() {
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
fn the_blocking_client_stops_orders_and_keys_as_the_async_one() {
    let server = Server::replies([Reply::queued(), Reply::new("401 Unauthorized", "", "")]);
    let client = client(&server.url());
    let mut sending = client.send_all_keyed((0..100).map(|row| (row, lead()))).concurrency(4);
    let mut rows = Vec::new();
    for sent in sending.by_ref() {
        assert_eq!(u64::try_from(sent.key).unwrap(), sent.position);
        rows.push((sent.key, sent.result.map_err(|error| error.kind())));
    }
    // All have one identifier, so they are sent one by one, and none after the 401.
    let kinds: Vec<_> = rows.iter().map(|(_, result)| result.as_ref().err().copied()).collect();
    let stopped = Some("stopped");
    assert_eq!(kinds, [None, Some("unauthorized"), stopped, stopped, stopped]);
    assert_eq!((sending.progress().taken, server.request_count()), (5, 2));
    client.stop();
    assert!(matches!(client.send(&lead()), Err(Error::Stopped)));
}
