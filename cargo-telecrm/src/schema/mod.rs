//! The schema file that a command works by, and what is said where it cannot.

mod default_path;
mod revision;

use std::path::Path;

use telecrm_codegen::model::Workspace;
use telecrm_codegen::{Diagnostic, Error, escaped};

use crate::exit::Failure;
use crate::file;
use crate::terminal::Terminal;

pub(crate) use self::default_path::or_default;
pub(crate) use self::revision::at_revision;

/// More would hide what comes after them.
const MAX_SHOWN: usize = 100;

/// Reads and checks a schema. Its errors are printed as `check` prints them.
pub(crate) fn read(path: &Path) -> Result<Workspace, Failure> {
    if file::is_stdin(path) {
        return from_bytes(&file::shown(path), file::read(path, file::SCHEMA_LIMIT)?);
    }
    Workspace::from_file(path).map_err(|error| refused(&error, &file::shown(path)))
}

/// Checks a schema that is not a file. `name` is what to call it.
pub(crate) fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Workspace, Failure> {
    let text =
        String::from_utf8(bytes).map_err(|_| Failure::new(format!("{name} is not UTF-8 text")))?;
    Workspace::check_yaml(name, &text)
        .map(|(workspace, _)| workspace)
        .map_err(|error| refused(&error, name))
}

/// Says why a schema cannot be used.
pub(crate) fn refused(error: &Error, name: &str) -> Failure {
    if let Some(unreadable) = error.diagnostics().iter().find(|it| is_unreadable(it)) {
        return cannot_be_read(&[unreadable]);
    }
    show(error.diagnostics().iter().take(MAX_SHOWN));
    Failure::new(format!("{name} cannot be used as a schema"))
        .hint(format!("correct it first; `cargo telecrm check {name}` shows the above again"))
}

/// Prints diagnostics to stderr.
pub(crate) fn show<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) {
    for diagnostic in diagnostics {
        Terminal::say(format_args!("{}\n", diagnostic.render(Terminal::err_is_colored())));
    }
}

/// No mistake in a schema, but no schema to look at.
pub(crate) fn is_unreadable(diagnostic: &Diagnostic) -> bool {
    diagnostic.rule() == "unreadable-file"
}

/// The failure of a command some of whose files cannot be read.
pub(crate) fn cannot_be_read(unreadable: &[&Diagnostic]) -> Failure {
    let lines = unreadable.iter().map(|it| format!("{}: {}", escaped(it.path()), it.message()));
    Failure::new(lines.collect::<Vec<_>>().join("\n"))
        .hint("paths are relative to the folder that this command runs in")
}
