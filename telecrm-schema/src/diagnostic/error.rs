//! Every mistake of one schema.

use std::fmt;
use std::io::IsTerminal;

use super::render::render;
use super::{Diagnostic, Rule, escaped};

/// Every mistake of a schema that cannot be used.
///
/// [`Display`](fmt::Display) prints the whole report, each mistake with its line and its help.
/// [`Debug`](fmt::Debug) prints one line: it is what cargo shows of a failed build script, below
/// a report that `telecrm_codegen::compile` printed already.
pub struct Error {
    diagnostics: Vec<Diagnostic>,
}

/// Beyond this, a report is no help: the file is of another kind, or one mistake is everywhere.
pub const MAX_SHOWN: usize = 100;

impl Error {
    /// The diagnostics in the order in which they are shown.
    #[must_use]
    pub fn new(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics }
    }

    /// The error of a file as such, such as one that cannot be read. `path` is its path in reports.
    #[must_use]
    pub fn of_file(
        rule: Rule,
        path: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let mut diagnostic = Diagnostic::of_file(rule, path, message.into());
        diagnostic.with_help(help);
        Self::new(vec![diagnostic])
    }

    /// All mistakes in the order of the file, and the warnings among them.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The whole report, in colour where stderr is a terminal.
    #[must_use]
    pub fn for_stderr(&self) -> String {
        self.report(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
    }

    fn report(&self, colour: bool) -> String {
        let shown = self.diagnostics.iter().take(MAX_SHOWN);
        let mut rendered: Vec<String> = shown.map(|it| render(it, colour)).collect();
        if let Some(more) = self.diagnostics.len().checked_sub(MAX_SHOWN).filter(|&it| it > 0) {
            rendered.push(format!("… and {more} more of the same file"));
        }
        rendered.join("\n\n")
    }

    fn summary(&self) -> String {
        let errors = self.diagnostics.iter().filter(|it| !it.is_warning());
        let count = errors.clone().count();
        let path = errors.clone().next().map_or("the schema", Diagnostic::path);
        let path = escaped(path);
        if count == 1 {
            format!("1 error in {path}, shown above")
        } else {
            format!("{count} errors in {path}, shown above")
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.report(false))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl std::error::Error for Error {}
