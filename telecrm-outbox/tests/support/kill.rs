//! Processes that store and deliver until they are killed, and what is true afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use telecrm_outbox::{Outbox, State, Worker};

use super::{Gateway, lead, phone};

pub(crate) const LEADS: u64 = 12;
/// Number of leads that a process stores; then it only delivers.
pub(crate) const STORED_BY_PROCESS: u64 = 12;

/// Number of kills; `.ci/full` sets a larger one by the variable.
pub(crate) fn kills(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|kills| kills.parse().ok()).unwrap_or(otherwise)
}

/// The process's part: the test `child` of each program calls it, and it returns if no
/// [`Process`] started it.
pub(crate) fn work<W: Future<Output = (Outbox, Worker)>>(start: impl FnOnce(String, String) -> W) {
    let Ok(database) = std::env::var("OUTBOX_CHILD") else { return };
    let url = std::env::var("OUTBOX_CHILD_URL").unwrap();
    let first: u64 = std::env::var("OUTBOX_CHILD_FIRST").unwrap().parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (outbox, _worker) = start(database, url).await;
        for number in first..first + STORED_BY_PROCESS {
            let lead = lead(&phone(number % LEADS), number, true);
            outbox.enqueue_prepared(lead).await.unwrap();
            // Unbuffered, so that every line is from before the kill.
            let line = format!("stored {number}\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
        }
        std::future::pending::<()>().await;
    });
}

/// A process of this test program that stores and delivers.
pub(crate) struct Process {
    child: Child,
    begun: Receiver<()>,
    reader: JoinHandle<Vec<String>>,
}

impl Process {
    /// Starts the process number `index` of all.
    pub(crate) fn start(database: &str, url: &str, index: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env("OUTBOX_CHILD", database)
            .env("OUTBOX_CHILD_URL", url)
            .env("OUTBOX_CHILD_FIRST", (1 + index * STORED_BY_PROCESS).to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let (first, begun) = channel();
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(stderr).lines().map_while(Result::ok);
            // Only the first line has a receiver.
            lines.inspect(|_| first.send(()).unwrap_or(())).collect()
        });
        Self { child, begun, reader }
    }

    /// Waits until it stored a lead.
    pub(crate) fn has_begun(&self) {
        self.begun.recv().unwrap();
    }

    /// `STOP` or `CONT`.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap();
        assert!(status.success());
    }

    /// Kills it, and returns the numbers that it reported as stored.
    pub(crate) fn kill(mut self) -> Vec<u64> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let lines = self.reader.join().unwrap();
        let number = |line: String| {
            let number = line.strip_prefix("stored ").unwrap_or_else(|| panic!("{line}"));
            number.parse().unwrap()
        };
        lines.into_iter().map(number).collect()
    }
}

/// Compares telecrm with the database: number and state of every entry, in the order of the ids.
pub(crate) fn check(entries: &[(u64, State)], stored: &BTreeSet<u64>, gateway: &Gateway) {
    let numbers: BTreeSet<u64> = entries.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers.len(), entries.len(), "each is stored once");
    assert!(stored.is_subset(&numbers), "{:?}", stored.difference(&numbers));
    let newest: BTreeMap<String, u64> =
        entries.iter().map(|(number, _)| (phone(number % LEADS), *number)).collect();
    assert_eq!(gateway.last(), newest, "the last update of each lead wins");
    let actions = gateway.actions();
    for (number, state) in entries {
        let received = actions.get(number).copied().unwrap_or(0);
        if *state == State::Accepted {
            assert_eq!(received, 1, "the action of {number}");
        } else {
            assert_eq!(*state, State::Unconfirmed, "{number} is listed");
            assert!(received <= 1, "the action of {number} was received {received} times");
        }
    }
}
