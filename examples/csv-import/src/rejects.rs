//! Rejects file: `leads.rejects.csv` contains the unchanged rejected rows, each with its reason.

use std::fs;
use std::io;
use std::path::PathBuf;

use csv::StringRecord;

use crate::columns::{Columns, REJECT_COLUMNS};
use crate::row::Reject;

/// Writer of the rejects file, which exists only if there is a reject.
pub(crate) struct Rejects<'c> {
    /// `None` if the rejected rows are only counted.
    path: Option<PathBuf>,
    writer: Option<csv::Writer<fs::File>>,
    columns: &'c Columns,
    headers: &'c [String],
}

impl<'c> Rejects<'c> {
    pub(crate) fn new(path: Option<PathBuf>, columns: &'c Columns, headers: &'c [String]) -> Self {
        Self { path, writer: None, columns, headers }
    }

    /// Adds a row. The reject columns follow the columns of the header, and extra cells follow them.
    pub(crate) fn add(
        &mut self,
        row: u64,
        record: &StringRecord,
        reject: &Reject,
    ) -> csv::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        if self.writer.is_none() {
            let file = fs::File::create(path)?;
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
            let header = self.headers.iter().map(String::as_str);
            writer.write_record(self.without_reject_columns(header).chain(REJECT_COLUMNS))?;
            self.writer = Some(writer);
        }
        let width = self.headers.len();
        let cells = (0..width).map(|index| record.get(index).unwrap_or_default());
        let (row, column) = (row.to_string(), self.columns.name(reject.column));
        let reject_cells = [&row, &column, reject.rule, &reject.reason];
        let extra = record.iter().skip(width);
        let cells: Vec<_> =
            self.without_reject_columns(cells).chain(reject_cells).chain(extra).collect();
        self.writer.as_mut().map_or(Ok(()), |writer| writer.write_record(cells))
    }

    /// Omits the reject columns of a file that is itself a rejects file.
    fn without_reject_columns<'r>(
        &self,
        cells: impl Iterator<Item = &'r str>,
    ) -> impl Iterator<Item = &'r str> {
        let headers = self.headers.iter().map(|header| REJECT_COLUMNS.contains(&header.trim()));
        let cells: Vec<_> = cells.zip(headers).filter(|(_, is_reject)| !is_reject).collect();
        cells.into_iter().map(|(cell, _)| cell)
    }

    /// Completes the rejects file. Without rejects, removes the outdated file of an earlier run.
    pub(crate) fn finish(self) -> io::Result<()> {
        match (self.writer, self.path) {
            (Some(mut writer), _) => writer.flush(),
            (None, Some(path)) => match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
            (None, None) => Ok(()),
        }
    }
}
