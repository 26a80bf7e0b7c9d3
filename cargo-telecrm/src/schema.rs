//! The schema file that a command works by, and what is said where it has errors.

use std::path::Path;

use telecrm_codegen::Error;
use telecrm_codegen::model::Workspace;

use crate::exit::Failure;
use crate::terminal::Terminal;

/// Reads and checks a schema. Its errors are printed as `check` prints them.
pub(crate) fn read(path: &Path) -> Result<Workspace, Failure> {
    Workspace::from_file(path).map_err(|error| refused(&error, "this schema cannot be used"))
}

/// Says why a schema cannot be used, and what that is the end of.
pub(crate) fn refused(error: &Error, message: &str) -> Failure {
    for diagnostic in error.diagnostics() {
        Terminal::say(format_args!("{}\n", diagnostic.render(Terminal::err_is_coloured())));
    }
    Failure::new(message)
}
