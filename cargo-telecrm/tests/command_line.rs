//! All commands, and parts of `check`, `generate` and `completions` that the README's transcripts do not
//! contain: changed files, closed pipes, colors.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");
const REPORTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../telecrm-schema/tests/reports");
/// Reports about Rust names.
const NAMES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../telecrm-codegen/tests/reports");

/// Exit code, stdout and stderr.
type Output = (i32, String, String);

fn telecrm(arguments: &[&str]) -> Output {
    run(Command::new(cargo_bin("cargo-telecrm")).arg("telecrm").args(arguments))
}

fn run(command: &mut Command) -> Output {
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("it exits"), text(output.stdout), text(output.stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of the test")
}

#[test]
fn wrong_usage_fails_and_help_does_not() {
    assert_eq!(telecrm(&["--help"]).0, 0);
    assert_eq!(telecrm(&["check", "--help"]).0, 0);
    assert_eq!(telecrm(&["--version"]).0, 0);
    for wrong in
        [&["check", "--nope"][..], &["chek", SCHEMA], &["check", SCHEMA, "--format", "xml"]]
    {
        let (code, out, err) = telecrm(wrong);
        assert_eq!((code, out.as_str()), (2, ""), "{wrong:?}: {err}");
        assert!(err.starts_with("error:"), "{err}");
    }
}

#[test]
fn program_also_runs_without_cargo() {
    let (code, _, err) = run(Command::new(cargo_bin("cargo-telecrm")).args(["check", SCHEMA]));
    assert_eq!((code, err.as_str()), (0, "1 file checked: 0 errors, 0 warnings\n"));
}

#[test]
fn every_golden_report_is_found_by_check_in_both_formats() {
    let mut bad = 0;
    let folders =
        [REPORTS, NAMES].map(|folder| fs::read_dir(folder).expect("the golden schemas exist"));
    for entry in folders.into_iter().flatten() {
        let file = entry.expect("the folder can be listed").path();
        if file.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let (code, human, _) = telecrm(&["check", path(&file)]);
        let (json_code, json, _) = telecrm(&["check", "--format", "json", path(&file)]);
        let json: Value = serde_json::from_str(&json).expect("one JSON value");
        let found = json.as_array().expect("an array");
        let errors = found.iter().filter(|diagnostic| diagnostic["severity"] == "error").count();
        assert_eq!((code, json_code), (i32::from(errors > 0), i32::from(errors > 0)), "{file:?}");
        assert!(!found.is_empty(), "{file:?}");
        for diagnostic in found {
            let message = diagnostic["message"].as_str().expect("a message");
            assert!(human.contains(message), "{message} is not in\n{human}");
            assert!(diagnostic["line"].as_u64() > Some(0), "{diagnostic}");
        }
        bad += errors;
    }
    assert!(bad > 40, "{bad} errors in total");
}

#[test]
fn unreadable_file_does_not_hide_findings_in_others() {
    let bad = format!("{REPORTS}/duplicate-api-name.yaml");
    let (code, out, err) = telecrm(&["check", "nowhere.yaml", &bad]);
    assert_eq!(code, 2);
    assert!(out.contains("duplicate-api-name.yaml:"), "{out}");
    assert!(err.contains("error: nowhere.yaml: ") && err.contains("hint: "), "{err}");
}

#[test]
fn generated_code_is_written_once_and_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("src/crm.rs");
    let generate =
        |more: &[&str]| telecrm(&[&["generate", SCHEMA, "--out", path(&out)], more].concat());
    let (code, diff, _) = generate(&["--check"]);
    assert_eq!(code, 1, "there is no file yet");
    assert!(diff.contains("+pub struct Lead"), "{diff}");
    assert!(!out.exists(), "--check writes nothing");

    assert_eq!(generate(&[]).0, 0);
    let (_, printed, _) = telecrm(&["generate", SCHEMA]);
    assert_eq!(fs::read_to_string(&out).expect("written"), printed);
    let written = fs::metadata(&out).and_then(|metadata| metadata.modified()).expect("a time");
    assert!(generate(&[]).2.contains("is up to date"));
    assert_eq!(
        fs::metadata(&out).and_then(|metadata| metadata.modified()).expect("a time"),
        written
    );
    assert_eq!(generate(&["--check"]), (0, String::new(), String::new()));

    // git can convert line ends at checkout.
    let converted = printed.replace('\n', "\r\n");
    fs::write(&out, &converted).expect("writable");
    assert_eq!(generate(&["--check"]), (0, String::new(), String::new()));
    assert!(generate(&[]).2.contains("is up to date"));
    assert_eq!(fs::read_to_string(&out).expect("written"), converted, "not rewritten");
    fs::write(&out, converted.replace("pub fn new", "pub fn old")).expect("writable");
    let (code, diff, _) = generate(&["--check"]);
    assert_eq!(code, 1);
    let differing = diff.lines().filter(|line| line.starts_with(['+', '-'])).count();
    assert!(differing < 50, "only the changed lines differ: {diff}");

    fs::write(&out, printed.replace("pub fn new", "pub fn old")).expect("writable");
    let (code, diff, err) = generate(&["--check"]);
    assert_eq!(code, 1);
    assert!(diff.contains("+    pub fn new") && diff.contains("-    pub fn old"), "{diff}");
    assert!(err.contains("out of date"), "{err}");
}

#[test]
fn schema_with_errors_generates_nothing_and_keeps_the_old_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("crm.rs");
    fs::write(&out, "old").expect("writable");
    let bad = format!("{REPORTS}/d21-unprefixed-action-code.yaml");
    let (code, stdout, err) = telecrm(&["generate", &bad, "--out", path(&out)]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(err.contains("lacks the prefix"), "{err}");
    assert_eq!(fs::read_to_string(&out).expect("there"), "old");
    // The same if the file cannot be written.
    let (code, _, err) = telecrm(&["generate", SCHEMA, "--out", path(&out.join("below.rs"))]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot be written") && err.contains("hint: "), "{err}");
}

#[test]
fn closed_pipe_causes_no_panic_and_keeps_the_exit_code() {
    let bad = format!("{REPORTS}/d21-unprefixed-action-code.yaml");
    // More than the buffers of the program and of the pipe together.
    let files = vec![bad.as_str(); 400];
    let mut child = Command::new(cargo_bin("cargo-telecrm"))
        .args(["telecrm", "check"])
        .args(files)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut first = [0; 16];
    child.stdout.take().expect("piped").read_exact(&mut first).expect("something is printed");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("400 files checked") && !err.contains("panicked"), "{err}");
}

#[test]
fn colors_are_for_terminals_and_on_request() {
    let bad = format!("{REPORTS}/d21-unprefixed-action-code.yaml");
    let check = |variables: &[(&str, &str)]| {
        let mut command = Command::new(cargo_bin("cargo-telecrm"));
        command.args(["check", &bad]).env_remove("NO_COLOR").envs(variables.iter().copied());
        run(&mut command).1
    };
    assert!(!check(&[]).contains('\u{1b}'), "a pipe is not a terminal");
    assert!(check(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!check(&[("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, _) = telecrm(&["completions", shell]);
        assert_eq!(code, 0);
        for word in ["cargo-telecrm", "check", "generate", "--format"] {
            assert!(script.contains(word) || shell == "fish", "{shell}: no {word}");
        }
    }
}
