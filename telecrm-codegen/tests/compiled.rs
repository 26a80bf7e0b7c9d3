//! Generated code of many workspaces, compiled: no warning of rustc, clippy or rustdoc, and no
//! description becomes a doctest.

#[path = "support/lint_names.rs"]
mod lint_names;

use std::fmt::Write as _;

use proptest::strategy::{Strategy as _, ValueTree as _};
use telecrm_codegen::Config;
use test_support::{ScratchCrate, Seed, random_workspace};

const HEADER: &str = "\
//! Many workspaces in one crate.
#![deny(warnings, missing_docs, unsafe_code, clippy::all, clippy::pedantic)]
#![no_implicit_prelude]
";

/// How many random workspaces are compiled: `TELECRM_BATCH`, otherwise 50.
fn batch() -> usize {
    std::env::var("TELECRM_BATCH").ok().and_then(|it| it.parse().ok()).unwrap_or(50)
}

/// A library with a module for each schema.
struct Library {
    project: ScratchCrate,
    code: String,
    /// Name and schema of each module.
    schemas: Vec<(String, String)>,
}

impl Library {
    fn new() -> Self {
        let manifest = "edition = \"2024\"\n\n[dependencies]\n\
             telecrm-runtime = { path = \"{root}/telecrm-runtime\", default-features = false }\n";
        let project = ScratchCrate::new(env!("CARGO_TARGET_TMPDIR"), "compiled", manifest);
        Self { project, code: HEADER.to_owned(), schemas: Vec::new() }
    }

    fn add(&mut self, name: &str, yaml: &str) {
        self.add_with(Config::new(), name, yaml);
    }

    /// Adds a public module and a private one by turns: lints look at both differently.
    fn add_with(&mut self, config: Config, name: &str, yaml: &str) {
        let generated = config.generate(yaml);
        let code = generated.unwrap_or_else(|error| panic!("{error}\n{yaml}")).code;
        self.project.write(&format!("src/{name}.inc"), &code);
        let public = if self.schemas.len().is_multiple_of(2) { "pub " } else { "" };
        let _ = write!(
            self.code,
            "\n/// A workspace.\n{public}mod {name} {{\n    ::core::include!(\"{name}.inc\");\n}}\n"
        );
        self.schemas.push((name.to_owned(), yaml.to_owned()));
    }

    /// Runs cargo to a good end; otherwise shows the schemas that it blames.
    fn cargo(&self, arguments: &[&str]) -> String {
        let output = self.project.cargo(arguments).env("RUSTDOCFLAGS", "-D warnings").output();
        let output = output.expect("cargo runs this test, so it can run again");
        let said =
            String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        if output.status.success() {
            return said.into_owned();
        }
        let shown: Vec<&str> = said.lines().take(200).collect();
        let blamed = self.schemas.iter().filter(|(name, _)| said.contains(&format!("{name}.inc")));
        let blamed: Vec<&str> = blamed.map(|(_, yaml)| yaml.as_str()).take(10).collect();
        panic!(
            "cargo {arguments:?}\n{}\n\nkeep each as a case in tests/schemas/kept:\n{}",
            shown.join("\n"),
            blamed.join("\n")
        );
    }
}

#[test]
fn random_workspaces_compile_without_a_warning() {
    let mut library = Library::new();
    library.add("messy", include_str!("schemas/messy.yaml"));
    library.add("unsafe_codes", include_str!("schemas/unsafe_codes.yaml"));
    // Attributes of a user's own, such as the ones that the documentation shows.
    let config = Config::new()
        .attribute("Lead", "#[derive(Eq)]")
        .attribute("options::ContactSource", "#[non_exhaustive]")
        .attribute("SiteVisit", "#[derive(Hash)]");
    library.add_with(config, "attributes", include_str!("schemas/acme.yaml"));
    for (index, schema) in lint_names::workspaces().into_iter().enumerate() {
        library.add(&format!("lint_names_{index}"), &schema.to_string());
    }
    for (index, schema) in kept().into_iter().enumerate() {
        library.add(&format!("kept_{index}"), &schema);
    }
    let mut runner = Seed::from_env().runner();
    for index in 0..batch() {
        let tree = random_workspace::workspace().new_tree(&mut runner);
        let workspace = tree.expect("a workspace can always be made").current();
        library.add(&format!("workspace_{index}"), &workspace.to_string());
    }
    library.project.write("src/lib.rs", &library.code);

    let clippy = library.project.run(&["clippy", "--version"]);
    library.cargo(&[if clippy.status.success() { "clippy" } else { "check" }]);
    library.cargo(&["doc", "--no-deps"]);
    let said = library.cargo(&["test", "--doc"]);
    assert!(said.contains("running 0 tests"), "a description became a doctest:\n{said}");
}

/// Workspaces that a random run failed on.
fn kept() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/kept");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("a schema")).collect()
}
