//! `cargo telecrm init`, through the built binary: in an existing crate, and over existing files.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn init(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.arg("init").arg(folder);
    // An empty variable counts as unset.
    command.env("TELECRM_SYNC_TOKEN", "").env("TELECRM_ENTERPRISE_ID", "");
    command.output().expect("it runs")
}

const MANIFEST: &str =
    "# mine\n[package]\nname = \"shop\" # kept\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const FILES: [&str; 5] = [
    "build.rs",
    "schema/workspace.yaml",
    "schema/workspace.schema.json",
    "src/crm.rs",
    "examples/first_lead.rs",
];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("Cargo.toml"), MANIFEST).expect("written");
    folder
}

#[test]
fn crate_is_set_up_and_a_second_run_changes_nothing() {
    let folder = folder();
    let output = init(folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).expect("there");
    assert!(manifest.starts_with(MANIFEST), "{manifest}");
    for table in ["[dependencies]\ntelecrm-runtime = ", "[build-dependencies]\ntelecrm-codegen = "]
    {
        assert!(manifest.contains(table), "{manifest}");
    }
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
    let files = FILES.map(read);
    let check = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"))
        .args(["check", "--deny-warnings"])
        .current_dir(folder.path())
        .output();
    assert_eq!(check.expect("it runs").status.code(), Some(0), "the template is a good schema");
    assert!(files[1].starts_with("# yaml-language-server: $schema=workspace.schema.json\n"));
    let again = init(folder.path());
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(FILES.map(read), files);
    assert_eq!(read("Cargo.toml"), manifest);
    // The build script is recognized; the module is not declared yet.
    let stderr = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let module = "1. add `mod crm;` to src/main.rs or src/lib.rs\n";
    assert!(stderr(&again).starts_with(module), "{again:?}");
    fs::write(folder.path().join("src/main.rs"), "mod crm;\n\nfn main() {}\n").expect("written");
    let third = init(folder.path());
    assert_eq!(stderr(&third), "1. print the first lead: cargo run --example first_lead\n");
}

#[test]
fn existing_files_stay_unchanged() {
    let folder = folder();
    for name in FILES {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, format!("// mine: {name}\u{0}\r\n")).expect("written");
    }
    let output = init(folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for name in FILES {
        let text = fs::read_to_string(folder.path().join(name)).expect("there");
        assert_eq!(text, format!("// mine: {name}\u{0}\r\n"));
    }
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains("call `telecrm_codegen::compile("), "{stderr}");
}

#[test]
fn folder_without_a_crate_stays_empty() {
    for manifest in [None, Some("[workspace]\nmembers = []\n"), Some("[package\n")] {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some(text) = manifest {
            fs::write(folder.path().join("Cargo.toml"), text).expect("written");
        }
        assert_eq!(init(folder.path()).status.code(), Some(2), "{manifest:?}");
        let files = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(files, usize::from(manifest.is_some()));
    }
}
