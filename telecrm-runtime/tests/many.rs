//! Many leads: one result each, a bounded number at a time, and a clean stop.
// Without a crypto provider there is no client to test.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;
#[allow(dead_code, reason = "each test crate uses its part")]
mod scripted;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use common::TestLead;
use scripted::{Play, Server, answer, queued};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, Error, RateLimit, RetryPolicy};

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

#[tokio::test]
async fn each_lead_has_one_result_with_its_position_and_the_progress_adds_up() {
    // The third connection is refused for good, the fifth may have been received.
    let plays = [queued(), queued(), answer("400 Bad Request", "", ""), queued()];
    let server = Server::start(plays.into_iter().chain([Play::ReadAndClose, queued()])).await;
    let mut sending = unlimited(&server.url).send_all(leads(40)).concurrency(1);
    let watch = sending.progress_handle();
    let mut failed = Vec::new();
    for position in 0..40 {
        let sent = sending.next().await.unwrap();
        assert_eq!(sent.position, position);
        failed.extend(sent.result.is_err().then_some(position));
    }
    assert_eq!(failed, [2, 4]);
    assert!(sending.next().await.is_none());
    assert!(sending.next().await.is_none(), "and so it stays");
    let progress = sending.progress();
    assert_eq!((progress.taken, progress.queued, progress.failed), (40, 38, 2));
    assert_eq!(progress.in_flight(), 0);
    drop(sending);
    assert_eq!(watch.progress(), progress);
}

#[tokio::test]
async fn no_more_leads_are_taken_than_are_under_way() {
    let server = Server::start([queued()]).await;
    let taken = Cell::new(0);
    let counted = leads(500).inspect(|_| taken.set(taken.get() + 1));
    let mut sending = unlimited(&server.url).send_all(counted).concurrency(8);
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
async fn a_stop_lets_requests_end_takes_no_more_and_says_what_was_sent() {
    let server = Server::start([queued()]).await;
    let mut leads = leads(1_000);
    let mut sending = unlimited(&server.url).send_all(leads.by_ref()).concurrency(4);
    let stop = sending.stop_handle();
    let mut positions = BTreeSet::new();
    while let Some(sent) = sending.next().await {
        // What was under way ends well, and what was only just taken is reported as not sent.
        assert!(matches!(sent.result, Ok(_) | Err(Error::Stopped)), "{sent:?}");
        positions.insert(sent.position);
        if positions.len() == 10 {
            stop.stop();
        }
    }
    let progress = sending.progress();
    assert!((10..=14).contains(&progress.taken), "{progress:?}");
    assert!(progress.queued >= 10 && progress.in_flight() == 0, "{progress:?}");
    assert!(positions.into_iter().eq(0..progress.taken));
    assert_eq!(server.requests().len() as u64, progress.queued);
    drop(sending);
    // The rest is where it was.
    assert_eq!(leads.count() as u64, 1_000 - progress.taken);
}

#[tokio::test]
async fn a_stop_ends_the_waits_for_a_turn_and_for_a_repetition() {
    // All ten of the burst have to wait for a minute; the others wait for their turn.
    let limited = answer("503 Service Unavailable", "Retry-After: 60\r\n", "");
    let server = Server::start([limited]).await;
    let client = client(&server.url, RetryPolicy::default(), RateLimit::default());
    let mut sending = client.send_all(leads(100)).concurrency(20);
    let stop = sending.stop_handle();
    let server = &server;
    let stop = async {
        while server.requests().len() < 10 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
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
    let both = futures_util::future::join(results, stop);
    let (unsent, ()) =
        tokio::time::timeout(Duration::from_secs(10), both).await.expect("it stops at once");
    // A turn may have come between the tenth request and the stop.
    assert!((10..=11).contains(&server.requests().len()));
    // telecrm has received none of them, not even those that were refused before.
    assert_eq!(unsent, 20);
}

#[tokio::test]
async fn a_stop_wakes_one_that_waits_for_a_lead() {
    let never = futures_util::stream::pending::<TestLead>();
    let mut sending = unlimited("http://127.0.0.1:1").send_stream(never);
    let stop = sending.stop_handle();
    let stopping = tokio::spawn(async move { stop.stop() });
    let next = tokio::time::timeout(Duration::from_secs(10), sending.next()).await;
    assert!(next.expect("it ends").is_none());
    stopping.await.unwrap();
}

#[tokio::test]
async fn d33_a_lead_of_another_enterprise_is_one_result_among_the_others() {
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
async fn a_401_takes_no_more_leads_and_reports_those_that_wait_as_not_sent() {
    let plays = (0..50).map(|_| queued()).chain([answer("401 Unauthorized", "", "")]);
    let server = Server::start(plays).await;
    let mut sending = unlimited(&server.url).send_all(leads(300)).concurrency(4);
    let mut refused = 0;
    while let Some(sent) = sending.next().await {
        match sent.result {
            Ok(_) | Err(Error::Stopped) => {}
            Err(error) => {
                assert_eq!(error.status(), Some(401), "{error:?}");
                refused += 1;
            }
        }
    }
    let progress = sending.progress();
    assert_eq!(progress.queued, 50);
    assert!((1..=4).contains(&refused) && progress.failed == refused, "{progress:?}");
    assert_eq!(progress.queued + progress.failed + progress.stopped, progress.taken);
    assert!(progress.taken < 60, "{progress:?}");
    assert!(progress.settled <= 50, "{progress:?}");
    assert!(server.requests().len() < 60);
}

#[tokio::test]
async fn leads_of_one_identifier_arrive_in_their_order_under_retry_too() {
    // Every third request fails after it was read: the repetition comes later than what follows.
    let plays = (0..200).map(|number| match number % 3 {
        0 => answer("503 Service Unavailable", "Retry-After: 0\r\n", ""),
        _ => queued(),
    });
    let server = Server::start(plays).await;
    let policy = RetryPolicy::default().max_attempts(20).base_backoff(Duration::from_millis(5));
    let client = client(&server.url, policy, RateLimit::unlimited());
    let leads = (0..60).map(|number| {
        // Five leads, in two spellings each.
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
    for request in server.requests() {
        let (_, number) = request.rsplit_once('#').unwrap();
        let number: usize = number.split_once('.').unwrap().0.parse().unwrap();
        let lead = &mut last[number % 5];
        assert!(lead.is_none_or(|last| last <= number), "{number} after {lead:?}");
        *lead = Some(number);
    }
    assert_eq!(sending.progress().settled, 60);
}

#[tokio::test]
async fn each_result_carries_the_key_that_came_with_its_lead() {
    let server = Server::start([queued()]).await;
    let pairs = leads(20).enumerate().map(|(row, lead)| (format!("row {row}"), lead));
    let mut sending = unlimited(&server.url).send_all_keyed(pairs);
    let mut keys = BTreeSet::new();
    while let Some(sent) = sending.next().await {
        assert_eq!(sent.key, format!("row {}", sent.position));
        assert!(sent.result.is_ok() && keys.insert(sent.key));
    }
    assert_eq!(keys.len(), 20);
}
