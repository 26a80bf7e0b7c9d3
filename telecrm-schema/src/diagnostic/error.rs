//! Error with every mistake of a schema.

use std::fmt;
use std::io::IsTerminal;

use super::render::render;
use super::{Diagnostic, Rule, escaped};

/// Error with every mistake of an invalid schema.
///
/// [`Display`](fmt::Display) formats the whole report: line, message and help of each mistake.
/// [`Debug`](fmt::Debug) formats a summary and the report, so that `unwrap()` and a `main` that returns the
/// error print it. After [`print`](Self::print), it formats only the summary: a build script prints the
/// report of `telecrm_codegen::compile` once.
pub struct Error {
    diagnostics: Vec<Diagnostic>,
    is_printed: bool,
}

/// Maximum number of diagnostics in a report.
///
/// A schema with more mistakes is probably the wrong file, or repeats the same mistake.
pub const MAX_SHOWN: usize = 100;

impl Error {
    /// Creates an error from its diagnostics, in the order of the report.
    #[must_use]
    pub fn new(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, is_printed: false }
    }

    /// Creates the error of a whole file, such as an unreadable one.
    ///
    /// Reports show `path` as its path.
    #[must_use]
    pub fn of_file(
        rule: Rule,
        path: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let mut diagnostic = Diagnostic::of_file(rule, path, message.into());
        diagnostic.set_help(help);
        Self::new(vec![diagnostic])
    }

    /// Returns all mistakes and warnings in the order of the file.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Prints the whole report to stderr, with colours if it is a terminal.
    ///
    /// From then on, [`Debug`](fmt::Debug) formats only a summary.
    pub fn print(&mut self) {
        let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        eprintln!("{}\n", self.report(color));
        self.is_printed = true;
    }

    fn report(&self, color: bool) -> String {
        let shown = self.diagnostics.iter().take(MAX_SHOWN);
        let mut rendered: Vec<String> = shown.map(|diagnostic| render(diagnostic, color)).collect();
        let hidden = self.diagnostics.len().saturating_sub(MAX_SHOWN);
        if hidden > 0 {
            rendered.push(format!("… and {hidden} more of the same file"));
        }
        rendered.join("\n\n")
    }

    fn summary(&self) -> String {
        let errors = self.diagnostics.iter().filter(|diagnostic| !diagnostic.is_warning());
        let count = errors.clone().count();
        let path = errors.clone().next().map_or("the schema", Diagnostic::path);
        let path = escaped(path);
        if count == 1 { format!("1 error in {path}") } else { format!("{count} errors in {path}") }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report(false))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())?;
        if self.is_printed { f.write_str(", shown above") } else { write!(f, "\n{self}") }
    }
}

impl std::error::Error for Error {}
