//! What a build script tells cargo.

use std::path::Path;

use telecrm_schema::diagnostic::MAX_SHOWN;
use telecrm_schema::{Error, Warning};

/// The schema, and nothing that is generated: a generated file would make cargo run the build
/// script for ever.
pub(crate) fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
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
