//! Open brackets of a JSON value over several lines: whether the next line continues the value.
//!
//! The scanner distinguishes only brackets and strings. It finds the end of a value, and does not check it.

/// Maximum depth; `serde_json` reads nothing deeper.
const DEEPEST: usize = 128;

/// The open brackets of a value, line by line.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    open: Vec<u8>,
    /// The last byte that is not a space. It is `"` after a string.
    last: Option<u8>,
}

/// The effect of a line on the value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value continues in the next line.
    Open,
    /// The value ends on this line; another value may follow it there.
    Ended,
    /// No value can continue like this.
    Broken,
}

impl Brackets {
    /// Scans the next line, which has no line break.
    pub(super) fn line(&mut self, line: &[u8]) -> Step {
        let mut bytes = line.iter();
        while let Some(&byte) = bytes.next() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                b'"' if !skip_string(&mut bytes) => return Step::Broken,
                b'{' | b'[' => {
                    if !self.takes_a_value() || self.open.len() == DEEPEST {
                        return Step::Broken;
                    }
                    self.open.push(byte);
                }
                b'}' | b']' => {
                    let opened = if byte == b'}' { b'{' } else { b'[' };
                    if self.open.pop() != Some(opened) {
                        return Step::Broken;
                    }
                    if self.open.is_empty() {
                        return Step::Ended;
                    }
                }
                _ => {}
            }
            self.last = Some(byte);
        }
        if self.open.is_empty() { Step::Broken } else { Step::Open }
    }

    /// Number of open brackets.
    pub(super) fn depth(&self) -> i64 {
        i64::try_from(self.open.len()).unwrap_or(i64::MAX)
    }

    fn takes_a_value(&self) -> bool {
        match self.last {
            None | Some(b'[' | b':') => true,
            Some(b',') => self.open.last() == Some(&b'['),
            _ => false,
        }
    }
}

/// Skips the rest of a string. Returns `false` if the line ends first: a string cannot span lines.
pub(super) fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) -> bool {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return true,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        let mut brackets = Brackets::default();
        text.lines().map(|line| brackets.line(line.as_bytes())).collect()
    }

    #[test]
    fn value_over_several_lines_ends_at_its_last_bracket() {
        use Step::{Ended, Open};
        assert_eq!(
            steps("{\"a\":\n[ {\"}\": \"\\\"]\"},\n{}\n]\n}"),
            [Open, Open, Open, Open, Ended]
        );
        assert_eq!(steps("[1,\n2] {\"next\":"), [Open, Ended]);
    }

    #[test]
    fn broken_value_is_reported_on_its_first_wrong_line() {
        use Step::{Broken, Open};
        assert_eq!(steps("{\"fields\":{\"phone\":\"9"), [Broken], "cut in a text");
        assert_eq!(steps("{\"fields\":{\"phone\":\"9\",\n{\"fields\":{}}"), [Open, Broken]);
        assert_eq!(steps("{\"fields\":{\"phone\":\"9\"\n{\"fields\":{}}"), [Open, Broken]);
        assert_eq!(steps("{\"fields\":\n{\"fields\":{}}\n{\"fields\":{}}"), [Open, Open, Broken]);
        assert_eq!(steps("[\n}"), [Open, Broken]);
        assert_eq!(steps("nul"), [Broken]);
        assert_eq!(steps(&"[".repeat(129)), [Broken]);
    }
}
