//! Cost of delivery, as ratios measured in one run: encoding, requests a second, memory.

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

/// The number of a lead in most requests: nobody enquires a million times.
fn number(lead: u64) -> Phone {
    format!("91{}", 9_000_000_000 + lead).parse().expect("twelve digits")
}

/// Ten fields and one action.
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

// One thread: how two cores share the work of three threads would be most of what is measured.
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

/// Allocations and reallocations.
fn allocations(work: impl FnOnce()) -> (usize, usize) {
    let before = ALLOCATOR.stats();
    work();
    let after = ALLOCATOR.stats();
    (after.allocations - before.allocations, after.reallocations - before.reallocations)
}

fn encoding() {
    let (ours, theirs) = (lead(phone!("919999999999")), by_hand::lead());
    let theirs_json = serde_json::to_vec(&theirs).expect("plain data");
    assert_eq!(to_json(&ours).as_bytes(), theirs_json, "the same bytes");

    let rounds: Vec<_> = (0..101)
        .map(|_| {
            let ours = time(|| drop(black_box(to_json(black_box(&ours)))));
            let theirs = time(|| drop(black_box(serde_json::to_vec(black_box(&theirs)))));
            (ours, theirs)
        })
        .collect();
    let our_time = median(rounds.iter().map(|(ours, _)| *ours).collect());
    let their_time = median(rounds.iter().map(|(_, theirs)| *theirs).collect());
    let ratio = median(rounds.iter().map(|(ours, theirs)| ours / theirs).collect());
    println!(
        "encoding {} bytes: {our_time:.0} ns, serde derives {their_time:.0} ns; ratio {ratio:.2} (at most 1.5)",
        theirs_json.len()
    );
    let (ours, theirs) = (
        allocations(|| drop(black_box(to_json(&ours)))),
        allocations(|| drop(black_box(serde_json::to_vec(&theirs)))),
    );
    println!(
        "  allocations: {} and {} reallocations (the output's alone is 1 and 0); serde derives: {} and {}",
        ours.0, ours.1, theirs.0, theirs.1
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

async fn ours<L: telecrm_runtime::Lead>(
    client: &Client,
    leads: impl Iterator<Item = L>,
    mut each: impl FnMut(),
) {
    let mut sending = client.send_all(leads).concurrency(CONCURRENCY);
    while let Some(sent) = sending.next().await {
        sent.result.expect("queued");
        each();
    }
}

/// The code that one would write without this project: the same bytes, and no look at the answer's words.
async fn bare(http: &reqwest::Client, url: &str, bodies: &[Bytes]) {
    let posts = bodies.iter().map(async |body| {
        let request = http
            .post(url)
            .header("authorization", "Bearer t0ken")
            .header("content-type", "application/json")
            .body(body.clone());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect("a whole answer")
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
    // Of as many people: leads of one identifier are sent one after the other.
    let leads: Vec<_> = (0..COUNT).map(|it| lead(number(it))).collect();
    // The other side has its bytes already; ours encodes them anew each time.
    let bodies: Vec<_> = leads.iter().map(|lead| Bytes::from(to_json(lead))).collect();

    let mut rounds = Vec::new();
    for round in 0..31 {
        // In turns, so that neither always comes after the other.
        let mut rate = [0.0; 2];
        for which in [round % 2, 1 - round % 2] {
            let start = Instant::now();
            if which == 0 {
                ours(&client, leads.iter(), || {}).await;
            } else {
                bare(&http, &endpoint, &bodies).await;
            }
            rate[which] = COUNT as f64 / start.elapsed().as_secs_f64();
        }
        rounds.push((rate[0], rate[1]));
    }
    // The first warms up.
    rounds.remove(0);
    let our_rate = median(rounds.iter().map(|(ours, _)| *ours).collect());
    let bare_rate = median(rounds.iter().map(|(_, bare)| *bare).collect());
    let ratio = median(rounds.iter().map(|(ours, bare)| ours / bare).collect());
    println!(
        "requests at concurrency {CONCURRENCY}: {our_rate:.0} a second, bare reqwest {bare_rate:.0}; ratio {ratio:.2} (at least 0.95)"
    );
}

/// The most bytes that are allocated at once while so many leads are sent.
async fn peak(client: &Client, count: u64) -> usize {
    let live = || {
        let stats = ALLOCATOR.stats();
        stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
    };
    let mut most = 0;
    // Each lead is made when it is taken, as from a file.
    ours(client, (0..count).map(|it| lead(number(it))), || most = most.max(live())).await;
    most
}

async fn memory(url: &str) {
    let client = client(url);
    let few = peak(&client, 10_000).await;
    let many = peak(&client, 1_000_000).await;
    println!(
        "peak memory: {} KiB for 1,000,000 leads, {} KiB for 10,000; ratio {:.2} (at most 1.1)",
        many / 1024,
        few / 1024,
        many as f64 / few as f64
    );
}
