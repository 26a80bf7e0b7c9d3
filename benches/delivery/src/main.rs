//! Cost of delivery, as ratios measured in one run: encoding, requests per second, memory.

mod by_hand;

mod crm {
    telecrm_runtime::include_workspace!();
}

use std::alloc::System;
use std::hint::black_box;
use std::time::{Duration, Instant};

use bench_support::{median, server};
use bytes::Bytes;
use crm::actions::{SiteVisit, site_visit};
use crm::options::{ContactSource, Course, Interests, Status};
use futures_util::stream::{StreamExt as _, iter};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use telecrm_runtime::{
    AsyncToken, Client, Date, EnterpriseId, Phone, RateLimit, Rating, RetryPolicy, email, money,
    phone, to_json,
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ENTERPRISE: &str = "62ab16e0f1c2d3e4f5a6b7c8";
const CONCURRENCY: usize = 32;

/// The phone number of a lead. Most requests have different numbers, as in a real workspace.
fn number(lead: u64) -> Phone {
    format!("91{}", 9_000_000_000 + lead).parse().expect("twelve digits")
}

/// A lead with ten fields and one action.
fn lead(phone: Phone) -> crm::Lead {
    crm::Lead::new(phone)
        .name("Asha Rao")
        .email(email!("asha.rao@example.com"))
        .contact_source(ContactSource::WalkIn)
        .course(Course::JeeAdvanced)
        .interests([Interests::Vip, Interests::Returning])
        .deal_size(2)
        .budget(money!("150000.50"))
        .rating(Rating::FOUR)
        .follow_up_date(Date::from_unix_millis(1_777_609_800_000).ok())
        .status(Status::DemoBooked)
        .action(
            SiteVisit::new()
                .note("Came with both parents")
                .outcome(site_visit::Outcome::Interested),
        )
}

// One thread: with three threads on two cores, the result would mostly depend on the scheduler.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Some(argument) = std::env::args().nth(1) {
        assert_eq!(argument, "server", "no other argument is known");
        return server::serve_parent();
    }
    encoding();
    let server = server::Child::start();
    requests(&server.url).await;
    memory(&server.url).await;
}

fn time(mut work: impl FnMut()) -> f64 {
    const TIMES: u32 = 20_000;
    let start = Instant::now();
    for _ in 0..TIMES {
        work();
    }
    start.elapsed().as_secs_f64() / f64::from(TIMES) * 1e9
}

/// The numbers of allocations and reallocations.
fn allocations(work: impl FnOnce()) -> (usize, usize) {
    let before = ALLOCATOR.stats();
    work();
    let after = ALLOCATOR.stats();
    (after.allocations - before.allocations, after.reallocations - before.reallocations)
}

fn encoding() {
    let (generated, by_hand_lead) = (lead(phone!("919999999999")), by_hand::lead());
    let theirs_json = serde_json::to_vec(&by_hand_lead).expect("plain data");
    assert_eq!(to_json(&generated).as_bytes(), theirs_json, "the same bytes");

    let rounds: Vec<_> = (0..101)
        .map(|_| {
            let generated = time(|| drop(black_box(to_json(black_box(&generated)))));
            let by_hand_lead =
                time(|| drop(black_box(serde_json::to_vec(black_box(&by_hand_lead)))));
            (generated, by_hand_lead)
        })
        .collect();
    let our_time = median(rounds.iter().map(|(generated, _)| *generated).collect());
    let their_time = median(rounds.iter().map(|(_, by_hand)| *by_hand).collect());
    let ratio = median(rounds.iter().map(|(generated, by_hand)| generated / by_hand).collect());
    println!(
        "encoding {} bytes: {our_time:.0} ns, serde derives {their_time:.0} ns; ratio {ratio:.2} (at most 1.5)",
        theirs_json.len()
    );
    let (generated_count, by_hand_count) = (
        allocations(|| drop(black_box(to_json(&generated)))),
        allocations(|| drop(black_box(serde_json::to_vec(&by_hand_lead)))),
    );
    println!(
        "  allocations: {} and {} reallocations (1 and 0 for the output only); serde derives: {} and {}",
        generated_count.0, generated_count.1, by_hand_count.0, by_hand_count.1
    );
}

fn client(url: &str) -> Client {
    let enterprise = EnterpriseId::parse(ENTERPRISE).expect("the schema's");
    Client::builder(enterprise, AsyncToken::parse("t0ken").expect("a token"))
        .base_url(url)
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::never())
        .build()
        .expect("a client")
}

async fn send_all<L: telecrm_runtime::Lead>(
    client: &Client,
    leads: impl Iterator<Item = L>,
    mut on_sent: impl FnMut(),
) {
    let mut sending = client.send_all(leads).concurrency(CONCURRENCY);
    while let Some(sent) = sending.next().await {
        sent.result.expect("queued");
        on_sent();
    }
}

/// Code without this project: it sends the same bytes, and does not check the content of responses.
async fn bare(http: &reqwest::Client, url: &str, bodies: &[Bytes]) {
    let posts = bodies.iter().map(async |body| {
        let request = http
            .post(url)
            .header("authorization", "Bearer t0ken")
            .header("content-type", "application/json")
            .body(body.clone());
        let response = request.send().await.expect("a response");
        assert_eq!(response.status(), 200);
        response.bytes().await.expect("a complete response")
    });
    let mut posts = iter(posts).buffer_unordered(CONCURRENCY);
    while posts.next().await.is_some() {}
}

async fn requests(url: &str) {
    const COUNT: u64 = 5_000;
    let client = client(url);
    let timeouts = (Duration::from_secs(30), Duration::from_secs(10));
    let http = reqwest::Client::builder()
        .timeout(timeouts.0)
        .connect_timeout(timeouts.1)
        .no_proxy()
        .build()
        .expect("a client");
    let endpoint = format!("{url}/enterprise/{ENTERPRISE}/autoupdatelead");
    // One lead per identifier: leads of the same identifier are sent one after the other.
    let leads: Vec<_> = (0..COUNT).map(|index| lead(number(index))).collect();
    // The bodies for the bare client are encoded before the measurement; the runtime encodes them each time.
    let bodies: Vec<_> = leads.iter().map(|lead| Bytes::from(to_json(lead))).collect();

    let mut rounds = Vec::new();
    for round in 0..31 {
        // The order alternates between rounds.
        let mut rate = [0.0; 2];
        for side in [round % 2, 1 - round % 2] {
            let start = Instant::now();
            if side == 0 {
                send_all(&client, leads.iter(), || {}).await;
            } else {
                bare(&http, &endpoint, &bodies).await;
            }
            rate[side] = COUNT as f64 / start.elapsed().as_secs_f64();
        }
        rounds.push((rate[0], rate[1]));
    }
    // The first round warms up.
    rounds.remove(0);
    let our_rate = median(rounds.iter().map(|(runtime, _)| *runtime).collect());
    let bare_rate = median(rounds.iter().map(|(_, bare)| *bare).collect());
    let ratio = median(rounds.iter().map(|(runtime, bare)| runtime / bare).collect());
    println!(
        "requests at concurrency {CONCURRENCY}: {our_rate:.0} per second, bare reqwest {bare_rate:.0}; ratio {ratio:.2} (at least 0.95)"
    );
}

/// Maximum number of allocated bytes while this many leads are sent.
async fn peak(client: &Client, count: u64) -> usize {
    let live = || {
        let stats = ALLOCATOR.stats();
        stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
    };
    let mut max = 0;
    // Each lead is made on demand, like from a file.
    send_all(client, (0..count).map(|index| lead(number(index))), || max = max.max(live())).await;
    max
}

async fn memory(url: &str) {
    let client = client(url);
    let small = peak(&client, 10_000).await;
    let large = peak(&client, 1_000_000).await;
    println!(
        "peak memory: {} KiB for 1,000,000 leads, {} KiB for 10,000; ratio {:.2} (at most 1.1)",
        large / 1024,
        small / 1024,
        large as f64 / small as f64
    );
}
