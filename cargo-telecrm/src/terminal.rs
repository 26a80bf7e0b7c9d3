//! The output streams: results on stdout, messages on stderr.
//!
//! Colors are used only on a terminal without `NO_COLOR`. A closed pipe ends the output silently. Any other
//! write error fails the command.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::exit::Failure;

/// Buffer of stdout. A process has one stdout, and a message on stderr must follow the results before it.
static OUT: LazyLock<Mutex<BufWriter<AutoStream<Stdout>>>> =
    LazyLock::new(|| Mutex::new(BufWriter::with_capacity(64 * 1024, anstream::stdout())));

fn buffer() -> MutexGuard<'static, BufWriter<AutoStream<Stdout>>> {
    OUT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The two streams of a command.
#[derive(Debug)]
pub(crate) struct Terminal {
    state: State,
    /// Whether stdout is a terminal, on which each piece appears immediately.
    watched: bool,
}

/// The state of stdout.
#[derive(Debug)]
enum State {
    Open,
    /// The reader has closed the pipe (`… | head`).
    Closed,
    /// Another error occurred, such as a full disk.
    Failed(io::Error),
}

impl Default for Terminal {
    fn default() -> Self {
        Self { state: State::Open, watched: io::stdout().is_terminal() }
    }
}

impl Terminal {
    /// Writes a piece of the result to stdout, unchanged. It may stay in a buffer until more is written,
    /// until a message is written to stderr, or until [`finish`](Self::finish).
    ///
    /// If the reader has closed the pipe, later pieces are discarded, and the command continues to its exit
    /// code. Any other error fails the command when it finishes.
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

    /// Whether nothing more can be written, so that long work may stop.
    pub(crate) fn is_closed(&self) -> bool {
        !self.is_open()
    }

    /// Writes the content of the buffer, before the program waits.
    pub(crate) fn flush() {
        // The buffer keeps data that could not be written, so `finish` gets the same error.
        let _ = buffer().flush();
    }

    /// Writes the rest of the buffer. An error fails the command, unless the reader has closed the pipe.
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
        // An error of stderr cannot be reported.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// Whether output on stdout is colored.
    pub(crate) fn out_is_colored() -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Whether output on stderr is colored.
    pub(crate) fn err_is_colored() -> bool {
        AutoStream::choice(&io::stderr()) != ColorChoice::Never
    }

    /// Prints `error: …` and `hint: …`.
    pub(crate) fn fail(failure: &Failure) {
        let (error, hint) = (bold(AnsiColor::Red), bold(AnsiColor::Cyan));
        Self::say(format_args!("{error}error:{error:#} {failure}"));
        if let Some(text) = failure.hint_text() {
            Self::say(format_args!("{hint}hint:{hint:#} {text}"));
        }
    }
}

/// The style of a highlighted word.
pub(crate) fn bold(color: AnsiColor) -> Style {
    color.on_default().bold()
}
