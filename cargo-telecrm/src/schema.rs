//! The schema file that a command works by, and what is said where it cannot.

use std::path::Path;

use telecrm_codegen::NamedSchema;
use telecrm_schema::{Diagnostic, Error, Schema};

use crate::exit::Failure;
use crate::terminal::Terminal;

/// More would hide what comes after them.
const MOST_SHOWN: usize = 100;

/// Reads and checks a schema. Its errors are printed as `check` prints them.
pub(crate) fn read(path: &Path) -> Result<Schema, Failure> {
    Schema::from_file(path).map_err(|error| refused(&error, path))
}

/// Reads, checks and names a schema, for what looks at generated code.
pub(crate) fn read_named(path: &Path) -> Result<NamedSchema, Failure> {
    NamedSchema::from_file(path).map_err(|error| refused(&error, path))
}

/// Says why a schema cannot be used.
pub(crate) fn refused(error: &Error, path: &Path) -> Failure {
    if let Some(unreadable) = error.diagnostics().iter().find(|it| is_unreadable(it)) {
        return cannot_be_read(&[unreadable]);
    }
    show(error.diagnostics().iter().take(MOST_SHOWN));
    let file = path.display();
    let failure = Failure::new(format!("{file} cannot be used as a schema"));
    failure.hint(format!("mend it first; `cargo telecrm check {file}` shows the above again"))
}

/// Prints diagnostics to stderr.
pub(crate) fn show<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) {
    for diagnostic in diagnostics {
        Terminal::say(format_args!("{}\n", diagnostic.render(Terminal::err_is_coloured())));
    }
}

/// No mistake in a schema, but no schema to look at.
pub(crate) fn is_unreadable(diagnostic: &Diagnostic) -> bool {
    diagnostic.rule() == "unreadable-file"
}

/// The failure of a command some of whose files cannot be read.
pub(crate) fn cannot_be_read(unreadable: &[&Diagnostic]) -> Failure {
    let lines = unreadable.iter().map(|it| format!("{}: {}", it.path(), it.message()));
    Failure::new(lines.collect::<Vec<_>>().join("\n"))
        .hint("paths are taken from the folder that this is run in")
}
