//! `docs/silent-drops.md` is what the table of rules says, and each row has a test with its id.
//!
//! `TELECRM_BLESS=1 cargo test -p telecrm-schema --all-features --test catalogue` writes the page
//! again; the links to tests are found by their names (`d06_…`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use telecrm_schema::validate::DropRule;

const HEAD: &str = "\
# The silent-drop catalogue

telecrm's Async API answers all of these `200 {\"status\":\"QUEUED\"}`, and then silently drops or changes
something. Each row is stopped at the earliest stage that can know:

- **S** while the build script reads the schema
- **C** by rustc, in your crate
- **V** when a value is made from input known only at run time (`Err`, never a panic)
- **L** in a literal of the same value (`phone!(\"…\")`), by rustc
- **R** at run time, from the answer
- **D** by a drift check, in CI or at start-up

`cargo telecrm validate` and the emulator report the rows that show in a body; `cargo telecrm explain D06`
explains a row offline. This page is made of the same table, by a test that fails when it is stale.

| id | mistake | stopped at | tests |
|---|---|---|---|
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Files with tests whose names carry an id, by id. Each id has every such file once.
fn tests() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("the folder can be listed");
        for entry in entries.map(|entry| entry.expect("it can be listed")) {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let is_folder = entry.file_type().expect("it has a type").is_dir();
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

/// The ids that a file has tests of: by its own name, or by the names of its tests.
fn ids(path: &Path, name: &str) -> Vec<String> {
    let of_name =
        |name: &str| -> Vec<String> { name.split(['_', '-', '@', '.']).map_while(id).collect() };
    let stem = name.rsplit('@').next().unwrap_or(name);
    match path.extension().and_then(|it| it.to_str()) {
        Some("stderr" | "snap") => return of_name(stem),
        Some("rs") => {}
        _ => return Vec::new(),
    }
    let code = fs::read_to_string(path).unwrap_or_default();
    let words = code.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_'));
    words.filter(|word| word.contains('_')).flat_map(of_name).collect()
}

/// `D06` for `d06`.
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
        let title = rule.explanation().title;
        let row = format!("| {rule} | {title} | {} | {} |", rule.stopped_at(), links.join(", "));
        let _ = writeln!(page, "{row}");
    }
    page
}

#[test]
fn every_row_of_the_catalogue_has_a_test_that_carries_its_id() {
    let tests = tests();
    let missing: Vec<&str> =
        rows().map(DropRule::id).filter(|id| !tests.contains_key(*id)).collect();
    assert_eq!(missing, [] as [&str; 0], "no test has the id in its name");
}

/// The words of the page are those of the table; each link leads to a file that has a test of the
/// row. Tests may be added without writing the page again.
#[test]
fn the_page_of_silent_drops_is_true() {
    const STALE: &str = "stale: run this test with TELECRM_BLESS=1";
    let path = root().join("docs/silent-drops.md");
    if std::env::var_os("TELECRM_BLESS").is_some() {
        fs::write(&path, page()).expect("written");
    }
    let page = fs::read_to_string(&path).expect("the page is there");
    let table = page.strip_prefix(HEAD).expect(STALE);
    assert_eq!(table.lines().count(), rows().count(), "{STALE}");
    for (line, rule) in table.lines().zip(rows()) {
        let title = rule.explanation().title;
        let start = format!("| {rule} | {title} | {} | ", rule.stopped_at());
        let links = line.strip_prefix(&start).unwrap_or_else(|| panic!("{rule} is {STALE}"));
        let links: Vec<&str> =
            links.split("](../").skip(1).filter_map(|it| it.split(')').next()).collect();
        assert!(!links.is_empty(), "{rule} has no test; {STALE}");
        for link in links {
            let path = root().join(link);
            assert!(path.is_file(), "{rule} links to {link}, which is not there; {STALE}");
            let name = link.rsplit('/').next().unwrap_or(link);
            let carries = ids(&path, name).iter().any(|id| id == rule.id());
            assert!(carries, "{link} has no test of {rule}; {STALE}");
        }
    }
}
