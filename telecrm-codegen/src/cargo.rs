//! What a build script tells cargo.

use std::path::Path;

use crate::report::{Error, Warning};

/// The schema, and nothing that is generated: a generated file would make cargo run the build
/// script for ever.
pub(crate) fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// One line per warning.
pub(crate) fn warn(warnings: &[Warning]) {
    for warning in warnings {
        println!("cargo::warning={}", one_line(&warning.short()));
        eprintln!("{warning}\n");
    }
}

/// One line per error, and the whole report once.
pub(crate) fn fail(error: &Error) {
    for diagnostic in error.diagnostics() {
        let kind = if diagnostic.is_warning() { "warning" } else { "error" };
        println!("cargo::{kind}={}", one_line(&diagnostic.short()));
    }
    eprintln!("{}\n", error.for_stderr());
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
