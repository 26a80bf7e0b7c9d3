//! `emulate`: a telecrm on loopback until it is interrupted. How it behaves is the emulator's;
//! here it is decided how it is set up at the command line and what is printed.

mod arguments;
mod interrupt;

use std::io;
use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use telecrm_emulator::{Delivery, Emulator, FaultRate, Faults, HOURLY_LIMIT, StartError, Watch};
use telecrm_schema::escaped;
use telecrm_schema::validate::LeadOutcome;

use self::arguments::{Limit, Next};
use self::interrupt::Interrupt;
use crate::exit::{Exit, Failure, Outcome as Ended};
use crate::schema;
use crate::terminal::Terminal;

/// Run a telecrm on this machine that stores what the real one would, and shows what it drops
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file
    file: PathBuf,
    /// The port of 127.0.0.1 to listen on; 0 takes a free one
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Answer for this enterprise, instead of the schema's (or `emulator` where it names none)
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    enterprise_id: Option<String>,
    /// The country code that telecrm adds to a phone without one
    #[arg(long, value_name = "DIGITS", default_value = "91")]
    default_country_code: String,
    /// Requests an hour for each Async token before a 429, or `none`
    #[arg(long, value_name = "N", default_value_t = Limit(Some(HOURLY_LIMIT)))]
    hourly_limit: Limit,
    /// What the next requests meet, one each; `ok` lets one through
    #[arg(long, value_name = "FAULT,…", value_delimiter = ',')]
    next: Vec<Next>,
    /// A fault and its rate, from 0 (never) to 1 (always); may be given several times
    #[arg(long, value_name = "FAULT=RATE")]
    fault: Vec<FaultRate>,
    /// The seed of the rates: the same seed and requests give the same faults
    #[arg(long, value_name = "N", default_value_t = 0)]
    fault_seed: u64,
    /// Say nothing about deliveries
    #[arg(long, short)]
    quiet: bool,
}

const AFTER_HELP: &str = "\
Faults, as in `PUT /emulator/faults`:
  latency:MILLIS            the answer takes so much longer
  too_many_requests, 429    429; with `:SECONDS` it has a Retry-After
  server_error, 500         500, not processed
  close_before_processing   no answer, and the request was not processed
  close_after_processing    no answer, though the request was processed
  half_answer               processed, and the response is cut off
  redirect_to_login         302 to a login page, not processed
  login_page                200 with a login page in HTML, not processed
  ok_text                   200 with the text `OK`, processed
  no_content                204, processed
  accepted                  200 with {\"result\":\"Accepted\"}, processed
  error_string              200 with {\"status\":\"error\",…}, not processed
Faults that only reading reveals:
  lose_lead                 queued, and nothing is stored
  drop_field:API_NAME       queued, and stored without this field
  lose_actions              queued, and stored without its actions
  apply_after:MILLIS        queued, and stored so much later

Examples:
  cargo telecrm emulate schema/workspace.yaml
  cargo telecrm emulate schema/workspace.yaml --port 0 --hourly-limit none
  cargo telecrm emulate schema/workspace.yaml --next 429:2,ok,close_after_processing
  cargo telecrm emulate schema/workspace.yaml --fault 500=0.1 --fault latency:250=1 --fault-seed 7
  cargo telecrm emulate schema/workspace.yaml --fault lose_lead=0.03 --fault drop_field:email=0.03

It listens on 127.0.0.1 alone and has no secrets. Requests that lose something are told on
stderr, and the page at `/` shows all of them. Ctrl-C ends it.

Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 it could not start.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Ended {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let runtime = runtime.map_err(|it| Failure::new(format!("cannot start: {it}")))?;
        runtime.block_on(self.serve(terminal))
    }

    async fn serve(self, terminal: &mut Terminal) -> Ended {
        // Before anything is printed: who reads it may send the signal.
        let interrupt = Interrupt::new()
            .map_err(|it| Failure::new(format!("cannot listen for signals: {it}")))?;
        let script = self.next.into_iter().map(|Next(fault)| fault);
        let mut faults = Faults::script(script).seed(self.fault_seed);
        faults.rates = self.fault;
        let mut builder = Emulator::builder()
            .schema_file(&self.file)
            .port(self.port)
            .default_country_code(self.default_country_code)
            .hourly_limit(self.hourly_limit.0)
            .faults(faults);
        if let Some(id) = self.enterprise_id {
            builder = builder.enterprise_id(id);
        }
        let telecrm = builder.start().await.map_err(|it| not_started(&it, &self.file))?;
        if !self.quiet {
            tokio::spawn(tell(telecrm.watch()));
        }
        terminal.out(welcome(&telecrm));
        Terminal::flush();
        interrupt.wait().await;
        Ok(Exit::OK)
    }
}

fn not_started(error: &StartError, file: &Path) -> Failure {
    match error {
        StartError::Schema(error) => schema::refused(error, &crate::file::shown(file)),
        StartError::CountryCode(error) => Failure::new(format!("--default-country-code: {error}")),
        StartError::Listen { source, .. } => {
            let failure = Failure::new(format!("{error}: {source}"));
            match source.kind() {
                io::ErrorKind::AddrInUse => {
                    failure.hint("perhaps another emulator runs there; --port 0 takes a free port")
                }
                io::ErrorKind::PermissionDenied => failure.hint("try a port above 1023"),
                _ => failure,
            }
        }
        // The causes stand in its `Debug`.
        other => Failure::new(format!("{other:?}")),
    }
}

fn welcome(telecrm: &Emulator) -> String {
    format!(
        "page        {url}/\n\
         async API   {url}\n\
         \x20           token {}\n\
         sync API    {}\n\
         \x20           token {}\n\
         enterprise  {}\n\
         \n\
         Try it:\n\
         \n\
         {}\n\
         \n\
         Ctrl-C ends it.\n",
        telecrm.async_token(),
        telecrm.sync_url(),
        telecrm.sync_token(),
        telecrm.enterprise_id(),
        telecrm.curl(),
        url = telecrm.url(),
    )
}

/// Says what is lost, as it comes.
async fn tell(mut watch: Watch) {
    loop {
        for delivery in watch.next().await {
            if let Some(line) = line(&delivery) {
                Terminal::say(escaped(&line));
            }
        }
    }
}

/// `919999999999 stored, with D01 fields.deal_size`, where there is something to say.
fn line(delivery: &Delivery) -> Option<String> {
    let drops = delivery.drops.iter().map(|it| format!("{} {}", it.rule, it.path));
    let drops = drops.collect::<Vec<_>>().join(", ");
    let fault = delivery.fault.map(|it| format!(" (fault: {it})")).unwrap_or_default();
    match (delivery.lead, &delivery.identifier) {
        (LeadOutcome::Stored, _) if drops.is_empty() && fault.is_empty() => None,
        (LeadOutcome::Stored, identifier) => {
            let identifier = identifier.as_deref().unwrap_or("a lead");
            let with = if drops.is_empty() { String::new() } else { format!(", with {drops}") };
            Some(format!("{identifier} stored{with}{fault}"))
        }
        _ if delivery.status == 0 => Some(format!("not answered{fault}")),
        _ if drops.is_empty() => Some(format!("refused with {}{fault}", delivery.status)),
        _ => Some(format!("whole lead dropped: {drops}{fault}")),
    }
}
