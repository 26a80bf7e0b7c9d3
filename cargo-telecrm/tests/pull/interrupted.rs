//! A signal in the middle: nothing half written, and no temporary file.
#![cfg(unix)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use test_support::http::{Reply, Server};

use crate::{documented, folder, read, sync_api};

/// A schema of some size: writing it takes long enough to be caught at it.
fn large(path: &str) -> Reply {
    if path != "custom-fields" {
        return documented(path);
    }
    let description = "a word and ".repeat(200);
    let fields = (0..100).map(|it| {
        format!(
            r#"{{"type":"TEXT","id":"t{it}","apiName":"text_{it}","description":"{description}"}}"#
        )
    });
    let phone = r#"{"type":"PHONE","id":"f1","apiName":"phone","isLeadid":true}"#.to_owned();
    let fields: Vec<_> = [phone].into_iter().chain(fields).collect();
    let status = r#"{"type":"STATUS","id":"f3","apiName":"status"}"#;
    Reply::ok(format!(r#"{{"customFields":[{},{status}]}}"#, fields.join(",")))
}

fn pull(url: &str, file: &Path) -> Command {
    let mut command = Command::new("bash");
    command
        .env("TELECRM_ENTERPRISE_ID", "acme")
        .env("TELECRM_SYNC_TOKEN", "t0ken-t0ken")
        .env("TELECRM_SYNC_URL", url)
        .env("PROGRAM", cargo_bin("cargo-telecrm"))
        .env("FILE", file)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_signal_while_telecrm_is_silent_leaves_everything_as_it_was() {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", silent.local_addr().expect("an address"));
        let (folder, file) = folder();
        let old = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]\n";
        fs::write(&file, old).expect("written");
        // As if typed at a prompt, whoever runs the tests: a program in the background of a script
        // inherits that SIGINT is ignored, under `nohup` SIGHUP, and no shell can undo that. GNU's
        // `env` can.
        let mut command = pull(&url, &file);
        let script = r#"
            prompt=(env --default-signal=INT,TERM,HUP)
            "${prompt[@]}" true 2>/dev/null || prompt=()
            exec "${prompt[@]}" "$PROGRAM" telecrm pull --out "$FILE""#;
        let mut child = command.args(["-c", script]).spawn().expect("bash runs");
        let _asked = silent.accept().expect("it asks");
        let kill = format!("kill -{name} {}", child.id());
        assert!(Command::new("bash").args(["-c", &kill]).status().expect("it runs").success());
        assert_eq!(child.wait().expect("it ends").signal(), Some(number));
        assert_eq!(names(folder.path()), ["workspace.yaml"]);
        assert_eq!(read(&file), old);
    }
}

/// Stops the program as soon as its temporary file is there, and then ends it: what runs first when
/// it goes on, the last steps of the write or the end, is the system's choice.
const CAUGHT: &str = r#"
"$PROGRAM" telecrm pull --out "$FILE" & pid=$!
until temporary=("${FILE%/*}"/.cargo-telecrm-*.tmp); [[ -e ${temporary[0]} ]]; do
    kill -0 $pid 2>/dev/null || break
done
kill -STOP $pid; kill -$SIGNAL $pid; kill -CONT $pid
wait $pid"#;

#[test]
fn a_signal_while_the_file_is_written_removes_the_temporary_one() {
    let server = sync_api(large);
    for (name, number) in [("TERM", 15), ("HUP", 1)] {
        let caught = (0..60).any(|_| was_caught(&server, name, number));
        assert!(caught, "no run was ended by {name} while it wrote");
    }
}

/// One run, which leaves no temporary file: whether the signal ended it before it was done.
fn was_caught(server: &Server, signal: &str, number: i32) -> bool {
    let (folder, file) = folder();
    let mut command = pull(&server.url(), &file);
    let status = command.args(["-c", CAUGHT]).env("SIGNAL", signal).status();
    let code = status.expect("bash runs").code().expect("bash exits");
    assert!(code == 0 || code == 128 + number, "{code}");
    let names = names(folder.path());
    if code != 0 && names.is_empty() {
        return true;
    }
    // The file took its place before the signal was seen.
    assert_eq!(names, ["workspace.yaml"], "{code}");
    let text = read(&file);
    assert!(text.contains("text_99") && text.ends_with('\n'), "whole");
    false
}
