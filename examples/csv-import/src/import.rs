//! Import of rows: valid rows into a queue, each once, and others into the rejects file.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::ControlFlow;

use telecrm_runtime::ParseOptions;

use crate::columns::{Column, Columns, ColumnsError};
use crate::crm::Lead;
use crate::dates::{DateOrder, DateOrderError, Evidence};
use crate::format::Format;
use crate::input::Input;
use crate::map::Map;
use crate::rejects::Rejects;
use crate::row::Conversion;
use crate::rows::is_blank;

/// Number of rows in a transaction.
const BATCH: usize = 500;

/// Counts of the rows of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that are not empty.
    pub read: u64,
    /// Empty rows, which spreadsheets export too.
    pub blank: u64,
    /// Valid rows of this run.
    pub queued: u64,
    /// Rows that an earlier run of the same file added to the queue.
    pub earlier: u64,
    /// Test leads of the preset's sender, which are not imported.
    pub test_leads: u64,
    /// Rejected rows by rule.
    pub rejected: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// Number of rejected rows.
    #[must_use]
    pub fn total_rejected(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// Rows of the next transaction.
#[derive(Debug, Default)]
pub struct Batch {
    /// Valid rows with their numbers.
    pub leads: Vec<(u64, Lead)>,
    /// Numbers of the rejected rows.
    pub rejected: Vec<u64>,
}

/// Queue of leads, which remembers the rows of a file.
pub trait Queue {
    /// Returns the number of the last row that an earlier run processed, or 0.
    ///
    /// # Errors
    ///
    /// Returns an error if the queue cannot be read.
    fn rows_done(&self) -> Result<u64, Box<dyn Error>>;

    /// Returns whether an earlier run rejected the row.
    ///
    /// Such a row may be valid now, with another map or country code.
    ///
    /// # Errors
    ///
    /// Returns an error if the queue cannot be read.
    fn is_rejected(&self, row: u64) -> Result<bool, Box<dyn Error>>;

    /// Stores the leads, the rejected rows and the last row in one transaction.
    ///
    /// # Errors
    ///
    /// Returns an error if the transaction failed. Nothing is stored then.
    fn store(&mut self, batch: &Batch, row: u64) -> Result<(), Box<dyn Error>>;
}

/// Queue of a dry run, which stores nothing.
#[derive(Clone, Copy, Debug)]
pub struct DryRun;

impl Queue for DryRun {
    fn rows_done(&self) -> Result<u64, Box<dyn Error>> {
        Ok(0)
    }

    fn is_rejected(&self, _row: u64) -> Result<bool, Box<dyn Error>> {
        Ok(false)
    }

    fn store(&mut self, _batch: &Batch, _row: u64) -> Result<(), Box<dyn Error>> {
        Ok(())
    }
}

/// Error before the first row is imported.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The columns are not usable.
    #[error("{0}")]
    Columns(#[from] ColumnsError),
    /// A column of dates has no common order.
    #[error("{0}")]
    Dates(#[from] DateOrderError),
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] csv::Error),
}

/// Import of one file, with the decisions for its columns.
#[derive(Debug)]
pub struct Import<'a> {
    input: &'a Input,
    format: &'a Format,
    map: &'a Map,
    options: &'a ParseOptions,
    columns: Columns,
    orders: Vec<DateOrder>,
    notes: Vec<String>,
}

impl<'a> Import<'a> {
    /// Matches the columns to fields, and decides the order of the dates of each column.
    ///
    /// Every row is read if a column contains dates or has no name.
    ///
    /// # Errors
    ///
    /// Returns an error if a column is not usable, or if the file cannot be read.
    pub fn plan(
        input: &'a Input,
        format: &'a Format,
        map: &'a Map,
        options: &'a ParseOptions,
        order: Option<DateOrder>,
    ) -> Result<Self, PlanError> {
        let columns = Columns::new(&format.header.cells, map)?;
        let (mut orders, mut notes) = (vec![DateOrder::default(); columns.list.len()], Vec::new());
        for (index, evidence) in survey(input, format, &columns)? {
            let (decided, note) = evidence.decide(&columns.name(index), order)?;
            notes.extend(note);
            if let Some(order) = orders.get_mut(index) {
                *order = decided;
            }
        }
        Ok(Self { input, format, map, options, columns, orders, notes })
    }

    /// The decision for each column of dates that has a date not in ISO form.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Reads every row, and stores each valid lead once.
    ///
    /// Rows that an interrupted run of the same file stored are not stored again. `progress` receives the
    /// number of rows so far after each transaction, and can end the import.
    ///
    /// # Errors
    ///
    /// Returns an error if the file, the rejects file or the queue cannot be used, or if `progress` ended
    /// the import. Leads that are already stored remain in the queue.
    pub fn run(
        &self,
        queue: &mut dyn Queue,
        mut progress: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Counts, Box<dyn Error>> {
        let mut rows = self.format.rows(self.input)?;
        let rejects_path = self.input.sibling("rejects.csv");
        let mut rejects = Rejects::new(rejects_path, &self.columns, &self.format.header.cells);
        let (columns, orders) = (&self.columns, &self.orders[..]);
        let conversion = Conversion { columns, orders, map: self.map, options: self.options };
        let mut counts = Counts::default();
        let done = queue.rows_done()?;
        let mut batch = Batch::default();
        let mut last = 0;
        while let Some(row) = rows.next()? {
            last = row.number;
            counts.blank += row.blank;
            if is_blank(row.cells) {
                counts.blank += 1;
                continue;
            }
            counts.read += 1;
            if conversion.is_test(row.cells) {
                counts.test_leads += 1;
                continue;
            }
            if last <= done && !queue.is_rejected(last)? {
                counts.earlier += 1;
                continue;
            }
            match conversion.lead(row.cells) {
                Ok(lead) => batch.leads.push((last, lead)),
                Err(reject) => {
                    *counts.rejected.entry(reject.rule).or_default() += 1;
                    rejects.add(last, row.cells, &reject)?;
                    batch.rejected.push(last);
                }
            }
            if batch.leads.len() + batch.rejected.len() == BATCH {
                store(queue, &mut batch, last, &mut counts)?;
                if progress(counts.read).is_break() {
                    return Err("interrupted; no row is lost: run this again to continue".into());
                }
            }
        }
        store(queue, &mut batch, last, &mut counts)?;
        let _ = progress(counts.read);
        rejects.finish()?;
        Ok(counts)
    }
}

/// Stores a batch, and empties it.
fn store(
    queue: &mut dyn Queue,
    batch: &mut Batch,
    row: u64,
    counts: &mut Counts,
) -> Result<(), Box<dyn Error>> {
    queue.store(batch, row)?;
    counts.queued += batch.leads.len() as u64;
    batch.leads.clear();
    batch.rejected.clear();
    Ok(())
}

/// Reads the cells of the columns of dates, and searches for cells in columns without a name.
fn survey(
    input: &Input,
    format: &Format,
    columns: &Columns,
) -> Result<Vec<(usize, Evidence)>, PlanError> {
    let indices = |is_searched: fn(&Column) -> bool| {
        let columns = columns.list.iter().enumerate();
        columns.filter(move |(_, column)| is_searched(column)).map(|(index, _)| index)
    };
    let mut dates: Vec<_> =
        indices(Column::is_date).map(|index| (index, Evidence::default())).collect();
    let mut nameless: Vec<_> = indices(|column| column.is_nameless).collect();
    let mut with_content = Vec::new();
    if dates.is_empty() && nameless.is_empty() {
        return Ok(dates);
    }
    let mut rows = format.rows(input)?;
    while let Some(row) = rows.next()? {
        for (index, evidence) in &mut dates {
            evidence.add(row.number, row.cells.get(*index).unwrap_or_default());
        }
        nameless.retain(|index| {
            let is_blank = row.cells.get(*index).unwrap_or_default().trim().is_empty();
            if !is_blank {
                with_content.push((*index, row.number));
            }
            is_blank
        });
    }
    with_content.sort_unstable();
    let unmapped: Vec<_> = with_content
        .iter()
        .map(|(index, row)| format!("`{}` (no name; row {row} has a cell)", columns.name(*index)))
        .collect();
    if unmapped.is_empty() { Ok(dates) } else { Err(ColumnsError::Unmapped(unmapped).into()) }
}
