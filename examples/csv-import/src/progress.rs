//! Progress of a long import: a bar on a terminal, otherwise a line every ten seconds.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time between two lines if stderr is not a terminal.
pub const INTERVAL: Duration = Duration::from_secs(10);

/// Decides when the next line is due.
#[derive(Debug)]
pub struct Lines {
    next: Duration,
}

impl Default for Lines {
    fn default() -> Self {
        Self { next: INTERVAL }
    }
}

impl Lines {
    /// Returns whether a line is due at this time after the start.
    pub fn is_due(&mut self, elapsed: Duration) -> bool {
        let is_due = elapsed >= self.next;
        if is_due {
            self.next = elapsed + INTERVAL;
        }
        is_due
    }
}

/// Progress of one phase of the import.
pub struct Progress {
    label: &'static str,
    total: u64,
    bar: ProgressBar,
    lines: Lines,
    start: Instant,
}

impl Progress {
    /// Starts a phase with about `total` steps. The bar is hidden if stderr is not a terminal.
    #[must_use]
    pub fn start(label: &'static str, total: u64) -> Self {
        let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {per_sec} {msg}");
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let bar = bar.with_prefix(label);
        let bar = style.map_or(bar.clone(), |style| bar.with_style(style));
        Self { label, total, bar, lines: Lines::default(), start: Instant::now() }
    }

    /// Shows the number of steps so far.
    pub fn show(&mut self, steps: u64, message: impl FnOnce() -> String) {
        if !self.bar.is_hidden() {
            self.bar.set_position(steps);
            self.bar.set_message(message());
        } else if self.lines.is_due(self.start.elapsed()) {
            eprintln!("{}", line(self.label, steps, self.total, &message()));
        }
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn line(label: &str, steps: u64, total: u64, message: &str) -> String {
    let separator = if message.is_empty() { "" } else { "; " };
    format!("{label}: {steps} of about {total}{separator}{message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_due_every_ten_seconds() {
        let mut lines = Lines::default();
        let due: Vec<u64> =
            (0..50).filter(|second| lines.is_due(Duration::from_secs(*second))).collect();
        assert_eq!(due, [10, 20, 30, 40]);
        assert!(lines.is_due(Duration::from_secs(500)), "after a long step");
        assert!(!lines.is_due(Duration::from_secs(509)), "missed lines are not repeated");
        assert!(lines.is_due(Duration::from_secs(510)));
    }

    #[test]
    fn line_contains_the_steps_and_the_message() {
        assert_eq!(line("reading", 500, 1000, ""), "reading: 500 of about 1000");
        assert_eq!(line("sending", 5, 9, "4 s left"), "sending: 5 of about 9; 4 s left");
    }
}
