//! The generator in a user's crate: the effects of a changed schema on `cargo build`.

use std::path::PathBuf;

use test_support::ScratchCrate;

const SCHEMA: &str = "\
customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: source, type: DROPDOWN, options: [Website, Cold Call] }
customActions:
  - { code: ACTION_1001, displayName: Site Visit, fieldSchema: {} }
";

const MAIN: &str = "\
//! A user's program.
#![deny(warnings, missing_docs, unsafe_code)]

mod crm {
    telecrm_runtime::include_workspace!();
}

fn main() {
    let lead = crm::Lead::new(telecrm_runtime::phone!(\"919999999999\"))
        .source(crm::options::Source::ColdCall)
        .action(crm::actions::SiteVisit::new());
    println!(\"{}\", telecrm_runtime::to_json(&lead));
}
";

const BUILD: &str = "\
fn main() -> Result<(), telecrm_codegen::Error> {
    telecrm_codegen::compile(\"workspace.yaml\")
}
";

/// A crate in edition 2021, as many users still have.
struct Project(ScratchCrate);

impl Project {
    fn new() -> Self {
        let manifest = "edition = \"2021\"\n\n[dependencies]\n\
             telecrm-runtime = { path = \"{root}/telecrm-runtime\", default-features = false }\n\n\
             [build-dependencies]\ntelecrm-codegen = { path = \"{root}/telecrm-codegen\" }\n";
        let project =
            Self(ScratchCrate::new(env!("CARGO_TARGET_TMPDIR"), "build-script", manifest));
        project.write("build.rs", BUILD);
        project.write("src/main.rs", MAIN);
        project.write("workspace.yaml", SCHEMA);
        project
    }

    fn write(&self, name: &str, text: &str) {
        self.0.write(name, text);
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path(name)).expect("the file was written")
    }

    #[track_caller]
    fn builds(&self) -> String {
        let output = self.0.run(&["build"]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{stderr}");
        stderr
    }

    #[track_caller]
    fn fails(&self) -> String {
        let output = self.0.run(&["build"]);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "the crate builds");
        stderr
    }
}

#[test]
fn build_follows_changes_of_the_schema() {
    let project = Project::new();
    project.builds();
    let output = project.0.run(&["run"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        r#"{"fields":{"phone":"919999999999","source":"Cold Call"},"actions":[{"type":"ACTION_1001","fields":{}}]}"#
    );

    // Without a change, cargo builds nothing.
    let stderr = project.builds();
    assert!(!stderr.contains("Compiling"), "{stderr}");

    // The schema has a new comment: the build script runs, but cargo does not rebuild the crate.
    let generated = project.generated();
    let before =
        std::fs::metadata(&generated).and_then(|file| file.modified()).expect("the file exists");
    project.write("workspace.yaml", &format!("{SCHEMA}# a comment\n"));
    project.builds();
    let after =
        std::fs::metadata(&generated).and_then(|file| file.modified()).expect("the file exists");
    assert_eq!(before, after, "the generated file was written again");

    // An option was renamed: a use of the old name fails, and rustc shows the new name.
    project.write("workspace.yaml", &SCHEMA.replace("Cold Call", "Cold Calling"));
    let stderr = project.fails();
    assert!(stderr.contains("no variant or associated item named `ColdCall` found"), "{stderr}");
    let comment = "then run `cargo telecrm pull`: Website, ColdCalling";
    assert!(stderr.contains(comment), "{stderr}");

    // An action was removed.
    let without = SCHEMA.split("customActions").next().unwrap_or_default();
    project.write("workspace.yaml", without);
    let stderr = project.fails();
    assert!(stderr.contains("cannot find `SiteVisit` in `actions`"), "{stderr}");

    // The schema is invalid: each mistake is reported once in full and once in short.
    project.write("workspace.yaml", &SCHEMA.replace("ACTION_1001", "1001"));
    let stderr = project.fails();
    let short = "workspace.yaml:5:13: the action code `1001` lacks the prefix `ACTION_`";
    assert!(stderr.contains(short), "{stderr}");
    assert_eq!(
        stderr.matches("= help: the Async API accepts only full codes").count(),
        1,
        "{stderr}"
    );
    assert!(stderr.contains("Error: 1 error in workspace.yaml, shown above"), "{stderr}");

    // The build script writes another name: the earlier file does not compile.
    project.write("workspace.yaml", SCHEMA);
    project.builds();
    let telecrm = "Config::new().module_name(\"telecrm\").compile(";
    project.write("build.rs", &BUILD.replace("compile(", telecrm));
    let stderr = project.fails();
    let stale = "the build script no longer writes \"workspace\": include a module that it writes, \
                 `include_workspace!(\"telecrm\")`";
    assert!(stderr.contains(stale), "{stderr}");
    let named = "include_workspace!(\"telecrm\")";
    project.write("src/main.rs", &MAIN.replace("include_workspace!()", named));
    project.builds();
    project.write("build.rs", BUILD);
    project.write("src/main.rs", MAIN);

    // The runtime has another name in Cargo.toml: one error, which shows the fix.
    let manifest = project.read("Cargo.toml");
    let renamed = "crm-rt = { package = \"telecrm-runtime\",";
    project.write("Cargo.toml", &manifest.replace("telecrm-runtime = {", renamed));
    project.write("src/main.rs", &MAIN.replace("telecrm_runtime", "crm_rt"));
    let stderr = project.fails();
    assert_eq!(stderr.matches("error[").count(), 1, "{stderr}");
    assert!(stderr.contains("renamed in Cargo.toml? Set `Config::runtime_path`."), "{stderr}");
    let runtime_path = "Config::new().runtime_path(\"crm_rt\").compile(";
    project.write("build.rs", &BUILD.replace("compile(", runtime_path));
    project.builds();
    project.write("build.rs", BUILD);
    project.write("Cargo.toml", &manifest);
    project.write("src/main.rs", MAIN);

    // The schema does not exist.
    std::fs::remove_file(project.0.path("workspace.yaml")).expect("the schema exists");
    let stderr = project.fails();
    assert!(stderr.contains("the schema cannot be read: there is no such file"), "{stderr}");
}

impl Project {
    fn generated(&self) -> PathBuf {
        let builds = self.0.target().join("debug/build");
        let entries = std::fs::read_dir(builds).expect("the crate was built");
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("build-script-"))
            .map(|entry| entry.path().join("out/workspace.rs"))
            .find(|path| path.exists())
            .expect("the build script wrote the file")
    }
}
