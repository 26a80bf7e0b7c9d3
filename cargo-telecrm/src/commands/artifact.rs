//! Generated text: printed, written to a file, or compared with it.

use std::path::Path;

use crate::exit::{Exit, Failure, Outcome};
use crate::file::{self, Form};
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
    // An error means a stream or a device, which is written to in any case.
    if file::existing(out, LIMIT).is_ok_and(|existing| holds(existing.as_deref(), text)) {
        Terminal::say(format_args!("{name} is up to date"));
        return Ok(());
    }
    file::write(out, text)?;
    Terminal::say(format_args!("{name} written"));
    Ok(())
}

fn compare(out: &Path, text: &str, terminal: &mut Terminal) -> Outcome {
    let existing = file::existing(out, LIMIT)?;
    if holds(existing.as_deref(), text) {
        return Ok(Exit::OK);
    }
    let (_, existing) = Form::of(&String::from_utf8_lossy(&existing.unwrap_or_default()));
    let name = file::shown(out);
    terminal.out(unified_diff(&name, &format!("{name} (generated)"), &existing, text));
    Terminal::say(format_args!("{name} is out of date: run this again without --check"));
    Ok(Exit(1))
}

/// Whether a file holds the text. Line ends do not count, since git may convert them at checkout.
fn holds(existing: Option<&[u8]>, text: &str) -> bool {
    existing
        .and_then(|bytes| str::from_utf8(bytes).ok())
        .is_some_and(|existing| existing == text || existing.replace("\r\n", "\n") == text)
}
