//! Tests of sending many leads: one result each, bounded concurrency, and stops.
// Without a crypto provider no client can be built.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use common::TestLead;
use futures_util::Stream;
use futures_util::future::{Either, join, select};
use telecrm_runtime::{
    AsyncToken, Client, EnterpriseId, Error, Lead, RateLimit, RetryPolicy, SendAll,
};
use test_support::ManualClock;
use test_support::http::{Gate, Reply, Server};

fn client(url: &str, policy: RetryPolicy, rate: RateLimit) -> Client {
    let enterprise_id = EnterpriseId::parse("acme").unwrap();
    Client::builder(enterprise_id, AsyncToken::parse("t0ken").unwrap())
        .base_url(url)
        .retry(policy)
        .rate_limit(rate)
        .build()
        .unwrap()
}

fn unlimited(url: &str) -> Client {
    client(url, RetryPolicy::never(), RateLimit::unlimited())
}

fn leads(count: usize) -> impl Iterator<Item = TestLead> {
    (0..count).map(|number| {
        let phone = format!("91{:010}", 7_000_000_000 + number as u64);
        let mut lead = TestLead::new(phone.parse().unwrap());
        lead.name = Some(format!("#{number}.").into());
        lead
    })
}

/// Polls until the server, which withholds its replies, has received this many requests.
async fn send_until_received<S, L>(sending: &mut SendAll<S>, server: &Server, requests: usize)
where
    S: Stream<Item = ((), L)>,
    L: Lead,
{
    match select(pin!(sending.next()), pin!(server.received(requests))).await {
        Either::Left((sent, _)) => panic!("{sent:?} before {requests} requests"),
        Either::Right(_) => {}
    }
}

#[tokio::test]
async fn each_lead_has_one_result_with_its_position_and_counts_in_the_progress() {
    // The third connection is refused on every attempt; the fifth request may have been received.
    let replies =
        [Reply::queued(), Reply::queued(), Reply::new("400 Bad Request", "", ""), Reply::queued()];
    let server = Server::replies(replies.into_iter().chain([Reply::close(), Reply::queued()]));
    let mut sending = unlimited(&server.url()).send_all(leads(40)).concurrency(1);
    let watch = sending.progress_handle();
    let mut failed = Vec::new();
    for position in 0..40 {
        let sent = sending.next().await.unwrap();
        assert_eq!(sent.position, position);
        failed.extend(sent.result.is_err().then_some(position));
    }
    assert_eq!(failed, [2, 4]);
    assert!(sending.next().await.is_none());
    assert!(sending.next().await.is_none(), "the stream has ended");
    let progress = sending.progress();
    assert_eq!((progress.taken, progress.queued, progress.failed), (40, 38, 2));
    assert_eq!(progress.in_flight(), 0);
    drop(sending);
    assert_eq!(watch.progress(), progress);
}

#[tokio::test]
async fn leads_are_taken_only_up_to_the_concurrency() {
    let server = Server::replies([Reply::queued()]);
    let taken = Cell::new(0);
    let counted = leads(500).inspect(|_| taken.set(taken.get() + 1));
    let mut sending = unlimited(&server.url()).send_all(counted).concurrency(8);
    let mut positions = BTreeSet::new();
    while let Some(sent) = sending.next().await {
        sent.result.unwrap();
        assert!(positions.insert(sent.position));
        assert!(taken.get() <= positions.len() + 8, "{} of {}", positions.len(), taken.get());
        assert!(sending.progress().in_flight() < 8);
    }
    assert!(positions.into_iter().eq(0..500));
    assert_eq!(server.connections(), 500);
}

#[tokio::test]
async fn stop_completes_requests_in_flight_and_takes_no_more_leads() {
    let gate = Gate::new();
    let replies = (0..10).map(|_| Reply::queued()).chain([Reply::queued().after(&gate)]);
    let server = Server::replies(replies);
    let mut leads = leads(1_000);
    let mut sending = unlimited(&server.url()).send_all(leads.by_ref()).concurrency(4);
    let mut positions = BTreeSet::new();
    for _ in 0..10 {
        let sent = sending.next().await.unwrap();
        sent.result.unwrap();
        positions.insert(sent.position);
    }
    send_until_received(&mut sending, &server, 14).await;
    sending.stop_handle().stop();
    (0..1_000).for_each(|_| gate.open());
    while let Some(sent) = sending.next().await {
        sent.result.expect("a request in flight is completed");
        positions.insert(sent.position);
    }
    let progress = sending.progress();
    assert_eq!((progress.taken, progress.queued, progress.in_flight()), (14, 14, 0));
    assert!(positions.into_iter().eq(0..14));
    assert_eq!(server.request_count(), 14);
    drop(sending);
    // The other leads are still in the iterator.
    assert_eq!(leads.count(), 1_000 - 14);
}

#[tokio::test(start_paused = true)]
async fn stop_ends_the_waits_for_a_turn_and_for_a_repetition() {
    let _clock = ManualClock::stop();
    // The ten leads of the burst wait a minute before repetition; the others wait for their turn.
    let limited = Reply::new("503 Service Unavailable", "Retry-After: 60\r\n", "");
    let server = Server::replies([limited]);
    let client = client(&server.url(), RetryPolicy::default(), RateLimit::default());
    let mut sending = client.send_all(leads(100)).concurrency(20);
    let stop = sending.stop_handle();
    let stop = async {
        server.received(10).await;
        stop.stop();
    };
    let results = async {
        let mut unsent = 0;
        while let Some(sent) = sending.next().await {
            match sent.result.unwrap_err() {
                Error::Stopped => unsent += 1,
                error => panic!("{error:?}"),
            }
        }
        unsent
    };
    let (unsent, ()) = join(results, stop).await;
    assert_eq!(server.request_count(), 10);
    // telecrm has accepted none of the leads, including those that it refused earlier.
    assert_eq!(unsent, 20);
}

#[tokio::test(start_paused = true)]
async fn stop_ends_the_wait_for_a_lead() {
    let never = futures_util::stream::pending::<TestLead>();
    let mut sending = unlimited("http://127.0.0.1:1").send_stream(never);
    let stop = sending.stop_handle();
    let next = tokio::time::timeout(Duration::from_secs(10), sending.next());
    let (next, ()) = join(next, async { stop.stop() }).await;
    assert!(next.expect("the stop wakes the stream").is_none());
}

#[tokio::test]
async fn d33_lead_of_another_enterprise_is_a_result_among_others() {
    let zenith = EnterpriseId::parse("zenith").unwrap();
    let token = AsyncToken::parse("t0ken").unwrap();
    let client = Client::builder(zenith, token).base_url("http://127.0.0.1:1").build().unwrap();
    let mut sending = client.send_all(leads(3));
    while let Some(sent) = sending.next().await {
        assert!(matches!(sent.result, Err(Error::WrongEnterprise { .. })));
    }
    assert_eq!(sending.progress().failed, 3);
}

#[tokio::test]
async fn after_a_401_no_more_leads_are_taken() {
    let gate = Gate::new();
    let refused = Reply::new("401 Unauthorized", "", "").after(&gate);
    let server = Server::replies((0..50).map(|_| Reply::queued()).chain([refused]));
    let mut sending = unlimited(&server.url()).send_all(leads(300)).concurrency(4);
    for _ in 0..50 {
        sending.next().await.unwrap().result.unwrap();
    }
    send_until_received(&mut sending, &server, 54).await;
    (0..300).for_each(|_| gate.open());
    while let Some(sent) = sending.next().await {
        assert!(matches!(sent.result, Err(Error::Unauthorized)), "{sent:?}");
    }
    let progress = sending.progress();
    assert_eq!((progress.taken, progress.queued, progress.failed), (54, 50, 4));
    assert_eq!((progress.settled, server.request_count()), (50, 54));
}

#[tokio::test]
async fn leads_that_wait_during_a_401_are_reported_as_stopped() {
    let server = Server::replies([Reply::new("401 Unauthorized", "", "")]);
    let equal_leads = (0..100).flat_map(|_| leads(1));
    let mut sending = unlimited(&server.url()).send_all(equal_leads).concurrency(4);
    let mut kinds = Vec::new();
    while let Some(sent) = sending.next().await {
        kinds.push(sent.result.unwrap_err().kind());
    }
    assert_eq!(kinds, ["unauthorized", "stopped", "stopped", "stopped"]);
    let progress = sending.progress();
    assert_eq!((progress.taken, progress.failed, progress.stopped), (4, 1, 3));
    assert_eq!((progress.settled, server.request_count()), (0, 1));
}

#[tokio::test]
async fn leads_with_one_identifier_arrive_in_order_despite_retries() {
    // Every third request fails after the server has read it, so that its repetition is late.
    let replies = (0..200).map(|number| match number % 3 {
        0 => Reply::new("503 Service Unavailable", "Retry-After: 0\r\n", ""),
        _ => Reply::queued(),
    });
    let server = Server::replies(replies);
    let policy = RetryPolicy::default().max_attempts(20).base_backoff(Duration::from_millis(5));
    let client = client(&server.url(), policy, RateLimit::unlimited());
    let leads = (0..60).map(|number| {
        // Five leads, each in two spellings.
        let national = format!("999999999{}", number % 5);
        let phone = if number % 2 == 0 { format!("91{national}") } else { national };
        let mut lead = TestLead::new(phone.parse().unwrap());
        lead.name = Some(format!("#{number}.").into());
        lead
    });
    let mut sending = client.send_all(leads).concurrency(8);
    while let Some(sent) = sending.next().await {
        sent.result.unwrap();
        assert!(sending.progress().in_flight() <= 8);
    }
    let mut last = [None; 5];
    for body in server.bodies() {
        let (_, number) = body.rsplit_once('#').unwrap();
        let number: usize = number.split_once('.').unwrap().0.parse().unwrap();
        let lead = &mut last[number % 5];
        assert!(lead.is_none_or(|last| last <= number), "{number} after {lead:?}");
        *lead = Some(number);
    }
    assert_eq!(sending.progress().settled, 60);
}

#[tokio::test]
async fn each_result_has_the_key_of_its_lead() {
    let server = Server::replies([Reply::queued()]);
    let pairs = leads(20).enumerate().map(|(row, lead)| (format!("row {row}"), lead));
    let mut sending = unlimited(&server.url()).send_all_keyed(pairs);
    let mut keys = BTreeSet::new();
    while let Some(sent) = sending.next().await {
        assert_eq!(sent.key, format!("row {}", sent.position));
        assert!(sent.result.is_ok() && keys.insert(sent.key));
    }
    assert_eq!(keys.len(), 20);
}
