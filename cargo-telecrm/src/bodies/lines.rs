//! Lines of an input, one after the other in one buffer, none longer than a limit.

use std::io::{self, BufRead as _, BufReader, Read};

use crate::terminal::Terminal;

/// Input is read in blocks of so many bytes.
const BLOCK: usize = 256 * 1024;

/// Reads lines.
pub(super) struct Lines<R> {
    input: BufReader<Patient<R>>,
    limit: usize,
}

/// The next line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It is in the buffer, without its line break.
    Whole,
    /// It is longer than the limit, and was skipped.
    TooLong,
    /// There are no more lines.
    End,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R, limit: usize) -> Self {
        Self { input: BufReader::with_capacity(BLOCK, Patient(input)), limit }
    }

    /// Puts the next line into `line`, in the place of what is there.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Line> {
        line.clear();
        // One byte more for the line break.
        let most = u64::try_from(self.limit).unwrap_or(u64::MAX).saturating_add(1);
        if self.input.by_ref().take(most).read_until(b'\n', line)? == 0 {
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

    /// Reads on to the end, so that whoever writes into a pipe can finish.
    pub(super) fn skip_all(&mut self) -> io::Result<()> {
        io::copy(&mut self.input, &mut io::sink()).map(drop)
    }
}

/// Shows the results so far before it waits for more input, which may be long in coming.
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
    fn lines_end_at_breaks_and_at_the_end_and_long_ones_are_skipped() {
        let mut lines = Lines::new(&b"abc\n\nabcd\nabcdefghi\nabc"[..], 3);
        let mut line = Vec::new();
        let mut all = Vec::new();
        loop {
            let kind = lines.next(&mut line).expect("memory can be read");
            if kind == Line::End {
                break;
            }
            all.push((kind, String::from_utf8_lossy(&line).into_owned()));
        }
        let whole = |text: &str| (Line::Whole, text.to_owned());
        let long = || (Line::TooLong, String::new());
        assert_eq!(all, [whole("abc"), whole(""), long(), long(), whole("abc")]);
    }
}
