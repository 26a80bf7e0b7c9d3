//! Generates the demo workspace's types, and a function for each Rust block in README.md and docs/.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    telecrm_codegen::compile("../../schema/workspace.yaml")?;
    // The workspaces of docs/several-workspaces.md.
    for client in ["acme", "gupta"] {
        telecrm_codegen::Config::new()
            .requires("schema/vocabulary.yaml")
            .compile(format!("schema/{client}.yaml"))?;
    }
    let mut code = String::new();
    for page in pages()? {
        println!("cargo::rerun-if-changed={}", page.display());
        let name = page.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        for (line, block) in rust_blocks(&fs::read_to_string(&page)?) {
            let name = format!("{}_line_{line}", name.to_lowercase());
            if block.contains("fn main()") || block.contains("#[tokio::test]") {
                writeln!(code, "mod {name} {{\n    use super::given::*;\n{block}\n}}")?;
            } else {
                writeln!(
                    code,
                    "async fn {name}() -> given::Outcome {{\n    use given::*;\n{block}\n    Ok(())\n}}"
                )?;
            }
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("blocks.rs"), code)?;
    Ok(())
}

/// README.md and every page of docs/.
fn pages() -> std::io::Result<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed=../../docs");
    let mut pages = vec![PathBuf::from("../../README.md")];
    for entry in fs::read_dir("../../docs")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(pages)
}

/// The blocks fenced as `rust`, each with the line on which it starts.
fn rust_blocks(page: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if line == "```rust" {
            let block: Vec<_> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            blocks.push((number + 2, block.join("\n")));
        }
    }
    blocks
}
