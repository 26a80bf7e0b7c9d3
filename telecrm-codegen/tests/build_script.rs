//! The generator in a user's own crate, built by cargo: what a change of the schema does to it.

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
        std::fs::read_to_string(self.0.path(name)).expect("it was written")
    }

    #[track_caller]
    fn builds(&self) -> String {
        let output = self.0.run(&["build"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said
    }

    #[track_caller]
    fn fails(&self) -> String {
        let output = self.0.run(&["build"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "it builds");
        said
    }
}

#[test]
fn a_users_crate_follows_its_schema() {
    let project = Project::new();
    project.builds();
    let output = project.0.run(&["run"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        r#"{"fields":{"phone":"919999999999","source":"Cold Call"},"actions":[{"type":"ACTION_1001","fields":{}}]}"#
    );

    // Nothing changed: nothing is built.
    let said = project.builds();
    assert!(!said.contains("Compiling"), "{said}");

    // The schema was touched, but says the same: the build script runs, the crate stays.
    let generated = project.generated();
    let before = std::fs::metadata(&generated).and_then(|it| it.modified()).expect("it is there");
    project.write("workspace.yaml", &format!("{SCHEMA}# nothing new\n"));
    project.builds();
    let after = std::fs::metadata(&generated).and_then(|it| it.modified()).expect("it is there");
    assert_eq!(before, after, "the generated file was written again");

    // An option was renamed: the use of its old name fails, and says where the new one is.
    project.write("workspace.yaml", &SCHEMA.replace("Cold Call", "Cold Calling"));
    let said = project.fails();
    assert!(said.contains("no variant or associated item named `ColdCall` found"), "{said}");
    let ours = "telecrm would create any label but those of `source`: Website, ColdCalling";
    assert!(said.contains(ours), "{said}");

    // An action was removed.
    let without = SCHEMA.split("customActions").next().unwrap_or_default();
    project.write("workspace.yaml", without);
    let said = project.fails();
    assert!(said.contains("cannot find `SiteVisit` in `actions`"), "{said}");

    // The schema itself is wrong: each mistake once in full, and once in short.
    project.write("workspace.yaml", &SCHEMA.replace("ACTION_1001", "1001"));
    let said = project.fails();
    let short = "workspace.yaml:5:13: the action code `1001` lacks the prefix `ACTION_`";
    assert!(said.contains(short), "{said}");
    assert_eq!(said.matches("= help: the Async API accepts only full codes").count(), 1, "{said}");
    assert!(said.contains("Error: 1 error in workspace.yaml, shown above"), "{said}");

    // The build script writes another name: what it wrote before is not compiled again.
    project.write("workspace.yaml", SCHEMA);
    project.builds();
    let telecrm = "Config::new().module_name(\"telecrm\").compile(";
    project.write("build.rs", &BUILD.replace("compile(", telecrm));
    let said = project.fails();
    let stale = "the build script does not write \"workspace\" any more: include what it writes, \
                 `include_workspace!(\"telecrm\")`";
    assert!(said.contains(stale), "{said}");
    let named = "include_workspace!(\"telecrm\")";
    project.write("src/main.rs", &MAIN.replace("include_workspace!()", named));
    project.builds();
    project.write("build.rs", BUILD);
    project.write("src/main.rs", MAIN);

    // The runtime has another name in Cargo.toml: one error, which says what to write.
    let manifest = project.read("Cargo.toml");
    let renamed = "crm-rt = { package = \"telecrm-runtime\",";
    project.write("Cargo.toml", &manifest.replace("telecrm-runtime = {", renamed));
    project.write("src/main.rs", &MAIN.replace("telecrm_runtime", "crm_rt"));
    let said = project.fails();
    assert_eq!(said.matches("error[").count(), 1, "{said}");
    assert!(said.contains("under another name? `Config::runtime_path`"), "{said}");
    let runtime_path = "Config::new().runtime_path(\"crm_rt\").compile(";
    project.write("build.rs", &BUILD.replace("compile(", runtime_path));
    project.builds();
    project.write("build.rs", BUILD);
    project.write("Cargo.toml", &manifest);
    project.write("src/main.rs", MAIN);

    // There is no schema.
    std::fs::remove_file(project.0.path("workspace.yaml")).expect("it was there");
    let said = project.fails();
    assert!(said.contains("the schema cannot be read: there is no such file"), "{said}");
}

impl Project {
    fn generated(&self) -> PathBuf {
        let builds = self.0.target().join("debug/build");
        let entries = std::fs::read_dir(builds).expect("it was built");
        entries
            .filter_map(Result::ok)
            .filter(|it| it.file_name().to_string_lossy().starts_with("build-script-"))
            .map(|it| it.path().join("out/workspace.rs"))
            .find(|path| path.exists())
            .expect("the build script wrote it")
    }
}
