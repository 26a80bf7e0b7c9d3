//! Leads from a spreadsheet's CSV into telecrm, with every row accounted for.
//!
//! A row goes `source` (encoding, delimiter) → `columns` → `cell` (spreadsheet tricks) → `row` (a
//! typed lead) → `import` (the outbox, or the rejects file). The outbox delivers and verifies.

mod cell;
mod columns;
mod import;
mod row;
mod source;

/// The workspace's types, generated from `schema/workspace.yaml`.
mod crm {
    telecrm_runtime::include_workspace!();
}

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use columns::Map;
use import::{Counts, Import, Queue, rejects_path};
use indicatif::{ProgressBar, ProgressStyle};
use telecrm_emulator::Emulator;
use telecrm_outbox::{Outbox, PauseCause, Stats, Worker, WorkerStatus};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, ParseOptions, RateLimit, SyncToken, sync};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// telecrm takes 18,000 requests in an hour.
const REQUESTS_PER_SECOND: u64 = 5;

/// Imports leads from a spreadsheet's CSV into telecrm.
#[derive(Parser)]
struct Arguments {
    /// The CSV file
    file: PathBuf,
    /// Reads and checks every row, and sends nothing
    #[arg(long)]
    dry_run: bool,
    /// Says which column holds which field, and which to ignore
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The outbox; beside the CSV where not given
    #[arg(long, value_name = "FILE")]
    outbox: Option<PathBuf>,
    /// Country code of phones that have none
    #[arg(long, default_value = "91")]
    country: String,
    /// Time zone of dates, as an offset from UTC
    #[arg(long, default_value = "+05:30", value_name = "OFFSET", allow_hyphen_values = true)]
    time_zone: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = error.source();
            while let Some(error) = source {
                eprintln!("  because: {error}");
                source = error.source();
            }
            ExitCode::from(2)
        }
    }
}

/// Whether every row went in.
async fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let file = &arguments.file;
    let format = source::inspect(file).map_err(|error| format!("{}: {error}", file.display()))?;
    eprintln!("{}: {format}", file.display());
    let map = arguments.map.as_deref().map(Map::read).transpose()?.unwrap_or_default();
    let options =
        ParseOptions::new().country_code(&arguments.country)?.utc_offset(&arguments.time_zone)?;
    let import = Import { file, format: &format, map: &map, options: &options };
    let bar = bar(format.lines, "reading");

    if arguments.dry_run {
        let counts = import.run(None, |rows| bar.set_position(rows))?;
        bar.finish_and_clear();
        print!("{}", table(&counts, None));
        return Ok(finish(&counts, file));
    }

    let path = arguments.outbox.clone().unwrap_or_else(|| file.with_extension("outbox.db"));
    let (client, reader, _emulator) = telecrm().await?;
    let outbox = Outbox::open(&path).await?;
    let mut queue = Queue::open(&path, outbox.clone(), &format)?;
    let delivery = outbox.deliver(client).verify(reader).report_outdated::<crm::Lead>();
    // A second import into the same outbox is a mistake, and does not wait for the first.
    let mut worker = delivery.standby(false).start();
    worker.ready().await?;
    let counts = import.run(Some(&mut queue), |rows| bar.set_position(rows))?;
    bar.finish_and_clear();
    let stats = delivered(&outbox, &worker).await?;
    worker.stop().await?;
    print!("{}", table(&counts, Some(&stats)));
    let all_delivered = stats.refused + stats.mismatched + stats.missing + stats.unconfirmed == 0;
    Ok(finish(&counts, file) && all_delivered)
}

/// A pause that a person has to end stops the import after this many looks.
const LOOKS: u32 = 50;

/// Waits until every entry is final. A pause of delivery that does not pass by itself is an error.
async fn delivered(outbox: &Outbox, worker: &Worker) -> Result<Stats, Box<dyn Error>> {
    let mut looks = 0;
    let open = |stats: &Stats| stats.queued + stats.sending;
    let mut stats = outbox.stats().await?;
    let total = open(&stats);
    let bar = bar(total, "sending");
    while open(&stats) + stats.accepted > 0 {
        bar.set_position(total.saturating_sub(open(&stats)));
        let worker_status = worker.status();
        if let WorkerStatus::Paused(cause) = worker_status {
            looks += 1;
            let passes = cause == PauseCause::Unavailable;
            if cause == PauseCause::Unauthorized || (looks >= LOOKS && !passes) {
                return Err(pause(cause).into());
            }
            bar.set_message(worker_status.to_string());
        } else {
            looks = 0;
            bar.set_message(format!(
                "{} to verify, about {} at telecrm's pace",
                stats.accepted,
                minutes(open(&stats) / REQUESTS_PER_SECOND)
            ));
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
            _ = tokio::signal::ctrl_c() => {
                return Err("interrupted; nothing is lost: run this again to go on".into());
            }
        }
        stats = outbox.stats().await?;
    }
    bar.finish_and_clear();
    Ok(stats)
}

fn pause(cause: PauseCause) -> String {
    let (problem, remedy) = match cause {
        PauseCause::Unauthorized => {
            ("telecrm refuses the token or the enterprise id", "with valid ones")
        }
        PauseCause::WrongAddress => {
            ("the address is not that of telecrm's API", "with the right one")
        }
        PauseCause::NotTelecrm => {
            ("another server responds in telecrm's place", "when telecrm responds")
        }
        PauseCause::Blocked => (
            "a firewall blocks the requests, or telecrm refuses every lead",
            "when the cause is over",
        ),
        _ => ("delivery is paused", "when it is not"),
    };
    format!("{problem}; nothing is lost: run this again {remedy}")
}

fn minutes(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}

fn bar(total: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {per_sec} {msg}");
    let bar = ProgressBar::new(total).with_prefix(what);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// Says where the rejects are; whether there are none.
fn finish(counts: &Counts, file: &std::path::Path) -> bool {
    let rejected = counts.rejected_in_all();
    if rejected > 0 {
        eprintln!(
            "{rejected} rows rejected: correct {} and import it",
            rejects_path(file).display()
        );
    }
    rejected == 0
}

/// Outcome of the rows.
fn table(counts: &Counts, stats: Option<&Stats>) -> String {
    let mut rows = vec![("read".to_owned(), counts.read)];
    match stats {
        None => rows.push(("would be queued".to_owned(), counts.read - counts.rejected_in_all())),
        Some(stats) => {
            rows.push(("queued".to_owned(), counts.queued));
            if counts.earlier > 0 {
                rows.push(("queued by an earlier run".to_owned(), counts.earlier));
            }
            for (state, count) in [
                ("verified", stats.verified),
                ("superseded by a later row", stats.superseded),
                ("mismatched", stats.mismatched),
                ("missing", stats.missing),
                ("unconfirmed", stats.unconfirmed),
                ("refused by telecrm", stats.refused),
            ] {
                if count > 0 || state == "verified" {
                    rows.push((state.to_owned(), count));
                }
            }
        }
    }
    rows.push(("rejected".to_owned(), counts.rejected_in_all()));
    if counts.blank > 0 {
        rows.insert(1, ("blank rows, skipped".to_owned(), counts.blank));
    }
    rows.extend(counts.rejected.iter().map(|(rule, count)| (format!("  {rule}"), *count)));
    rows.iter().fold(String::new(), |mut table, (what, count)| {
        // Writing to memory does not fail.
        let _ = writeln!(table, "{what:<28} {count:>9}");
        table
    })
}

/// The telecrm of the environment, else an emulator, which lives as long as it is held.
async fn telecrm() -> Result<(Client, sync::Client, Option<Emulator>), Box<dyn Error>> {
    if std::env::var_os("TELECRM_ENTERPRISE_ID").is_some_and(|id| !id.is_empty()) {
        return Ok((Client::from_env()?, sync::Client::from_env()?, None));
    }
    // Unpaced, as its client: with telecrm's limit it would stand still after 18,000 rows.
    let emulator = Emulator::builder().schema_file(SCHEMA).hourly_limit(None).start().await?;
    eprintln!("TELECRM_ENTERPRISE_ID is not set: importing into an emulator at {}", emulator.url());
    let enterprise = EnterpriseId::parse(emulator.enterprise_id())?;
    let token = AsyncToken::parse(emulator.async_token())?;
    let client = Client::builder(enterprise.clone(), token)
        .base_url(emulator.url())
        .rate_limit(RateLimit::unlimited())
        .build()?;
    let token = SyncToken::parse(emulator.sync_token())?;
    let reader = sync::Client::builder(enterprise, token)
        .base_url(emulator.sync_url())
        .reads_per_second(1000)
        .build()?;
    Ok((client, reader, Some(emulator)))
}
