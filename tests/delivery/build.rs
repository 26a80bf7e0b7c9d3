//! Generates types from the demo workspace's schema, and from random workspaces.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use proptest::strategy::{Strategy as _, ValueTree as _};
use test_support::{Seed, random_workspace};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    telecrm_codegen::compile("../../schema/workspace.yaml")?;
    random_workspaces()
}

/// Writes `random_workspaces.rs`: a module for each random workspace, and a function that visits them.
///
/// `TELECRM_WORKSPACES` is their number, 4 by default, and `TELECRM_SEED` is their seed.
fn random_workspaces() -> Result<(), Box<dyn std::error::Error>> {
    for variable in ["TELECRM_WORKSPACES", "TELECRM_SEED"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let count: usize = match env::var("TELECRM_WORKSPACES") {
        Ok(count) => count.parse()?,
        Err(_) => 4,
    };
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let mut runner = Seed::from_env().runner();
    let (mut modules, mut visits) = (String::new(), String::new());
    for index in 0..count {
        let tree = random_workspace::workspace()
            .new_tree(&mut runner)
            .map_err(|error| error.to_string())?;
        let workspace = tree.current().to_string();
        let generated = telecrm_codegen::Config::new().generate(&workspace)?;
        fs::write(folder.join(format!("workspace_{index}.inc")), generated.code)?;
        fs::write(folder.join(format!("workspace_{index}.json")), workspace)?;
        let file = |ending| format!("concat!(env!(\"OUT_DIR\"), \"/workspace_{index}.{ending}\")");
        writeln!(modules, "mod workspace_{index} {{ include!({}); }}", file("inc"))?;
        writeln!(
            visits,
            "    visitor.visit::<workspace_{index}::Lead>(include_str!({}));",
            file("json")
        )?;
    }
    let code = format!("{modules}\nfn visit_all(visitor: &impl Visitor) {{\n{visits}}}\n");
    fs::write(folder.join("random_workspaces.rs"), code)?;
    Ok(())
}
