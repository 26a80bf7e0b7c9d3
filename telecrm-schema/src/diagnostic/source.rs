//! The text of one schema file, and places in it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::Error;

/// A stretch of the schema's text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// Stands for the place of a bare boolean or number that was read without places.
    pub(crate) const UNSPELLED: Self = Self { start: 1, end: 0 };

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

    /// Reads a schema file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is too large or is not UTF-8 text.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::read_as(path, &path.to_string_lossy())
    }

    /// Reads a schema file that reports know under another path.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is too large or is not UTF-8 text.
    pub fn read_as(path: &Path, shown: &str) -> Result<Self, Error> {
        crate::source_file::read(path, shown)
    }

    /// Reads a schema from a stream, such as standard input; `name` stands for the path in reports.
    ///
    /// # Errors
    ///
    /// A stream that breaks off, is too large or is not UTF-8 text.
    pub fn from_reader(name: &str, reader: impl std::io::Read) -> Result<Self, Error> {
        crate::source_file::stream(name, reader)
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
