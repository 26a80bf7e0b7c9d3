//! Compiles generated code of many workspaces.
//!
//! rustc, clippy and rustdoc report no warning, and no description becomes a doctest.

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

/// Number of random workspaces: `TELECRM_BATCH`, or 50 by default.
fn batch() -> usize {
    std::env::var("TELECRM_BATCH").ok().and_then(|count| count.parse().ok()).unwrap_or(50)
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

    /// Adds a module, alternately public and private, because lints differ between the two.
    fn add_with(&mut self, config: Config, name: &str, yaml: &str) {
        let generated = config.generate(yaml);
        let code = generated.unwrap_or_else(|error| panic!("{error}\n{yaml}")).code;
        self.project.write(&format!("src/{name}.inc"), &code);
        let example = example(&code);
        let public = if self.schemas.len().is_multiple_of(2) { "pub " } else { "" };
        let _ = write!(
            self.code,
            "\n/// A workspace.\n{public}mod {name} {{\n    ::core::include!(\"{name}.inc\");\n}}\n\n\
             #[allow(dead_code, reason = \"the example of the documentation\")]\n\
             fn example_of_{name}() {{\n    use ::telecrm_runtime;\n    use self::{name} as crm;\n    \
             {example}\n    ::core::mem::drop(lead);\n}}\n"
        );
        self.schemas.push((name.to_owned(), yaml.to_owned()));
    }

    /// Runs cargo, and panics with the affected schemas if it fails.
    fn cargo(&self, arguments: &[&str]) -> String {
        let output = self.project.cargo(arguments).env("RUSTDOCFLAGS", "-D warnings").output();
        let output = output.expect("cargo is installed");
        let output_text =
            String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        if output.status.success() {
            return output_text.into_owned();
        }
        let shown: Vec<&str> = output_text.lines().take(200).collect();
        let affected =
            self.schemas.iter().filter(|(name, _)| output_text.contains(&format!("{name}.inc")));
        let affected: Vec<&str> = affected.map(|(_, yaml)| yaml.as_str()).take(10).collect();
        panic!(
            "cargo {arguments:?}\n{}\n\nadd each of these schemas to tests/schemas/kept:\n{}",
            shown.join("\n"),
            affected.join("\n")
        );
    }
}

/// The example in the documentation of `Lead`, without the line that sends the lead.
fn example(code: &str) -> String {
    let lines = code.lines().skip_while(|line| *line != "/// ```text").skip(1);
    let lines = lines.take_while(|line| *line != "/// ```").filter_map(|line| line.get(4..));
    let lines: Vec<_> = lines.filter(|line| !line.starts_with("client.")).collect();
    assert!(lines[0].starts_with("let lead = "), "{lines:?}");
    lines.join("\n")
}

#[test]
fn random_workspaces_compile_without_warnings() {
    let mut library = Library::new();
    library.add("messy", include_str!("schemas/messy.yaml"));
    library.add("codes_in_comments", include_str!("schemas/unsafe_codes.yaml"));
    // Attributes of a user, such as the examples in the documentation.
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
        let workspace = tree.expect("the strategy yields a workspace").current();
        library.add(&format!("workspace_{index}"), &workspace.to_string());
    }
    library.project.write("src/lib.rs", &library.code);

    let clippy = library.project.run(&["clippy", "--version"]);
    library.cargo(&[if clippy.status.success() { "clippy" } else { "check" }]);
    library.cargo(&["doc", "--no-deps"]);
    let output_text = library.cargo(&["test", "--doc"]);
    assert!(
        output_text.contains("running 0 tests"),
        "a description became a doctest:\n{output_text}"
    );
}

/// Workspaces from failed random runs.
fn kept() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/kept");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder exists")
        .map(|entry| entry.expect("the folder can be listed").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("a schema")).collect()
}
