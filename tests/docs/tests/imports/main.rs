//! Imports between the files of a crate form no cycle.
//!
//! A `mod.rs` and the files below it may use each other: a cycle is allowed if it contains a file of
//! which all its other files are submodules.

mod cycles;
mod imports;
mod module_tree;
mod tokens;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use self::cycles::cycles;
use self::imports::Imports;
use self::module_tree::ModuleTree;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn imports_between_the_files_of_a_crate_form_no_cycle() {
    let mut report = String::new();
    let roots = crate_roots();
    assert!(roots.len() > 15, "{roots:?}");
    for root in roots {
        report += &cycles_of(&root, &|path| fs::read_to_string(Path::new(ROOT).join(path)).ok());
    }
    assert!(report.is_empty(), "files import each other:\n{report}");
}

/// Describes each cycle of a crate: its imports, and the names that each of them uses.
fn cycles_of(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> String {
    let tree = ModuleTree::read(root, read);
    let imports = Imports::of(&tree);
    let mut report = String::new();
    for cycle in cycles(&tree, &imports) {
        writeln!(report, "\n{} files:", cycle.len()).expect("a text");
        for ((from, to), names) in imports.within(&cycle) {
            let (from, to) = (tree.file(from).display(), tree.file(to).display());
            let names = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            writeln!(report, "  {from} -> {to}: {names}").expect("a text");
        }
    }
    report
}

/// The root file of each crate of the repository, relative to its folder.
fn crate_roots() -> Vec<PathBuf> {
    let mut roots = Vec::new();
    let mut folders = vec![PathBuf::new()];
    for _depth in 0..2 {
        folders = folders.iter().flat_map(|folder| folders_in(folder)).collect();
        let sources = folders
            .iter()
            .flat_map(|folder| ["src/lib.rs", "src/main.rs"].map(|source| folder.join(source)));
        roots.extend(sources.filter(|source| Path::new(ROOT).join(source).is_file()));
    }
    roots.sort();
    roots
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).expect("a folder");
    let entries = entries.map(|entry| entry.expect("an entry"));
    let folders = entries.filter(|entry| entry.path().is_dir() && entry.file_name() != "target");
    folders.map(|entry| folder.join(entry.file_name())).collect()
}

/// The cycles of a crate that consists of these files.
fn report(files: &[(&str, &str)]) -> String {
    cycles_of(Path::new("src/lib.rs"), &|path| {
        let (_, text) = files.iter().find(|(name, _)| Path::new(name) == path)?;
        Some((*text).to_owned())
    })
}

#[test]
fn two_files_that_use_each_other_are_a_cycle() {
    let root = ("src/lib.rs", "mod a; mod b; pub use a::{A, AnotherA};");
    let a = ("src/a.rs", "use crate::b::B; pub struct A(B); pub struct AnotherA;");
    let cycle = "\n2 files:\n  src/a.rs -> src/b.rs: B\n  src/b.rs -> src/a.rs: A\n";
    for b in [
        "use crate::a::A; pub struct B(A);",
        "use super::a::{self}; pub struct B; impl B { fn new(_: a::A) {} }",
        "use crate::a as other; pub struct B; impl B { fn new(_: other::A) {} }",
        "pub struct B(crate::A);",
        "pub struct B; fn f() { use crate::A; }",
        "pub struct B; fn f() -> String { format!(\"{}\", super::A) }",
        "use crate::a::*; pub struct B(A);",
        "macro_rules! m { () => { $crate::A } } pub struct B;",
    ] {
        assert_eq!(report(&[root, a, ("src/b.rs", b)]), cycle, "{b}");
    }
    for b in [
        "pub struct B;",
        "pub struct B; #[cfg(test)] mod tests { use crate::A; }",
        "pub struct B; impl B { #[cfg(test)] fn a() -> crate::A {} }",
        "pub(crate) struct B { pub(in crate::b) a: u8 } fn f(b: &B) { let a = b.a; }",
    ] {
        assert_eq!(report(&[root, a, ("src/b.rs", b)]), "", "{b}");
    }
}

#[test]
fn re_exported_names_belong_to_the_file_that_defines_them() {
    let root = ("src/lib.rs", "mod folder; mod user;");
    let folder = ("src/folder/mod.rs", "mod item; mod other; pub use self::item::Item;");
    let item = ("src/folder/item.rs", "pub struct Item;");
    let user = ("src/user.rs", "use crate::folder::{self, Item}; pub struct User(folder::Item);");
    let other = ("src/folder/other.rs", "use crate::user::User;");
    assert_eq!(report(&[root, folder, item, user, other]), "");
    let item = ("src/folder/item.rs", "pub struct Item(crate::user::User);");
    assert_eq!(
        report(&[root, folder, item, user, other]),
        "\n2 files:\n  src/folder/item.rs -> src/user.rs: User\n  \
         src/user.rs -> src/folder/item.rs: Item\n"
    );
}

#[test]
fn a_module_and_its_submodules_may_use_each_other() {
    let root = ("src/lib.rs", "mod folder; mod user; pub struct Root; pub use folder::Own;");
    let folder = ("src/folder/mod.rs", "mod a; mod b; use self::a::A; pub struct Own(A);");
    let a = ("src/folder/a.rs", "use super::b::B; pub struct A(B);");
    let b = ("src/folder/b.rs", "use super::Own; pub struct B(Option<Box<Own>>, crate::Root);");
    let user = ("src/user.rs", "use crate::folder::Own;");
    assert_eq!(report(&[root, folder, a, b, user]), "");

    // A cycle is an error if it contains a file that is not a submodule.
    let b = ("src/folder/b.rs", "pub struct B(crate::user::User);");
    let user = ("src/user.rs", "use crate::folder::Own; pub struct User(Own);");
    let cycle = report(&[root, folder, a, b, user]);
    assert!(cycle.starts_with("\n4 files:\n"), "{cycle}");
    // Two submodules that use each other are a cycle, too.
    let b = ("src/folder/b.rs", "pub struct B(super::a::A, super::Own);");
    let user = ("src/user.rs", "");
    assert_eq!(
        report(&[root, folder, a, b, user]),
        "\n2 files:\n  src/folder/a.rs -> src/folder/b.rs: B\n  \
         src/folder/b.rs -> src/folder/a.rs: A\n"
    );
}
