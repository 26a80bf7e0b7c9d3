//! Priorities, and entries that fail again and again.

use super::*;
use crate::lane::REPEATED_FAILURES;
use crate::options::{EnqueueOptions, Priority};
use crate::store::conformance::lead;
use crate::worker::sender::backoff;

impl Setup {
    async fn enqueue_bulk(&self, key: &str) -> EntryId {
        let options = EnqueueOptions::new().priority(Priority::Bulk);
        self.store.enqueue(lead(key, 0, false), options).await.unwrap().id
    }

    fn keys(&self) -> Vec<String> {
        self.telecrm.requests().into_iter().map(|request| request.key).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_visitor_goes_before_an_import_which_still_gets_one_of_five_turns() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    for row in 0..20 {
        setup.enqueue_bulk(&format!("row {row}")).await;
    }
    for visitor in 0..16 {
        setup.enqueue(&format!("visitor {visitor}"), false).await;
    }
    let worker = setup.delivery().start();
    setup.drained().await;
    worker.stop().await.unwrap();
    let keys = setup.keys();
    let rows = |keys: &[String]| keys.iter().filter(|key| key.starts_with("row")).count();
    for turns in keys[..20].chunks(5) {
        assert_eq!(rows(turns), 1, "{turns:?}");
    }
    assert_eq!(rows(&keys[20..]), 16);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_entries_that_fail_again_and_again_delay_a_new_lead_by_seconds() {
    let respond = |request: &Request| {
        if request.key == "new" { Outcome::Queued } else { server_error() }
    };
    let setup = Setup::new(respond).await;
    let connection = rusqlite::Connection::open(&setup.path).unwrap();
    connection
        .execute(
            "INSERT INTO telecrm_outbox_entries
                 (enterprise, lead_key, body, actions, head, enqueued_at, due_at, attempts, failures,
                 priority)
             WITH RECURSIVE numbers (n) AS (
                 SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
             SELECT 'acme', 'bad' || n, '{\"fields\":{\"phone\":\"bad\"}}', 0, 1, 0, 0, ?1, ?1, 2
             FROM numbers",
            [REPEATED_FAILURES],
        )
        .unwrap();
    let mut worker = setup.delivery().start();
    worker.ready().await.unwrap();
    sleep(Duration::from_secs(60)).await;
    assert!(setup.telecrm.requests().len() > 100, "they are sent while nothing else is due");
    let stored = setup.telecrm.started.elapsed();
    let id = setup.enqueue("new", true).await;
    setup.reaches(id, State::Accepted).await;
    worker.stop().await.unwrap();
    let requests = setup.telecrm.requests();
    let new = requests.iter().find(|request| request.key == "new").unwrap();
    assert!(new.at <= stored + Duration::from_secs(2), "{new:?} after {stored:?}");
}

#[tokio::test(start_paused = true)]
async fn leads_that_all_fail_hold_back_a_new_lead_for_two_probes() {
    let respond = |request: &Request| {
        if request.key == "new" { Outcome::Queued } else { server_error() }
    };
    let setup = Setup::new(respond).await;
    for lead in 0..200 {
        setup.enqueue(&format!("bad {lead}"), false).await;
    }
    let worker = setup.delivery().start();
    // It looks like an outage.
    while setup.telecrm.requests().len() < 8 {
        sleep(Duration::from_secs(1)).await;
    }
    assert!(worker.is_paused());
    let before = setup.telecrm.requests().len();
    let id = setup.enqueue("new", false).await;
    setup.reaches(id, State::Accepted).await;
    worker.stop().await.unwrap();
    let position = setup.keys().iter().position(|key| key == "new").unwrap();
    assert!(position <= before + 1, "{position} after {before}");
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_fails_again_and_again_waits_up_to_an_hour() {
    let telecrm = Telecrm::new(|_| Outcome::Queued);
    let waits: Vec<u64> =
        (0..20).map(|failures| backoff(&telecrm, failures, failures).as_secs()).collect();
    assert_eq!(waits[..8], [1, 2, 4, 8, 16, 32, 128, 256]);
    assert!(waits.is_sorted(), "{waits:?}");
    assert_eq!(waits[12..], [3_600; 8]);
    let by_response = backoff(&telecrm, u32::MAX, u32::MAX);
    assert_eq!(by_response, Duration::from_secs(3_600));
}
