//! Bodies in an input: a stream of JSON values. A line may hold one value, several, or a part of one.
//!
//! Text that is not JSON is reported. Reading continues with the next line that may begin a value, so that
//! a bad line does not hide the lines after it. An object inside a value that is not JSON is not a body.

mod brackets;
mod encoding;
mod lines;
mod lookahead;
mod place;
mod source;
mod stream;

use std::io::{self, Read};
use std::ops::RangeInclusive;

use telecrm_schema::validate::Json;

use self::encoding::Encoding;
use self::lines::Lines;
pub(crate) use self::place::Place;
pub(crate) use self::source::{inputs, open};
use self::stream::Stream;

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
    Stream::new(Lines::new(input, limit), limit, found).run()
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
            // The next line may be a part of a value that ends here with a comma, a colon or a bracket.
            let hides_next = ["{\"a\":", "[1,", "{\"a\":{\"b\":["].contains(&bad);
            let expected = if hides_next { (2, 4) } else { (3, 5) };
            assert_eq!((good.len(), lines.len()), expected, "{bad}: {lines:?}");
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
    fn object_inside_a_broken_value_is_not_a_body() {
        let body = "{\"fields\":{\"phone\":\"9\"}}";
        for broken in [
            "{\"lead\":\nB\n",
            "{\"lead\":\nB\n\"x\": 1\n}",
            "[\nB,\nB\n",
            "[\nB\nB\n]",
            "{\"a\": 1,\nB\n}",
            "{\"x\": tru,\n\"y\":\nB}",
            "{\"x\": tru,\n\"y\":\nB\n}",
            "{\"note\": \"cut,\n\"y\":\nB\n}",
            "{\"list\": [\nB\nB\n]}",
            "{\"list\": [\nB,\n\nB,,\nB\n]}",
            "{\n\"lead\":\nB]\n}",
            "[[\nB\n}\nB\n]",
            "{\"a\": {\"b\": 'x',\n\"c\":\nB\n}}",
            "{\"a\": 1} x {\"b\":\nB\n}",
        ] {
            for (text, after) in [
                (broken.replace('B', body), None),
                (format!("{}\n{{\"after\": 1}}", broken.replace('B', body)), Some(json!(1))),
            ] {
                let found = found(&text, LIMIT);
                let values: Vec<_> = found.iter().filter_map(|(_, value)| value.as_ref()).collect();
                let inner: Vec<_> =
                    values.iter().filter(|value| value.get("fields").is_some()).collect();
                assert!(inner.is_empty(), "{text}: {found:?}");
                assert!(found.iter().any(|(_, value)| value.is_none()), "{text}");
                let last = values.last().and_then(|value| value.get("after"));
                assert_eq!(last, after.as_ref(), "{text}: {found:?}");
            }
        }
    }

    #[test]
    fn long_value_is_reported_and_not_kept_in_memory() {
        let text = "[1111111111]\n1\n[\n111,\n111,\n111\n]\n2\n[\n111,\n111,\n{}{}\n]\n{}";
        let expected = [
            (1..=1, None),
            (2..=2, Some(json!(1))),
            (3..=7, None),
            (8..=8, Some(json!(2))),
            (9..=13, None),
            (14..=14, Some(json!({}))),
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
