//! The text of one schema file, and places in it.

use std::ops::Range;

/// A stretch of the schema's text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    pub(crate) const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub(crate) const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A schema file's text, under the path by which the user knows it.
#[derive(Debug)]
pub(crate) struct Source {
    path: String,
    text: String,
    /// Byte offset at which each line starts.
    lines: Vec<usize>,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Self { path: path.into(), text, lines }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text at a span; empty where the span is not one of this text.
    pub(crate) fn at(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte, both from 1; the column counts characters.
    pub(crate) fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.line_of(byte);
        let start = self.lines[line];
        let before = self.text.get(start..byte.min(self.text.len()));
        (line + 1, before.map_or(0, |text| text.chars().count()) + 1)
    }

    /// The byte at a line and column, both from 1; the nearest there is.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let line = line.saturating_sub(1).min(self.lines.len() - 1);
        let start = self.lines[line];
        let rest = self.text.get(start..).unwrap_or_default();
        let text = rest.split('\n').next().unwrap_or_default();
        let within = text.char_indices().nth(column.saturating_sub(1));
        start + within.map_or(text.len(), |(byte, _)| byte)
    }

    /// Index of the line that holds a byte.
    fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|&start| start <= byte) - 1
    }

    /// The whole lines that a span touches, without their last line end, and where they start.
    pub(crate) fn lines_around(&self, span: Span) -> (&str, usize) {
        let first = self.line_of(span.start);
        let last = self.line_of(span.end.max(span.start));
        let start = self.lines[first];
        let end = self.lines.get(last + 1).map_or(self.text.len(), |&next| next - 1);
        (self.text.get(start..end).unwrap_or_default(), start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::new("a.yaml", "अ: b\nहाँ: x");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position("अ: ".len()), (1, 4));
        assert_eq!(source.position("अ: b\n".len()), (2, 1));
        assert_eq!(source.position(source.text().len()), (2, 7));
        assert_eq!(source.position(usize::MAX), (2, 7));
    }

    #[test]
    fn a_position_leads_back_to_its_byte() {
        let source = Source::new("a.yaml", "अ: b\nहाँ: x");
        for (byte, _) in source.text().char_indices() {
            let (line, column) = source.position(byte);
            assert_eq!(source.offset(line, column), byte);
        }
        assert_eq!(source.offset(99, 99), source.text().len());
        assert_eq!(source.offset(0, 0), 0);
    }

    #[test]
    fn the_lines_around_a_span_are_whole() {
        let source = Source::new("a.yaml", "one\ntwo\nthree\n");
        assert_eq!(source.lines_around(Span::new(5, 6)), ("two", 4));
        assert_eq!(source.lines_around(Span::new(5, 9)), ("two\nthree", 4));
        assert_eq!(source.lines_around(Span::new(14, 14)), ("", 14));
    }
}
