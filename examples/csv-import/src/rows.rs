//! Rows of a file with the row numbers of the spreadsheet, in constant memory.

use std::io::{Chain, Read};

use csv::StringRecord;

/// Form of the lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    /// Whether the first line is `sep=;`, which Excel hides.
    pub(crate) has_separator_line: bool,
    /// Whether rows end with a carriage return and a line feed.
    pub(crate) has_cr_lf: bool,
}

/// Reader of the rows of a decoded text.
pub(crate) struct Rows<R> {
    reader: csv::Reader<Chain<R, &'static [u8]>>,
    record: StringRecord,
    /// Number of the last row, from 1.
    number: u64,
    layout: Layout,
    /// Last line of the last row, from 1.
    line: u64,
}

/// A row.
pub(crate) struct Row<'r> {
    /// Number of the row in the spreadsheet, from 1.
    pub(crate) number: u64,
    /// Number of empty lines between the last row and this one.
    pub(crate) blank: u64,
    pub(crate) cells: &'r StringRecord,
}

impl<R: Read> Rows<R> {
    pub(crate) fn new(text: R, layout: Layout) -> Self {
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(layout.delimiter).flexible(true).has_headers(false);
        // With a line end, the last row is counted like the others.
        let line_end = if layout.has_cr_lf { &b"\r\n"[..] } else { b"\n" };
        let reader = builder.from_reader(text.chain(line_end));
        Self { reader, record: StringRecord::new(), number: 0, layout, line: 0 }
    }

    /// Returns the next row that is not an empty line.
    ///
    /// # Errors
    ///
    /// Returns an error if the text cannot be read.
    pub(crate) fn next(&mut self) -> csv::Result<Option<Row<'_>>> {
        if self.layout.has_separator_line && self.line == 0 && !self.read()? {
            return Ok(None);
        }
        let before = self.line;
        if !self.read()? {
            return Ok(None);
        }
        let bytes = self.record.as_slice().bytes();
        let inside: u64 = bytes.map(|byte| u64::from(byte == b'\n')).sum();
        // The reader skips empty lines, but a spreadsheet counts them.
        let blank = self.line.saturating_sub(inside).saturating_sub(before + 1);
        self.number += blank + 1;
        Ok(Some(Row { number: self.number, blank, cells: &self.record }))
    }

    fn read(&mut self) -> csv::Result<bool> {
        let is_row = self.reader.read_record(&mut self.record)?;
        // The reader stops after a carriage return, and has not counted its line feed yet.
        let counted = u64::from(!self.layout.has_cr_lf);
        self.line = self.reader.position().line().saturating_sub(counted).max(1);
        Ok(is_row)
    }
}

/// Returns whether every cell is blank.
pub(crate) fn is_blank(cells: &StringRecord) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}
