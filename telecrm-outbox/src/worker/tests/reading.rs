//! Entries that are read back (D41).

use super::super::verify::MISSING;
use super::*;
use crate::reading::Reading;

type Play = Box<dyn Fn(&PreparedLead) -> ReadBack + Send + Sync>;

struct Reader(Play);

impl Verifier for Reader {
    fn verify(
        &self,
        leads: Vec<(PreparedLead, SystemTime)>,
        reports: mpsc::UnboundedSender<(usize, ReadBack)>,
    ) -> Step<'_, ()> {
        Box::pin(async move {
            // The window of a real one.
            sleep(Duration::from_secs(5)).await;
            for (index, (lead, _)) in leads.iter().enumerate() {
                reports.send((index, (self.0)(lead))).unwrap();
            }
        })
    }
}

fn mismatched(path: &str) -> ReadBack {
    Ok(Reading::Mismatched { paths: vec![path.to_owned()], reason: format!("{path} is absent") })
}

fn missing() -> ReadBack {
    Ok(Reading::Missing { reason: MISSING.to_owned() })
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
async fn d41_accepted_entries_go_on_by_what_is_read_back() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let verified = setup.enqueue("a", true).await;
    let differs = setup.enqueue("b", true).await;
    let absent = setup.enqueue("c", true).await;
    let worker = setup.verified(|lead| match lead.lead_key() {
        "a" => Ok(Reading::Verified),
        "b" => mismatched("fields.course"),
        _ => missing(),
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
    let worker = setup.verified(|_| mismatched("fields.n"));
    setup.reaches(older, State::Superseded).await;
    setup.reaches(newer, State::Mismatched).await;
    worker.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn d41_what_could_not_be_read_is_read_again_and_after_a_restart() {
    let setup = Setup::new(|_| Outcome::Queued).await;
    let id = setup.enqueue("a", false).await;
    let reads = Arc::new(Mutex::new(0));
    let count = Arc::clone(&reads);
    let worker = setup.verified(move |_| {
        *count.lock().unwrap() += 1;
        Err("no connection".to_owned())
    });
    setup.reaches(id, State::Accepted).await;
    sleep(Duration::from_secs(200)).await;
    worker.stop().await.unwrap();
    assert!((2..=5).contains(&*reads.lock().unwrap()), "{reads:?}");
    let worker = setup.verified(|_| Ok(Reading::Verified));
    setup.reaches(id, State::Verified).await;
    worker.stop().await.unwrap();
}
