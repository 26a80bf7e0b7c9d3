//! The packages on crates.io: their files, their metadata, and the compiler that they need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Each package follows its dependencies.
const PUBLISHED: [&str; 6] = [
    "telecrm-schema",
    "telecrm-codegen",
    "telecrm-runtime",
    "telecrm-emulator",
    "telecrm-outbox",
    "cargo-telecrm",
];

/// Alternative features: the page of the default feature documents all of them.
const TLS: [&str; 3] = ["rustls", "native-tls", "rustls-no-provider"];

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.current_dir(ROOT).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The output of `cargo metadata` with all features and for all platforms.
static METADATA: LazyLock<Value> = LazyLock::new(|| {
    let text = cargo(&["metadata", "--locked", "--format-version", "1", "--all-features"]);
    serde_json::from_str(&text).expect("JSON")
});

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is a list"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn package(name: &str) -> &'static Value {
    let mut packages = list(&METADATA, "packages").iter();
    packages
        .find(|package| package["name"] == name && package["source"].is_null())
        .expect("a crate of the workspace")
}

fn folder(package: &Value) -> PathBuf {
    Path::new(text(&package["manifest_path"])).parent().expect("a folder").to_owned()
}

#[test]
fn exactly_the_six_crates_are_published() {
    let members = list(&METADATA, "workspace_members");
    let packages =
        list(&METADATA, "packages").iter().filter(|package| members.contains(&package["id"]));
    let mut published: Vec<_> = packages
        .filter(|package| package["publish"].is_null())
        .map(|package| text(&package["name"]))
        .collect();
    published.sort_unstable();
    let mut expected = PUBLISHED;
    expected.sort_unstable();
    assert_eq!(
        published, expected,
        "`publish = false` is missing, or is set for too many packages"
    );
}

#[test]
fn release_publishes_every_crate_after_its_dependencies() {
    for (position, name) in PUBLISHED.iter().enumerate() {
        for dependency in list(package(name), "dependencies") {
            let later = PUBLISHED[position..].contains(&text(&dependency["name"]));
            let is_stripped = dependency["kind"] == "dev";
            assert!(is_stripped || !later, "{name} before {}", dependency["name"]);
        }
    }
    // `cargo publish --workspace` publishes them in this order.
    let workflow = Path::new(ROOT).join(".github/workflows/release.yml");
    let workflow = fs::read_to_string(workflow).expect("readable");
    assert!(workflow.contains("run: cargo publish --locked --workspace"), "{workflow}");
}

#[test]
fn every_package_has_metadata_and_docs_rs_settings() {
    for name in PUBLISHED {
        let package = package(name);
        for key in ["description", "repository", "rust_version"] {
            assert!(!text(&package[key]).is_empty(), "{name}: no {key}");
        }
        assert_eq!(package["license"], "MIT OR Apache-2.0", "{name}");
        assert_eq!(package["readme"], "README.md", "{name}");
        assert_eq!(text(&package["documentation"]), format!("https://docs.rs/{name}"));
        let words = list(package, "categories").len().min(list(package, "keywords").len());
        assert!(words > 0, "{name}: categories and keywords");
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let [own, root] = [&folder(package), Path::new(ROOT)].map(|folder| {
                fs::read(folder.join(licence)).unwrap_or_else(|_| panic!("{name} has no {licence}"))
            });
            assert!(own == root, "{name}: {licence} differs from the repository's");
        }
        documents_its_features(name, package);
    }
}

/// Checks that docs.rs builds each feature, and labels its items.
fn documents_its_features(name: &str, package: &Value) {
    let features = package["features"].as_object().expect("an object");
    // docs.rs shows only libraries.
    let is_shown = list(package, "targets").iter().any(|target| target["doc"] == true);
    if features.is_empty() || !is_shown {
        return;
    }
    let docs = &package["metadata"]["docs"]["rs"];
    assert_eq!(docs["rustdoc-args"], serde_json::json!(["--cfg", "docsrs"]), "{name}");
    let library = fs::read_to_string(folder(package).join("src/lib.rs")).expect("a library");
    assert!(library.contains("\n#![cfg_attr(docsrs, feature(doc_cfg))]\n"), "{name}");
    for feature in
        features.keys().filter(|feature| *feature != "default" && !TLS.contains(&feature.as_str()))
    {
        let named = docs["features"]
            .as_array()
            .is_some_and(|features| features.iter().any(|listed| listed == feature));
        assert!(named || docs["all-features"] == true, "{name}: docs.rs builds no `{feature}`");
    }
}

#[test]
fn packages_contain_only_sources_readme_and_licences() {
    for name in PUBLISHED {
        // The files of the working tree are checked, committed or not.
        let files = cargo(&["package", "--list", "--locked", "--allow-dirty", "-p", name]);
        let files: Vec<_> = files.lines().collect();
        for needed in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
            assert!(files.contains(&needed), "{name}: no {needed}");
        }
        let generated = ["Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"];
        for file in files {
            // The emulator's page is compiled into the crate.
            let page = ["assets/", "templates/"].iter().any(|folder| file.starts_with(folder));
            assert!(
                file.starts_with("src/")
                    || ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"].contains(&file)
                    || generated.contains(&file)
                    || (name == "telecrm-emulator" && page),
                "{name}: {file} does not belong into the package"
            );
        }
    }
}

/// The numbers of a version: `1.89`, `1.89.0`.
fn version(text: &str) -> Vec<u32> {
    let mut numbers: Vec<_> =
        text.split('.').map(|number| number.parse().expect("a number")).collect();
    numbers.resize(3, 0);
    numbers
}

/// Checks the dependencies; clippy's `incompatible_msrv` checks only the project's code.
#[test]
fn no_dependency_needs_a_newer_compiler_than_the_packages_promise() {
    let nodes = list(&METADATA["resolve"], "nodes");
    let node = |id: &Value| nodes.iter().find(|node| node["id"] == *id).expect("a node");
    let mut open: Vec<_> = PUBLISHED.iter().map(|name| &package(name)["id"]).collect();
    let mut seen = Vec::new();
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let built = list(node(id), "deps").iter().filter(|dependency| {
            list(dependency, "dep_kinds").iter().any(|kind| kind["kind"] != "dev")
        });
        open.extend(built.map(|dependency| &dependency["pkg"]));
    }
    assert!(seen.len() > 100, "the whole tree: {}", seen.len());
    let promised = version(text(&package("telecrm-schema")["rust_version"]));
    for package in
        list(&METADATA, "packages").iter().filter(|package| seen.contains(&&package["id"]))
    {
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(version(needed) <= promised, "{} needs {needed}", package["name"]);
        }
    }
}

#[test]
fn no_public_method_of_a_client_is_hidden() {
    let source = Path::new(ROOT).join("telecrm-runtime/src");
    let mut files = vec![source.join("prepared.rs"), source.join("blocking.rs")];
    for folder in ["client", "error", "rate", "retry", "sync", "transport", "verify"] {
        files.extend(rust_files(&source.join(folder)));
    }
    assert!(files.len() > 40, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        let (mut hidden, mut is_hidden) = (Vec::new(), false);
        for line in text.lines().filter_map(|line| line.strip_prefix("    ")) {
            if line == "#[doc(hidden)]" {
                is_hidden = true;
            } else if !line.starts_with(['#', '/']) {
                if is_hidden && line.starts_with("pub ") {
                    hidden.push(line);
                }
                is_hidden = false;
            }
        }
        assert!(hidden.is_empty(), "{}: {hidden:?}", file.display());
    }
}

#[test]
fn front_page_of_the_runtime_has_its_tasks_in_the_order_of_an_application() {
    let text = fs::read_to_string(Path::new(ROOT).join("telecrm-runtime/src/lib.rs"));
    let text = text.expect("a source file");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("//! | ")).collect();
    let mut positions = Vec::new();
    for item in [
        "`Client::send`",
        "`parse_lead`",
        "`sync::Client::verify`",
        "`sync::Lead::typed`",
        "`sync::Client::drift`",
        "`Client::send_all`",
        "`GeneratedLead`",
        "telecrm-outbox",
    ] {
        let row = rows.iter().position(|row| row.contains(item));
        positions.push(row.unwrap_or_else(|| panic!("no row has {item}")));
    }
    assert!(positions.is_sorted(), "{positions:?}");
}

#[test]
fn macros_that_only_generated_code_calls_are_hidden() {
    let snapshots = Path::new(ROOT).join("telecrm-codegen/tests/snapshots");
    let mut called = std::collections::BTreeSet::new();
    for file in rust_files(&snapshots) {
        let code = fs::read_to_string(file).expect("a snapshot");
        let calls = code.lines().filter_map(|line| line.trim_start().strip_prefix("telecrm::"));
        called.extend(calls.filter_map(|call| Some(call.split_once('!')?.0.to_owned())));
    }
    assert!(called.len() >= 5, "{called:?}");
    let sources = rust_files(&Path::new(ROOT).join("telecrm-runtime/src"));
    let sources: Vec<String> =
        sources.iter().map(|file| fs::read_to_string(file).expect("a source file")).collect();
    for name in called {
        let hidden = format!("#[doc(hidden)]\n#[macro_export]\nmacro_rules! {name} {{");
        assert!(sources.iter().any(|text| text.contains(&hidden)), "{name}! is not hidden");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
