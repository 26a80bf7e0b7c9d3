//! Checks of README.md and docs/ against the files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Every Markdown file for users.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(ROOT);
    let mut pages = Vec::new();
    for folder in [root.to_owned(), root.join("docs"), root.join("benches")] {
        markdown(&folder, &mut pages);
    }
    for entry in fs::read_dir(root).expect("the repository").flatten() {
        if entry.path().join("Cargo.toml").is_file() {
            markdown(&entry.path(), &mut pages);
        }
    }
    pages.sort();
    pages.dedup();
    assert!(pages.len() > 8, "{pages:?}");
    pages
}

fn markdown(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "md") {
            pages.push(entry.path());
        }
    }
}

fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.strip_prefix("```") == Some(language) {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(block.join("\n"));
        }
    }
    blocks
}

/// The targets of the links in a page, without those to the web.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    for part in page.split("](").skip(1) {
        let Some((target, _)) = part.split_once(')') else { continue };
        if !target.contains("://") && !target.contains(' ') && !target.is_empty() {
            links.push(target.to_owned());
        }
    }
    links
}

/// GitHub's anchor of a heading.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_has_a_target() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for link in links(&text) {
            let (file, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().expect("a folder").join(file),
            };
            let found = target.exists()
                && (fragment.is_empty()
                    || target.extension().is_none_or(|extension| extension != "md")
                    || {
                        let target = fs::read_to_string(&target).unwrap_or_default();
                        target.lines().any(|line| line.starts_with('#') && anchor(line) == fragment)
                    });
            if !found {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "these links have no target:\n{}", broken.join("\n"));
}

#[test]
fn readme_is_short_and_contains_the_first_commands() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).expect("README.md");
    assert!(readme.lines().count() <= 120, "README.md has {} lines", readme.lines().count());
    for command in ["cargo run -p quickstart", "cargo test --workspace"] {
        assert!(readme.lines().any(|line| line == command), "README.md must show `{command}`");
    }
}

#[test]
fn every_schema_in_the_docs_is_valid() {
    let mut seen = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for block in blocks(&text, "yaml") {
            if block.contains("customFields") {
                seen += 1;
                let read = telecrm_schema::Schema::check_yaml("block", &block);
                let (_, warnings) =
                    read.unwrap_or_else(|error| panic!("{}:\n{block}\n{error}", page.display()));
                assert!(warnings.is_empty(), "{}:\n{block}\n{warnings:?}", page.display());
            }
        }
    }
    assert!(seen > 0);
}

#[test]
fn every_toml_block_is_valid() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for block in blocks(&text, "toml") {
            block
                .parse::<toml_edit::DocumentMut>()
                .unwrap_or_else(|error| panic!("{}:\n{block}\n{error}", page.display()));
        }
    }
}

/// The modules directly under a crate's `src`.
fn modules(crate_name: &str) -> Vec<String> {
    let source = Path::new(ROOT).join(crate_name).join("src");
    let names = fs::read_dir(source).expect("a crate").flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        match name.strip_suffix(".rs") {
            Some("lib" | "main") => None,
            Some(module) => Some(module.to_owned()),
            None => Some(format!("{name}/")),
        }
    });
    names.collect()
}

#[test]
fn architecture_lists_every_module() {
    let page = fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).expect("the page");
    let mut missing = Vec::new();
    for crate_name in [
        "telecrm-schema",
        "telecrm-codegen",
        "telecrm-runtime",
        "telecrm-outbox",
        "telecrm-emulator",
        "cargo-telecrm",
    ] {
        let section = page.split(&format!("### {crate_name}\n")).nth(1).unwrap_or_default();
        let section = section.split("\n###").next().unwrap_or_default();
        let modules = modules(crate_name).into_iter();
        let absent = modules.filter(|name| !section.contains(&format!("| `{name}` |")));
        missing.extend(absent.map(|name| format!("{crate_name}: {name}")));
    }
    assert!(missing.is_empty(), "ARCHITECTURE.md does not list {missing:#?}");
}
