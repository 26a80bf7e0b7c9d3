//! `emulate`: a telecrm on this machine, until an interrupt or the end of a command.

mod announce;
mod arguments;
mod child;
mod reload;
mod report;

use std::ffi::OsString;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;

use clap::builder::NonEmptyStringValueParser;
use telecrm_emulator::{Emulator, Fault, FaultRate, Faults, HOURLY_LIMIT, StartError};
use telecrm_schema::escaped;

use self::announce::Announce;
use self::arguments::{Limit, Next, host};
use self::reload::Reload;
use crate::commands::interrupt::Interrupt;
use crate::commands::runtime;
use crate::exit::{Exit, Failure, Outcome as Ended};
use crate::file;
use crate::schema;
use crate::terminal::Terminal;

/// Maximum size of the seed file.
const SEED_LIMIT: u64 = 1024 * 1024 * 1024;
const PORT: u16 = 4010;

/// Run an emulated telecrm on this machine, and show which values telecrm would drop
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{}\n{AFTER_HELP}", Fault::help()))]
pub(crate) struct Args {
    /// The schema file, which is reloaded when it changes [default: `schema` of
    /// [package.metadata.telecrm] in Cargo.toml, or schema/workspace.yaml]
    file: Option<PathBuf>,
    /// The port to listen on; 0 takes a free port [default: 4010; with a command, a free port]
    #[arg(long)]
    port: Option<u16>,
    /// The address to listen on. There is no authentication: any program that can reach the address
    /// can read and change every lead
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = host)]
    host: IpAddr,
    /// A name that requests may use in their `Host` header; can be given several times
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    allow_host: Vec<String>,
    /// Initial leads: JSON lines, each a body of the Async API or a lead of
    /// `GET /emulator/leads`
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Output format of URLs, tokens and variables
    #[arg(long, visible_alias = "print", value_enum)]
    format: Option<Announce>,
    /// The enterprise id of the emulator [default: the schema's, or `emulator`]
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    enterprise_id: Option<String>,
    /// The country code that telecrm adds to a phone number without one
    #[arg(long, value_name = "DIGITS", default_value = "91")]
    default_country_code: String,
    /// Requests per hour for each Async token before a 429, or `none`
    #[arg(long, value_name = "N", default_value_t = Limit(Some(HOURLY_LIMIT)))]
    hourly_limit: Limit,
    /// Faults of the next requests, one for each request; `ok` injects no fault
    #[arg(long, value_name = "FAULT,…", value_delimiter = ',')]
    next: Vec<Next>,
    /// A fault and its rate, from 0 (never) to 1 (always); can be given several times
    #[arg(long, value_name = "FAULT=RATE")]
    fault: Vec<FaultRate>,
    /// The seed of the rates: the same seed and requests cause the same faults
    #[arg(long, value_name = "N", default_value_t = 0)]
    fault_seed: u64,
    /// Omit the ids of leads in search responses of the Sync API, and return only `fields`
    #[arg(long)]
    no_lead_ids: bool,
    /// Maximum memory of the leads, in bytes [default: 1 GiB]
    #[arg(long, value_name = "BYTES")]
    max_lead_bytes: Option<usize>,
    /// Maximum memory of the requests that wait for processing, in bytes [default: 64 MiB]
    #[arg(long, value_name = "BYTES")]
    max_queue_bytes: Option<usize>,
    /// Maximum memory of the remembered deliveries, in bytes [default: 64 MiB]
    #[arg(long, value_name = "BYTES")]
    max_delivery_bytes: Option<usize>,
    /// Print nothing about deliveries
    #[arg(long, short)]
    quiet: bool,
    /// A command to run with the variables `TELECRM_ENTERPRISE_ID`, `TELECRM_ASYNC_TOKEN`,
    /// `TELECRM_ASYNC_URL`, `TELECRM_SYNC_TOKEN` and `TELECRM_SYNC_URL` of the emulator
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm emulate schema/workspace.yaml
  cargo telecrm emulate -- npm test
  cargo telecrm emulate --port 0 --format json
  cargo telecrm emulate --next 429:2,ok,close_after_processing
  cargo telecrm emulate --fault 500=0.1 --fault latency:250=1 --fault-seed 7
  cargo telecrm emulate --fault lose_lead=0.03 --fault drop_field:email=0.03
  cargo telecrm emulate --host 0.0.0.0 --allow-host telecrm.test --seed leads.jsonl

Requests that lose a value are printed on stderr with the ids of their drops. The page at `/`
shows all requests. The emulator ends on Ctrl-C, or when the command ends.

Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 could not start. With a command: the exit code of the
command, or 1 if the command passed and telecrm dropped or refused something.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Ended {
        runtime()?.block_on(self.serve(terminal))
    }

    async fn serve(self, terminal: &mut Terminal) -> Ended {
        // Before any output: the reader of the output may send the signal.
        let interrupt = Interrupt::new()
            .map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))?;
        let path = schema::or_default(self.file.clone())?;
        let mut reload = Reload::new(path.clone());
        let telecrm = self.start(&path).await?;
        if !self.host.is_loopback() {
            Terminal::say(format_args!(
                "warning: there is no authentication, so anyone who reaches {} can read and change \
                 every lead",
                self.host
            ));
        }
        let mut deliveries = telecrm.watch();
        let format = self.format.or(self.command.is_empty().then_some(Announce::Human));
        if let Some(format) = format {
            terminal.out(format.text(&telecrm));
            Terminal::flush();
        }
        let child = child::spawn(&self.command, &telecrm)?;
        let mut end = pin!(child::end(child, interrupt));
        let mut look = tokio::time::interval(reload::INTERVAL);
        let code = loop {
            tokio::select! {
                news = deliveries.next(), if !self.quiet => news.iter().for_each(report::print),
                _ = look.tick() => reload.check(&telecrm),
                code = &mut end => break code?,
            }
        };
        let Some(code) = code else { return Ok(Exit::OK) };
        if !self.quiet {
            // Prints the last event.
            let rest = tokio::time::timeout(std::time::Duration::ZERO, deliveries.next()).await;
            rest.unwrap_or_default().iter().for_each(report::print);
        }
        match report::losses(&telecrm.counters()) {
            Some(losses) => {
                Terminal::say(losses);
                Ok(Exit(if code == 0 { 1 } else { code }))
            }
            None => Ok(Exit(code)),
        }
    }

    /// Starts the emulator with the settings of the arguments.
    async fn start(&self, path: &Path) -> Result<Emulator, Failure> {
        let script = self.next.iter().map(|Next(fault)| fault.clone());
        let mut faults = Faults::script(script).seed(self.fault_seed);
        faults.rates.clone_from(&self.fault);
        let port = self.port.unwrap_or(if self.command.is_empty() { PORT } else { 0 });
        let mut builder = Emulator::builder()
            .schema(schema::read(path)?)
            .host(self.host)
            .port(port)
            .default_country_code(&self.default_country_code)
            .hourly_limit(self.hourly_limit.0)
            .faults(faults)
            .lead_ids(!self.no_lead_ids);
        for name in &self.allow_host {
            builder = builder.allow_host(name);
        }
        if let Some(id) = &self.enterprise_id {
            builder = builder.enterprise_id(id);
        }
        if let Some(seed) = &self.seed {
            builder = builder.seed_jsonl(seed_text(seed)?);
        }
        if let Some(bytes) = self.max_lead_bytes {
            builder = builder.lead_bytes(bytes);
        }
        if let Some(bytes) = self.max_queue_bytes {
            builder = builder.queue_bytes(bytes);
        }
        if let Some(bytes) = self.max_delivery_bytes {
            builder = builder.delivery_bytes(bytes);
        }
        builder.start().await.map_err(|error| self.not_started(&error))
    }

    fn not_started(&self, error: &StartError) -> Failure {
        match error {
            StartError::CountryCode(error) => {
                Failure::new(format!("--default-country-code: {error}"))
            }
            StartError::Seed(error) => {
                let name = self.seed.as_deref().map(file::shown).unwrap_or_default();
                Failure::new(escaped(&format!("{name}:{}: {}", error.line, error.reason)))
                    .hint("a seed contains leads in telecrm's form, one JSON object per line")
            }
            StartError::Listen { source, .. } => {
                let failure = Failure::new(format!("{error}: {source}"));
                match source.kind() {
                    io::ErrorKind::AddrInUse => failure
                        .hint("another emulator may use the port; --port 0 takes a free port"),
                    io::ErrorKind::PermissionDenied => failure.hint("try a port above 1023"),
                    _ => failure,
                }
            }
            // The `Debug` output contains the causes.
            other => Failure::new(format!("{other:?}")),
        }
    }
}

fn seed_text(path: &Path) -> Result<String, Failure> {
    let bytes = file::read(path, SEED_LIMIT)?;
    String::from_utf8(bytes).map_err(|_| {
        Failure::new(format!("{} is not UTF-8 text", file::shown(path)))
            .hint("save it as UTF-8, one JSON object per line")
    })
}
