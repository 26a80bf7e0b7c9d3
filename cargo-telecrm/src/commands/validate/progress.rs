//! A progress bar for long input, if stderr is a terminal.

use std::fs;
use std::io::{IsTerminal as _, Read, stderr};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use crate::file::is_stdin;

/// Minimum size of all input for which a bar is shown, in bytes.
const LONG: u64 = 4 * 1024 * 1024;

/// Progress of reading all input.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Creates the bar of these inputs. It is hidden for short input, and if stderr is not a terminal.
    pub(super) fn of(inputs: &[PathBuf]) -> Self {
        let bar = match size(inputs) {
            _ if !stderr().is_terminal() => ProgressBar::hidden(),
            Some(size) if size < LONG => ProgressBar::hidden(),
            Some(size) => ProgressBar::new(size)
                .with_style(style("{wide_bar} {binary_bytes}/{binary_total_bytes} {eta}")),
            None => ProgressBar::new_spinner()
                .with_style(style("{spinner} {binary_bytes} read in {elapsed}")),
        };
        Self(bar)
    }

    /// Returns the input with a counter of the bytes that are read.
    pub(super) fn counts<R: Read>(&self, input: R) -> impl Read {
        self.0.wrap_read(input)
    }

    /// Hides the bar while `work` writes to the terminal.
    pub(super) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.suspend(work)
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // With an invalid template, the bar would only have another look.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The size of all inputs, if the size of each is known.
fn size(inputs: &[PathBuf]) -> Option<u64> {
    let size = |path: &PathBuf| {
        let file =
            fs::metadata(path).ok().filter(|metadata| metadata.is_file() && !is_stdin(path))?;
        Some(file.len())
    };
    inputs.iter().map(size).sum()
}
