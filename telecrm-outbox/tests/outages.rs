//! Outages: one cause that affects every lead (D45), and the readings after them.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use support::{Answer, Gateway, client, drained, emulator, eventually, lead, phone};
use telecrm_emulator::{Emulator, Fault, Faults};
use telecrm_outbox::{EntryId, Outbox, PauseCause, State, Stats, WorkerStatus};
use telecrm_runtime::PreparedLead;
use tempfile::TempDir;

const LEADS: u64 = 200;
/// The default of [`Delivery::concurrency`](telecrm_outbox::Delivery::concurrency).
const CONCURRENCY: u64 = 8;

async fn outbox() -> (Outbox, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    (outbox, directory)
}

async fn enqueue(outbox: &Outbox, leads: u64) {
    for number in 0..leads {
        outbox.enqueue_prepared(lead(&phone(number), number, true)).await.unwrap();
    }
}

/// Queued leads with one action each get the fault until some probes failed.
async fn outage(fault: Fault, cause: PauseCause) -> (Emulator, Stats) {
    let (outbox, _directory) = outbox().await;
    let telecrm = emulator::start().await;
    enqueue(&outbox, LEADS).await;
    telecrm.set_faults(Faults::none().rate(1.0, fault));
    let worker = outbox.deliver(client(telecrm.url())).start();
    eventually("probes failed", async || {
        let counters = telecrm.counters();
        let requests = counters.queued + counters.refused;
        requests >= 5 && worker.status() == WorkerStatus::Paused(cause)
    })
    .await;
    telecrm.set_faults(Faults::none());
    drained(&outbox).await;
    assert_eq!(worker.status(), WorkerStatus::Delivering);
    worker.stop().await.unwrap();
    (telecrm, outbox.stats().await.unwrap())
}

fn assert_few_unconfirmed(telecrm: &Emulator, stats: &Stats) {
    println!("{LEADS} entries: {} unconfirmed", stats.unconfirmed);
    assert!(stats.unconfirmed <= CONCURRENCY, "{stats:?}");
    assert_eq!(stats.accepted + stats.unconfirmed, LEADS, "{stats:?}");
    let actions = emulator::actions(telecrm);
    assert!(actions.values().all(|count| *count == 1), "an action was sent twice");
    assert!(actions.len() as u64 >= stats.accepted, "{} actions", actions.len());
}

#[tokio::test]
async fn d45_a_telecrm_that_fails_costs_at_most_the_requests_in_flight() {
    let (telecrm, stats) = outage(Fault::ServerError, PauseCause::Unavailable).await;
    assert_few_unconfirmed(&telecrm, &stats);
}

#[tokio::test]
async fn d45_connections_that_break_after_processing_cost_at_most_the_requests_in_flight() {
    let (telecrm, stats) = outage(Fault::CloseAfterProcessing, PauseCause::Unavailable).await;
    assert_few_unconfirmed(&telecrm, &stats);
    assert_eq!(emulator::actions(&telecrm).len() as u64, LEADS, "each action arrived");
}

#[tokio::test]
async fn d45_a_login_page_refuses_no_lead() {
    let (telecrm, stats) = outage(Fault::LoginPage, PauseCause::NotTelecrm).await;
    assert_few_unconfirmed(&telecrm, &stats);
}

#[tokio::test]
async fn d45_a_redirect_refuses_no_lead() {
    let (telecrm, stats) = outage(Fault::RedirectToLogin, PauseCause::NotTelecrm).await;
    assert_few_unconfirmed(&telecrm, &stats);
}

/// Another server answers for a while. No entry is lost, refused or unconfirmed.
async fn other_server(http_status: u16, cause: PauseCause) {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    let is_over = Arc::new(AtomicBool::new(false));
    gateway.answer({
        let is_over = Arc::clone(&is_over);
        move |_, _| {
            if is_over.load(Ordering::SeqCst) { Answer::Queued } else { Answer::Page(http_status) }
        }
    });
    enqueue(&outbox, 50).await;
    let worker = outbox.deliver(gateway.client()).start();
    eventually("probes failed", async || gateway.requests() >= 4).await;
    assert_eq!(worker.status(), WorkerStatus::Paused(cause));
    is_over.store(true, Ordering::SeqCst);
    drained(&outbox).await;
    worker.stop().await.unwrap();
    let stats = outbox.stats().await.unwrap();
    assert_eq!((stats.accepted, stats.unconfirmed, stats.refused), (50, 0, 0), "{stats:?}");
    assert_eq!(gateway.actions().len(), 50);
    assert!(gateway.actions().values().all(|count| *count == 1));
}

#[tokio::test]
async fn d45_a_firewall_costs_nothing() {
    other_server(403, PauseCause::Blocked).await;
}

#[tokio::test]
async fn d45_a_wrong_url_costs_nothing() {
    other_server(404, PauseCause::WrongAddress).await;
}

/// Waits for the state of an entry.
async fn reaches(outbox: &Outbox, id: EntryId, state: State) {
    eventually("the entry is in its state", async || {
        outbox.entry(id).await.unwrap().unwrap().state() == state
    })
    .await;
}

/// A lead with one action, which is equal for every entry of this number.
fn visit(number: u64, visit: u64) -> PreparedLead {
    let key = phone(1);
    let body = format!(
        r#"{{"fields":{{"phone":"{key}","n":{number}}},"actions":[{{"type":"ACTION_1","fields":{{"n":{visit}}}}}]}}"#
    );
    PreparedLead::from_json(Some(support::ENTERPRISE), &key, &body).unwrap()
}

#[tokio::test]
async fn d45_an_unconfirmed_entry_whose_action_is_in_the_timeline_becomes_verified() {
    let (outbox, _directory) = outbox().await;
    let telecrm = emulator::start().await;
    telecrm.set_faults(Faults::script([Some(Fault::CloseAfterProcessing)]));
    let received = outbox.enqueue_prepared(visit(1, 7)).await.unwrap();
    let delivery = outbox.deliver(client(telecrm.url())).verify(emulator::reader(&telecrm));
    let worker = delivery.start();
    reaches(&outbox, received, State::Verified).await;
    // Another action that telecrm did not receive.
    telecrm.set_faults(Faults::script([Some(Fault::CloseBeforeProcessing)]));
    let lost = outbox.enqueue_prepared(visit(2, 8)).await.unwrap();
    reaches(&outbox, lost, State::Unconfirmed).await;
    eventually("it was read", async || {
        let entry = outbox.entry(lost).await.unwrap().unwrap();
        entry.reason().is_some_and(|reason| reason.contains("actions[0]"))
    })
    .await;
    worker.stop().await.unwrap();
    assert_eq!(emulator::actions(&telecrm), [(7, 1)].into(), "nothing was sent again");
    assert_eq!(outbox.entry(lost).await.unwrap().unwrap().state(), State::Unconfirmed);
}

#[tokio::test]
async fn d45_two_entries_with_equal_actions_need_two_entries_in_the_timeline() {
    for (fault, state, in_timeline) in [
        (Fault::CloseBeforeProcessing, State::Unconfirmed, 1),
        (Fault::CloseAfterProcessing, State::Verified, 2),
    ] {
        let (outbox, _directory) = outbox().await;
        let telecrm = emulator::start().await;
        telecrm.set_faults(Faults::script([Some(fault)]));
        let doubtful = outbox.enqueue_prepared(visit(1, 7)).await.unwrap();
        let accepted = outbox.enqueue_prepared(visit(1, 7)).await.unwrap();
        let worker = outbox.deliver(client(telecrm.url())).start();
        drained(&outbox).await;
        worker.stop().await.unwrap();
        assert_eq!(outbox.stats().await.unwrap().unconfirmed, 1);
        let delivery = outbox.deliver(client(telecrm.url())).verify(emulator::reader(&telecrm));
        let worker = delivery.start();
        reaches(&outbox, accepted, State::Verified).await;
        eventually("it was read", async || {
            let entry = outbox.entry(doubtful).await.unwrap().unwrap();
            entry.state() == State::Verified
                || entry.reason().is_some_and(|reason| reason.contains("actions[0]"))
        })
        .await;
        worker.stop().await.unwrap();
        assert_eq!(outbox.entry(doubtful).await.unwrap().unwrap().state(), state);
        assert_eq!(emulator::actions(&telecrm), [(7, in_timeline)].into());
    }
}
