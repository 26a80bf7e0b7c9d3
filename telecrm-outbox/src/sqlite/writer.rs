//! Writer thread: one connection, one transaction for all writes that wait (group commit).

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::Error;

/// Writes of one transaction at most, so that none waits for long.
const MAX_BATCH: usize = 256;

/// Runs in the transaction, or receives the reason why it did not run.
type Job = Box<dyn FnOnce(Result<&Connection, &Error>) -> Done + Send>;

/// A write that ran and is not committed yet.
struct Done {
    /// The error that undid the transaction, if this write caused it.
    cause: Option<Error>,
    /// Reports to the caller; takes the error that undid the transaction.
    report: Report,
}

type Report = Box<dyn FnOnce(Option<&Error>) + Send>;

/// The only writer of this process; clones share it. It ends with the last of them.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: Sender<Queued>,
}

struct Queued(Job);

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, Error> {
        let (jobs, queue) = channel();
        thread::Builder::new()
            .name("telecrm-outbox".to_owned())
            .spawn(move || run(&connection, &queue))
            .map_err(|_| Error::Closed)?;
        Ok(Self { jobs })
    }

    /// Runs a write in a transaction, and returns when it is on disk. `write` is one statement, or
    /// uses [`atomically`].
    pub(super) fn write<T, F>(
        &self,
        write: F,
    ) -> impl Future<Output = Result<T, Error>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    {
        let (reply, replied) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let outcome = connection.map_err(Error::clone).and_then(write);
            let cause = outcome.as_ref().err().cloned();
            let report = Box::new(move |undone: Option<&Error>| {
                // The write's own error is more precise.
                let outcome = outcome.and_then(|value| undone.cloned().map_or(Ok(value), Err));
                // A caller that is gone needs no answer.
                let _ = reply.send(outcome);
            });
            Done { cause, report }
        });
        let sent = self.jobs.send(Queued(job));
        async move {
            sent.map_err(|_| Error::Closed)?;
            // A paused clock waits for blocking tasks, and for no other thread.
            #[cfg(test)]
            let replied = async {
                let waits = tokio::task::spawn_blocking(|| replied.blocking_recv());
                waits.await.expect("waiting does not panic")
            };
            replied.await.map_err(|_| Error::Closed)?
        }
    }
}

fn run(connection: &Connection, queue: &Receiver<Queued>) {
    let mut waiting = VecDeque::new();
    let mut last = Batch::default();
    loop {
        if waiting.is_empty() {
            let Ok(Queued(job)) = queue.recv() else { return };
            waiting.push_back(job);
        }
        fill(&mut waiting, queue, last);
        let (start, writes) = (Instant::now(), waiting.len());
        commit(connection, &mut waiting);
        last = Batch { writes: writes - waiting.len(), took: start.elapsed() };
    }
}

/// The transaction before: what can be expected of the next one.
#[derive(Clone, Copy, Default)]
struct Batch {
    writes: usize,
    took: Duration,
}

/// Collects the writes of one transaction: those that wait, and for a fraction of the time that it
/// takes those of callers who were answered last and come back. Without that they would be split into
/// transactions of a few writes each. A single caller never waits.
fn fill(waiting: &mut VecDeque<Job>, queue: &Receiver<Queued>, last: Batch) {
    let until = Instant::now() + last.took / 4;
    while waiting.len() < MAX_BATCH {
        let next = queue.try_recv().ok().or_else(|| {
            let patience = until.saturating_duration_since(Instant::now());
            let expected = waiting.len() < last.writes && !patience.is_zero();
            expected.then(|| queue.recv_timeout(patience).ok()).flatten()
        });
        let Some(Queued(job)) = next else { return };
        waiting.push_back(job);
    }
}

/// One transaction. Writes that are left in `waiting` were not tried: the transaction was undone before.
fn commit(connection: &Connection, waiting: &mut VecDeque<Job>) {
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE").map_err(Error::from) {
        return answer(waiting.drain(..).map(|job| job(Err(&error)).report).collect(), None);
    }
    let mut done = Vec::with_capacity(waiting.len());
    while let Some(job) = waiting.pop_front() {
        let Done { cause, report } = job(Ok(connection));
        done.push(report);
        // A full disk, an I/O error or a damaged page can undo the whole transaction.
        if connection.is_autocommit() {
            let cause = cause.unwrap_or(Error::Closed);
            return answer(done, Some(&cause));
        }
    }
    let undone = execute(connection, "COMMIT").err().map(Error::from);
    if undone.is_some() && !connection.is_autocommit() {
        // Nothing better can be done where even this fails: the next BEGIN reports it.
        let _ = connection.execute_batch("ROLLBACK");
    }
    answer(done, undone.as_ref());
}

/// Like `execute_batch`, but parsed once.
fn execute(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

fn answer(done: Vec<Report>, undone: Option<&Error>) {
    for report in done {
        report(undone);
    }
}

/// Runs several statements so that an error undoes them all, and nothing else of the transaction.
pub(super) fn atomically<T>(
    connection: &Connection,
    write: impl FnOnce(&Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    connection.execute_batch("SAVEPOINT telecrm_outbox")?;
    let outcome = write(connection);
    let end = match outcome {
        Ok(_) => "RELEASE telecrm_outbox",
        Err(_) => "ROLLBACK TO telecrm_outbox; RELEASE telecrm_outbox",
    };
    // If SQLite undid the whole transaction, it also removed the savepoint.
    if !connection.is_autocommit() {
        connection.execute_batch(end)?;
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Queued {
        Queued(Box::new(|_| Done { cause: None, report: Box::new(|_| ()) }))
    }

    /// Number of writes in the next transaction if one waits and two come later.
    fn filled(last: Batch) -> usize {
        let (jobs, queue) = channel();
        let later = thread::spawn(move || {
            for _ in 0..2 {
                jobs.send(job()).unwrap();
            }
            jobs
        });
        let mut waiting = VecDeque::from([job().0]);
        fill(&mut waiting, &queue, last);
        later.join().unwrap();
        waiting.len()
    }

    #[test]
    fn callers_of_the_last_transaction_are_in_the_next_one() {
        let took = Duration::from_secs(400);
        assert_eq!(filled(Batch { writes: 3, took }), 3);
    }

    #[test]
    fn a_caller_who_does_not_come_back_is_not_waited_for_for_long() {
        // Returns although one is missing: both senders are gone, or the time is over.
        assert!(filled(Batch { writes: 100, took: Duration::from_millis(4) }) <= 3);
    }
}
