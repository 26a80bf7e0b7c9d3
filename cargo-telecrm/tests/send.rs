//! `cargo telecrm send`, through the built binary, against the emulator.

use std::path::Path;
use std::process::{Command, Stdio};

use telecrm_emulator::{Emulator, Fault, Faults};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");
const GOOD: &str = r#"{"fields":{"phone":"919999999999","name":"Jane"}}"#;
const BAD: &str = r#"{"fields":{"phone":"919999999998","deal_size":"1000"},"utm":1}"#;

struct Telecrm {
    emulator: Emulator,
}

impl Telecrm {
    async fn start() -> Self {
        Self { emulator: Emulator::builder().schema_file(SCHEMA).start().await.expect("a schema") }
    }

    /// Runs `send` with these bodies, while the emulator runs on another thread.
    async fn send(&self, bodies: &str, more: &[&str]) -> (i32, String, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("bodies.jsonl");
        std::fs::write(&file, bodies).expect("written");
        let mut command = self.command(&file);
        command.args(more);
        tokio::task::spawn_blocking(move || {
            let output = command.output().expect("it runs");
            drop(folder);
            let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
            (output.status.code().expect("it exits"), text(output.stdout), text(output.stderr))
        })
        .await
        .expect("it does not panic")
    }

    fn command(&self, file: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
        command.args(["send", SCHEMA]).arg(file).stdin(Stdio::null());
        command
            .env("TELECRM_ENTERPRISE_ID", self.emulator.enterprise_id())
            .env("TELECRM_ASYNC_TOKEN", self.emulator.async_token())
            .env("TELECRM_ASYNC_URL", self.emulator.url())
            .env("TELECRM_SYNC_TOKEN", self.emulator.sync_token())
            .env("TELECRM_SYNC_URL", self.emulator.sync_url());
        command
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queued_leads_are_read_back() {
    let telecrm = Telecrm::start().await;
    for bodies in
        [GOOD.to_owned(), format!("{GOOD}\n[{}]\n", GOOD.replace("9999999999", "9999999997"))]
    {
        let (code, out, err) = telecrm.send(&bodies, &["--verify", "--verify-window", "20"]).await;
        assert_eq!(code, 0, "{out}{err}");
        assert!(out.contains(":1: queued") && out.contains(":1: verified"), "{out}");
    }
    assert_eq!(telecrm.emulator.leads().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_7_window_progress_and_mismatches_are_printed_while_leads_are_read() {
    let telecrm = Telecrm::start().await;
    telecrm.emulator.set_faults(Faults::once(Fault::DropField { name: "name".to_owned() }));
    let (code, out, err) = telecrm.send(GOOD, &["--verify", "--verify-window", "3s"]).await;
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("D41 fields.name is not stored"), "{out}");
    let messages = [
        "reading 1 lead back; telecrm has 3s to store it (--verify-window)",
        "bodies.jsonl:1: so far, fields.name is not stored",
        "0 of 1 lead read to the end; the others are read again for",
    ];
    let places: Vec<_> = messages.iter().map(|message| err.find(message)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{err}");
    assert_eq!(err.matches("so far").count(), 1, "a mismatch is printed once: {err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn d41_lost_lead_is_reported() {
    let telecrm = Telecrm::start().await;
    telecrm.emulator.set_faults(Faults::script([Some(Fault::LoseLead)]));
    let (code, out, err) = telecrm.send(GOOD, &["--verify", "--verify-window", "1"]).await;
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("telecrm does not have the lead (D41)"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn body_with_drops_is_only_sent_with_allow_drops() {
    let telecrm = Telecrm::start().await;
    let bodies = format!("{BAD}\nnot json\n{{\"fields\":5}}\n{GOOD}\n");
    let (code, out, err) = telecrm.send(&bodies, &["--dry-run"]).await;
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("D01") && out.contains("D29"), "{out}");
    assert_eq!(telecrm.emulator.deliveries().len(), 0, "a dry run");
    let (code, out, err) = telecrm.send(&bodies, &[]).await;
    assert_eq!(code, 1, "{out}{err}");
    assert!(err.contains("4 bodies, 1 with drops, 2 refused, 1 queued, 1 not sent"), "{err}");
    assert_eq!(telecrm.emulator.leads().len(), 1);
    let (code, out, err) = telecrm.send(BAD, &["--allow-drops"]).await;
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains(": queued"), "{out}");
    assert_eq!(telecrm.emulator.leads().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn object_inside_a_broken_body_is_never_sent() {
    let telecrm = Telecrm::start().await;
    for broken in [
        "{\"lead\":\nBODY\n",
        "{\"list\": [\nBODY\nBODY\n]}",
        "{\"a\": 1,\nBODY\n}",
        "{\"x\": tru,\n\"y\":\nBODY\n}",
        "[\nBODY,\nBODY\n",
    ] {
        let broken = broken.replace("BODY", GOOD);
        let (code, out, err) = telecrm.send(&broken, &[]).await;
        assert_eq!((code, telecrm.emulator.deliveries().len()), (1, 0), "{broken}\n{out}{err}");
    }
    let (_, out, err) = telecrm.send(&format!("{{\"a\": tru,\n{GOOD}\n}}\n{GOOD}"), &[]).await;
    assert_eq!(telecrm.emulator.deliveries().len(), 1, "the body after it: {out}{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn d44_body_with_a_warning_is_sent_and_reported() {
    let telecrm = Telecrm::start().await;
    let body = GOOD.replace("Jane", "{{name}}");
    let (code, out, err) = telecrm.send(&body, &[]).await;
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("warning: D44 fields.name") && out.contains(": queued"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn undocumented_response_is_printed_and_a_401_stops_the_run() {
    let telecrm = Telecrm::start().await;
    telecrm.emulator.set_faults(Faults::script([Some(Fault::LoginPage)]));
    let (code, out, _) = telecrm.send(GOOD, &[]).await;
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("telecrm's response: ") && out.contains("look it up before you send it again"),
        "{out}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bodies.jsonl");
    std::fs::write(&file, format!("{GOOD}\n{GOOD}\n")).expect("written");
    let mut command = telecrm.command(&file);
    command.env("TELECRM_ASYNC_TOKEN", "another-t0ken");
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let output = output.expect("it runs");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stdout}");
    assert!(stdout.contains("(401)") && stdout.contains("no more bodies are sent"), "{stdout}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("2 bodies, 2 not sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d33_wrong_settings_fail_before_the_first_request() {
    let telecrm = Telecrm::start().await;
    let none = telecrm.send("\n", &[]).await;
    assert_eq!(none.0, 2, "{none:?}");
    for (name, value, message) in [
        ("TELECRM_ENTERPRISE_ID", "another", "the schema is for enterprise"),
        ("TELECRM_ASYNC_TOKEN", "", "TELECRM_ASYNC_TOKEN"),
        ("TELECRM_ASYNC_URL", "ftp://127.0.0.1", "base URL"),
    ] {
        let mut command = telecrm.command(Path::new("none.jsonl"));
        command.env(name, value);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
        let output = output.expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}: {stderr}");
        assert!(stderr.contains(message), "{message}: {stderr}");
    }
    assert_eq!(telecrm.emulator.deliveries().len(), 0);
}
