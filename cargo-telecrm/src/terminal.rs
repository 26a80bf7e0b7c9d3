//! What goes out: results on stdout, everything said about them on stderr. Colours only where they
//! are wanted (a terminal, no `NO_COLOR`), and no panic where nobody reads any more.

use std::fmt;
use std::io::{self, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::exit::Failure;

/// The two streams of a command.
#[derive(Debug, Default)]
pub(crate) struct Terminal {
    closed: bool,
}

impl Terminal {
    /// Writes a piece of the result to stdout, as it is.
    ///
    /// Where the reader is gone (`… | head`), nothing is written any more and the command goes on
    /// to its exit code, which is as true as before.
    pub(crate) fn out(&mut self, text: impl fmt::Display) {
        if self.closed {
            return;
        }
        let mut stdout = anstream::stdout().lock();
        if write!(stdout, "{text}").and_then(|()| stdout.flush()).is_err() {
            self.closed = true;
        }
    }

    /// Whether nobody reads the result any more: what takes long may stop.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes a line about the work to stderr.
    pub(crate) fn say(text: impl fmt::Display) {
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
