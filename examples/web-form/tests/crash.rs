//! Recovery of the program after a kill between "thank you" and the request to telecrm.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use telecrm_emulator::{Emulator, Fault, Faults};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

struct Program {
    process: Child,
    form: String,
}

impl Program {
    fn start(telecrm: &Emulator, database: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_web-form"))
            .arg("--database")
            .arg(database)
            .env("TELECRM_ENTERPRISE_ID", telecrm.enterprise_id())
            .env("TELECRM_ASYNC_TOKEN", telecrm.async_token())
            .env("TELECRM_ASYNC_URL", telecrm.url())
            .env("TELECRM_SYNC_TOKEN", telecrm.sync_token())
            .env("TELECRM_SYNC_URL", telecrm.sync_url())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let form = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("form ").map(str::to_owned))
            .expect("the program prints the address of the form");
        Self { process, form }
    }

    /// Kills the program with `SIGKILL`, so it cannot run any further code.
    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d42_enquiry_survives_a_kill_and_an_outage() {
    let telecrm =
        Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is valid");
    // telecrm is down: no request arrives before the kill.
    telecrm.set_faults(Faults::none().rate(1.0, Fault::CloseBeforeProcessing));
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("enquiries.db");

    let mut program = Program::start(&telecrm, &database);
    let http = reqwest::Client::new();
    let fields =
        [("phone", "919876543210"), ("name", "Asha Rao"), ("course", "NEET"), ("consent", "yes")];
    let answer = http.post(&program.form).form(&fields).send().await.expect("an answer");
    assert!(answer.text().await.expect("a page").contains("Thank you"));
    program.kill();
    assert!(telecrm.leads().is_empty());

    telecrm.set_faults(Faults::none());
    let _program = Program::start(&telecrm, &database);
    let mut deliveries = telecrm.watch();
    while telecrm.leads().is_empty() {
        let next = tokio::time::timeout(Duration::from_secs(30), deliveries.next()).await;
        assert!(next.is_ok(), "no delivery");
    }
    let leads = telecrm.leads();
    assert_eq!((leads.len(), &leads[0].fields["course"]), (1, &"NEET".into()));
    assert!(leads[0].actions.len() <= 1, "an action is sent at most once");
}
