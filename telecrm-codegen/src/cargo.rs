//! Messages of a build script to cargo.

use std::path::{Component, Path, PathBuf};

use telecrm_schema::diagnostic::MAX_SHOWN;
use telecrm_schema::{Diagnostic, Error};

/// Makes cargo run the build script again when the schema changes.
///
/// A generated file must not be watched: cargo would then run the build script on every build.
pub(crate) fn rerun_if_changed(path: &Path) {
    // cargo reads one line for each path. A path with a line break cannot be watched, so its nearest
    // folder without one is.
    let on_one_line = |path: &&Path| !path.to_string_lossy().contains(['\n', '\r']);
    let watched =
        path.ancestors().find(on_one_line).filter(|folder| !folder.as_os_str().is_empty());
    println!("cargo::rerun-if-changed={}", watched.unwrap_or(Path::new(".")).display());
}

/// Makes a path relative to the cargo workspace, like the paths in rustc's messages.
pub(crate) fn shown(path: &Path) -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    package.map_or_else(|| path.to_owned(), |package| from_root(Path::new(&package), path))
}

fn from_root(package: &Path, path: &Path) -> PathBuf {
    let has_lock = |folder: &&Path| folder.join("Cargo.lock").is_file();
    let Some(root) = package.ancestors().find(has_lock) else { return path.to_owned() };
    let from_package = package.join(path);
    let mut absolute = PathBuf::new();
    for component in from_package.components() {
        match component {
            Component::ParentDir => drop(absolute.pop()),
            other => absolute.push(other),
        }
    }
    // After a symbolic link, `..` leads to another folder.
    let is_link =
        std::fs::canonicalize(&absolute).ok() != std::fs::canonicalize(&from_package).ok();
    match absolute.strip_prefix(root) {
        Ok(shown) if !is_link => shown.to_owned(),
        _ => path.to_owned(),
    }
}

/// Reports each warning in one line to cargo, and in full on stderr.
pub(crate) fn warn(warnings: &[Diagnostic]) {
    for warning in warnings.iter().take(MAX_SHOWN) {
        println!("cargo::warning={}", one_line(&warning.short()));
        eprintln!("{warning}\n");
    }
    if let Some(more) = warnings.len().checked_sub(MAX_SHOWN).filter(|&more| more > 0) {
        println!("cargo::warning=… and {more} more warnings of the same file");
    }
}

/// Reports each error in one line to cargo, and the full report once on stderr.
pub(crate) fn fail(error: &mut Error) {
    for diagnostic in error.diagnostics().iter().take(MAX_SHOWN) {
        let kind = if diagnostic.is_warning() { "warning" } else { "error" };
        println!("cargo::{kind}={}", one_line(&diagnostic.short()));
    }
    error.print();
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_workspace_root() {
        let root = tempfile::tempdir().expect("a folder for the test");
        let package = root.path().join("apps/crm");
        std::fs::create_dir_all(package.join("schema")).expect("writable");
        std::fs::write(package.join("schema/a.yaml"), "").expect("writable");
        std::fs::write(root.path().join("b.yaml"), "").expect("writable");
        let shown = |path: &str| from_root(&package, Path::new(path));
        assert_eq!(shown("schema/a.yaml"), Path::new("schema/a.yaml"), "no Cargo.lock, no root");
        std::fs::write(root.path().join("Cargo.lock"), "").expect("writable");
        assert_eq!(shown("schema/a.yaml"), Path::new("apps/crm/schema/a.yaml"));
        assert_eq!(shown("../../b.yaml"), Path::new("b.yaml"));
        assert_eq!(shown("missing.yaml"), Path::new("apps/crm/missing.yaml"));
        assert_eq!(shown("/elsewhere/c.yaml"), Path::new("/elsewhere/c.yaml"));
    }
}
