//! The generator in a user's own crate, built by cargo: what a change of the schema does to it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
struct Project {
    folder: PathBuf,
}

impl Project {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-script");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let manifest = format!(
            "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\n\
             telecrm-runtime = {{ path = \"{}\", default-features = false }}\n\n[build-dependencies]\n\
             telecrm-codegen = {{ path = \"{}\" }}\n\n[workspace]\n",
            root.join("telecrm-runtime").display(),
            root.join("telecrm-codegen").display()
        );
        std::fs::create_dir_all(folder.join("src")).expect("the target folder is writable");
        let project = Self { folder };
        project.write("Cargo.toml", &manifest);
        project.write("build.rs", BUILD);
        project.write("src/main.rs", MAIN);
        project.write("workspace.yaml", SCHEMA);
        let lock = root.join("Cargo.lock");
        if lock.exists() {
            std::fs::copy(lock, project.folder.join("Cargo.lock")).expect("the same");
        }
        project
    }

    /// Writes a file, so that cargo sees it as changed.
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).expect("the target folder is writable");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).expect("it was written")
    }

    fn cargo(&self, command: &str) -> Output {
        Command::new(env!("CARGO"))
            .args([command, "--color=never"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env_remove("RUSTFLAGS")
            .output()
            .expect("cargo runs this test, so it can run again")
    }

    #[track_caller]
    fn builds(&self) -> String {
        let output = self.cargo("build");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said
    }

    #[track_caller]
    fn fails(&self) -> String {
        let output = self.cargo("build");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "it builds");
        said
    }
}

/// One test, since cargo would build in one folder for one after the other all the same.
#[test]
fn a_users_crate_follows_its_schema() {
    let project = Project::new();
    project.builds();
    let output = project.cargo("run");
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
    let short = "workspace.yaml:5:13: the action code `1001` lacks its prefix `ACTION_`";
    assert!(said.contains(short), "{said}");
    assert_eq!(said.matches("= help: the Async API takes full codes only").count(), 1, "{said}");
    assert!(said.contains("Error: 1 error in workspace.yaml, shown above"), "{said}");

    // The build script writes another name: what it wrote before is not compiled again (D35's twin
    // on the machine of the one who builds).
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
    std::fs::remove_file(project.folder.join("workspace.yaml")).expect("it was there");
    let said = project.fails();
    assert!(said.contains("the schema cannot be read: there is no such file"), "{said}");
}

impl Project {
    fn generated(&self) -> PathBuf {
        let builds = self.folder.join("target/debug/build");
        let entries = std::fs::read_dir(builds).expect("it was built");
        entries
            .filter_map(|entry| Some(entry.ok()?.path().join("out/workspace.rs")))
            .find(|path| path.exists())
            .expect("the build script wrote it")
    }
}
