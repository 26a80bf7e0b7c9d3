//! Generated text: printed, written to a file, or compared with it.

use std::path::Path;

use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::output::unified_diff;
use crate::terminal::Terminal;

/// Maximum size of an existing file that is compared; generated text is always smaller.
const LIMIT: u64 = 256 * 1024 * 1024;

/// Prints the text, or writes it to `out`. With `check`, only compares it with `out`.
pub(super) fn deliver(
    text: &str,
    out: Option<&Path>,
    check: bool,
    terminal: &mut Terminal,
) -> Outcome {
    match out {
        Some(out) if !file::is_stdin(out) && check => return compare(out, text, terminal),
        Some(out) if !file::is_stdin(out) => write(out, text)?,
        _ => terminal.out(text),
    }
    Ok(Exit::OK)
}

/// Writes the file unless it already holds the text, like a build script.
fn write(out: &Path, text: &str) -> Result<(), Failure> {
    let name = file::shown(out);
    if file::holds(out, text) {
        Terminal::say(format_args!("{name} is up to date"));
        return Ok(());
    }
    file::write(out, text)?;
    Terminal::say(format_args!("{name} written"));
    Ok(())
}

fn compare(out: &Path, text: &str, terminal: &mut Terminal) -> Outcome {
    let existing = file::existing(out, LIMIT)?.unwrap_or_default();
    let existing = String::from_utf8_lossy(&existing);
    if existing == text {
        return Ok(Exit::OK);
    }
    let name = file::shown(out);
    terminal.out(unified_diff(&name, &format!("{name} (generated)"), &existing, text));
    Terminal::say(format_args!("{name} is out of date: run this again without --check"));
    Ok(Exit(1))
}
