//! Signals during a pull leave no partial file and no temporary file.
#![cfg(unix)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use test_support::http::{Reply, Server};

use crate::{documented, folder, read, sync_api};

/// A large schema: writing it takes long enough for a signal to arrive meanwhile.
fn large(path: &str) -> Reply {
    if path != "custom-fields" {
        return documented(path);
    }
    let description = "a word and ".repeat(200);
    let fields = (0..100).map(|number| {
        format!(
            r#"{{"type":"TEXT","id":"t{number}","apiName":"text_{number}","description":"{description}"}}"#
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
    entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn signal_before_the_response_changes_nothing() {
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", silent.local_addr().expect("an address"));
        let (folder, file) = folder();
        let old = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]\n";
        fs::write(&file, old).expect("written");
        // The signals have their default handlers, as at a prompt. A program in the background of a script
        // inherits an ignored SIGINT, under `nohup` an ignored SIGHUP, and a shell cannot undo that. GNU's
        // `env` can.
        let mut command = pull(&url, &file);
        let script = r#"
            prompt=(env --default-signal=INT,TERM,HUP)
            "${prompt[@]}" true 2>/dev/null || prompt=()
            exec "${prompt[@]}" "$PROGRAM" telecrm pull --out "$FILE""#;
        let mut child = command.args(["-c", script]).spawn().expect("bash runs");
        let _asked = silent.accept().expect("the program sends a request");
        let kill = format!("kill -{name} {}", child.id());
        assert!(Command::new("bash").args(["-c", &kill]).status().expect("it runs").success());
        assert_eq!(child.wait().expect("it ends").signal(), Some(number));
        assert_eq!(names(folder.path()), ["workspace.yaml"]);
        assert_eq!(read(&file), old);
    }
}

/// Stops the program when its temporary file exists, and then ends it. After that, the system decides
/// which runs first: the last steps of the write, or the end of the program.
const CAUGHT: &str = r#"
"$PROGRAM" telecrm pull --out "$FILE" & pid=$!
until temporary=("${FILE%/*}"/.cargo-telecrm-*.tmp); [[ -e ${temporary[0]} ]]; do
    kill -0 $pid 2>/dev/null || break
done
kill -STOP $pid; kill -$SIGNAL $pid; kill -CONT $pid
wait $pid"#;

#[test]
fn signal_during_the_write_removes_the_temporary_file() {
    let server = sync_api(large);
    for (name, number) in [("TERM", 15), ("HUP", 1)] {
        let caught = (0..60).any(|_| was_caught(&server, name, number));
        assert!(caught, "no run was ended by {name} while it wrote");
    }
}

/// Runs once, checks that no temporary file remains, and returns whether the signal ended the write.
fn was_caught(server: &Server, signal: &str, number: i32) -> bool {
    let (folder, file) = folder();
    let mut command = pull(&server.url(), &file);
    let status = command.args(["-c", CAUGHT]).env("SIGNAL", signal).status();
    let code = status.expect("bash runs").code().expect("bash exits");
    assert!(code == 0 || code == 128 + number, "{code}");
    let mut names = names(folder.path());
    names.retain(|name| name != "workspace.schema.json");
    if code != 0 && names.is_empty() {
        return true;
    }
    // The file was replaced before the signal arrived.
    assert_eq!(names, ["workspace.yaml"], "{code}");
    let text = read(&file);
    assert!(text.contains("text_99") && text.ends_with('\n'), "whole");
    false
}
