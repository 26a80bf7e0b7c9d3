//! A crate of many modules. It is checked repeatedly, without the modules that failed, until it compiles.
//! Then the result of each module is known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use test_support::ScratchCrate;

/// A crate under the target folder.
pub(crate) struct Scratch {
    project: ScratchCrate,
    /// The names and the code of the modules.
    modules: Vec<(String, String)>,
    generated: BTreeMap<String, String>,
}

impl Scratch {
    /// A crate of this name.
    pub(crate) fn new(name: &str) -> Self {
        // Generated code is a library, so that it is checked only once.
        let manifest = "edition = \"2024\"\n\n[lib]\nname = \"generated\"\npath = \"src/generated.rs\"\n\n\
             [[bin]]\nname = \"uses\"\npath = \"src/uses.rs\"\n\n[dependencies]\n\
             telecrm-runtime = { path = \"{root}/telecrm-runtime\", default-features = false }\n";
        let project = ScratchCrate::new(env!("CARGO_TARGET_TMPDIR"), name, manifest);
        Self { project, modules: Vec::new(), generated: BTreeMap::new() }
    }

    /// Adds generated code, once for all modules that use it. Returns its path.
    pub(crate) fn generated(&mut self, code: String) -> String {
        let next = self.generated.len();
        let name = self.generated.entry(code).or_insert_with(|| format!("crm_{next}"));
        format!("generated::{name}")
    }

    /// Adds a module that may not compile. Returns its number.
    pub(crate) fn module(&mut self, code: String) -> usize {
        let number = self.modules.len();
        self.modules.push((format!("uses_{number}"), code));
        number
    }

    /// The modules that do not compile, each with rustc's first message about it.
    pub(crate) fn failing(&self) -> BTreeMap<usize, String> {
        let mut library = String::from("#![allow(warnings)]\n");
        for (code, name) in &self.generated {
            self.project.write(&format!("src/{name}.rs"), code);
            let _ = writeln!(library, "pub mod {name};");
        }
        self.project.write("src/generated.rs", &library);
        for (name, code) in &self.modules {
            self.project.write(&format!("src/{name}.rs"), code);
        }
        let mut failing = BTreeMap::new();
        loop {
            self.write_users(&failing);
            let Err(errors) = self.check() else { return failing };
            let found: BTreeMap<usize, String> = errors.lines().rev().filter_map(blamed).collect();
            assert!(!found.is_empty(), "no module is to blame:\n{errors}");
            let before = failing.len();
            failing.extend(found);
            assert!(failing.len() > before, "the same modules again:\n{errors}");
        }
    }

    fn write_users(&self, without: &BTreeMap<usize, String>) {
        let mut code = String::from("#![allow(warnings)]\n");
        for (number, (name, _)) in self.modules.iter().enumerate() {
            if !without.contains_key(&number) {
                let _ = writeln!(code, "mod {name};");
            }
        }
        code.push_str("fn main() {}\n");
        self.project.write("src/uses.rs", &code);
    }

    fn check(&self) -> Result<(), String> {
        let output = self.project.run(&["check", "--quiet", "--message-format=short"]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(errors) }
    }
}

/// `src/uses_7.rs:3:5: error[E0425]: …`
fn blamed(line: &str) -> Option<(usize, String)> {
    let (number, rest) = line.strip_prefix("src/uses_")?.split_once(".rs:")?;
    rest.contains(" error").then(|| Some((number.parse().ok()?, line.to_owned())))?
}
