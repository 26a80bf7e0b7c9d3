//! Files and streams that cause trouble: devices, pipes, links, full disks, and text with control
//! characters.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");
const BAD: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../telecrm-schema/tests/reports/duplicate-api-name.yaml");

/// Exit code, stdout and stderr.
type Output = (i32, String, String);

fn run(command: &mut Command) -> Output {
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("it exits"), text(output.stdout), text(output.stderr))
}

fn telecrm(arguments: &[&str]) -> Output {
    run(Command::new(cargo_bin("cargo-telecrm")).args(arguments).stdin(Stdio::null()))
}

/// A line of bash in which `telecrm` is the program.
fn bash(line: &str) -> Output {
    let program = cargo_bin("cargo-telecrm");
    run(Command::new("bash")
        .arg("-c")
        .arg(format!("telecrm() {{ '{}' \"$@\"; }}\n{line}", program.display())))
}

/// A pull without a server: it must fail before the first request.
fn pull(out: &str) -> Output {
    let mut command = Command::new(cargo_bin("cargo-telecrm"));
    command.args(["pull", "--out", out]);
    command.env("TELECRM_ENTERPRISE_ID", "acme").env("TELECRM_SYNC_TOKEN", "t0ken-t0ken");
    run(command.env("TELECRM_SYNC_URL", "http://127.0.0.1:1"))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of the test")
}

#[test]
fn device_is_written_to_and_never_replaced() {
    assert_eq!(telecrm(&["generate", SCHEMA, "--out", "/dev/null"]).0, 0);
    let (code, out, _) = telecrm(&["generate", SCHEMA, "--out", "/dev/stdout"]);
    assert_eq!((code, out), (0, telecrm(&["generate", SCHEMA]).1));
    let (code, _, err) = pull("/dev/null");
    assert_eq!(code, 2);
    assert!(err.contains("it is a device, not a regular file"), "{err}");
    assert!(fs::metadata("/dev/null").expect("there").file_type().is_char_device());
    let (code, out, _) = bash(&format!("telecrm generate {SCHEMA} --out >(cat)"));
    assert_eq!(code, 0, "{out}");
}

#[test]
fn endless_devices_named_pipes_and_large_files_are_refused_without_being_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let large = folder.path().join("large.yaml");
    fs::File::create(&large).and_then(|file| file.set_len(1 << 30)).expect("a file with a hole");
    // A file that is too large is a finding of `check`.
    for (bad, check) in [(path(&pipe), 2), ("/dev/zero", 2), (path(&large), 1)] {
        for (expected, arguments) in [
            (check, &["check", bad][..]),
            (2, &["generate", bad]),
            (2, &["generate", SCHEMA, "--check", "--out", bad]),
            (3, &["diff", bad, SCHEMA]),
            (2, &["validate", bad, SCHEMA]),
        ] {
            let (code, out, err) = telecrm(arguments);
            assert_eq!(code, expected, "{arguments:?}: {out} {err}");
        }
        assert_eq!(pull(bad).0, 2);
    }
    assert_eq!(telecrm(&["generate", SCHEMA, "--out", path(&pipe)]).0, 2);
    assert_eq!(telecrm(&["validate", SCHEMA, path(&pipe)]).0, 2);
    assert!(fs::metadata(&pipe).expect("there").file_type().is_fifo());
}

#[test]
fn open_streams_are_read() {
    for line in [
        "telecrm check <(cat SCHEMA)",
        "telecrm check /dev/stdin < SCHEMA",
        "cat SCHEMA | telecrm check /dev/fd/0",
        "telecrm check /proc/self/fd/3 3< SCHEMA",
        "cat SCHEMA | telecrm check -",
        "telecrm diff <(cat SCHEMA) SCHEMA",
        "telecrm diff - SCHEMA < SCHEMA",
        "telecrm generate - < SCHEMA",
        "echo '{\"fields\":{\"phone\":\"919999999999\"}}' | telecrm validate SCHEMA -",
        "telecrm validate <(cat SCHEMA) <(echo '{\"fields\":{\"phone\":\"919999999999\"}}')",
    ] {
        let (code, _, err) = bash(&line.replace("SCHEMA", SCHEMA));
        assert_eq!(code, 0, "{line}: {err}");
    }
    // Reading stops at the maximum size of a schema.
    for line in ["telecrm check - < /dev/zero", "telecrm check /dev/fd/3 3< /dev/zero"] {
        assert_ne!(bash(line).0, 0, "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_a_failure_and_a_closed_pipe_is_not() {
    for (line, code) in [
        ("telecrm generate SCHEMA > /dev/full", 2),
        ("telecrm generate SCHEMA --out /dev/full", 2),
        ("telecrm check BAD > /dev/full", 2),
        ("telecrm check --format json SCHEMA > /dev/full", 2),
        ("telecrm diff BAD SCHEMA > /dev/full", 3),
        ("telecrm diff --format json SCHEMA SCHEMA > /dev/full", 3),
        ("telecrm completions bash > /dev/full", 2),
        ("telecrm --help > /dev/full", 2),
        ("telecrm generate SCHEMA | true; exit ${PIPESTATUS[0]}", 0),
    ] {
        let (ended, _, err) = bash(&line.replace("SCHEMA", SCHEMA).replace("BAD", BAD));
        assert_eq!(ended, code, "{line}: {err}");
    }
}

#[test]
fn links_modes_and_owners_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::write(at("crm.rs"), "old").expect("written");
    fs::set_permissions(at("crm.rs"), fs::Permissions::from_mode(0o664)).expect("set");
    symlink("crm.rs", at("link.rs")).expect("linked");
    symlink("none.rs", at("dangling.rs")).expect("linked");
    let owner = fs::metadata(at("crm.rs")).expect("there").uid();
    for link in ["link.rs", "dangling.rs"] {
        assert_eq!(telecrm(&["generate", SCHEMA, "--out", path(&at(link))]).0, 0);
        assert!(fs::symlink_metadata(at(link)).expect("there").is_symlink(), "{link}");
    }
    let new = fs::metadata(at("crm.rs")).expect("there");
    assert_eq!((new.mode() & 0o777, new.uid()), (0o664, owner));
    assert!(fs::read_to_string(at("none.rs")).expect("made").contains("pub struct Lead"));
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names, ["crm.rs", "dangling.rs", "link.rs", "none.rs"], "no temporary file stays");
}

#[test]
fn control_characters_of_arguments_are_escaped() {
    let hostile = "a\u{1b}]0;title\u{7}\u{202e}b\u{9b}31m";
    for arguments in [
        &["check", hostile][..],
        &["check", SCHEMA, "--format", hostile],
        &[hostile],
        &["generate", SCHEMA, hostile],
        &["generate", SCHEMA, "--check", "--out", hostile],
        &["diff", hostile, SCHEMA],
        &["diff", "--against", hostile, SCHEMA],
        &["pull", "--token-file", hostile],
        &["validate", SCHEMA, hostile],
        &["validate", SCHEMA, "--format", "json", hostile],
        &["emulate", SCHEMA, "--port", hostile],
    ] {
        let mut command = Command::new(cargo_bin("cargo-telecrm"));
        command.args(arguments).env("TELECRM_ENTERPRISE_ID", "acme").env("CLICOLOR_FORCE", "1");
        let (code, out, err) = run(&mut command);
        assert_ne!(code, 0, "{arguments:?}");
        let text = anstyle_free(&format!("{out}{err}"));
        let bad = |character: char| {
            character != '\n' && (character.is_control() || character == '\u{202e}')
        };
        assert!(!text.contains(bad), "{arguments:?}: {text:?}");
    }
}

/// The text without the program's own styles.
fn anstyle_free(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let style = part
            .find(|character: char| !character.is_ascii_digit() && character != ';')
            .unwrap_or(part.len());
        assert!(part[style..].starts_with('m'), "a style and nothing else: {part:?}");
        plain.push_str(&part[style + 1..]);
    }
    plain
}
