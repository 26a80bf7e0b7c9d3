//! Stream of JSON values: each value is found, or its lines are reported.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::iter;
use std::mem;
use std::ops::RangeInclusive;

use telecrm_schema::validate::Json;

use super::brackets::{Brackets, Step};
use super::encoding::Encoding;
use super::lines::{Line, Lines};
use super::lookahead::{Depth, ends};
use super::{Found, NotJson, not_utf8, reason, too_long};

/// Reads the values of an input.
pub(super) struct Stream<R, F> {
    lines: Lines<R>,
    /// Number of the last line that was read.
    number: u64,
    limit: usize,
    found: F,
    /// Lines that were read ahead, to find the end of a broken value.
    ahead: VecDeque<Ahead>,
    /// The lines of a value that may continue.
    held: Held,
    /// The brackets of that value so far.
    brackets: Brackets,
    /// A value that is longer than the limit. Only its end is searched for.
    over: Option<Over>,
    /// Whether the input has no more lines.
    is_at_end: bool,
    /// Whether an encoding was reported: the first report is enough.
    encoding_reported: bool,
}

/// A line that was read ahead.
struct Ahead {
    number: u64,
    /// `None` for a line that is longer than the limit.
    bytes: Option<Vec<u8>>,
    end: End,
}

/// End of the broken value that a line belongs to, if its value is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    /// The later lines were not read yet.
    #[default]
    Unknown,
    /// The line with this number contains the closing bracket.
    Line(u64),
    /// No later line contains the closing bracket.
    Missing,
}

/// A value that is longer than the limit.
struct Over {
    /// The lines so far.
    lines: RangeInclusive<u64>,
    /// Number of open brackets.
    open: i64,
}

impl<R: Read, F: FnMut(Found<'_>)> Stream<R, F> {
    pub(super) fn new(lines: Lines<R>, limit: usize, found: F) -> Self {
        Self {
            lines,
            number: 0,
            limit,
            found,
            ahead: VecDeque::new(),
            held: Held::default(),
            brackets: Brackets::default(),
            over: None,
            is_at_end: false,
            encoding_reported: false,
        }
    }

    pub(super) fn run(mut self) -> io::Result<()> {
        let mut line = Vec::new();
        // Whether all lines so far were empty.
        let mut is_first = true;
        loop {
            if let Some(Ahead { number, bytes, end }) = self.ahead.pop_front() {
                match bytes {
                    Some(bytes) => self.line(number, &bytes, end)?,
                    None => self.long_line(number),
                }
                continue;
            }
            if self.is_at_end {
                self.end();
                return Ok(());
            }
            self.number += 1;
            match self.lines.next(&mut line)? {
                Line::Whole if is_first => {
                    // A file in UTF-16 has no readable line: report the encoding once, for the whole file.
                    let encoding = Encoding::of(&line).filter(|encoding| encoding.is_utf16());
                    if let Some(encoding) = encoding {
                        self.refuse(self.number..=self.number, not_utf8(encoding));
                        return self.lines.skip_all();
                    }
                    is_first = line.is_empty();
                    let start = byte_order_mark(&line);
                    self.line(self.number, &line[start..], End::Unknown)?;
                }
                Line::Whole => self.line(self.number, &line, End::Unknown)?,
                Line::TooLong => self.long_line(self.number),
                Line::End => self.is_at_end = true,
            }
        }
    }

    /// Reports an open value as incomplete.
    fn end(&mut self) {
        self.end_of_over();
        if !self.held.is_empty() {
            let (lines, reason) = self.broken();
            self.refuse(lines, reason);
        }
    }

    fn long_line(&mut self, number: u64) {
        self.end();
        self.refuse(number..=number, too_long(self.limit));
    }

    fn line(&mut self, number: u64, line: &[u8], end: End) -> io::Result<()> {
        if self.over.is_some() {
            self.pass_over(number, line);
            return Ok(());
        }
        if self.held.is_empty() {
            return self.parse(number, line, end);
        }
        match self.brackets.line(line) {
            Step::Open => {
                self.held.push(number, line, end);
                self.bound();
                Ok(())
            }
            Step::Ended => {
                self.held.push(number, line, end);
                let Held { first, bytes, .. } = mem::take(&mut self.held);
                self.parse(first, &bytes, end)
            }
            Step::Broken => {
                let (region, first_end) = (Depth::of(&self.held.bytes), self.held.end);
                let (lines, reason) = self.broken();
                let next = Ahead { number, bytes: Some(line.to_vec()), end };
                self.ahead.push_front(next);
                self.refuse_to_end(lines, reason, region, first_end)
            }
        }
    }

    /// Parses the values in these bytes. A value that does not end in them is kept for the next line. `end`
    /// is the end of a broken value on the last line.
    fn parse(&mut self, first: u64, bytes: &[u8], end: End) -> io::Result<()> {
        let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Json<'_>>();
        let (mut from, mut line) = (0, first);
        while let Some(value) = values.next() {
            let begin = from + spaces(&bytes[from..]);
            line += newlines(&bytes[from..begin]);
            match value {
                Ok(value) => {
                    from = values.byte_offset();
                    (self.found)(Found::Value(line, value));
                    line += newlines(&bytes[begin..from]);
                }
                Err(error) => {
                    self.brackets = Brackets::default();
                    let rest = &bytes[begin..];
                    if error.is_eof() && self.brackets.line(rest) == Step::Open {
                        self.held.push(line, rest, end);
                        return Ok(());
                    }
                    let lines = line..=line + newlines(rest);
                    let reason = self.reason(&error, first, rest);
                    let region = Depth::of(rest);
                    if region.open() > 0
                        || rest.trim_ascii_end().ends_with(b":")
                        || rest.trim_ascii_end().ends_with(b",")
                    {
                        return self.refuse_to_end(lines, reason, region, end);
                    }
                    self.refuse(lines, reason);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Discards the lines of a value that is longer than the limit. After that, only its end is searched for.
    fn bound(&mut self) {
        if self.held.bytes.len() > self.limit {
            let held = mem::take(&mut self.held);
            self.over = Some(Over { lines: held.lines(), open: self.brackets.depth() });
        }
    }

    fn pass_over(&mut self, number: u64, line: &[u8]) {
        let Some(over) = &mut self.over else { return };
        over.lines = *over.lines.start()..=number;
        over.open += Depth::of(line).change();
        if over.open <= 0 {
            self.end_of_over();
        }
    }

    fn end_of_over(&mut self) {
        if let Some(over) = self.over.take() {
            self.refuse(over.lines, too_long(self.limit));
        }
    }

    /// Removes a value that cannot continue, and returns its lines and the reason.
    fn broken(&mut self) -> (RangeInclusive<u64>, String) {
        let held = mem::take(&mut self.held);
        let reason = match serde_json::from_slice::<Json<'_>>(&held.bytes) {
            Err(error) => self.reason(&error, held.first, &held.bytes),
            Ok(_) => "not JSON: the value does not end".to_owned(),
        };
        (held.lines(), reason)
    }

    /// Reports a broken value up to the line that closes it. If no line closes it, its lines so far are
    /// reported, and the lines after them are parsed.
    fn refuse_to_end(
        &mut self,
        lines: RangeInclusive<u64>,
        reason: String,
        region: Depth,
        end: End,
    ) -> io::Result<()> {
        let end = if end == End::Unknown { self.look_ahead(region)? } else { end };
        let mut last = *lines.end();
        if let End::Line(end) = end {
            while self.ahead.front().is_some_and(|ahead| ahead.number <= end) {
                self.ahead.pop_front();
            }
            last = last.max(end);
        }
        self.refuse(*lines.start()..=last, reason);
        Ok(())
    }

    /// Reads lines up to the limit, and finds the end of the broken value before them and of every value that
    /// begins on one of them.
    fn look_ahead(&mut self, region: Depth) -> io::Result<End> {
        let mut bytes = 0;
        while bytes <= self.limit && !self.is_at_end {
            let mut line = Vec::new();
            let read = self.lines.next(&mut line)?;
            if read == Line::End {
                self.is_at_end = true;
                break;
            }
            self.number += 1;
            bytes += line.len() + 1;
            let whole = (read == Line::Whole).then_some(line);
            self.ahead.push_back(Ahead { number: self.number, bytes: whole, end: End::Unknown });
        }
        let depth = |ahead: &Ahead| ahead.bytes.as_deref().map(Depth::of).unwrap_or_default();
        let depths: Vec<_> = iter::once(region).chain(self.ahead.iter().map(depth)).collect();
        let numbers: Vec<_> = self.ahead.iter().map(|ahead| ahead.number).collect();
        // The broken value has index 0.
        let number =
            |index: usize| index.checked_sub(1).and_then(|index| numbers.get(index)).copied();
        let end = |index: Option<usize>| index.and_then(number).map_or(End::Missing, End::Line);
        let mut ends = ends(&depths).into_iter().map(end);
        let first = ends.next().unwrap_or(End::Missing);
        for (ahead, end) in self.ahead.iter_mut().zip(ends) {
            ahead.end = end;
        }
        Ok(first)
    }

    /// The parser's report, unless the bytes are not UTF-8.
    fn reason(&mut self, error: &serde_json::Error, first: u64, bytes: &[u8]) -> String {
        match Encoding::of(bytes) {
            None => reason(error, first),
            Some(_) if mem::replace(&mut self.encoding_reported, true) => {
                "not JSON: not UTF-8 either, as above".to_owned()
            }
            Some(encoding) => not_utf8(encoding),
        }
    }

    fn refuse(&mut self, lines: RangeInclusive<u64>, reason: String) {
        (self.found)(Found::NotJson(NotJson { lines, reason }));
    }
}

/// Consecutive lines of one value, none by default.
#[derive(Debug, Default)]
struct Held {
    /// The number of the first line.
    first: u64,
    /// The number of lines.
    count: u64,
    bytes: Vec<u8>,
    /// End of the first line's value, if the value is broken.
    end: End,
}

impl Held {
    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn push(&mut self, number: u64, line: &[u8], end: End) {
        if self.is_empty() {
            (self.first, self.end) = (number, end);
        } else {
            self.bytes.push(b'\n');
        }
        self.count += 1;
        self.bytes.extend_from_slice(line);
    }

    fn lines(&self) -> RangeInclusive<u64> {
        self.first..=self.first + self.count.saturating_sub(1)
    }
}

/// Length of the byte-order mark that some editors write at the start of a file.
fn byte_order_mark(line: &[u8]) -> usize {
    if line.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}
