//! `cargo telecrm emulate`, through the built binary.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");
/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(30);

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.args(["telecrm", "emulate"]).args(arguments).env("NO_COLOR", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running emulator, and what it printed.
struct Running {
    child: Child,
    /// Kept open: what it prints later has somewhere to go.
    _stdout: BufReader<ChildStdout>,
    printed: String,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let arguments = [&[SCHEMA, "--port", "0"], arguments].concat();
        let mut child = command(&arguments).spawn().expect("the binary is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut printed = String::new();
        while !printed.contains("Ctrl-C ends it.") {
            assert_ne!(stdout.read_line(&mut printed).expect("UTF-8"), 0, "it ended: {printed}");
        }
        Self { child, _stdout: stdout, printed }
    }

    /// What stands behind this word.
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
        let (_, rest) = self.printed.split_once("-d '").expect("a body");
        serde_json::from_str(rest.split_once("'\n").expect("a last line").0).expect("JSON")
    }

    fn post(&self, body: &Value) -> reqwest::Result<Response> {
        let client = Client::builder().no_proxy().build().expect("a client");
        let request = client.post(self.endpoint()).bearer_auth(self.after("token "));
        let request = request.header("content-type", "application/json");
        request.body(body.to_string()).send()
    }

    fn status(&self, body: &Value) -> Option<u16> {
        self.post(body).ok().map(|it| it.status().as_u16())
    }

    fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.after("page "));
        let answer = reqwest::blocking::get(url).and_then(Response::text).expect("an answer");
        serde_json::from_str(&answer).expect("JSON")
    }

    /// Sends a signal; answers the exit code and what was said on stderr.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let kill = Command::new("kill").args([signal, &id]).status().expect("there is a kill");
        assert!(kill.success());
        let code = exit_code(&mut self.child);
        let mut said = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
        (code, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn exit_code(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < LONG {
        if let Some(status) = child.try_wait().expect("a child of ours") {
            return status.code();
        }
        sleep(Duration::from_millis(10));
    }
    panic!("it does not end");
}

#[test]
fn the_printed_line_posts_a_lead_that_is_stored_and_told() {
    let telecrm = Running::start(&[]);
    assert_eq!(telecrm.after("enterprise  "), "62ab16e0f1c2d3e4f5a6b7c8");
    assert_eq!(telecrm.after("async API"), telecrm.after("page ").trim_end_matches('/'));
    assert!(telecrm.after("\nsync API").ends_with("/autoupdate/v2"));
    assert_eq!(telecrm.status(&telecrm.body()), Some(200));
    let leads = telecrm.get("emulator/leads");
    assert_eq!(leads[0]["fields"]["phone"], "919999999999", "{leads}");
    // An open connection of the page does not keep it.
    let events = reqwest::blocking::get(format!("{}emulator/events", telecrm.after("page ")));
    let (code, said) = telecrm.end("-INT");
    drop(events);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "919999999999 stored, with D01 fields.deal_size\n")
    );
}

#[test]
fn a_script_and_chances_come_from_the_command_line() {
    let script = Running::start(&["--next", "429:7,ok,500,close-after-processing"]);
    let body = json!({ "fields": { "phone": "919999999999" } });
    let first = script.post(&body).expect("an answer");
    assert_eq!(first.status(), 429);
    assert_eq!(first.headers()["retry-after"], "7");
    assert_eq!(script.status(&body), Some(200));
    assert_eq!(script.status(&body), Some(500));
    assert_eq!(script.status(&body), None);
    assert_eq!(script.status(&body), Some(200));
    let (code, said) = script.end("-TERM");
    assert_eq!(code, Some(0));
    let said: Vec<&str> = said.lines().collect();
    let expected =
        ["refused with 429 (fault: too_many_requests)", "refused with 500 (fault: server_error)"];
    assert_eq!(said[..2], expected);
    assert!(said[2].contains("(fault: close_after_processing)"), "{said:?}");

    let always = Running::start(&["--fault", "login_page=1", "--fault-seed", "7", "--quiet"]);
    let answer = always.post(&body).expect("an answer");
    assert!(answer.text().expect("a text").contains("<html"), "a login page");
    assert_eq!(always.end("-INT"), (Some(0), String::new()));
}

#[test]
fn enterprise_country_and_limit_are_as_they_were_asked_for() {
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

/// The exit code and stderr of one that does not start.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let mut child = command(arguments).spawn().expect("the binary is built");
    let code = exit_code(&mut child);
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("UTF-8");
    (code, said)
}

#[test]
fn a_port_that_is_taken_is_exit_2_with_a_hint() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let (code, said) = refused(&[SCHEMA, "--port", &port]);
    assert_eq!(code, Some(2));
    assert!(said.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{said}");
    assert!(said.contains("hint:") && said.contains("--port 0"), "{said}");
}

#[test]
fn what_cannot_be_is_exit_2() {
    let (code, said) = refused(&["gone.yaml"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("gone.yaml"), "{said}");
    for (arguments, says) in [
        (["--fault", "502=1"], "unknown fault `502`; did you mean `500`?"),
        (["--fault", "500=2"], "a rate is from 0 (never) to 1 (always), not 2"),
        (["--next", "oops"], "latency:MILLIS"),
        (["--hourly-limit", "few"], "a number, or `none`"),
        (["--default-country-code", "IN"], "is no country code"),
        (["--enterprise-id", ""], "--enterprise-id"),
    ] {
        let (code, said) = refused(&[&[SCHEMA, "--port", "0"], &arguments[..]].concat());
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}
