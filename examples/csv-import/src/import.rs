//! Import of rows: valid rows into the outbox, each once, and others into the rejects file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use telecrm_outbox::Outbox;
use telecrm_outbox::rusqlite::{self, Connection, OptionalExtension as _, TransactionBehavior};
use telecrm_runtime::ParseOptions;

use crate::columns::{Columns, Map, REJECT_COLUMNS};
use crate::crm::Lead;
use crate::row::{self, Reject};
use crate::source::{self, Format};

/// Number of rows in a transaction.
const BATCH: usize = 500;

/// Counts of the rows of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Rows that are not empty.
    pub(crate) read: u64,
    /// Empty rows, which spreadsheets export too.
    pub(crate) blank: u64,
    /// Rows that this run added to the outbox.
    pub(crate) queued: u64,
    /// Rows that an earlier run of the same file added to the outbox.
    pub(crate) earlier: u64,
    /// Rejected rows by rule.
    pub(crate) rejected: BTreeMap<&'static str, u64>,
}

impl Counts {
    pub(crate) fn total_rejected(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// Import of one file.
pub(crate) struct Import<'a> {
    pub(crate) file: &'a Path,
    pub(crate) format: &'a Format,
    pub(crate) map: &'a Map,
    pub(crate) options: &'a ParseOptions,
}

impl Import<'_> {
    /// Reads every row, and enqueues each lead once if there is a queue.
    ///
    /// Rows that an interrupted run of the same file enqueued are not enqueued again.
    ///
    /// # Errors
    ///
    /// Returns an error if the file, the rejects file or the queue cannot be used. Leads that are already
    /// enqueued remain in the queue.
    pub(crate) fn run(
        &self,
        mut queue: Option<&mut Queue>,
        progress: impl Fn(u64),
    ) -> Result<Counts, Box<dyn std::error::Error>> {
        let mut reader = source::rows(self.file, self.format)?;
        let headers = reader.headers()?.clone();
        let columns = Columns::new(headers.iter(), self.map)?;
        let mut rejects = Rejects::new(self.file, &headers);
        let mut counts = Counts::default();
        let done = queue.as_ref().map_or(Ok(0), |queue| queue.rows_done())?;
        let mut batch = Batch::default();
        let mut record = csv::StringRecord::new();
        // The header is row 1 of the spreadsheet.
        let mut row = 1;
        while reader.read_record(&mut record)? {
            let skipped = source::blank_lines(&record, reader.position());
            row += skipped + 1;
            counts.blank += skipped;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                counts.blank += 1;
                continue;
            }
            counts.read += 1;
            if row <= done
                && let Some(queue) = queue.as_deref()
                && !queue.was_rejected(row)?
            {
                counts.earlier += 1;
                continue;
            }
            match self.lead(&record, &headers, &columns) {
                Ok(lead) => batch.leads.push((row, lead)),
                Err(reject) => {
                    *counts.rejected.entry(reject.rule).or_default() += 1;
                    rejects.add(&record, row, &headers, &reject)?;
                    batch.rejected.push(row);
                }
            }
            if batch.leads.len() + batch.rejected.len() == BATCH {
                enqueue(queue.as_deref_mut(), &mut batch, row, &mut counts)?;
                progress(counts.read);
            }
        }
        enqueue(queue, &mut batch, row, &mut counts)?;
        progress(counts.read);
        rejects.finish()?;
        Ok(counts)
    }

    fn lead(
        &self,
        record: &csv::StringRecord,
        headers: &csv::StringRecord,
        columns: &Columns,
    ) -> Result<Lead, Reject> {
        if record.len() > headers.len() {
            return Err(Reject {
                column: headers.len(),
                rule: "extra-cells",
                reason: format!(
                    "the row has {} cells and the header {}: a delimiter inside a cell needs quotes",
                    record.len(),
                    headers.len()
                ),
            });
        }
        row::lead(record, columns, self.options)
    }
}

/// Rows of the next transaction.
#[derive(Default)]
struct Batch {
    leads: Vec<(u64, Lead)>,
    rejected: Vec<u64>,
}

fn enqueue(
    queue: Option<&mut Queue>,
    batch: &mut Batch,
    row: u64,
    counts: &mut Counts,
) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(queue) = queue {
        queue.enqueue(batch, row)?;
        counts.queued += batch.leads.len() as u64;
    }
    batch.leads.clear();
    batch.rejected.clear();
    Ok(())
}

/// The outbox and the progress of each file, in one database.
pub(crate) struct Queue {
    connection: Connection,
    outbox: Outbox,
    digest: String,
}

impl Queue {
    /// Opens the database of an outbox for one file.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be opened.
    pub(crate) fn open(path: &Path, outbox: Outbox, format: &Format) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS imports (digest TEXT PRIMARY KEY, rows INTEGER NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS rejected_rows (
                 digest TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (digest, row)
             ) STRICT, WITHOUT ROWID;",
        )?;
        Ok(Self { connection, outbox, digest: format.digest.clone() })
    }

    fn rows_done(&self) -> rusqlite::Result<u64> {
        let rows: Option<i64> = self
            .connection
            .query_row("SELECT rows FROM imports WHERE digest = ?1", [&self.digest], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0))
    }

    /// Returns whether an earlier run of the same file rejected the row.
    ///
    /// Such a row may be valid now, with another map or country code.
    fn was_rejected(&self, row: u64) -> Result<bool, Box<dyn std::error::Error>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT 1 FROM rejected_rows WHERE digest = ?1 AND row = ?2")?;
        Ok(statement.exists((&self.digest, i64::try_from(row)?))?)
    }

    /// Stores the leads, the rejected rows and the progress of the file in one transaction.
    fn enqueue(&mut self, batch: &Batch, row: u64) -> Result<(), Box<dyn std::error::Error>> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (row, lead) in &batch.leads {
            self.outbox.enqueue_in(&transaction, lead)?;
            transaction
                .prepare_cached("DELETE FROM rejected_rows WHERE digest = ?1 AND row = ?2")?
                .execute((&self.digest, i64::try_from(*row)?))?;
        }
        for row in &batch.rejected {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO rejected_rows VALUES (?1, ?2)")?
                .execute((&self.digest, i64::try_from(*row)?))?;
        }
        transaction.execute(
            "INSERT INTO imports (digest, rows) VALUES (?1, ?2)
             ON CONFLICT (digest) DO UPDATE SET rows = max(rows, excluded.rows)",
            (&self.digest, i64::try_from(row)?),
        )?;
        transaction.commit()?;
        Ok(())
    }
}

/// `leads.rejects.csv`: the unchanged rejected rows, each with its reason.
struct Rejects {
    path: PathBuf,
    writer: Option<csv::Writer<fs::File>>,
    /// The reject columns of a file that is itself a rejects file.
    reject_columns: Vec<usize>,
}

/// The path of a CSV's rejects file.
pub(crate) fn rejects_path(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    file.with_file_name(format!("{stem}.rejects.csv"))
}

impl Rejects {
    fn new(file: &Path, headers: &csv::StringRecord) -> Self {
        let columns =
            headers.iter().enumerate().filter(|(_, header)| REJECT_COLUMNS.contains(header));
        Self {
            path: rejects_path(file),
            writer: None,
            reject_columns: columns.map(|(index, _)| index).collect(),
        }
    }

    fn row<'r>(&self, record: &'r csv::StringRecord) -> impl Iterator<Item = &'r str> + use<'r> {
        let excluded = self.reject_columns.clone();
        let cells = record.iter().enumerate();
        cells.filter(move |(index, _)| !excluded.contains(index)).map(|(_, cell)| cell)
    }

    fn add(
        &mut self,
        record: &csv::StringRecord,
        row: u64,
        headers: &csv::StringRecord,
        reject: &Reject,
    ) -> csv::Result<()> {
        let header = self.row(headers).chain(REJECT_COLUMNS);
        let row = row.to_string();
        let column = headers.get(reject.column).unwrap_or_default();
        let cells = headers.len().max(record.len());
        let missing = std::iter::repeat_n("", cells - record.len());
        let reject_cells = [row.as_str(), column, reject.rule, &reject.reason];
        let record: Vec<_> = self.row(record).chain(missing).chain(reject_cells).collect();
        let writer = if let Some(writer) = &mut self.writer {
            writer
        } else {
            let file = fs::File::create(&self.path)?;
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
            writer.write_record(header)?;
            self.writer.insert(writer)
        };
        writer.write_record(record)
    }

    /// Completes the rejects file. Without rejects, removes the outdated file of an earlier run.
    fn finish(self) -> std::io::Result<()> {
        match self.writer {
            Some(mut writer) => writer.flush(),
            None => match fs::remove_file(&self.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}
