//! The text of one schema file, and places in it.

use std::ops::Range;
use std::sync::Arc;

/// A stretch of the schema's text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The same as a range.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value with its position in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The file's content.
    pub value: T,
    /// Its position.
    pub span: Span,
}

/// Text of a schema file, under the path by which the user knows it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Source {
    path: Arc<str>,
    text: Arc<str>,
    /// Byte offset at which each line starts.
    lines: Arc<[usize]>,
}

impl Source {
    /// The text of a schema that is not a file; `path` stands for it in reports.
    #[must_use]
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Self { path: path.into(), text, lines }
    }

    /// The path, as the caller named it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text at a span; empty where the span is not one of this text.
    #[must_use]
    pub fn at(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte, both from 1; the column counts characters.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.line_of(byte);
        let start = self.lines[line];
        let before = self.text.get(start..byte.min(self.text.len()));
        (line + 1, before.map_or(0, |text| text.chars().count()) + 1)
    }

    /// Index of the line that holds a byte.
    fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|&start| start <= byte) - 1
    }

    /// The whole lines that a span touches, without their last line end, and where they start.
    pub(super) fn lines_around(&self, span: Span) -> (&str, usize) {
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
    fn the_lines_around_a_span_are_whole() {
        let source = Source::new("a.yaml", "one\ntwo\nthree\n");
        assert_eq!(source.lines_around(Span::new(5, 6)), ("two", 4));
        assert_eq!(source.lines_around(Span::new(5, 9)), ("two\nthree", 4));
        assert_eq!(source.lines_around(Span::new(14, 14)), ("", 14));
    }
}
