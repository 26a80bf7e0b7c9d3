//! Entries that are read back (D41).

use telecrm_runtime::Error;
use telecrm_runtime::sync::Verification;

use super::super::verify::Schedule;
use super::*;
use crate::reading::Reading;

type Play = Box<dyn Fn(&PreparedLead) -> ReadBack + Send + Sync>;

pub(super) struct Reader(pub(super) Play);

/// The window of a `VerifyPolicy`, and the wait before its first reading.
const WINDOW: Duration = Duration::from_secs(300);
const FIRST_AFTER: Duration = Duration::from_secs(2);

impl Verifier for Reader {
    fn verify(
        &self,
        leads: Vec<(PreparedLead, SystemTime)>,
        schedule: Schedule,
        reports: mpsc::UnboundedSender<(usize, ReadBack)>,
    ) -> Step<'_, ()> {
        Box::pin(async move {
            match schedule {
                Schedule::Window => sleep(WINDOW).await,
                Schedule::Once => sleep(FIRST_AFTER).await,
            }
            for (index, (lead, _)) in leads.iter().enumerate() {
                reports.send((index, (self.0)(lead))).unwrap();
            }
        })
    }

    fn verify_actions<'a>(
        &'a self,
        _lead: &'a PreparedLead,
        _since: SystemTime,
        _is_counted: bool,
    ) -> Step<'a, Result<Verification, Error>> {
        Box::pin(async {
            sleep(WINDOW).await;
            Ok(Verification::Missing)
        })
    }
}

fn mismatched(path: &str) -> Reading {
    Reading::Mismatched { paths: vec![path.to_owned()], reason: format!("{path} is absent") }
}

impl Setup {
    fn verified(
        &self,
        read_back: impl Fn(&PreparedLead) -> ReadBack + Send + Sync + 'static,
    ) -> Worker {
        let mut delivery = self.delivery();
        delivery.verifier = Some(Arc::new(Reader(Box::new(read_back))));
        delivery.start()
    }
}

#[tokio::test(start_paused = true)]
async fn d41_a_reading_decides_the_state_of_an_accepted_entry() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let verified = setup.enqueue("a", true).await;
    let differs = setup.enqueue("b", true).await;
    let absent = setup.enqueue("c", true).await;
    let worker = setup.verified(|lead| match lead.lead_key() {
        "a" => Ok(Reading::Verified),
        "b" => Ok(mismatched("fields.course")),
        _ => Ok(Reading::missing()),
    });
    setup.reaches(verified, State::Verified).await;
    setup.reaches(differs, State::Mismatched).await;
    setup.reaches(absent, State::Missing).await;
    let entry = setup.store.entry(differs).await.unwrap().unwrap();
    assert_eq!(entry.reason(), Some("fields.course is absent"));
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d41_an_entry_that_a_newer_one_overwrote_is_superseded() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let older = setup.enqueue("a", false).await;
    let newer = setup.enqueue("a", false).await;
    let worker = setup.verified(|_| Ok(mismatched("fields.n")));
    setup.reaches(older, State::Superseded).await;
    setup.reaches(newer, State::Mismatched).await;
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d41_an_entry_that_could_not_be_read_is_read_again_and_after_a_restart() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let id = setup.enqueue("a", false).await;
    let reads = Arc::new(Mutex::new(0));
    let count = Arc::clone(&reads);
    let worker = setup.verified(move |_| {
        *count.lock().unwrap() += 1;
        Err("no connection".to_owned())
    });
    setup.reaches(id, State::Accepted).await;
    sleep(2 * WINDOW + Duration::from_secs(90)).await;
    worker.stop().await.unwrap();
    assert_eq!(*reads.lock().unwrap(), 2, "again a minute after the first window");
    let worker = setup.verified(|_| Ok(Reading::Verified));
    setup.reaches(id, State::Verified).await;
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_the_first_reading_decides_if_a_newer_entry_was_sent() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let older = setup.enqueue("a", false).await;
    let worker = setup.verified(|_| Ok(mismatched("fields.n")));
    setup.reaches(older, State::Accepted).await;
    // Its window has begun when the newer entry is sent.
    sleep(Duration::from_secs(20)).await;
    let newer = setup.enqueue("a", false).await;
    setup.reaches(newer, State::Accepted).await;
    let sent_at = Instant::now();
    setup.reaches(older, State::Superseded).await;
    assert!(sent_at.elapsed() <= Duration::from_secs(10), "{:?}", sent_at.elapsed());
    setup.reaches(newer, State::Mismatched).await;
    assert!(sent_at.elapsed() >= WINDOW, "the newer entry has the whole window");
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_mismatched_and_missing_entries_are_read_again_after_an_hour_and_a_day() {
    const HOUR: Duration = Duration::from_secs(60 * 60);

    let setup = Setup::new(|_| Outcome::Queued).await;
    let [late, lost, absent] = [
        setup.enqueue("a", false).await,
        setup.enqueue("b", false).await,
        setup.enqueue("c", false).await,
    ];
    let reads = Arc::new(Mutex::new(Vec::new()));
    let (started, recorded) = (Instant::now(), Arc::clone(&reads));
    let worker = setup.verified(move |lead| {
        let key = lead.lead_key().to_owned();
        recorded.lock().unwrap().push(key.clone());
        match key.as_str() {
            // telecrm processes it within the hour.
            "a" if started.elapsed() >= HOUR => Ok(Reading::Verified),
            "a" | "b" => Ok(Reading::missing()),
            _ => Ok(mismatched("fields.n")),
        }
    });
    setup.reaches(late, State::Missing).await;
    setup.reaches(lost, State::Missing).await;
    setup.reaches(absent, State::Mismatched).await;
    // In jumps: a sleep would fire every timer of the worker.
    for (jump, expected) in [(HOUR, 2), (22 * HOUR, 2), (2 * HOUR, 3), (48 * HOUR, 3)] {
        sleep(Duration::from_secs(60)).await;
        advance(jump).await;
        sleep(Duration::from_secs(60)).await;
        for lead in ["b", "c"] {
            let count = reads.lock().unwrap().iter().filter(|key| *key == lead).count();
            assert_eq!(count, expected, "{lead} after {:?}", started.elapsed());
        }
    }
    assert_eq!(setup.state(late).await, State::Verified);
    assert_eq!(setup.state(lost).await, State::Missing);
    assert_eq!(setup.state(absent).await, State::Mismatched);
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d45_an_unconfirmed_entry_is_read_and_never_sent_again() {
    let respond = |request: &Request| {
        if request.has_actions { server_error() } else { Outcome::Queued }
    };
    let setup = Setup::new(respond).await;
    let id = setup.enqueue("a", true).await;
    let worker = setup.verified(|_| Ok(Reading::Verified));
    setup.reaches(id, State::Unconfirmed).await;
    let requests = setup.telecrm.requests().len();
    sleep(2 * WINDOW).await;
    let entry = setup.store.entry(id).await.unwrap().unwrap();
    assert_eq!(entry.state(), State::Unconfirmed);
    assert!(entry.reason().unwrap().contains("read back"), "{entry:?}");
    assert_eq!(setup.telecrm.requests().len(), requests);
    worker.stop().await.unwrap();
}
