//! The schema file of a command, and the reports if it cannot be used.

mod default_path;
pub(crate) mod editor;
mod revision;

use std::io;
use std::path::Path;

use telecrm_codegen::NamedSchema;
use telecrm_schema::{Diagnostic, Error, Schema, Source, escaped};

use crate::exit::Failure;
use crate::file;
use crate::terminal::Terminal;

pub(crate) use self::default_path::{all_or_default, or_default};
use self::revision::at_revision;

/// Maximum number of printed diagnostics, so that they do not hide later output.
const MAX_SHOWN: usize = 100;

/// The text of a schema: a regular file, `-`, or another open stream.
pub(crate) fn source(path: &Path) -> Result<Source, Error> {
    if file::is_stdin(path) {
        Source::from_reader(&file::shown(path), io::stdin().lock())
    } else {
        Source::read(path)
    }
}

/// Reads and checks a schema. Prints its errors in the form of `check`.
pub(crate) fn read(path: &Path) -> Result<Schema, Failure> {
    let checked = source(path).and_then(Schema::check);
    checked.map(|(schema, _)| schema).map_err(|error| refused(&error, &file::shown(path)))
}

/// Reads and checks a schema, and assigns its Rust names.
pub(crate) fn read_named(path: &Path) -> Result<NamedSchema, Failure> {
    named(source(path), &file::shown(path))
}

/// Reads, checks and names a schema of a git revision. Returns `None` if the revision has no such file.
pub(crate) fn read_revision(path: &Path, revision: &str) -> Result<Option<NamedSchema>, Failure> {
    let (name, bytes) = at_revision(path, revision)?;
    bytes.map(|bytes| named(Source::from_reader(&name, bytes.as_slice()), &name)).transpose()
}

fn named(source: Result<Source, Error>, name: &str) -> Result<NamedSchema, Failure> {
    let checked = source.and_then(NamedSchema::check);
    checked.map(|(schema, _)| schema).map_err(|error| refused(&error, name))
}

/// Prints the reasons why a schema cannot be used.
pub(crate) fn refused(error: &Error, name: &str) -> Failure {
    if let Some(unreadable) =
        error.diagnostics().iter().find(|diagnostic| is_unreadable(diagnostic))
    {
        return cannot_be_read(&[unreadable]);
    }
    show(error.diagnostics().iter().take(MAX_SHOWN));
    Failure::new(format!("{name} cannot be used as a schema"))
        .hint(format!("correct it first; `cargo telecrm check {name}` prints these reports again"))
}

/// Prints diagnostics to stderr.
pub(crate) fn show<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) {
    for diagnostic in diagnostics {
        Terminal::say(format_args!("{}\n", diagnostic.render(Terminal::err_is_colored())));
    }
}

/// Whether a diagnostic means that there is no schema, not that the schema has a mistake.
pub(crate) fn is_unreadable(diagnostic: &Diagnostic) -> bool {
    diagnostic.rule() == "unreadable-file"
}

/// The failure of a command if some of its files cannot be read.
pub(crate) fn cannot_be_read(unreadable: &[&Diagnostic]) -> Failure {
    let lines = unreadable
        .iter()
        .map(|diagnostic| format!("{}: {}", escaped(diagnostic.path()), diagnostic.message()));
    Failure::new(lines.collect::<Vec<_>>().join("\n"))
        .hint("paths are relative to the folder that this command runs in")
}
