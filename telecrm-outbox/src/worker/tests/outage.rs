//! Outages: one cause that affects every lead (D45).

use super::*;
use crate::Stats;
use crate::worker::WorkerStatus;

const LEADS: usize = 200;

/// The default of [`Delivery::concurrency`].
const CONCURRENCY: u64 = 8;

/// Delivers leads that were queued before, with one action each, until nothing is left to send.
async fn deliver(
    leads: usize,
    respond: impl Fn(&Request) -> Outcome + Send + Sync + 'static,
) -> (Setup, Stats) {
    deliver_to(Telecrm::new(respond), leads).await
}

async fn deliver_to(telecrm: Telecrm, leads: usize) -> (Setup, Stats) {
    let setup = Setup::of(telecrm).await;
    for lead in 0..leads {
        setup.enqueue(&format!("lead{lead}"), true).await;
    }
    let worker = setup.delivery().start();
    setup.drained().await;
    worker.stop().await.unwrap();
    let stats = setup.store.stats().await.unwrap();
    for lead in 0..leads {
        let received = setup.telecrm.actions_of(&format!("lead{lead}"));
        assert!(received <= 1, "the actions of lead {lead} were sent {received} times");
    }
    (setup, stats)
}

fn is_before(seconds: u64, request: &Request) -> bool {
    request.at < Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn d45_an_outage_of_8_seconds_costs_at_most_the_requests_in_flight() {
    // With the slow responses, `CONCURRENCY` requests are in flight when the breaker opens.
    for (latency, limit) in [(LATENCY, 3), (Duration::from_secs(5), CONCURRENCY)] {
        let respond = |request: &Request| {
            if is_before(8, request) { server_error() } else { Outcome::Queued }
        };
        let telecrm = Telecrm { latency, ..Telecrm::new(respond) };
        let (_, stats) = deliver_to(telecrm, LEADS).await;
        let unconfirmed = stats.unconfirmed;
        println!("500 for 8 s, {LEADS} entries, {latency:?} each: {unconfirmed} unconfirmed");
        assert!(unconfirmed <= limit, "{stats:?}");
        assert_eq!(unconfirmed + stats.accepted, LEADS as u64, "{stats:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn d45_no_connection_a_firewall_and_a_wrong_url_cost_nothing() {
    let not_sent = || Outcome::NotSent { reason: String::new(), wait: None, status: None };
    for (name, fault) in [
        ("no connection", not_sent()),
        ("firewall", systemic(PauseCause::Blocked, 403)),
        ("wrong URL", systemic(PauseCause::WrongAddress, 404)),
        ("revoked token", systemic(PauseCause::Unauthorized, 401)),
    ] {
        let respond = move |request: &Request| {
            if is_before(8, request) { fault.clone() } else { Outcome::Queued }
        };
        let (_, stats) = deliver(50, respond).await;
        assert_eq!((stats.accepted, stats.unconfirmed, stats.refused), (50, 0, 0), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn d45_a_login_page_refuses_nothing_and_costs_at_most_the_requests_in_flight() {
    let respond = |request: &Request| {
        if is_before(60, request) { systemic(PauseCause::NotTelecrm, 200) } else { Outcome::Queued }
    };
    let (_, stats) = deliver(LEADS, respond).await;
    // The page may come from a gateway that passed the lead on, so the outcome of actions in such a request is unknown.
    assert!(stats.unconfirmed <= CONCURRENCY, "{stats:?}");
    assert_eq!(stats.accepted + stats.unconfirmed, LEADS as u64, "{stats:?}");
}

/// A response of 500 to some of the requests, for a minute.
async fn brown_out(percent: u64) -> Stats {
    let random = Mutex::new(percent);
    let respond = move |request: &Request| {
        let mut random = random.lock().unwrap();
        // A linear congruential generator (Knuth, MMIX); its high bits are good enough.
        *random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let fails = is_before(60, request) && (*random >> 33) % 100 < percent;
        if fails { server_error() } else { Outcome::Queued }
    };
    let (setup, stats) = deliver(1_000, respond).await;
    let requests = setup.telecrm.requests();
    let failed = requests.iter().filter(|request| !request.accepted).count();
    println!(
        "{percent} % of 500 for a minute, 1,000 entries: {} unconfirmed, {failed} of {} requests failed, {} s",
        stats.unconfirmed,
        requests.len(),
        setup.telecrm.started.elapsed().as_secs(),
    );
    assert_eq!(stats.accepted + stats.unconfirmed, 1_000, "{stats:?}");
    stats
}

#[tokio::test(start_paused = true)]
async fn d45_a_brown_out_costs_few_unconfirmed_entries() {
    for percent in [30, 50] {
        let stats = brown_out(percent).await;
        // Without the breaker: 300 requests in the minute, so 90 and 150 entries.
        assert!(stats.unconfirmed <= 25, "{percent} %: {stats:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn d45_a_probe_contains_no_actions_and_they_follow_with_only_the_identifier() {
    let respond = |request: &Request| {
        if is_before(3, request) { systemic(PauseCause::Blocked, 403) } else { Outcome::Queued }
    };
    let setup = Setup::new(respond).await;
    let id = setup.enqueue("a", true).await;
    let later = setup.enqueue("a", true).await;
    let worker = setup.delivery().start();
    setup.reaches(later, State::Accepted).await;
    assert_eq!(setup.state(id).await, State::Accepted);
    worker.stop().await.unwrap();
    let requests = setup.telecrm.requests();
    let (failed, accepted): (Vec<_>, Vec<_>) =
        requests.iter().partition(|request| !request.accepted);
    assert!(
        failed[0].has_actions && failed[1..].iter().all(|request| !request.has_actions),
        "{requests:?}"
    );
    let accepted: Vec<_> =
        accepted.iter().map(|request| (request.fields.as_str(), request.has_actions)).collect();
    let whole = r#"{"fields":{"phone":"a","n":0}}"#;
    let identifier = r#"{"fields":{"phone":"a"}}"#;
    // The entry keeps its place before the later one of its lead.
    assert_eq!(accepted, [(whole, false), (identifier, true), (whole, true)]);
}

#[tokio::test(start_paused = true)]
async fn d45_a_probe_prefers_an_entry_without_actions() {
    let respond = |request: &Request| {
        if is_before(4, request) { systemic(PauseCause::Blocked, 403) } else { Outcome::Queued }
    };
    let setup = Setup::new(respond).await;
    for lead in 0..10 {
        setup.enqueue(&format!("with{lead}"), true).await;
    }
    let without = setup.enqueue("without", false).await;
    let worker = setup.delivery().concurrency(1).start();
    setup.reaches(without, State::Accepted).await;
    worker.stop().await.unwrap();
    let requests = setup.telecrm.requests();
    assert_eq!(requests[1].key, "without", "{requests:?}");
    assert!(
        requests[1..]
            .iter()
            .take_while(|request| !request.accepted)
            .all(|request| !request.has_actions)
    );
}

#[tokio::test(start_paused = true)]
async fn d45_probes_rotate_between_leads() {
    let respond = |request: &Request| {
        if is_before(20, request) { systemic(PauseCause::Blocked, 403) } else { Outcome::Queued }
    };
    let (setup, _) = deliver(10, respond).await;
    let requests = setup.telecrm.requests();
    let probes: Vec<&str> = requests
        .iter()
        .take_while(|request| !request.accepted)
        .map(|request| request.key.as_str())
        .collect();
    let mut distinct = probes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert!(probes.len() >= 5, "{probes:?}");
    assert_eq!(distinct.len(), probes.len(), "{probes:?}");
}

#[tokio::test(start_paused = true)]
async fn d45_only_the_entry_whose_text_a_firewall_blocks_is_refused() {
    let respond = |request: &Request| {
        if request.key == "lead3" { systemic(PauseCause::Blocked, 403) } else { Outcome::Queued }
    };
    let (setup, stats) = deliver(20, respond).await;
    assert_eq!((stats.accepted, stats.refused), (19, 1), "{stats:?}");
    let listed = setup.store.entries(State::Refused, None, 9).await.unwrap();
    assert_eq!((listed[0].lead_key(), listed[0].reason()), ("lead3", Some("403")));
}

#[tokio::test(start_paused = true)]
async fn d45_refusals_by_telecrm_do_not_empty_the_queue() {
    // An expired license.
    let respond = |request: &Request| {
        if is_before(30, request) { refused() } else { Outcome::Queued }
    };
    let (_, stats) = deliver(LEADS, respond).await;
    assert_eq!((stats.refused, stats.accepted), (4, LEADS as u64 - 4), "{stats:?}");
}

#[tokio::test(start_paused = true)]
async fn d45_many_refused_leads_among_good_ones_are_all_decided() {
    let respond = |request: &Request| {
        let number: usize = request.key.trim_start_matches("lead").parse().unwrap();
        if number % 10 < 8 { refused() } else { Outcome::Queued }
    };
    let (_, stats) = deliver(100, respond).await;
    assert_eq!((stats.refused, stats.accepted), (80, 20), "{stats:?}");
}

#[tokio::test(start_paused = true)]
async fn d45_one_lead_that_always_fails_holds_back_only_itself() {
    let respond = |request: &Request| {
        if request.key == "bad" { server_error() } else { Outcome::Queued }
    };
    let setup = Setup::new(respond).await;
    let bad = setup.enqueue("bad", false).await;
    let worker = setup.delivery().start();
    sleep(Duration::from_secs(600)).await;
    for lead in 0..50 {
        setup.enqueue(&format!("lead{lead}"), true).await;
    }
    // A pause of a minute at most, and then the pace of telecrm.
    sleep(Duration::from_secs(90)).await;
    let stats = setup.store.stats().await.unwrap();
    assert_eq!((stats.accepted, stats.unconfirmed), (50, 0), "{stats:?}");
    assert_eq!(worker.status(), WorkerStatus::Delivering);
    assert_eq!(setup.state(bad).await, State::Queued);
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_retry_after_pauses_the_whole_worker() {
    let respond = |request: &Request| {
        if request.key == "lead0" && is_before(100, request) {
            let wait = Some(Duration::from_secs(120));
            return Outcome::NotSent { reason: String::new(), wait, status: Some(503) };
        }
        Outcome::Queued
    };
    let (setup, _) = deliver(50, respond).await;
    let requests = setup.telecrm.requests();
    let paused = requests.iter().find(|request| !request.accepted).unwrap().at;
    // Requests in flight end; nothing begins for two minutes.
    let during: Vec<_> = requests
        .iter()
        .filter(|request| {
            request.at > paused + 2 * LATENCY && request.at < paused + Duration::from_secs(120)
        })
        .collect();
    assert!(during.is_empty(), "{during:?}");
}

#[tokio::test(start_paused = true)]
async fn d45_the_status_names_the_cause_of_a_pause() {
    for (cause, status) in [
        (PauseCause::Unauthorized, 401),
        (PauseCause::WrongAddress, 404),
        (PauseCause::Blocked, 403),
        (PauseCause::NotTelecrm, 302),
    ] {
        let respond = move |request: &Request| {
            if is_before(10, request) { systemic(cause, status) } else { Outcome::Queued }
        };
        let setup = Setup::new(respond).await;
        let mut worker = setup.delivery().start();
        worker.ready().await.unwrap();
        assert_eq!(worker.status(), WorkerStatus::Delivering);
        let id = setup.enqueue("a", false).await;
        sleep(Duration::from_secs(2)).await;
        assert_eq!(worker.status(), WorkerStatus::Paused(cause));
        assert!(worker.is_paused());
        setup.reaches(id, State::Accepted).await;
        assert_eq!(worker.status(), WorkerStatus::Delivering);
        worker.stop().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn d45_the_status_reports_the_pause_of_an_operator() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let mut worker = setup.delivery().start();
    worker.ready().await.unwrap();
    setup.store.set_operator_pause(None, true).await.unwrap();
    let id = setup.enqueue("a", true).await;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(worker.status(), WorkerStatus::Paused(PauseCause::Operator));
    assert_eq!((setup.state(id).await, setup.telecrm.requests().len()), (State::Queued, 0));
    setup.store.set_operator_pause(None, false).await.unwrap();
    setup.reaches(id, State::Accepted).await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(worker.status(), WorkerStatus::Delivering);
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_a_kill_between_a_probe_and_its_response_leaves_the_actions_certain() {
    let respond = |request: &Request| {
        if is_before(3, request) { systemic(PauseCause::Blocked, 403) } else { Outcome::Queued }
    };
    let setup = Setup::new(respond).await;
    let id = setup.enqueue("a", true).await;
    // A probe of a worker that is killed: it is claimed and never settled.
    let lease = Duration::from_secs(40);
    let purpose = crate::store::ClaimFor::Probe { avoid: &[], newest: false };
    let probe = setup.store.claim("acme", lease, purpose).await.unwrap().unwrap();
    assert_eq!(probe.key.id, id);
    let worker = setup.delivery().start();
    setup.reaches(id, State::Accepted).await;
    worker.stop().await.unwrap();
    assert_eq!(setup.telecrm.actions_of("a"), 1);
}

#[tokio::test(start_paused = true)]
async fn d45_after_an_outage_requests_ramp_up() {
    let respond = |request: &Request| {
        if is_before(8, request) { systemic(PauseCause::Blocked, 403) } else { Outcome::Queued }
    };
    let (setup, _) = deliver(100, respond).await;
    let recovered: Vec<_> =
        setup.telecrm.requests().into_iter().skip_while(|request| !request.accepted).collect();
    assert!(!recovered[0].has_actions && recovered[1].has_actions);
    // One at a time: each begins after the one before ended.
    assert!(recovered[1].at >= recovered[0].at + LATENCY);
    assert!(recovered[2].at >= recovered[1].at + LATENCY);
}
