//! The output streams: results on stdout, everything said about them on stderr.
//!
//! Colors appear only where they are wanted (a terminal, no `NO_COLOR`). A closed pipe ends output
//! quietly; any other write error fails the command.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::exit::Failure;

/// Text that was written to stdout and is not out yet. A process has one stdout, and whatever is said on
/// stderr must come after the results before it.
static OUT: LazyLock<Mutex<BufWriter<AutoStream<Stdout>>>> =
    LazyLock::new(|| Mutex::new(BufWriter::with_capacity(64 * 1024, anstream::stdout())));

fn buffer() -> MutexGuard<'static, BufWriter<AutoStream<Stdout>>> {
    OUT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The two streams of a command.
#[derive(Debug)]
pub(crate) struct Terminal {
    state: State,
    /// A person watches: every piece is shown at once.
    watched: bool,
}

/// State of stdout.
#[derive(Debug)]
enum State {
    Open,
    /// The reader has left (`… | head`).
    Closed,
    /// Something else went wrong, such as a full disk.
    Failed(io::Error),
}

impl Default for Terminal {
    fn default() -> Self {
        Self { state: State::Open, watched: io::stdout().is_terminal() }
    }
}

impl Terminal {
    /// Writes a piece of the result to stdout, as it is. It may stay in a buffer until there is
    /// more, until something is said on stderr, or until [`finish`](Self::finish).
    ///
    /// Where the reader has left, nothing is written any more and the command goes on to its exit
    /// code, which is as true as before. Any other error fails the command at its end.
    pub(crate) fn out(&mut self, text: impl fmt::Display) {
        if self.is_closed() {
            return;
        }
        let mut stdout = buffer();
        let written = write!(stdout, "{text}");
        let written = written.and_then(|()| if self.watched { stdout.flush() } else { Ok(()) });
        drop(stdout);
        self.note(written);
    }

    fn note(&mut self, written: io::Result<()>) {
        match written {
            Err(error) if self.is_open() => {
                self.state = match error.kind() {
                    io::ErrorKind::BrokenPipe => State::Closed,
                    _ => State::Failed(error),
                };
            }
            _ => {}
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// Whether nothing can be written any more: what takes long may stop.
    pub(crate) fn is_closed(&self) -> bool {
        !self.is_open()
    }

    /// Sends what is in the buffer on its way: before waiting for something.
    pub(crate) fn flush() {
        // The buffer keeps what it could not write, so the end meets the same error.
        let _ = buffer().flush();
    }

    /// Writes what is left. An error is a failure of the command, unless the reader has left.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let flushed = buffer().flush();
        self.note(flushed);
        match self.state {
            State::Failed(error) => {
                Err(Failure::new(format!("the result cannot be written: {error}")))
            }
            State::Open | State::Closed => Ok(()),
        }
    }

    /// Writes a line about the work to stderr.
    pub(crate) fn say(text: impl fmt::Display) {
        Self::flush();
        // There is nowhere to report that stderr is gone.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// Whether stdout is to be coloured.
    pub(crate) fn out_is_colored() -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Whether stderr is to be coloured.
    pub(crate) fn err_is_colored() -> bool {
        AutoStream::choice(&io::stderr()) != ColorChoice::Never
    }

    /// `error: …` and `hint: …`, for people.
    pub(crate) fn fail(failure: &Failure) {
        let (error, hint) = (bold(AnsiColor::Red), bold(AnsiColor::Cyan));
        Self::say(format_args!("{error}error:{error:#} {failure}"));
        if let Some(text) = failure.hint_text() {
            Self::say(format_args!("{hint}hint:{hint:#} {text}"));
        }
    }
}

/// The style of a word that stands out.
pub(crate) fn bold(color: AnsiColor) -> Style {
    color.on_default().bold()
}
