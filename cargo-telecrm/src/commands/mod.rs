//! One file or folder for each command: `Args` is its command line, `Args::run` runs it.

mod artifact;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
mod duration;
pub(crate) mod emulate;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod init;
mod instant;
mod interrupt;
pub(crate) mod outbox;
pub(crate) mod probe;
pub(crate) mod pull;
mod read_back;
pub(crate) mod send;
mod several;
pub(crate) mod validate;
pub(crate) mod verify;

use telecrm_schema::validate::Violation;
use tokio::runtime::{Builder, Runtime};

use crate::exit::Failure;

/// Creates the runtime of the commands that wait for a network or a database.
fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(format!("cannot start: {error}")))
}

/// A number with its noun: `1 error`, `2 errors`.
/// `1 drop and 2 warnings`; empty without any.
fn counted_violations(violations: &[Violation]) -> String {
    let warnings = violations.iter().filter(|violation| violation.is_warning()).count();
    match (violations.len() - warnings, warnings) {
        (0, 0) => String::new(),
        (drops, 0) => counted(drops, "drop"),
        (0, warnings) => counted(warnings, "warning"),
        (drops, warnings) => {
            format!("{} and {}", counted(drops, "drop"), counted(warnings, "warning"))
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
