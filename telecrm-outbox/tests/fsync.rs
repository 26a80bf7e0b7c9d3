//! The order of system calls: the mark is on disk before the first byte of its request leaves.
//!
//! kill -9 does not prove that, since the system keeps the writes of a dead process.

#![cfg(target_os = "linux")]

mod support;

use std::process::{Command, Stdio};

use support::{Gateway, drained, lead, phone};
use telecrm_outbox::Outbox;

const STORED: &str = "it is stored";

/// Stores and delivers one lead, if the test below started it.
#[test]
fn child() {
    let Ok(path) = std::env::var("OUTBOX_CHILD") else { return };
    let url = std::env::var("OUTBOX_CHILD_URL").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let outbox = Outbox::open(&path).await.unwrap();
        outbox.enqueue_prepared(lead(&phone(1), 1, true)).await.unwrap();
        eprintln!("{STORED}");
        let worker = outbox.deliver(support::client(&url)).start();
        drained(&outbox).await;
        worker.stop().await.unwrap();
    });
}

/// A system call of the trace, and the line of its begin or end.
struct Calls(Vec<String>);

impl Calls {
    /// The first line at or after `from` that holds all the texts.
    fn find(&self, from: usize, texts: &[&str]) -> Option<usize> {
        let holds = |line: &String| texts.iter().all(|text| line.contains(text));
        self.0.iter().skip(from).position(holds).map(|index| from + index)
    }

    /// Whether the write-ahead log is synced, and that is done, after one line and before another.
    fn syncs_between(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| {
            let line = &self.0[at];
            if !line.contains("fdatasync(") && !line.contains("fsync(") || !line.contains("-wal>") {
                return false;
            }
            if !line.contains("<unfinished") {
                return line.contains("= 0");
            }
            let thread = line.split_whitespace().next().unwrap_or_default();
            self.0[at..to].iter().any(|end| {
                end.starts_with(thread) && end.contains("sync resumed>") && end.contains("= 0")
            })
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mark_is_synced_before_the_request_and_the_lead_before_enqueue_returns() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: strace is not installed");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let gateway = Gateway::start().await;
    let log = directory.path().join("strace.log");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-s", "64", "-e", "signal=none"])
        .args(["-e", "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg", "-o"])
        .arg(&log)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env("OUTBOX_CHILD", directory.path().join("leads.db"))
        .env("OUTBOX_CHILD_URL", format!("http://{}", gateway.address))
        .stderr(Stdio::null())
        .stdout(Stdio::null());
    let status = tokio::task::spawn_blocking(move || strace.status().unwrap()).await.unwrap();
    if gateway.requests() == 0 && !status.success() {
        eprintln!("SKIPPED: strace may not trace here");
        return;
    }
    let text = std::fs::read_to_string(log).unwrap();
    let calls = Calls(text.lines().map(str::to_owned).collect());
    let stored = calls.find(0, &["write(2", STORED]).expect("it is said stored");
    let request = calls.find(stored, &["POST /enterprise"]).expect("the request leaves");
    let lead = (0..stored)
        .rfind(|at| calls.0[*at].contains("pwrite64(") && calls.0[*at].contains("-wal>"));
    assert!(calls.syncs_between(lead.expect("the lead is written"), stored), "{text}");
    let mark = calls.find(stored, &["pwrite64(", "-wal>"]).filter(|mark| *mark < request);
    assert!(calls.syncs_between(mark.expect("the mark is written"), request), "{text}");
}
