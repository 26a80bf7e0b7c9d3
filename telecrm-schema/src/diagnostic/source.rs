//! Text of a schema file, and positions in the text.

use std::ops::Range;
use std::sync::Arc;

/// A range of bytes in the text of a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

impl Span {
    /// Creates the span of the bytes from `start` up to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Converts the span to a range.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value with its position in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The position of the value.
    pub span: Span,
}

/// Text of a schema file, with the path that reports show. Cheap to clone.
///
/// ```
/// use telecrm_schema::Source;
///
/// let source = Source::new("schema.yaml", "customFields:\n  - { apiName: phone }\n");
/// let start = source.text().find("phone").expect("the text contains it");
/// assert_eq!(source.position(start), (2, 16));
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    path: Arc<str>,
    text: Arc<str>,
    /// Byte offset at which each line starts.
    lines: Arc<[usize]>,
}

impl Source {
    /// Creates a source from a text. Reports show `path` as its path.
    #[must_use]
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Self { path: path.into(), text, lines }
    }

    /// Returns the path that reports show.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text at a span, or an empty text if the span is outside of the source.
    #[must_use]
    pub fn at(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Returns line and column of a byte, both from 1. The column counts characters.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.line_of(byte);
        let start = self.lines[line];
        let before = self.text.get(start..byte.min(self.text.len()));
        (line + 1, before.map_or(0, |text| text.chars().count()) + 1)
    }

    /// Returns the index of the line that contains a byte.
    fn line_of(&self, byte: usize) -> usize {
        self.lines.partition_point(|&start| start <= byte) - 1
    }

    /// Returns the complete lines around a span, without the last line end, and their offset.
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
    fn lines_around_a_span_are_complete() {
        let source = Source::new("a.yaml", "one\ntwo\nthree\n");
        assert_eq!(source.lines_around(Span::new(5, 6)), ("two", 4));
        assert_eq!(source.lines_around(Span::new(5, 9)), ("two\nthree", 4));
        assert_eq!(source.lines_around(Span::new(14, 14)), ("", 14));
    }
}
