//! Imports leads from a spreadsheet's CSV into telecrm, and reports the outcome of every row.
//!
//! The library converts rows to leads. This program stores them in an outbox, which delivers and verifies
//! them.

mod delivery;
mod queue;
mod report;

use std::error::Error;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use csv_import::dates::DateOrder;
use csv_import::format::Format;
use csv_import::import::{Counts, DryRun, Import, Queue};
use csv_import::input::Input;
use csv_import::progress::Progress;
use csv_import::{Map, crm};
use telecrm_emulator::Emulator;
use telecrm_outbox::{Outbox, Stats};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, ParseOptions, RateLimit, SyncToken, sync};

use self::delivery::{Interrupt, delivered};
use self::queue::OutboxQueue;
use self::report::{finish, table};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// Imports leads from a spreadsheet's CSV into telecrm.
#[derive(Parser)]
struct Arguments {
    /// The CSV file; `-` reads standard input
    file: PathBuf,
    /// Reads and checks every row, and sends nothing
    #[arg(long)]
    dry_run: bool,
    /// The map file: the field of each column, and the columns to ignore
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The database of the outbox; by default, a file next to the CSV
    #[arg(long, value_name = "FILE")]
    outbox: Option<PathBuf>,
    /// Country code of phones without a country code
    #[arg(long, default_value = "91")]
    country: String,
    /// Time zone of dates, as an offset from UTC
    #[arg(long, default_value = "+05:30", value_name = "OFFSET", allow_hyphen_values = true)]
    time_zone: String,
    /// Order of dates such as 03/04/2026; by default, the cells of each column decide
    #[arg(long, value_enum, value_name = "ORDER")]
    date_order: Option<DateOrder>,
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

/// Imports the file, and returns whether every row was delivered and verified.
async fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let name = arguments.file.display();
    let map = arguments.map.as_deref().map(Map::read).transpose()?.unwrap_or_default();
    let input = Input::open(&arguments.file).map_err(|error| format!("{name}: {error}"))?;
    let format = Format::detect(&input, &map).map_err(|error| format!("{name}: {error}"))?;
    eprintln!("{name}: {format}");
    if let Some(skipped) = format.skipped() {
        eprintln!("{name}: {skipped}");
    }
    let options =
        ParseOptions::new().country_code(&arguments.country)?.utc_offset(&arguments.time_zone)?;
    let import = Import::plan(&input, &format, &map, &options, arguments.date_order)?;
    for note in import.notes() {
        eprintln!("{note}");
    }
    let rejects = input.sibling("rejects.csv");
    if arguments.dry_run {
        let counts = read(&import, &format, &mut DryRun, &Interrupt::default())?;
        print!("{}", table(&counts, None));
        return Ok(finish(&counts, rejects.as_deref()));
    }
    let by_default = || input.sibling("outbox.db").unwrap_or_default();
    let path = arguments.outbox.clone().unwrap_or_else(by_default);
    let (counts, stats) = imported(&import, &format, &path).await?;
    print!("{}", table(&counts, Some(&stats)));
    let all_delivered = stats.refused + stats.mismatched + stats.missing + stats.unconfirmed == 0;
    Ok(finish(&counts, rejects.as_deref()) && all_delivered)
}

/// Reads every row, and shows the progress.
fn read(
    import: &Import<'_>,
    format: &Format,
    queue: &mut dyn Queue,
    interrupt: &Interrupt,
) -> Result<Counts, Box<dyn Error>> {
    let mut progress = Progress::start("reading", format.lines);
    let counts = import.run(queue, |rows| {
        progress.show(rows, String::new);
        if interrupt.is_requested() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    progress.end();
    counts
}

/// Stores the leads in the outbox, and waits until they are delivered.
///
/// After an error, the worker ends its requests before this function returns: a request that is cut off would
/// have an unknown outcome.
async fn imported(
    import: &Import<'_>,
    format: &Format,
    path: &Path,
) -> Result<(Counts, Stats), Box<dyn Error>> {
    let interrupt = Interrupt::listen();
    let (client, reader, _emulator) = telecrm().await?;
    let outbox = Outbox::open(path).await?;
    let mut queue = OutboxQueue::open(path, outbox.clone(), &format.digest)?;
    let delivery = outbox.deliver(client).verify(reader).report_outdated::<crm::Lead>();
    // A second import into the same outbox is a mistake. It fails instead of waiting for the first.
    let mut worker = delivery.standby(false).start();
    worker.ready().await?;
    let done = match read(import, format, &mut queue, &interrupt) {
        Ok(counts) => {
            let stats = delivered(&outbox, &worker, &interrupt).await;
            stats.map(|stats| (counts, stats))
        }
        Err(error) => Err(error),
    };
    if done.is_err() {
        eprintln!("stopping: requests in flight end first");
    }
    let stopped = worker.stop().await;
    let done = done?;
    stopped?;
    Ok(done)
}

/// Clients for the telecrm in the environment variables, or for a new emulator.
///
/// The emulator runs until it is dropped.
async fn telecrm() -> Result<(Client, sync::Client, Option<Emulator>), Box<dyn Error>> {
    if std::env::var_os("TELECRM_ENTERPRISE_ID").is_some_and(|id| !id.is_empty()) {
        return Ok((Client::from_env()?, sync::Client::from_env()?, None));
    }
    // Without a limit, like its client: with telecrm's limit, the import would stop after 18,000 rows.
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
