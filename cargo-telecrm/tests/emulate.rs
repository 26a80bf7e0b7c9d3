//! `cargo telecrm emulate`, through the built binary.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.args(["telecrm", "emulate"]).args(arguments).env("NO_COLOR", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running emulator, and its first output.
struct Running {
    child: Child,
    /// Kept open, so that the emulator can print more.
    _stdout: BufReader<ChildStdout>,
    printed: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        Self::start_with_schema(SCHEMA, arguments)
    }

    fn start_with_schema(schema: &str, arguments: &[&str]) -> Self {
        let arguments = [&[schema, "--port", "0"], arguments].concat();
        let mut child = command(&arguments).spawn().expect("the binary is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut printed = String::new();
        while !printed.contains("Ctrl-C ends it.") {
            assert_ne!(stdout.read_line(&mut printed).expect("UTF-8"), 0, "it ended: {printed}");
        }
        Self { child, _stdout: stdout, printed }
    }

    /// The word that follows `word` in the output.
    fn after(&self, word: &str) -> &str {
        let (_, rest) = self.printed.split_once(word).expect(word);
        rest.split_whitespace().next().expect(word)
    }

    /// The Async endpoint, from the curl line.
    fn endpoint(&self) -> &str {
        self.after("curl -X POST ").trim_matches('\'')
    }

    /// The body of the curl line.
    fn body(&self) -> Value {
        let (_, rest) = self.printed.split_once("--data-raw '").expect("a body");
        serde_json::from_str(rest.split_once("'\n").expect("a last line").0).expect("JSON")
    }

    fn post(&self, body: &Value) -> reqwest::Result<Response> {
        let client = Client::builder().no_proxy().build().expect("a client");
        let request = client.post(self.endpoint()).bearer_auth(self.after("token "));
        let request = request.header("content-type", "application/json");
        request.body(body.to_string()).send()
    }

    fn status(&self, body: &Value) -> Option<u16> {
        self.post(body).ok().map(|response| response.status().as_u16())
    }

    fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.after("page "));
        let body = reqwest::blocking::get(url).and_then(Response::text).expect("a response");
        serde_json::from_str(&body).expect("JSON")
    }

    /// Sends a signal. Returns the exit code, and the output on stderr.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args([signal, &id]).status().expect("there is a kill");
        assert!(kill.success());
        let code = self.child.wait().expect("a child process").code();
        let mut stderr = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
        (code, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process has ended, unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn printed_line_posts_a_lead_that_is_stored_and_reported() {
    let telecrm = Running::start(&[]);
    assert_eq!(telecrm.after("enterprise  "), "62ab16e0f1c2d3e4f5a6b7c8");
    assert_eq!(telecrm.after("async API"), telecrm.after("page ").trim_end_matches('/'));
    assert!(telecrm.after("\nsync API").ends_with("/autoupdate/v2"));
    assert_eq!(telecrm.status(&telecrm.body()), Some(200));
    let leads = telecrm.get("emulator/leads");
    assert_eq!(leads[0]["fields"]["phone"], "919999999999", "{leads}");
    // An open connection of the page does not keep the emulator running.
    let events = reqwest::blocking::get(format!("{}emulator/events", telecrm.after("page ")));
    let (code, stderr) = telecrm.end("-INT");
    drop(events);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = stderr.lines().collect();
    assert_eq!(lines[0], "919999999999 stored, with 1 drop");
    assert!(lines.len() == 2 && lines[1].starts_with("  D01 fields.deal_size: "), "{stderr}");
}

#[test]
fn faults_come_from_the_command_line() {
    let script = Running::start(&["--next", "429:7,ok,500,close-after-processing"]);
    let body = json!({ "fields": { "phone": "919999999999" } });
    let first = script.post(&body).expect("a response");
    assert_eq!(first.status(), 429);
    assert_eq!(first.headers()["retry-after"], "7");
    assert_eq!(script.status(&body), Some(200));
    assert_eq!(script.status(&body), Some(500));
    assert_eq!(script.status(&body), None);
    assert_eq!(script.status(&body), Some(200));
    let (code, stderr) = script.end("-TERM");
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = stderr.lines().collect();
    let expected = [
        "refused with 429 (fault: too_many_requests): not processed, because of the fault `too_many_requests:7`",
        "refused with 500 (fault: server_error): not processed, because of the fault `server_error`",
    ];
    assert_eq!(lines[..2], expected);
    assert!(lines[2].contains("(fault: close_after_processing)"), "{lines:?}");

    let always = Running::start(&["--fault", "login_page=1", "--fault-seed", "7", "--quiet"]);
    let response = always.post(&body).expect("a response");
    assert!(response.text().expect("a text").contains("<html"), "a login page");
    assert_eq!(always.end("-INT"), (Some(0), String::new()));
}

#[test]
fn enterprise_country_code_and_limit_come_from_the_command_line() {
    let telecrm = Running::start(&[
        "--enterprise-id",
        "acme",
        "--default-country-code",
        "65",
        "--hourly-limit",
        "1",
    ]);
    let body = json!({ "fields": { "phone": "91234567" } });
    assert!(telecrm.endpoint().ends_with("/enterprise/acme/autoupdatelead"));
    assert_eq!(telecrm.status(&body), Some(200));
    assert_eq!(telecrm.get("emulator/deliveries")[0]["identifier"], "6591234567");
    assert_eq!(telecrm.status(&body), Some(429));
    telecrm.end("-INT");
}

/// The exit code and stderr of an emulator that does not start.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let Ended { code, stderr, .. } = run(arguments);
    (code, stderr)
}

#[test]
fn used_port_is_exit_2_with_a_hint() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let (code, stderr) = refused(&[SCHEMA, "--port", &port]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{stderr}");
    assert!(stderr.contains("hint:") && stderr.contains("--port 0"), "{stderr}");
}

#[test]
fn invalid_arguments_are_exit_2() {
    let (code, stderr) = refused(&["gone.yaml"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("gone.yaml"), "{stderr}");
    for (arguments, message) in [
        (["--fault", "502=1"], "unknown fault `502`; did you mean `500`?"),
        (["--fault", "500=2"], "a rate must be from 0 (never) to 1 (always), not 2"),
        (["--next", "oops"], "latency:MILLIS"),
        (["--hourly-limit", "few"], "a number, or `none`"),
        (["--default-country-code", "IN"], "country code"),
        (["--enterprise-id", ""], "--enterprise-id"),
    ] {
        let (code, stderr) = refused(&[&[SCHEMA, "--port", "0"], &arguments[..]].concat());
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(stderr.contains(message), "{arguments:?}: {stderr}");
    }
}

/// The output of a finished run, and its exit code.
struct Ended {
    code: Option<i32>,
    out: String,
    stderr: String,
}

fn run(arguments: &[&str]) -> Ended {
    let child = command(arguments).spawn().expect("the binary is built");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ended { code: output.status.code(), out: text(output.stdout), stderr: text(output.stderr) }
}

/// A shell command that posts this body with curl, and prints the status.
fn curl(body: &str) -> String {
    format!(
        "curl -sS -o /dev/null -w '%{{http_code}}\\n' -H \"Authorization: Bearer $TELECRM_ASYNC_TOKEN\" \
         -H 'Content-Type: application/json' --data-raw '{body}' \
         \"$TELECRM_ASYNC_URL/enterprise/$TELECRM_ENTERPRISE_ID/autoupdatelead\""
    )
}

const GOOD: &str = r#"{"fields":{"phone":"919876543210"}}"#;
const DROPS: &str = r#"{"fields":{"phone":"919876543210","deal_size":"2"}}"#;

#[test]
fn command_gets_the_emulator_and_its_exit_code_is_returned() {
    let shell = |script: &str| run(&[SCHEMA, "--", "sh", "-c", script]);
    let variables = shell("env | grep ^TELECRM_ | sort");
    assert_eq!(variables.code, Some(0), "{}", variables.stderr);
    let names: Vec<&str> =
        variables.out.lines().filter_map(|line| line.split('=').next()).collect();
    assert_eq!(
        names,
        [
            "TELECRM_ASYNC_TOKEN",
            "TELECRM_ASYNC_URL",
            "TELECRM_ENTERPRISE_ID",
            "TELECRM_SYNC_TOKEN",
            "TELECRM_SYNC_URL"
        ]
    );
    assert!(!variables.out.contains(":4010"), "a free port");
    assert_eq!(shell("exit 7").code, Some(7));
    assert_eq!(shell("kill -9 $$").code, Some(137));

    let good = shell(&curl(GOOD));
    assert_eq!((good.code, good.out.as_str(), good.stderr.as_str()), (Some(0), "200\n", ""));
    let missing = run(&[SCHEMA, "--", "/no/such/program"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("cannot start `/no/such/program`"), "{}", missing.stderr);
}

#[test]
fn drop_or_refusal_fails_a_command_that_passed() {
    let shell = |script: &str| run(&[SCHEMA, "--", "sh", "-c", script]);
    let dropped = shell(&curl(DROPS));
    assert_eq!((dropped.code, dropped.out.as_str()), (Some(1), "200\n"));
    assert!(dropped.stderr.contains("  D01 fields.deal_size: "), "{}", dropped.stderr);
    assert!(dropped.stderr.contains("telecrm would have lost something: 1 stored with drops"));
    let refused = shell(&curl("[]"));
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), "400\n"));
    assert!(refused.stderr.contains("refused with 400: the body must be"), "{}", refused.stderr);
    assert_eq!(shell(&format!("{}; exit 3", curl(DROPS))).code, Some(3));
}

#[test]
fn d44_warning_is_printed_and_does_not_fail_a_command() {
    let body = r#"{"fields":{"phone":"9999999999","name":"undefined"}}"#;
    let ended = run(&[SCHEMA, "--", "sh", "-c", &curl(body)]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("919999999999 stored, with 1 warning\n  warning: D44 fields.name"),
        "{}",
        ended.stderr
    );
}

#[test]
fn programs_read_urls_as_json_or_as_variables() {
    let json = run(&[SCHEMA, "--format", "json", "--", "true"]).out;
    let json: Value = serde_json::from_str(&json).expect("one JSON object");
    assert_eq!(json["async_token"], "emulator-async-token");
    assert_eq!(json["env"]["TELECRM_ASYNC_URL"], json["async_url"]);
    assert!(json["sync_url"].as_str().expect("a URL").ends_with("/autoupdate/v2"));
    let odd = ["--enterprise-id", "it's odd", "--print", "env", "--", "true"];
    let variables = run(&[&[SCHEMA], &odd[..]].concat()).out;
    let script = format!("{variables}printf '%s' \"$TELECRM_ENTERPRISE_ID $TELECRM_ASYNC_URL\"");
    let read = Command::new("sh").args(["-c", &script]).output().expect("there is a shell");
    let read = String::from_utf8(read.stdout).expect("UTF-8");
    assert!(read.starts_with("it's odd http://127.0.0.1:"), "{read}");
}

#[test]
fn seed_is_loaded_and_a_wrong_line_is_exit_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = folder.path().join("leads.jsonl");
    let path = seed.to_str().expect("UTF-8");
    std::fs::write(&seed, format!("{GOOD}\n")).expect("written");
    let count = "curl -sS \"$TELECRM_ASYNC_URL/emulator/wait?stored=1&timeout_ms=1\"";
    let ended = run(&[SCHEMA, "--seed", path, "--", "sh", "-c", count]);
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), r#"{"stored":1}"#), "{}", ended.stderr);
    std::fs::write(&seed, format!("{GOOD}\n{DROPS}\n")).expect("written");
    let (code, stderr) = refused(&[SCHEMA, "--port", "0", "--seed", path]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("leads.jsonl:2: D01 fields.deal_size"), "{stderr}");
}

#[test]
fn address_that_is_not_loopback_causes_a_warning_and_hosts_are_checked() {
    let script = "for host in telecrm.test localhost example.com; do \
                  curl -sS -o /dev/null -w '%{http_code} ' -H \"Host: $host\" \"$TELECRM_ASYNC_URL/emulator/health\"; done";
    let arguments = ["--host", "0.0.0.0", "--allow-host", "telecrm.test", "--", "sh", "-c", script];
    let ended = run(&[&[SCHEMA], &arguments[..]].concat());
    assert_eq!(ended.out, "200 200 403 ", "{}", ended.stderr);
    assert!(ended.stderr.contains("warning: there is no authentication"), "{}", ended.stderr);
}

#[test]
fn changed_schema_is_reloaded_and_the_leads_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("workspace.yaml");
    let fields = |more: &str| {
        format!("customFields: [{{ apiName: phone, type: PHONE, isLeadid: true }}{more}]\n")
    };
    std::fs::write(&schema, fields("")).expect("written");
    let new = folder.path().join("new.yaml");
    std::fs::write(&new, fields(", { apiName: city, type: TEXT }")).expect("written");
    let mut telecrm = Running::start_with_schema(schema.to_str().expect("UTF-8"), &[]);
    assert_eq!(telecrm.status(&serde_json::from_str(GOOD).expect("JSON")), Some(200));
    std::fs::rename(new, schema).expect("renamed");
    let mut stderr = BufReader::new(telecrm.child.stderr.take().expect("piped"));
    let mut printed = String::new();
    while !printed.contains("reloaded, leads kept") {
        assert_ne!(stderr.read_line(&mut printed).expect("UTF-8"), 0, "it ended: {printed}");
    }
    let body = json!({ "fields": { "phone": "919876543210", "city": "Pune" } });
    assert_eq!(telecrm.status(&body), Some(200));
    let leads = telecrm.get("emulator/leads");
    assert_eq!(leads[0]["fields"], body["fields"], "{leads}");
}

/// The senders of `examples/other-languages`. The gate requires each of their interpreters.
#[test]
fn other_languages_send_the_lead_of_the_examples() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/other-languages");
    for (interpreter, file, needs) in [
        ("node", "send.mjs", "node --version"),
        ("python3", "send.py", "python3 --version"),
        ("php", "send.php", "php -r 'exit(extension_loaded(\"curl\") ? 0 : 1);'"),
        ("sh", "send.sh", "curl --version"),
    ] {
        let is_there = Command::new("sh").args(["-c", needs]).output().expect("a shell");
        if !is_there.status.success() {
            eprintln!("SKIPPED: {file} was not run, since this failed: {needs}");
            continue;
        }
        let path = format!("{folder}/{file}");
        let ended = run(&[SCHEMA, "--", interpreter, &path]);
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (Some(0), "QUEUED\n"),
            "{file}: {}",
            ended.stderr
        );
        // The senders do not treat another 200 as success.
        let page = run(&[SCHEMA, "--next", "login_page", "--", interpreter, &path]);
        assert!(page.code != Some(0) && !page.out.contains("QUEUED"), "{file}: {}", page.out);
    }
}

/// The curl command of the documentation. The gate requires curl.
#[test]
fn point_14_other_languages_curl_sends_the_documented_body() {
    let page = include_str!("../../docs/where-to-find-it.md");
    let block = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).expect("a block");
        rest.split_once("\n```").expect("the end of the block").0
    };
    let has_curl = Command::new("sh").args(["-c", "curl --version"]).output().expect("a shell");
    if !has_curl.status.success() {
        eprintln!("SKIPPED: the documented body was not sent, since this failed: curl --version");
        return;
    }
    let deliveries = "curl --silent \"$TELECRM_ASYNC_URL/emulator/deliveries\"";
    let script = format!("{}\necho\n{deliveries}", block("sh"));
    let ended = run(&[SCHEMA, "--", "sh", "-c", &script]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let (response, deliveries) = ended.out.split_once('\n').expect("two lines");
    assert_eq!(response, r#"{"status":"QUEUED"}"#);
    let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    let deliveries = json(deliveries);
    assert_eq!(deliveries[0]["drops"], json!([]));
    let sent = deliveries[0]["body"].as_str().expect("a body");
    assert_eq!(json(sent), json(block("json")));
}
