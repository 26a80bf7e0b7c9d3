//! What a build script tells cargo.

use std::path::Path;

use telecrm_schema::diagnostic::MAX_SHOWN;
use telecrm_schema::{Error, Warning};

/// The schema, and nothing that is generated: a generated file would make cargo run the build
/// script for ever.
pub(crate) fn rerun_if_changed(path: &Path) {
    // A path with a line break cannot be said to cargo: its nearest folder that can is watched.
    let on_one_line = |path: &&Path| !path.to_string_lossy().contains(['\n', '\r']);
    let watched = path.ancestors().find(on_one_line).filter(|it| !it.as_os_str().is_empty());
    println!("cargo::rerun-if-changed={}", watched.unwrap_or(Path::new(".")).display());
}

/// One line per warning.
pub(crate) fn warn(warnings: &[Warning]) {
    for warning in warnings.iter().take(MAX_SHOWN) {
        println!("cargo::warning={}", one_line(&warning.short()));
        eprintln!("{warning}\n");
    }
    if let Some(more) = warnings.len().checked_sub(MAX_SHOWN).filter(|&it| it > 0) {
        println!("cargo::warning=… and {more} more warnings of the same file");
    }
}

/// One line per error, and the whole report once.
pub(crate) fn fail(error: &Error) {
    for diagnostic in error.diagnostics().iter().take(MAX_SHOWN) {
        let kind = if diagnostic.is_warning() { "warning" } else { "error" };
        println!("cargo::{kind}={}", one_line(&diagnostic.short()));
    }
    eprintln!("{}\n", error.for_stderr());
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
