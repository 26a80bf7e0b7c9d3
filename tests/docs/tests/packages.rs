//! The packages on crates.io: what each holds, what it says of itself, and the compiler that it needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// In the order of `CONTRIBUTING.md`: each after those that it depends on.
const PUBLISHED: [&str; 6] = [
    "telecrm-schema",
    "telecrm-codegen",
    "telecrm-runtime",
    "telecrm-emulator",
    "telecrm-outbox",
    "cargo-telecrm",
];

/// Choices of one thing: the page of the default one documents them all.
const TLS: [&str; 3] = ["rustls", "native-tls", "rustls-no-provider"];

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.current_dir(ROOT).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// `cargo metadata`, of all features and for all platforms.
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
    let mut all = list(&METADATA, "packages").iter();
    all.find(|it| it["name"] == name && it["source"].is_null()).expect("a crate of the workspace")
}

fn folder(package: &Value) -> PathBuf {
    Path::new(text(&package["manifest_path"])).parent().expect("a folder").to_owned()
}

#[test]
fn exactly_the_six_crates_are_published() {
    let members = list(&METADATA, "workspace_members");
    let packages = list(&METADATA, "packages").iter().filter(|it| members.contains(&it["id"]));
    let mut published: Vec<_> =
        packages.filter(|it| it["publish"].is_null()).map(|it| text(&it["name"])).collect();
    published.sort_unstable();
    let mut expected = PUBLISHED;
    expected.sort_unstable();
    assert_eq!(published, expected, "`publish = false` is missing, or says too much");
}

#[test]
fn the_release_checklist_publishes_every_crate_after_its_dependencies() {
    for (position, name) in PUBLISHED.iter().enumerate() {
        for dependency in list(package(name), "dependencies") {
            let later = PUBLISHED[position..].contains(&text(&dependency["name"]));
            let is_stripped = dependency["kind"] == "dev";
            assert!(is_stripped || !later, "{name} before {}", dependency["name"]);
        }
    }
    let page = fs::read_to_string(Path::new(ROOT).join("CONTRIBUTING.md")).expect("readable");
    let checklist = page.split("## Release checklist").nth(1).expect("a checklist");
    let places: Vec<_> =
        PUBLISHED.map(|name| checklist.find(&format!("`{name}`"))).into_iter().collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
}

#[test]
fn every_package_says_what_it_is_and_how_docs_rs_shows_it() {
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
            let [own, root] = [&folder(package), Path::new(ROOT)].map(|it| {
                fs::read(it.join(licence)).unwrap_or_else(|_| panic!("{name} has no {licence}"))
            });
            assert!(own == root, "{name}: another {licence} than the repository's");
        }
        documents_its_features(name, package);
    }
}

/// Items behind a feature carry its name on docs.rs, and are there at all.
fn documents_its_features(name: &str, package: &Value) {
    let features = package["features"].as_object().expect("an object");
    // docs.rs shows no program.
    let is_shown = list(package, "targets").iter().any(|target| target["doc"] == true);
    if features.is_empty() || !is_shown {
        return;
    }
    let docs = &package["metadata"]["docs"]["rs"];
    assert_eq!(docs["rustdoc-args"], serde_json::json!(["--cfg", "docsrs"]), "{name}");
    let library = fs::read_to_string(folder(package).join("src/lib.rs")).expect("a library");
    assert!(library.contains("\n#![cfg_attr(docsrs, feature(doc_cfg))]\n"), "{name}");
    for feature in features.keys().filter(|it| *it != "default" && !TLS.contains(&it.as_str())) {
        let named = docs["features"].as_array().is_some_and(|it| it.iter().any(|it| it == feature));
        assert!(named || docs["all-features"] == true, "{name}: docs.rs builds no `{feature}`");
    }
}

#[test]
fn packages_hold_sources_readme_and_licences_and_nothing_else() {
    for name in PUBLISHED {
        // What the working tree holds counts, committed or not.
        let files = cargo(&["package", "--list", "--locked", "--allow-dirty", "-p", name]);
        let files: Vec<_> = files.lines().collect();
        for needed in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
            assert!(files.contains(&needed), "{name}: no {needed}");
        }
        let generated = ["Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json"];
        for file in files {
            // The page of the emulator is compiled in.
            let page = ["assets/", "templates/"].iter().any(|it| file.starts_with(it));
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

/// `1.89`, `1.89.0` as numbers.
fn version(text: &str) -> Vec<u32> {
    let mut numbers: Vec<_> = text.split('.').map(|it| it.parse().expect("a number")).collect();
    numbers.resize(3, 0);
    numbers
}

/// clippy's `incompatible_msrv` looks at our own code; this looks at what it is built with.
#[test]
fn no_dependency_needs_a_newer_compiler_than_the_packages_promise() {
    let nodes = list(&METADATA["resolve"], "nodes");
    let node = |id: &Value| nodes.iter().find(|it| it["id"] == *id).expect("a node");
    let mut open: Vec<_> = PUBLISHED.iter().map(|name| &package(name)["id"]).collect();
    let mut seen = Vec::new();
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let built = list(node(id), "deps")
            .iter()
            .filter(|it| list(it, "dep_kinds").iter().any(|kind| kind["kind"] != "dev"));
        open.extend(built.map(|it| &it["pkg"]));
    }
    assert!(seen.len() > 100, "the whole tree: {}", seen.len());
    let promised = version(text(&package("telecrm-schema")["rust_version"]));
    for package in list(&METADATA, "packages").iter().filter(|it| seen.contains(&&it["id"])) {
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(version(needed) <= promised, "{} needs {needed}", package["name"]);
        }
    }
}
