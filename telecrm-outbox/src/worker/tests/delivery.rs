//! Delivery without an outage.

use super::*;

#[tokio::test(start_paused = true)]
async fn d36_an_unknown_outcome_is_repeated_after_the_backoff_without_actions() {
    let tries = Mutex::new(0);
    let setup = Setup::new(move |_| {
        let mut tries = tries.lock().unwrap();
        *tries += 1;
        if *tries < 3 { server_error() } else { Outcome::Queued }
    })
    .await;
    let id = setup.enqueue("a", true).await;
    let worker = setup.delivery().start();
    setup.reaches(id, State::Unconfirmed).await;
    worker.stop().await.unwrap();
    let sent = setup.telecrm.requests();
    assert_eq!(
        sent.iter().map(|request| request.has_actions).collect::<Vec<_>>(),
        [true, false, false]
    );
    assert!(sent[1].at >= sent[0].at + Duration::from_secs(2));
    assert!(sent[2].at >= sent[1].at + Duration::from_secs(4));
}

#[tokio::test(start_paused = true)]
async fn payloads_are_erased_by_the_worker() {
    let respond = |request: &Request| if request.key == "a" { Outcome::Queued } else { refused() };
    let setup = Setup::new(respond).await;
    let accepted = setup.enqueue("a", false).await;
    let kept = setup.enqueue("b", false).await;
    let worker = setup.delivery().retention(Duration::from_secs(3_600)).start();
    setup.reaches(accepted, State::Accepted).await;
    sleep(Duration::from_secs(3_000)).await;
    assert!(setup.store.entry(accepted).await.unwrap().is_some());
    sleep(Duration::from_secs(1_000)).await;
    assert_eq!(setup.store.entry(accepted).await.unwrap(), None);
    assert!(setup.store.entry(kept).await.unwrap().unwrap().body().is_some());
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_a_panic_in_a_closure_of_the_application_settles_the_entry_as_unknown() {
    let panicked = Mutex::new(false);
    let setup = Setup::new(move |_| {
        let first = !std::mem::replace(&mut *panicked.lock().unwrap(), true);
        assert!(!first, "a closure of the application");
        Outcome::Queued
    })
    .await;
    let id = setup.enqueue("a", true).await;
    let worker = setup.delivery().start();
    setup.reaches(id, State::Unconfirmed).await;
    worker.stop().await.unwrap();
    let sent = setup.telecrm.requests();
    assert_eq!(sent.len(), 1, "the request that panicked was not recorded");
    assert!(!sent[0].has_actions);
}
