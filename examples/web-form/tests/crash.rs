//! Recovery of the program after a kill between "thank you" and the request to telecrm.

#[allow(dead_code, reason = "each test crate uses its part")]
#[path = "support/program.rs"]
mod program;

use std::time::Duration;

use program::Program;
use telecrm_emulator::{Emulator, Fault, Faults};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

#[tokio::test(flavor = "multi_thread")]
async fn d42_enquiry_survives_a_kill_and_an_outage() {
    let telecrm =
        Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is valid");
    // telecrm is down: no request arrives before the kill.
    telecrm.set_faults(Faults::none().rate(1.0, Fault::CloseBeforeProcessing));
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("enquiries.db");

    let mut program = Program::start(&telecrm, &database, &[]);
    let http = reqwest::Client::new();
    let fields =
        [("phone", "919876543210"), ("name", "Asha Rao"), ("course", "NEET"), ("consent", "yes")];
    let answer = http.post(&program.form).form(&fields).send().await.expect("an answer");
    assert!(answer.text().await.expect("a page").contains("Thank you"));
    program.kill();
    assert!(telecrm.leads().is_empty());

    telecrm.set_faults(Faults::none());
    let _program = Program::start(&telecrm, &database, &[]);
    let mut deliveries = telecrm.watch();
    while telecrm.leads().is_empty() {
        let next = tokio::time::timeout(Duration::from_secs(30), deliveries.next()).await;
        assert!(next.is_ok(), "no delivery");
    }
    let leads = telecrm.leads();
    assert_eq!((leads.len(), &leads[0].fields["course"]), (1, &"NEET".into()));
    assert!(leads[0].actions.len() <= 1, "an action is sent at most once");
}
