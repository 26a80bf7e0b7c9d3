//! The transcripts of the README, run through the built binary. `TRYCMD=overwrite` writes the current
//! output.

use std::path::{Path, PathBuf};

use serde_json::json;
use telecrm_emulator::{Emulator, Fault, Faults};
use telecrm_outbox::{Outbox, State};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, PreparedLead};
use trycmd::cargo::cargo_bin;

#[test]
fn readme_contains_the_output_of_the_program() {
    // The README is read in the repository's folder.
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    std::env::set_current_dir(repository).expect("the repository is a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = outbox_of_a_service(folder.path());
    trycmd::TestCases::new()
        .register_bin("cargo", cargo_bin("cargo-telecrm"))
        .env("TELECRM_OUTBOX", outbox.to_str().expect("UTF-8"))
        .case("cargo-telecrm/README.md");
}

/// Two leads that a service delivered three days ago: telecrm queued the first, and the connection
/// ended before the response to the second.
#[tokio::main]
async fn outbox_of_a_service(folder: &Path) -> PathBuf {
    let path = folder.join("leads.db");
    let emulator = Emulator::builder().schema_file("schema/workspace.yaml").start().await;
    let emulator = emulator.expect("it starts");
    emulator.set_faults(Faults::script([None, Some(Fault::CloseAfterProcessing)]));
    let enterprise = EnterpriseId::parse(emulator.enterprise_id()).expect("an id");
    let token = AsyncToken::parse(emulator.async_token()).expect("a token");
    let client = Client::builder(enterprise, token).base_url(emulator.url()).allow_plain_http();
    let client = client.build().expect("a client");

    let outbox = Outbox::open(&path).await.expect("a database");
    for (key, name) in [("919876543210", "Asha Rao"), ("919876543211", "Vikram Shah")] {
        let visit = json!({ "type": "ACTION_1001", "fields": { "note": "Asked for a visit" } });
        let body =
            json!({ "fields": { "phone": key, "name": name }, "actions": [visit] }).to_string();
        let lead = PreparedLead::from_json(None, key, &body).expect("a body");
        outbox.enqueue_prepared(lead).await.expect("stored");
    }
    let mut deliveries = emulator.watch();
    let worker = outbox.deliver(client).concurrency(1).start();
    // The third request contains only the fields of the second lead.
    let mut delivered = 0;
    while delivered < 3 {
        delivered += deliveries.next().await.len();
    }
    // Before it stops, the worker settles the entry whose response is in flight.
    worker.stop().await.expect("stopped");
    assert_eq!(outbox.entries(State::Unconfirmed, 9).await.expect("listed").len(), 1);
    // The transcript contains an age of three days and a few hours, independent of the duration of the test.
    let sql = "UPDATE telecrm_outbox_entries SET enqueued_at = enqueued_at - 275400000, settled_at = settled_at - 275400000";
    let connection = telecrm_outbox::rusqlite::Connection::open(&path).expect("the database");
    connection.execute(sql, []).expect("older");
    path
}
