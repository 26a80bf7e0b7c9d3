//! An import that ends early stops its worker first: no request is cut off, and no row is lost.
#![cfg(unix)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use support::{Folder, count, stderr};
use telecrm_emulator::{Clock, Emulator, Fault, Faults};
use telecrm_outbox::{Outbox, Stats};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");
const LEADS: &str = "phone,name\n9999990017,Asha\n9999990018,Ravi\n";

/// The program, with the settings of this telecrm.
fn start(folder: &Folder, telecrm: &Emulator, token: &str) -> Child {
    let mut command = folder.command(&["leads.csv"]);
    command
        .env("TELECRM_ENTERPRISE_ID", telecrm.enterprise_id())
        .env("TELECRM_ASYNC_URL", telecrm.url())
        .env("TELECRM_ASYNC_TOKEN", token)
        .env("TELECRM_SYNC_URL", telecrm.sync_url())
        .env("TELECRM_SYNC_TOKEN", telecrm.sync_token());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program runs")
}

async fn end(child: Child) -> std::process::Output {
    let output = tokio::task::spawn_blocking(move || child.wait_with_output());
    output.await.expect("no panic").expect("it ends")
}

async fn stats(folder: &Folder) -> Stats {
    let outbox = Outbox::open(folder.path("leads.outbox.db")).await.expect("an outbox");
    outbox.stats().await.expect("readable")
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_the_requests_in_flight_and_keeps_every_row() {
    let clock = Clock::stopped_at(std::time::SystemTime::now());
    let builder = Emulator::builder().schema_file(SCHEMA).clock(clock);
    let slow = || Some(Fault::Latency { millis: 60_000 });
    let slow = Faults::script([slow(), slow()]);
    let telecrm = builder.faults(slow).start().await.expect("a schema");
    let folder = Folder::new(LEADS);
    let mut child = start(&folder, &telecrm, telecrm.async_token());
    let id = child.id().to_string();
    let database = folder.path("leads.outbox.db");
    while !database.exists() || stats(&folder).await.sending == 0 {
        tokio::task::yield_now().await;
    }
    let kill = Command::new("kill").args(["-INT", &id]).status().expect("kill");
    assert!(kill.success());
    let mut stderr_lines = BufReader::new(child.stderr.take().expect("piped"));
    let mut text = String::new();
    while !text.contains("requests in flight end first") {
        assert_ne!(stderr_lines.read_line(&mut text).expect("text"), 0, "{text}");
    }
    let ended = tokio::spawn(end(child));
    while !ended.is_finished() {
        // The response arrives only if the program still waits for it.
        telecrm.clock().advance(std::time::Duration::from_secs(60));
        tokio::task::yield_now().await;
    }
    let output = ended.await.expect("no panic");
    stderr_lines.read_to_string(&mut text).expect("text");
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("interrupted; no row is lost"), "{text}");
    let after = stats(&folder).await;
    assert_eq!((after.sending, after.unconfirmed), (0, 0), "no outcome is unknown: {after:?}");

    telecrm.set_faults(Faults::none());
    let output = end(start(&folder, &telecrm, telecrm.async_token())).await;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(count(&output, "verified"), Some(2));
    assert_eq!(telecrm.leads().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_token_stops_the_worker_and_keeps_every_row() {
    let telecrm = Emulator::builder().schema_file(SCHEMA).start().await.expect("a schema");
    let folder = Folder::new(LEADS);
    let output = end(start(&folder, &telecrm, "another-t0ken")).await;
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("telecrm refuses the token"), "{text}");
    let after = stats(&folder).await;
    assert_eq!((after.queued, after.sending), (2, 0), "{after:?}");
    let output = end(start(&folder, &telecrm, telecrm.async_token())).await;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(telecrm.leads().len(), 2);
}
