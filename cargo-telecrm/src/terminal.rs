//! What goes out: results on stdout, everything said about them on stderr. Colours only where they
//! are wanted (a terminal, no `NO_COLOR`), and no panic where nobody reads any more.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::exit::Failure;

/// What was written to stdout and is not out yet. A process has one stdout, and whatever is said on
/// stderr must come after the results before it.
static OUT: LazyLock<Mutex<BufWriter<AutoStream<Stdout>>>> =
    LazyLock::new(|| Mutex::new(BufWriter::with_capacity(64 * 1024, anstream::stdout())));

fn buffer() -> MutexGuard<'static, BufWriter<AutoStream<Stdout>>> {
    OUT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The two streams of a command.
#[derive(Debug)]
pub(crate) struct Terminal {
    closed: bool,
    /// Somebody looks on: every piece is shown at once.
    watched: bool,
}

impl Default for Terminal {
    fn default() -> Self {
        Self { closed: false, watched: io::stdout().is_terminal() }
    }
}

impl Terminal {
    /// Writes a piece of the result to stdout, as it is. It may stay in a buffer until there is
    /// more, until something is said on stderr, or until [`flush`](Self::flush).
    ///
    /// Where the reader is gone (`… | head`), nothing is written any more and the command goes on
    /// to its exit code, which is as true as before.
    pub(crate) fn out(&mut self, text: impl fmt::Display) {
        if self.closed {
            return;
        }
        let mut stdout = buffer();
        let written = write!(stdout, "{text}");
        let written = written.and_then(|()| if self.watched { stdout.flush() } else { Ok(()) });
        self.closed = written.is_err();
    }

    /// Whether nobody reads the result any more: what takes long may stop.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Sends what is in the buffer on its way: before waiting, and at the end.
    pub(crate) fn flush() {
        // Who writes next sees that the reader is gone.
        let _ = buffer().flush();
    }

    /// Writes a line about the work to stderr.
    pub(crate) fn say(text: impl fmt::Display) {
        Self::flush();
        // There is nowhere to report that stderr is gone.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// Whether stdout is to be coloured.
    pub(crate) fn out_is_coloured() -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Whether stderr is to be coloured.
    pub(crate) fn err_is_coloured() -> bool {
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
pub(crate) fn bold(colour: AnsiColor) -> Style {
    colour.on_default().bold()
}
