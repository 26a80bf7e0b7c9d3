//! `docs/silent-drops.md` matches the table of rules, and each row has a test with its id.
//!
//! `TELECRM_BLESS=1 cargo test -p telecrm-schema --all-features --test catalogue` updates the page.
//! The links are found by the names of the tests (`d06_…`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use telecrm_schema::validate::{Assumption, DropRule};

const HEAD: &str = "\
# The silent-drop catalogue

telecrm's Async API responds to all of these mistakes with `200 {\"status\":\"QUEUED\"}`, and then silently drops
or changes a value. Each mistake is stopped at the earliest possible stage:

- **S**: the build script reports it when it reads the schema
- **C**: rustc reports it in your crate
- **V**: the conversion of run-time input to a value returns `Err` (never a panic)
- **L**: rustc reports it in a literal of the same value (`phone!(\"…\")`)
- **R**: the client reports it at run time, from telecrm's response
- **D**: a drift check reports it, in CI or at start-up

`cargo telecrm validate` and the emulator report the rows that are detectable in a body. `cargo telecrm explain D06`
explains a row offline. A test generates this page from the same table, and fails if the page is outdated.

The column *provenance* shows how the effect is known: **documented** by telecrm, **seen** in public integrations, **in
part** documented, **inferred** from the documentation, or **unknown**. If there are assumptions, their ids follow; the
least certain of them decides. [Below the table](#assumptions) is the list.

| id | mistake | stopped at | provenance | tests |
|---|---|---|---|---|
";

const ASSUMPTIONS: &str = "
## Assumptions

telecrm has no sandbox, so this project cannot check them. [`cargo telecrm probe`](probe.md) checks them against a
workspace of yours. `cargo telecrm explain A10` explains one of them.

| id | assumption | provenance | rules |
|---|---|---|---|
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the files that contain tests of an id, by id. Each file is listed once per id.
fn tests() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("the folder can be listed");
        for entry in entries.map(|entry| entry.expect("the entry can be listed")) {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let is_folder = entry.file_type().expect("the entry has a type").is_dir();
            if is_folder {
                if !name.starts_with('.') && name != "target" && name != "benches" {
                    folders.push(path);
                }
                continue;
            }
            let link = path
                .strip_prefix(root())
                .expect("below the root")
                .to_string_lossy()
                .replace('\\', "/");
            for id in ids(&path, &name) {
                found.entry(id).or_default().push(link.clone());
            }
        }
    }
    for links in found.values_mut() {
        links.sort();
        links.dedup();
    }
    found
}

/// Returns the ids of the tests in a file, from the name of the file or of its tests.
fn ids(path: &Path, name: &str) -> Vec<String> {
    let of_name =
        |name: &str| -> Vec<String> { name.split(['_', '-', '@', '.']).map_while(id).collect() };
    let stem = name.rsplit('@').next().unwrap_or(name);
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("stderr" | "snap") => return of_name(stem),
        Some("rs") => {}
        _ => return Vec::new(),
    }
    let code = fs::read_to_string(path).unwrap_or_default();
    let is_separator = |character: char| !(character.is_ascii_alphanumeric() || character == '_');
    let words = code.split(is_separator);
    words.filter(|word| word.contains('_')).flat_map(of_name).collect()
}

/// Converts `d06` to `D06`.
fn id(word: &str) -> Option<String> {
    let digits = word.strip_prefix('d')?;
    let is_id = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| format!("D{digits}"))
}

fn rows() -> impl Iterator<Item = DropRule> {
    DropRule::ALL.iter().copied().filter(|rule| *rule != DropRule::Locked)
}

fn page() -> String {
    let tests = tests();
    let mut page = HEAD.to_owned();
    for rule in rows() {
        let links = tests.get(rule.id()).map_or(&[][..], Vec::as_slice).iter().map(|link| {
            let name = link.rsplit('/').next().unwrap_or(link);
            format!("[{name}](../{link})")
        });
        let links: Vec<String> = links.collect();
        let _ = writeln!(page, "{}{} |", start_of(rule), links.join(", "));
    }
    page + &assumptions()
}

/// Returns the start of a row, before the links to its tests.
fn start_of(rule: DropRule) -> String {
    let ids: Vec<&str> = rule.assumptions().map(|assumption| assumption.id).collect();
    let provenance = match ids[..] {
        [] => rule.provenance().to_string(),
        _ => format!("{} ({})", rule.provenance(), ids.join(", ")),
    };
    let title = rule.explanation().title;
    format!("| {rule} | {title} | {} | {provenance} | ", rule.stopped_at())
}

/// Returns the section of assumptions.
fn assumptions() -> String {
    let mut section = ASSUMPTIONS.to_owned();
    for Assumption { id, sentence, provenance, source, rules, .. } in Assumption::ALL {
        let source = if source.is_empty() { String::new() } else { format!("; {source}") };
        let rules = rules.join(", ");
        let _ = writeln!(section, "| {id} | {sentence} | {provenance}{source} | {rules} |");
    }
    section
}

#[test]
fn every_row_of_the_catalogue_has_a_test_with_its_id() {
    let tests = tests();
    let missing: Vec<&str> =
        rows().map(DropRule::id).filter(|id| !tests.contains_key(*id)).collect();
    assert_eq!(missing, [] as [&str; 0], "no test has the id in its name");
}

/// The text of the page equals the table, and each link leads to a file with a test of the row.
///
/// A new test does not require an update of the page.
#[test]
fn page_of_silent_drops_matches_the_table() {
    const STALE: &str = "outdated: run this test with TELECRM_BLESS=1";
    let path = root().join("docs/silent-drops.md");
    if std::env::var_os("TELECRM_BLESS").is_some() {
        fs::write(&path, page()).expect("written");
    }
    let page = fs::read_to_string(&path).expect("the page exists");
    let table = page.strip_prefix(HEAD).expect(STALE);
    let table = table.strip_suffix(&assumptions()).expect(STALE);
    assert_eq!(table.lines().count(), rows().count(), "{STALE}");
    for (line, rule) in table.lines().zip(rows()) {
        let start = start_of(rule);
        let links = line.strip_prefix(&start).unwrap_or_else(|| panic!("{rule} is {STALE}"));
        let links: Vec<&str> =
            links.split("](../").skip(1).filter_map(|link| link.split(')').next()).collect();
        assert!(!links.is_empty(), "{rule} has no test; {STALE}");
        for link in links {
            let path = root().join(link);
            assert!(path.is_file(), "{rule} links to {link}, which does not exist; {STALE}");
            let name = link.rsplit('/').next().unwrap_or(link);
            let has_test = ids(&path, name).iter().any(|id| id == rule.id());
            assert!(has_test, "{link} has no test of {rule}; {STALE}");
        }
    }
}
