//! A progress bar for long input, where there is a terminal to show it on.

use std::fs;
use std::io::{IsTerminal as _, Read, stderr};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use crate::file::is_stdin;

/// Less than this is read before a bar is seen.
const LONG: u64 = 4 * 1024 * 1024;

/// How much of all input is read.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Of these inputs. Nothing is shown for short ones, nor where stderr is no terminal.
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

    /// The input, counted as it is read.
    pub(super) fn counts<R: Read>(&self, input: R) -> impl Read {
        self.0.wrap_read(input)
    }

    /// Does what writes to the terminal, with the bar out of its way.
    pub(super) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.suspend(work)
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    // A template that is wrong would be a bar that looks plain, and no more than that.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// All bytes, where each input says how many it has.
fn size(inputs: &[PathBuf]) -> Option<u64> {
    let size = |path: &PathBuf| {
        let file = fs::metadata(path).ok().filter(|it| it.is_file() && !is_stdin(path))?;
        Some(file.len())
    };
    inputs.iter().map(size).sum()
}
