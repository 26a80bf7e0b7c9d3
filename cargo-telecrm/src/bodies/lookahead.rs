//! Ends of broken values: the line whose closing brackets end a value that is not JSON.
//!
//! A broken value may contain complete objects, and none of them is a body. Only the lines after the mistake
//! show how far the value extends. The scanner counts brackets outside of strings, and checks nothing.

use super::brackets::skip_string;

/// Brackets of one or more lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Depth {
    /// Lowest depth within the line, relative to its start: 0 or less.
    lowest: i64,
    /// Depth at the end of the line, relative to its start.
    change: i64,
}

impl Depth {
    pub(super) fn of(lines: &[u8]) -> Self {
        let mut depth = Self::default();
        for line in lines.split(|byte| *byte == b'\n') {
            let mut bytes = line.iter();
            while let Some(byte) = bytes.next() {
                match byte {
                    // A string ends with its line at the latest.
                    b'"' => _ = skip_string(&mut bytes),
                    b'{' | b'[' => depth.change += 1,
                    b'}' | b']' => {
                        depth.change -= 1;
                        depth.lowest = depth.lowest.min(depth.change);
                    }
                    _ => {}
                }
            }
        }
        depth
    }

    pub(super) fn change(self) -> i64 {
        self.change
    }

    /// Number of brackets that the line opens and does not close.
    pub(super) fn open(self) -> i64 {
        self.change - self.lowest
    }
}

/// Returns, for each line, the index of the later line that closes the outermost bracket that is open at the
/// end of the line. For a line without an open bracket, that is the bracket around the line.
pub(super) fn ends(depths: &[Depth]) -> Vec<Option<usize>> {
    let mut ends = vec![None; depths.len()];
    // The later lines that come lower than every line before them, the nearest one last.
    let mut lower: Vec<(usize, i64)> = Vec::new();
    let mut after: i64 = depths.iter().map(|depth| depth.change).sum();
    for (index, depth) in depths.iter().enumerate().rev() {
        let target = after - depth.open().max(1);
        let low_enough = lower.partition_point(|(_, lowest)| *lowest <= target);
        ends[index] = low_enough.checked_sub(1).map(|at| lower[at].0);
        let before = after - depth.change;
        let lowest = before + depth.lowest;
        while lower.last().is_some_and(|(_, other)| *other >= lowest) {
            lower.pop();
        }
        lower.push((index, lowest));
        after = before;
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_ends_with_the_bracket_that_closes_its_outermost_bracket() {
        for (text, expected) in [
            ("{\n{}\n}", vec![Some(2), Some(2), None]),
            ("{[\n]\n{}\n}", vec![Some(3), Some(3), Some(3), None]),
            ("{\n{}\n{}", vec![None, None, None]),
            ("{}\n} {\n}\n{", vec![Some(1), Some(2), None, None]),
            ("{ \"}\" \"\\\"}\n\"}\n{}\n]", vec![Some(3), Some(3), Some(3), None]),
            ("\"a\":\n{}\n}", vec![Some(2), Some(2), None]),
        ] {
            let depths: Vec<_> = text.lines().map(|line| Depth::of(line.as_bytes())).collect();
            assert_eq!(ends(&depths), expected, "{text}");
        }
    }
}
