//! Bodies in an input: a stream of JSON values. A line may hold one value, several, or a part of one.
//!
//! Text that is not JSON is reported. Reading continues with the next line that may begin a value, so that
//! a bad line does not hide the lines after it.

mod brackets;
mod encoding;
mod lines;
mod place;
mod source;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::mem;
use std::ops::RangeInclusive;

use telecrm_schema::validate::Json;

use self::brackets::{Brackets, Step};
use self::encoding::Encoding;
use self::lines::{Line, Lines};
pub(crate) use self::place::Place;
pub(crate) use self::source::{inputs, open};

/// Maximum length of a line, and of a value over several lines, in bytes.
const LIMIT: usize = 16 * 1024 * 1024;

/// Lines that are not a JSON value, and the reason.
#[derive(Debug, PartialEq, Eq)]
struct NotJson {
    lines: RangeInclusive<u64>,
    reason: String,
}

impl NotJson {
    /// The reason, and the lines if there are several.
    fn text(&self) -> String {
        let (first, last) = (self.lines.start(), self.lines.end());
        if first == last {
            return self.reason.clone();
        }
        format!("{} (lines {first} to {last})", self.reason)
    }
}

/// Content in an input.
#[derive(Debug)]
enum Found<'a> {
    /// A value and the line that it begins on, counted from 1.
    Value(u64, Json<'a>),
    NotJson(NotJson),
}

/// Passes each body of an input to `found`, in order, or the reason why some lines are not a body.
///
/// The elements of an array are separate bodies.
///
/// # Errors
///
/// Returns an error if the input cannot be read completely.
pub(crate) fn for_each(
    file: &str,
    input: impl Read,
    mut found: impl FnMut(Place<'_>, Result<Json<'_>, String>),
) -> io::Result<()> {
    values(input, LIMIT, |value| match value {
        Found::Value(line, Json::Array(bodies)) => {
            for (index, body) in bodies.into_iter().enumerate() {
                found(Place { file, line, index: Some(index) }, Ok(body));
            }
        }
        Found::Value(line, body) => found(Place { file, line, index: None }, Ok(body)),
        Found::NotJson(broken) => {
            let place = Place { file, line: *broken.lines.start(), index: None };
            found(place, Err(broken.text()));
        }
    })
}

/// Passes each value of an input to `found`. Lines and values longer than `limit` are reported, not read.
fn values(input: impl Read, limit: usize, found: impl FnMut(Found<'_>)) -> io::Result<()> {
    let mut lines = Lines::new(input, limit);
    let mut stream = Stream {
        limit,
        found,
        held: Held::default(),
        brackets: Brackets::default(),
        over: None,
        again: VecDeque::new(),
        encoding_reported: false,
    };
    let mut line = Vec::new();
    let mut number = 0;
    // Whether all lines so far were empty.
    let mut is_first = true;
    loop {
        number += 1;
        match lines.next(&mut line)? {
            Line::Whole if is_first => {
                // A file in UTF-16 has no readable line: report the encoding once, for the whole file.
                let encoding = Encoding::of(&line).filter(|encoding| encoding.is_utf16());
                if let Some(encoding) = encoding {
                    stream.refuse(number..=number, not_utf8(encoding));
                    return lines.skip_all();
                }
                is_first = line.is_empty();
                let start = byte_order_mark(&line);
                stream.line(number, &line[start..]);
            }
            Line::Whole => {
                stream.line(number, &line);
            }
            Line::TooLong => {
                stream.end();
                stream.refuse(number..=number, too_long(limit));
            }
            Line::End => {
                stream.end();
                return Ok(());
            }
        }
    }
}

/// Length of the byte-order mark that some editors write at the start of a file.
fn byte_order_mark(line: &[u8]) -> usize {
    if line.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}

struct Stream<F> {
    limit: usize,
    found: F,
    /// The lines of a value that may continue.
    held: Held,
    /// The brackets of that value so far.
    brackets: Brackets,
    /// The lines so far of a value that is longer than the limit. Only its end is searched for.
    over: Option<RangeInclusive<u64>>,
    /// Lines of a broken value that may begin another value. They are parsed before new lines.
    again: VecDeque<(u64, Vec<u8>)>,
    /// Whether an encoding was reported: the first report is enough.
    encoding_reported: bool,
}

impl<F: FnMut(Found<'_>)> Stream<F> {
    fn line(&mut self, number: u64, line: &[u8]) {
        self.parse_line(number, line);
        self.parse_again();
    }

    /// Reports an open value as incomplete.
    fn end(&mut self) {
        self.end_of_over();
        while !self.held.is_empty() {
            self.give_up();
            self.parse_again();
            self.end_of_over();
        }
    }

    fn parse_again(&mut self) {
        while let Some((number, line)) = self.again.pop_front() {
            self.parse_line(number, &line);
        }
    }

    fn parse_line(&mut self, number: u64, line: &[u8]) {
        if self.over.is_some() {
            self.pass_over(number, line);
        } else if self.held.is_empty() {
            self.parse(number, line);
        } else {
            let step = self.brackets.line(line);
            self.held.push(number, line);
            match step {
                Step::Open => self.bound(),
                Step::Ended => {
                    let Held { first, bytes, .. } = mem::take(&mut self.held);
                    self.parse(first, &bytes);
                }
                Step::Broken => self.give_up(),
            }
        }
    }

    /// Parses the values in these bytes. A value that does not end in them is kept for the next line.
    fn parse(&mut self, first: u64, bytes: &[u8]) {
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
                    let lines = line..=line + newlines(rest);
                    if error.is_eof() && self.brackets.line(rest) == Step::Open {
                        self.held.push(line, rest);
                    } else {
                        let reason = self.reason(&error, first, rest);
                        self.refuse(lines, reason);
                    }
                    return;
                }
            }
        }
    }

    /// Discards the lines of a value that is longer than the limit. After that, only its end is searched for.
    fn bound(&mut self) {
        if self.held.bytes.len() > self.limit {
            self.over = Some(mem::take(&mut self.held).lines());
        }
    }

    fn pass_over(&mut self, number: u64, line: &[u8]) {
        let step = self.brackets.line(line);
        if step == Step::Broken {
            self.end_of_over();
            return self.parse(number, line);
        }
        self.over = self.over.take().map(|over| *over.start()..=number);
        if step == Step::Ended {
            self.end_of_over();
        }
    }

    fn end_of_over(&mut self) {
        if let Some(over) = self.over.take() {
            self.refuse(over, too_long(self.limit));
        }
    }

    /// Reports a value that cannot continue, up to the next line that may begin another value. Those
    /// later lines are parsed again.
    fn give_up(&mut self) {
        let mut held = mem::take(&mut self.held);
        let reason = match serde_json::from_slice::<Json<'_>>(&held.bytes) {
            Err(error) => self.reason(&error, held.first, &held.bytes),
            Ok(_) => "not JSON: the value does not end".to_owned(),
        };
        for line in held.give_back().into_iter().rev() {
            self.again.push_front(line);
        }
        self.refuse(held.lines(), reason);
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

/// Consecutive lines, none by default.
#[derive(Debug, Default)]
struct Held {
    /// The number of the first line.
    first: u64,
    /// The offset in `bytes` at which each line begins.
    starts: Vec<usize>,
    bytes: Vec<u8>,
}

impl Held {
    fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    fn push(&mut self, number: u64, line: &[u8]) {
        if self.is_empty() {
            self.first = number;
        } else {
            self.bytes.push(b'\n');
        }
        self.starts.push(self.bytes.len());
        self.bytes.extend_from_slice(line);
    }

    fn lines(&self) -> RangeInclusive<u64> {
        self.first..=self.number(self.starts.len().saturating_sub(1))
    }

    fn number(&self, index: usize) -> u64 {
        self.first + u64::try_from(index).unwrap_or(u64::MAX)
    }

    /// Removes and returns the lines from the second one on that begins with a bracket in its first column:
    /// the usual form of a new value.
    fn give_back(&mut self) -> Vec<(u64, Vec<u8>)> {
        let begins = |start: &usize| matches!(self.bytes.get(*start), Some(b'{' | b'['));
        let Some(at) = self.starts.iter().skip(1).position(begins).map(|at| at + 1) else {
            return Vec::new();
        };
        let ends = self.starts[at + 1..].iter().map(|start| start - 1).chain([self.bytes.len()]);
        let lines = self.starts[at..].iter().zip(ends).enumerate();
        let lines = lines.map(|(index, (start, end))| {
            (self.number(at + index), self.bytes[*start..end].to_vec())
        });
        let lines = lines.collect();
        self.starts.truncate(at);
        lines
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn not_utf8(encoding: Encoding) -> String {
    let mut advice = "save it as UTF-8".to_owned();
    if encoding.is_utf16() {
        advice.push_str(" (in PowerShell: `… | Out-File -Encoding utf8 bodies.jsonl`, not `>`)");
    }
    format!("not JSON: this is {encoding}, and JSON is UTF-8; {advice}")
}

fn too_long(limit: usize) -> String {
    format!("longer than {} MiB, and not read", limit / (1024 * 1024))
}

/// The parser's report, with the place in the input instead of the place in the value.
fn reason(error: &serde_json::Error, first: u64) -> String {
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = whole.strip_suffix(&place).unwrap_or(&whole);
    let line = first + u64::try_from(error.line()).unwrap_or(u64::MAX).saturating_sub(1);
    format!("not JSON: {message} at line {line} column {}", error.column())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The values with their line numbers, and `None` for lines that are not JSON.
    fn found(text: &str, limit: usize) -> Vec<(RangeInclusive<u64>, Option<Value>)> {
        let mut found = Vec::new();
        values(text.as_bytes(), limit, |value| match value {
            Found::Value(line, value) => found.push((line..=line, Some(value.to_value()))),
            Found::NotJson(error) => found.push((error.lines, None)),
        })
        .expect("memory can be read");
        found
    }

    #[test]
    fn values_are_found_in_any_layout() {
        let text = "\u{feff}{\"a\":1}\r\n\n  {\"b\":2} {\"c\":\n3\n} {\"d\":4} 5\n[\n6]";
        let expected = [
            (1..=1, Some(json!({"a":1}))),
            (3..=3, Some(json!({"b":2}))),
            (3..=3, Some(json!({"c":3}))),
            (5..=5, Some(json!({"d":4}))),
            (5..=5, Some(json!(5))),
            (6..=6, Some(json!([6]))),
        ];
        assert_eq!(found(text, LIMIT), expected);
    }

    #[test]
    fn bad_line_hides_no_other_line() {
        for bad in [
            "not json",
            "{\"a\":",
            "{\"a\":1,",
            "{\"a\":\"cut",
            "[1,",
            "[1",
            "{\"a\":{\"b\":[",
            "}",
            "\"",
            "\u{0}",
        ] {
            let text = format!("{{\"a\":1}}\n{bad}\n{{\"b\":2}}\n{{\"c\":3}}\n{bad}");
            let lines: Vec<_> = found(&text, LIMIT);
            let good: Vec<_> = lines.iter().filter(|(_, value)| value.is_some()).collect();
            // `[1,` may continue with `{…}` for one line; then that line is parsed again.
            assert_eq!(good.len(), 3, "{bad}: {lines:?}");
            assert_eq!(lines.len(), 5, "{bad}: {lines:?}");
        }
    }

    #[test]
    fn broken_value_over_several_lines_is_reported_once() {
        let text = "{\n \"fields\": {\n  \"phone\": 'x'\n }\n}\n{}\n{\n \"fields\": {\n}\n{}";
        let expected =
            [(1..=5, None), (6..=6, Some(json!({}))), (7..=9, None), (10..=10, Some(json!({})))];
        assert_eq!(found(text, LIMIT), expected);
    }

    #[test]
    fn long_value_is_reported_and_not_kept_in_memory() {
        let text = "[1111111111]\n1\n[\n111,\n111,\n111\n]\n2\n[\n111,\n111,\n{}{}";
        let expected = [
            (1..=1, None),
            (2..=2, Some(json!(1))),
            (3..=7, None),
            (8..=8, Some(json!(2))),
            (9..=11, None),
            (12..=12, Some(json!({}))),
            (12..=12, Some(json!({}))),
        ];
        assert_eq!(found(text, 8), expected);
    }

    #[test]
    fn reasons_name_the_place_in_the_input() {
        let mut reasons = Vec::new();
        let text = &b"{}\n{\n\"a\" 1\n}\n"[..];
        let mut report = |found: Found<'_>| {
            if let Found::NotJson(error) = found {
                reasons.push(error.reason);
            }
        };
        values(text, LIMIT, &mut report).expect("memory can be read");
        assert_eq!(reasons, ["not JSON: expected `:` at line 3 column 5"]);
    }
}
