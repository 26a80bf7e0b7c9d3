//! `cargo telecrm verify`, through the built binary, against the emulator.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use telecrm_emulator::{Emulator, Fault, Faults};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");

fn body(number: usize) -> Value {
    json!({
        "fields": { "phone": format!("9199999{number:05}"), "name": "Jane", "deal_size": number },
        "actions": [{ "type": "ACTION_1001", "fields": { "note": "came" } }],
    })
}

/// Sends a body as a program without this project's types would.
async fn post(telecrm: &Emulator, body: &Value) {
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client.post(url).bearer_auth(telecrm.async_token());
    let request = request.header("Content-Type", "application/json").body(body.to_string());
    assert_eq!(request.send().await.expect("a response").status(), 200);
}

async fn emulator() -> Emulator {
    Emulator::builder().schema_file(SCHEMA).start().await.expect("a schema")
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs `verify` with these bodies, with only the Sync token in the environment.
async fn verify(telecrm: &Emulator, bodies: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sent.jsonl");
    std::fs::write(&file, bodies).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.current_dir(folder.path()).args(["verify", SCHEMA, "sent.jsonl"]).args(more);
    command
        .stdin(Stdio::null())
        .env_remove("TELECRM_ASYNC_TOKEN")
        .env("TELECRM_ENTERPRISE_ID", telecrm.enterprise_id())
        .env("TELECRM_SYNC_TOKEN", telecrm.sync_token())
        .env("TELECRM_SYNC_URL", telecrm.sync_url());
    let output = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
    let output = output.await.expect("it does not panic");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("it exits");
    Ran { code, out: text(output.stdout), err: text(output.stderr) }
}

fn lines(bodies: impl IntoIterator<Item = Value>) -> String {
    bodies.into_iter().flat_map(|body| [body.to_string(), "\n".to_owned()]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn point_6_leads_of_any_program_are_read_back() {
    let telecrm = emulator().await;
    for number in 0..3 {
        post(&telecrm, &body(number)).await;
    }
    let ran = verify(&telecrm, &lines((0..3).map(body)), &[]).await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("sent.jsonl:3: verified"), "{}", ran.out);
    assert!(ran.err.contains("3 leads, 3 verified"), "{}", ran.err);
    let ran = verify(&telecrm, &body(0).to_string(), &["--format", "github"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn point_6_d41_missing_and_differing_leads_are_reported() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::DropField { name: "deal_size".to_owned() }));
    for number in 0..2 {
        post(&telecrm, &body(number)).await;
    }
    let mut other = body(1);
    other["fields"]["name"] = "Joe".into();
    let bodies = lines([body(0), other, body(2)]);
    let window = ["--verify-window", "0"];
    let ran = verify(&telecrm, &bodies, &[&window[..], &["--format", "json"]].concat()).await;
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let rows: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        rows,
        json!([
            { "input": "sent.jsonl:1", "verdict": "mismatched",
              "mismatches": [{ "path": "fields.deal_size", "kind": "absent" }] },
            { "input": "sent.jsonl:2", "verdict": "mismatched",
              "mismatches": [{ "path": "fields.name", "kind": "differs" }] },
            { "input": "sent.jsonl:3", "verdict": "missing", "mismatches": [] },
        ])
    );
    assert!(ran.err.contains("3 leads, 2 mismatched, 1 missing"), "{}", ran.err);
    let ran = verify(&telecrm, &bodies, &[&window[..], &["--format", "github"]].concat()).await;
    assert_eq!(ran.out.lines().count(), 3, "{}", ran.out);
    let first = ran.out.lines().find(|line| line.contains("line=1,")).expect("an annotation");
    assert!(first.starts_with("::error file=sent.jsonl,line=1,col=1,title=D41::"), "{first}");
    assert!(!format!("{}{}", ran.out, ran.err).contains("Joe"), "no value is printed");
}

#[tokio::test(flavor = "multi_thread")]
async fn point_6_action_before_since_does_not_count() {
    let telecrm = emulator().await;
    post(&telecrm, &body(0)).await;
    let window = ["--verify-window", "0", "--format", "json", "--since"];
    let ran =
        verify(&telecrm, &body(0).to_string(), &[&window[..], &["2020-01-01T00:00:00Z"]].concat())
            .await;
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let ran =
        verify(&telecrm, &body(0).to_string(), &[&window[..], &["2999-01-01T00:00:00Z"]].concat())
            .await;
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("actions[0]"), "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_6_one_request_looks_for_100_leads() {
    let telecrm = emulator().await;
    for number in 0..150 {
        post(&telecrm, &json!({ "fields": body(number)["fields"] })).await;
    }
    let bodies = lines((0..150).map(|number| json!({ "fields": body(number)["fields"] })));
    let ran = verify(&telecrm, &bodies, &[]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("150 leads, 150 verified"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn point_6_failures_exit_with_2() {
    let telecrm = emulator().await;
    post(&telecrm, &body(0)).await;
    let none = verify(&telecrm, "\n", &[]).await;
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(none.err.contains("there is no body"), "{}", none.err);
    let broken = verify(&telecrm, &format!("{}\nnot json\n", body(0)), &[]).await;
    assert_eq!(broken.code, 2, "{}", broken.err);
    assert!(broken.out.contains("sent.jsonl:1: verified"), "{}", broken.out);
    let unreadable = verify(&telecrm, "{\"fields\":{\"name\":\"Jane\"}}", &[]).await;
    assert_eq!(unreadable.code, 2, "{}", unreadable.err);
    let time = verify(&telecrm, &body(0).to_string(), &["--since", "yesterday"]).await;
    assert_eq!(time.code, 2, "{}", time.err);
    let another = Emulator::builder().schema_file(SCHEMA).enterprise_id("another").start().await;
    let another = verify(&another.expect("a schema"), &body(0).to_string(), &[]).await;
    assert_eq!(another.code, 2, "{}", another.err);
    assert!(another.err.contains("the schema is for enterprise"), "{}", another.err);
}
