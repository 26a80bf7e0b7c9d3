//! Workspaces that nobody thought of, generated and compiled: no warning of rustc, clippy or
//! rustdoc, and no description becomes a doctest.

#[path = "support/random_workspace.rs"]
mod random_workspace;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use telecrm_codegen::Config;

const HEADER: &str = "\
//! Many workspaces in one crate.
#![deny(warnings, missing_docs, unsafe_code, clippy::all, clippy::pedantic)]
#![no_implicit_prelude]
";

/// How many random workspaces are compiled: `TELECRM_BATCH`, else 50.
fn batch() -> usize {
    std::env::var("TELECRM_BATCH").ok().and_then(|it| it.parse().ok()).unwrap_or(50)
}

/// A library of the messy workspace and of random ones, always the same.
fn write_project() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let source = folder.join("src");
    std::fs::create_dir_all(&source).expect("the target folder is writable");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).expect("the target folder is writable");
    };
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"compiled\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             telecrm-runtime = {{ path = \"{}\", default-features = false }}\n\n[workspace]\n",
            root.join("telecrm-runtime").display()
        ),
    );
    let lock = root.join("Cargo.lock");
    if lock.exists() {
        std::fs::copy(lock, folder.join("Cargo.lock")).expect("the same");
    }
    let mut library = String::from(HEADER);
    let add = |library: &mut String, name: &str, yaml: &str| {
        let generated = Config::new().generate(yaml);
        let code = generated.unwrap_or_else(|error| panic!("{error}\n{yaml}")).code;
        write(&format!("src/{name}.inc"), &code);
        let _ = write!(
            library,
            "\n/// A workspace.\npub mod {name} {{\n    ::core::include!(\"{name}.inc\");\n}}\n"
        );
    };
    add(&mut library, "messy", include_str!("schemas/messy.yaml"));
    // Attributes of a user's own, such as the ones that the documentation shows.
    let config = Config::new()
        .attribute("Lead", "#[derive(Eq)]")
        .attribute("options::ContactSource", "#[non_exhaustive]")
        .attribute("SiteVisit", "#[derive(Hash)]");
    let generated = config.generate(include_str!("schemas/acme.yaml"));
    write("src/attributes.inc", &generated.expect("the schema holds").code);
    let attributes =
        "\n/// A workspace.\npub mod attributes {\n    ::core::include!(\"attributes.inc\");\n}\n";
    library.push_str(attributes);
    let mut runner = TestRunner::deterministic();
    for index in 0..batch() {
        let tree = random_workspace::workspace().new_tree(&mut runner);
        let workspace = tree.expect("a workspace can always be made").current();
        add(&mut library, &format!("workspace_{index}"), &workspace.to_string());
    }
    write("src/lib.rs", &library);
    folder
}

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--color=never")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("RUSTDOCFLAGS", "-D warnings")
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs this test, so it can run again");
    let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    let shown: String = said.lines().take(200).fold(String::new(), |all, line| all + line + "\n");
    assert!(output.status.success(), "cargo {arguments:?}\n{shown}");
    said.into_owned()
}

#[test]
fn random_workspaces_compile_without_a_word() {
    let folder = write_project();
    let clippy = Command::new(env!("CARGO")).args(["clippy", "--version"]).output();
    let has_clippy = clippy.is_ok_and(|output| output.status.success());
    cargo(&folder, &[if has_clippy { "clippy" } else { "check" }]);
    cargo(&folder, &["doc", "--no-deps"]);
    let said = cargo(&folder, &["test", "--doc"]);
    assert!(said.contains("running 0 tests"), "a description became a doctest:\n{said}");
}
