//! The rows of a file into the outbox, each once, and the rest into the rejects file.

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

/// Rows of one transaction.
const BATCH: usize = 500;

/// Counts of the rows of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    /// Put into the outbox by this run.
    pub(crate) queued: u64,
    /// Put into the outbox by an earlier, interrupted run of the same file.
    pub(crate) earlier: u64,
    /// By rule.
    pub(crate) rejected: BTreeMap<&'static str, u64>,
}

impl Counts {
    pub(crate) fn rejected_in_all(&self) -> u64 {
        self.rejected.values().sum()
    }
}

/// Reads the file, and enqueues its leads where there is an outbox.
pub(crate) struct Import<'a> {
    pub(crate) file: &'a Path,
    pub(crate) format: &'a Format,
    pub(crate) map: &'a Map,
    pub(crate) options: &'a ParseOptions,
}

impl Import<'_> {
    /// Reads every row. With a queue, each lead is enqueued once; rows that an interrupted run of the
    /// same file enqueued are not enqueued again.
    ///
    /// # Errors
    ///
    /// When the file, the rejects file or the queue cannot be used. Leads that were enqueued before stay.
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
        let mut batch = Vec::with_capacity(BATCH);
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            counts.read += 1;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            match self.lead(&record, &headers, &columns) {
                Ok(_) if counts.read <= done => counts.earlier += 1,
                Ok(lead) => batch.push(lead),
                Err(reject) => {
                    *counts.rejected.entry(reject.rule).or_default() += 1;
                    // The header is row 1 of the spreadsheet.
                    rejects.add(&record, counts.read + 1, &headers, &reject)?;
                }
            }
            if batch.len() == BATCH {
                enqueue(queue.as_deref_mut(), &mut batch, &mut counts)?;
                progress(counts.read);
            }
        }
        enqueue(queue, &mut batch, &mut counts)?;
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

fn enqueue(
    queue: Option<&mut Queue>,
    batch: &mut Vec<Lead>,
    counts: &mut Counts,
) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(queue) = queue {
        queue.enqueue(batch, counts.read)?;
        counts.queued += batch.len() as u64;
    }
    batch.clear();
    Ok(())
}

/// The outbox, and how far each file has come, in one database.
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
    /// When it cannot be opened.
    pub(crate) fn open(path: &Path, outbox: Outbox, format: &Format) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS imports (digest TEXT PRIMARY KEY, rows INTEGER NOT NULL) STRICT;",
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

    /// The leads and the mark of how far the file has come, or neither.
    fn enqueue(&mut self, leads: &[Lead], rows: u64) -> Result<(), Box<dyn std::error::Error>> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for lead in leads {
            self.outbox.enqueue_in(&transaction, lead)?;
        }
        transaction.execute(
            "INSERT INTO imports (digest, rows) VALUES (?1, ?2)
             ON CONFLICT (digest) DO UPDATE SET rows = max(rows, excluded.rows)",
            (&self.digest, i64::try_from(rows)?),
        )?;
        transaction.commit()?;
        Ok(())
    }
}

/// `leads.rejects.csv`: the rows as they were, with the reason of each.
struct Rejects {
    path: PathBuf,
    writer: Option<csv::Writer<fs::File>>,
    /// The rejects of a rejects file have these columns already.
    own_columns: Vec<usize>,
}

/// The rejects file of a CSV.
pub(crate) fn rejects_path(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    file.with_file_name(format!("{stem}.rejects.csv"))
}

impl Rejects {
    fn new(file: &Path, headers: &csv::StringRecord) -> Self {
        let own = headers.iter().enumerate().filter(|(_, it)| REJECT_COLUMNS.contains(it));
        Self {
            path: rejects_path(file),
            writer: None,
            own_columns: own.map(|(index, _)| index).collect(),
        }
    }

    fn row<'r>(&self, record: &'r csv::StringRecord) -> impl Iterator<Item = &'r str> + use<'r> {
        let own = self.own_columns.clone();
        record.iter().enumerate().filter(move |(it, _)| !own.contains(it)).map(|(_, cell)| cell)
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
        let why = [row.as_str(), column, reject.rule, &reject.reason];
        let record: Vec<_> = self.row(record).chain(missing).chain(why).collect();
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

    /// Without rejects, a rejects file of an earlier run is out of date.
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
