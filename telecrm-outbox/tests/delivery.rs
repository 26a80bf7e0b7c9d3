//! Stored leads through the worker to a telecrm that fails.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use support::{Answer, Gateway, drained, eventually, faulty, lead, phone};
use telecrm_outbox::{Entry, EntryId, Error, Outbox, State, WorkerStatus};
use tempfile::TempDir;

async fn outbox() -> (Outbox, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    (outbox, directory)
}

async fn entry(outbox: &Outbox, id: EntryId) -> Entry {
    outbox.entry(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn d42_stored_leads_are_delivered_after_a_restart() {
    let (outbox, directory) = outbox().await;
    let gateway = Gateway::start().await;
    let id = outbox.enqueue_prepared(lead(&phone(1), 1, true)).await.unwrap();
    drop(outbox);
    let outbox = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    assert_eq!(outbox.stats().await.unwrap().queued, 1);
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    let entry = entry(&outbox, id).await;
    assert_eq!((entry.state(), entry.attempts(), entry.reason()), (State::Accepted, 1, None));
    assert_eq!(entry.lead_key(), phone(1));
    assert_eq!(gateway.actions(), [(1, 1)].into());
}

#[tokio::test]
async fn d36_order_and_actions_hold_while_a_tenth_of_the_requests_fails() {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    gateway.answer(faulty(7));
    let worker = outbox.deliver(gateway.client()).concurrency(16).start();
    let mut ids = Vec::new();
    for number in 1..=300 {
        let lead = lead(&phone(number % 12), number, true);
        ids.push((number, outbox.enqueue_prepared(lead).await.unwrap()));
    }
    drained(&outbox).await;
    worker.stop().await.unwrap();
    for (lead, last) in gateway.assert_in_order() {
        let number = (289..=300).find(|number| phone(number % 12) == lead).unwrap();
        assert_eq!(last, number, "the last update of {lead} wins");
    }
    let actions = gateway.actions();
    for (number, id) in ids {
        let received = actions.get(&number).copied().unwrap_or(0);
        match entry(&outbox, id).await.state() {
            State::Accepted => assert_eq!(received, 1),
            State::Unconfirmed => assert!(received <= 1, "{number} was received {received} times"),
            other => panic!("{number} is {other}"),
        }
    }
    let stats = outbox.stats().await.unwrap();
    assert!(stats.unconfirmed > 0 && stats.accepted > 200, "{stats:?}");
}

#[tokio::test]
async fn a_failing_entry_holds_back_only_its_own_lead() {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    let failing = Arc::new(AtomicBool::new(true));
    gateway.answer({
        let failing = Arc::clone(&failing);
        move |request, _| {
            let fails = request.key == phone(0) && failing.load(Ordering::SeqCst);
            if fails { Answer::Status(503) } else { Answer::Queued }
        }
    });
    for number in 0..20 {
        outbox.enqueue_prepared(lead(&phone(number % 2), number, false)).await.unwrap();
    }
    let worker = outbox.deliver(gateway.client()).start();
    eventually("the other lead is through", async || outbox.stats().await.unwrap().accepted == 10)
        .await;
    assert!(gateway.processed().iter().all(|processed| processed.key == phone(1)));
    failing.store(false, Ordering::SeqCst);
    drained(&outbox).await;
    worker.stop().await.unwrap();
    gateway.assert_in_order();
}

#[tokio::test]
async fn a_401_pauses_delivery_and_refuses_no_lead() {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    let revoked = Arc::new(AtomicBool::new(true));
    gateway.answer({
        let revoked = Arc::clone(&revoked);
        move |_, _| {
            if revoked.load(Ordering::SeqCst) { Answer::Status(401) } else { Answer::Queued }
        }
    });
    let worker = outbox.deliver(gateway.client()).start();
    for number in 0..50 {
        outbox.enqueue_prepared(lead(&phone(number), number, true)).await.unwrap();
    }
    eventually("it is paused", async || worker.is_paused()).await;
    let stats = outbox.stats().await.unwrap();
    assert_eq!((stats.queued + stats.sending, stats.refused), (50, 0), "{stats:?}");
    revoked.store(false, Ordering::SeqCst);
    drained(&outbox).await;
    assert!(!worker.is_paused());
    worker.stop().await.unwrap();
    assert_eq!(gateway.actions().len(), 50);
    assert_eq!(outbox.stats().await.unwrap().accepted, 50);
}

#[tokio::test]
async fn a_refused_entry_is_listed_until_an_operator_decides() {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    gateway.answer(|request, _| match request.number {
        Some(1) => Answer::Status(400),
        Some(2) => Answer::LoginPage,
        _ => Answer::Queued,
    });
    let refused = outbox.enqueue_prepared(lead(&phone(1), 1, true)).await.unwrap();
    let unconfirmed = outbox.enqueue_prepared(lead(&phone(2), 2, true)).await.unwrap();
    let later = outbox.enqueue_prepared(lead(&phone(1), 3, false)).await.unwrap();
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    let listed = outbox.entries(State::Refused, 10).await.unwrap();
    assert_eq!(listed.iter().map(Entry::id).collect::<Vec<_>>(), [refused]);
    assert!(listed[0].reason().unwrap().contains("400"), "{listed:?}");
    assert_eq!(entry(&outbox, unconfirmed).await.state(), State::Unconfirmed);
    assert_eq!(entry(&outbox, later).await.state(), State::Accepted, "it goes on");
    assert!(matches!(outbox.retry(refused).await, Err(Error::Superseded { .. })));
    outbox.discard(refused).await.unwrap();
    gateway.answer(|_, _| Answer::Queued);
    outbox.retry(unconfirmed).await.unwrap();
    drained(&outbox).await;
    assert_eq!(gateway.actions().get(&2), None, "the fields alone");
    outbox.retry_with_actions(unconfirmed).await.unwrap();
    drained(&outbox).await;
    assert_eq!(gateway.actions().get(&2), Some(&1));
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn d45_a_second_worker_waits_and_others_may_enqueue_and_read() {
    let (outbox, directory) = outbox().await;
    let gateway = Gateway::start().await;
    let mut first = outbox.deliver(gateway.client()).start();
    first.ready().await.unwrap();
    let other = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    let error = other.deliver(gateway.client()).standby(false).start().stop().await.unwrap_err();
    assert!(matches!(error, Error::AlreadyDelivering), "{error}");
    let mut second = other.deliver(gateway.client()).start();
    second.ready().await.unwrap();
    assert_eq!(second.status(), WorkerStatus::Standby);
    // The first worker is not disturbed, and notices the entries that the other process stores.
    let id = other.enqueue_prepared(lead(&phone(1), 1, false)).await.unwrap();
    eventually("it is settled", async || entry(&other, id).await.state() == State::Accepted).await;
    assert_eq!(second.status(), WorkerStatus::Standby);
    first.stop().await.unwrap();
    let id = other.enqueue_prepared(lead(&phone(1), 2, false)).await.unwrap();
    eventually("it is settled", async || entry(&other, id).await.state() == State::Accepted).await;
    assert_eq!(second.status(), WorkerStatus::Delivering);
    second.stop().await.unwrap();
    assert_eq!(gateway.requests(), 2);
}

#[tokio::test]
async fn d45_a_stop_of_the_client_ends_a_rolling_deployment() {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    let old = gateway.client();
    let mut first = outbox.deliver(old.clone()).start();
    first.ready().await.unwrap();
    let mut second = outbox.deliver(gateway.client()).start();
    second.ready().await.unwrap();
    old.stop();
    first.join().await.unwrap();
    outbox.enqueue_prepared(lead(&phone(1), 1, true)).await.unwrap();
    drained(&outbox).await;
    second.stop().await.unwrap();
    assert_eq!(outbox.stats().await.unwrap().accepted, 1);
}

#[tokio::test]
async fn d45_a_panic_in_accept_response_settles_the_entry_as_unknown() {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    gateway.answer(|_, before| if before == 0 { Answer::LoginPage } else { Answer::Queued });
    let client = support::client_builder(&format!("http://{}", gateway.address))
        .accept_response(|response| panic!("{} is not expected", response.status()))
        .build()
        .unwrap();
    let id = outbox.enqueue_prepared(lead(&phone(1), 1, true)).await.unwrap();
    let worker = outbox.deliver(client).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    assert_eq!(entry(&outbox, id).await.state(), State::Unconfirmed);
    assert_eq!(gateway.actions().get(&1), None, "the fields went again without the actions");
}

#[tokio::test]
async fn stopping_settles_the_requests_in_flight() {
    let (outbox, _directory) = outbox().await;
    let gateway = Gateway::start().await;
    for number in 0..200 {
        outbox.enqueue_prepared(lead(&phone(number), number, true)).await.unwrap();
    }
    let worker = outbox.deliver(gateway.client()).start();
    eventually("some are sent", async || gateway.requests() > 20).await;
    worker.stop().await.unwrap();
    let stats = outbox.stats().await.unwrap();
    assert_eq!(stats.sending, 0);
    assert_eq!(stats.accepted, gateway.requests());
    assert!(stats.queued > 0 || stats.accepted == 200);
}

#[tokio::test]
async fn a_transaction_of_the_caller_takes_the_lead_along() {
    use telecrm_outbox::rusqlite::{Connection, TransactionBehavior, params};
    use telecrm_outbox::sqlite::ENQUEUE;

    let (outbox, directory) = outbox().await;
    let gateway = Gateway::start().await;
    let worker = outbox.deliver(gateway.client()).start();
    let mut connection = Connection::open(directory.path().join("leads.db")).unwrap();
    connection.execute_batch("CREATE TABLE orders (id INTEGER)").unwrap();
    let mut store = |number: u64, commit: bool| {
        let behavior = TransactionBehavior::Immediate;
        let transaction = connection.transaction_with_behavior(behavior).unwrap();
        transaction.execute("INSERT INTO orders VALUES (?1)", [1]).unwrap();
        let lead = lead(&phone(number), number, true);
        let parameters = params![Option::<&str>::None, lead.lead_key(), lead.body()];
        transaction.execute(ENQUEUE, parameters).unwrap();
        if commit {
            transaction.commit().unwrap();
        }
    };
    store(1, false);
    store(2, true);
    eventually("it is delivered", async || gateway.requests() == 1).await;
    worker.stop().await.unwrap();
    assert_eq!(gateway.processed()[0].number, Some(2));
}
