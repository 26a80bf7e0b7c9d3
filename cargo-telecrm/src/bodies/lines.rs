//! Lines of an input in one reused buffer, each up to a maximum length.

use std::io::{self, BufRead as _, BufReader, Read};

use crate::terminal::Terminal;

/// Size of the blocks in which input is read, in bytes.
const BLOCK: usize = 256 * 1024;

/// A reader of lines.
pub(super) struct Lines<R> {
    input: BufReader<Patient<R>>,
    limit: usize,
}

/// The next line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The line is in the buffer, without its line break.
    Whole,
    /// The line was longer than the limit and was skipped.
    TooLong,
    /// The input has no more lines.
    End,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R, limit: usize) -> Self {
        Self { input: BufReader::with_capacity(BLOCK, Patient(input)), limit }
    }

    /// Replaces the content of `line` with the next line.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        line.clear();
        // One byte more for the line break.
        let max = u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_add(1);
        if self.input.by_ref().take(max).read_until(b'\n', line)? == 0 {
            return Ok(Line::End);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if line.len() > self.limit {
            line.clear();
            self.input.skip_until(b'\n')?;
            return Ok(Line::TooLong);
        }
        Ok(Line::Whole)
    }

    /// Reads the rest of the input, so that the writer of a pipe can finish.
    pub(super) fn skip_all(&mut self) -> io::Result<()> {
        io::copy(&mut self.input, &mut io::sink()).map(drop)
    }
}

/// Prints the results so far before it waits for more input, which may take long to arrive.
struct Patient<R>(R);

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Terminal::flush();
        self.0.read(into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_breaks_and_at_the_end_and_long_lines_are_skipped() {
        let mut lines = Lines::new(&b"abc\n\nabcd\nabcdefghi\nabc"[..], 3);
        let mut line = Vec::new();
        let mut found = Vec::new();
        loop {
            let kind = lines.next(&mut line).expect("memory can be read");
            if kind == Line::End {
                break;
            }
            found.push((kind, String::from_utf8_lossy(&line).into_owned()));
        }
        let whole = |text: &str| (Line::Whole, text.to_owned());
        let long = || (Line::TooLong, String::new());
        assert_eq!(found, [whole("abc"), whole(""), long(), long(), whole("abc")]);
    }
}
