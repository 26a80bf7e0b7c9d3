//! Time from saving the schema to rustc's message in a program that uses it.
//!
//! A field is renamed in the schema, and a function still uses its old name. `cargo check` runs the
//! build script, compiles the generated code incrementally, and reports the use.

use std::time::{Duration, Instant};

use crate::library::Library;
use crate::workload::{json_schema, proto, telecrm};
use crate::{PROST, SERDE, SIZE, codegen_dependency, in_turn, print_times, runtime_dependency};

/// A text field of the workload, used by the function below.
const FIELD: &str = "field_0";
const RENAMED: &str = "field_renamed";

/// A library whose build script generates code from a schema.
struct Editor {
    library: Library,
    schema: &'static str,
    text: String,
}

impl Editor {
    fn check(&self, text: &str) -> (bool, String) {
        self.library.write(self.schema, text);
        let output = self.library.check();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Measures the time until the message about a renamed field, and restores the schema.
    fn edit(&self) -> Duration {
        let renamed = self.text.replace(FIELD, RENAMED);
        assert_ne!(renamed, self.text);
        let start = Instant::now();
        let (passed, stderr) = self.check(&renamed);
        let took = start.elapsed();
        assert!(!passed && stderr.contains(FIELD), "{stderr}");
        let (passed, stderr) = self.check(&self.text);
        assert!(passed, "{stderr}");
        took
    }
}

pub fn editing() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let codegen = codegen_dependency();
    let included = |file: &str| format!("include!(concat!(env!(\"OUT_DIR\"), \"/{file}\"));");
    let editors = [
        (
            Library::new(root.path(), "ours", &runtime_dependency(), &codegen),
            TELECRM_BUILD_SCRIPT,
            "telecrm_runtime::include_workspace!();".to_owned(),
            ("workspace.yaml", telecrm(SIZE)),
        ),
        (
            Library::new(root.path(), "with_prost", PROST, PROST_BUILD),
            PROST_BUILD_SCRIPT,
            included("crm.rs"),
            ("crm.proto", proto(SIZE)),
        ),
        (
            Library::new(root.path(), "with_typify", SERDE, TYPIFY),
            TYPIFY_BUILD_SCRIPT,
            included("crm.rs"),
            ("crm.json", json_schema(SIZE)),
        ),
    ]
    .map(|(library, build_script, module, (schema, text))| {
        let uses = format!("pub fn uses(lead: &crm::Lead) {{ let _ = &lead.{FIELD}; }}");
        library.write("src/lib.rs", &format!("pub mod crm {{\n{module}\n}}\n\n{uses}\n"));
        library.write("build.rs", build_script);
        Editor { library, schema, text }
    });
    let [telecrm_time, prost, typify] = in_turn(
        5,
        [&mut || editors[0].edit(), &mut || editors[1].edit(), &mut || editors[2].edit()],
    );
    let measurement = "from saving the schema to rustc's message";
    print_times(measurement, telecrm_time, "prost-build", prost, None);
    print_times(measurement, telecrm_time, "typify", typify, None);
}

pub const TELECRM_BUILD_SCRIPT: &str = r#"
fn main() -> Result<(), telecrm_codegen::Error> {
    telecrm_codegen::compile("workspace.yaml")
}
"#;

const PROST_BUILD: &str = "prost-build = \"0.14\"\nprotox = \"0.10\"\n";

const PROST_BUILD_SCRIPT: &str = r#"
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=crm.proto");
    let descriptors = protox::compile(["crm.proto"], ["."])?;
    Ok(prost_build::Config::new().compile_fds(descriptors)?)
}
"#;

const TYPIFY: &str = "\
typify = { version = \"0.8\", default-features = false }
prettyplease = \"0.2\"
serde_json = \"1\"
syn = { version = \"2\", default-features = false, features = [\"full\", \"parsing\"] }
";

const TYPIFY_BUILD_SCRIPT: &str = r#"
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=crm.json");
    let schema = serde_json::from_str(&std::fs::read_to_string("crm.json")?)?;
    let mut space = typify::TypeSpace::new(&typify::TypeSpaceSettings::default());
    space.add_root_schema(schema)?;
    let code = prettyplease::unparse(&syn::parse2(space.to_stream())?);
    let folder = std::path::PathBuf::from(std::env::var_os("OUT_DIR").ok_or("a build script")?);
    Ok(std::fs::write(folder.join("crm.rs"), code)?)
}
"#;
