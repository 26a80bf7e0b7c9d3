//! `send`: validates bodies and sends them; with `--verify` compares the stored leads with the bodies.

use std::io::{self, Read};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use telecrm_runtime::{Client, Error, PreparedLead, sync};
use telecrm_schema::escaped;
use telecrm_schema::validate::Validator;
use tokio::runtime::Runtime;

use super::read_back::{self, Sent, USER_AGENT, as_sent, same_enterprise};
use super::validate::report::Report;
use crate::bodies::{self, Place};
use crate::commands::{counted, duration, runtime};
use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::output::Format;
use crate::schema;
use crate::terminal::Terminal;

/// Validate JSON bodies and send them to your workspace
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file [default: the schema of the project]
    #[arg(value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Files of request bodies; `-`, or no file, reads stdin
    #[arg(value_name = "BODY")]
    bodies: Vec<PathBuf>,
    /// Only validate; send nothing
    #[arg(long)]
    dry_run: bool,
    /// Read each lead back through the Sync API, and report values that telecrm did not store
    #[arg(long, conflicts_with = "dry_run")]
    verify: bool,
    /// With --verify: maximum time to wait until each lead is stored: 3, 30s, 5m
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse, requires = "verify")]
    verify_window: Duration,
    /// Also send bodies from which telecrm drops a value
    #[arg(long)]
    allow_drops: bool,
    /// The country code that telecrm adds to a phone number without one
    #[arg(long, value_name = "DIGITS", default_value = "91")]
    default_country_code: String,
}

const AFTER_HELP: &str = "\
Bodies are read as by `validate`: files, or JSON lines on stdin. A body from which telecrm would
drop a value is not sent, unless --allow-drops is given. Each body is sent in one request, which
is never repeated.

The workspace comes from the environment: TELECRM_ENTERPRISE_ID, TELECRM_ASYNC_TOKEN, and
TELECRM_ASYNC_URL for a server other than telecrm's. --verify also needs TELECRM_SYNC_TOKEN, and
TELECRM_SYNC_URL for a server other than telecrm's.

Examples:
  cargo telecrm send schema/workspace.yaml lead.json --dry-run
  cargo telecrm send schema/workspace.yaml lead.json --verify
  my-service --print-leads | cargo telecrm send schema/workspace.yaml

Exit codes: 0 everything was queued (and verified), 1 some leads are lost, refused, of unknown
outcome or were not sent, 2 failure: schema, environment, a file that cannot be read, or no body.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let schema = schema::read(&schema::or_default(self.schema.clone())?)?;
        same_enterprise(&schema, NOTHING)?;
        let validator = Validator::new(&schema)
            .with_default_country_code(&self.default_country_code)
            .map_err(|error| Failure::new(format!("--default-country-code: {error}")))?;
        let runtime = runtime()?;
        let client = if self.dry_run { None } else { Some(client()?) };
        let sync =
            if self.verify { Some(read_back::client(self.verify_window, NOTHING)?) } else { None };
        let mut run = Run {
            validator,
            enterprise: schema.enterprise_id.clone(),
            client,
            runtime,
            allow_drops: self.allow_drops,
            terminal,
            counts: Counts::default(),
            sent: Vec::new(),
            stopped: false,
        };
        let inputs = bodies::inputs(self.bodies);
        let mut unreadable = 0;
        for path in &inputs {
            let read = bodies::open(path).and_then(|input| run.input(&file::shown(path), input));
            if let Err(error) = read {
                unreadable += 1;
                Terminal::fail(&file::unreadable(path, &error));
            }
        }
        if let Some(sync) = &sync {
            run.verify(sync, self.verify_window);
        }
        Terminal::say(run.counts.text(self.dry_run));
        match unreadable {
            0 if run.counts.bodies == 0 => Err(Failure::new("there is no body to send")
                .hint("name a file, or pipe JSON lines into stdin")),
            0 => Ok(if run.counts.is_clean() { Exit::OK } else { Exit(1) }),
            count => Err(Failure::new(format!("{} not read to the end", counted(count, "input")))),
        }
    }
}

fn client() -> Result<Client, Failure> {
    let builder = Client::builder_from_env().map_err(|error| unfit(&error))?;
    builder.user_agent(USER_AGENT).build().map_err(|error| unfit(&error))
}

const NOTHING: &str = "nothing was sent";

fn unfit(error: &telecrm_runtime::BuildError) -> Failure {
    Failure::new(escaped(&error.to_string())).hint("nothing was sent; correct the environment")
}

/// One run over all inputs.
struct Run<'a> {
    validator: Validator,
    /// The schema's enterprise id, which the client compares with its own.
    enterprise: Option<String>,
    /// `None` in a dry run.
    client: Option<Client>,
    runtime: Runtime,
    allow_drops: bool,
    terminal: &'a mut Terminal,
    counts: Counts,
    /// Leads that telecrm has queued.
    sent: Vec<Sent>,
    /// Whether telecrm refused a request for a reason that applies to all later ones.
    stopped: bool,
}

impl Run<'_> {
    fn input(&mut self, file: &str, input: impl Read) -> io::Result<()> {
        bodies::for_each(file, input, |place, body| match body {
            Ok(body) => self.body(place, &body.to_value()),
            Err(reason) => self.refused(place, reason),
        })
    }

    fn refused(&mut self, place: Place<'_>, reason: String) {
        self.counts.bodies += 1;
        self.counts.refused += 1;
        self.terminal.out(Report::Refused { reason }.shown(place, Format::Human));
    }

    fn body(&mut self, place: Place<'_>, body: &Value) {
        let validation = match self.validator.validate_with_advice(&body.into()) {
            Ok(validation) => validation,
            Err(reason) => return self.refused(place, reason),
        };
        self.counts.bodies += 1;
        let lead_key = validation.identifier.clone().unwrap_or_default().to_lowercase();
        let report = Report::Queued(validation);
        if !report.is_silent() {
            self.terminal.out(report.shown(place, Format::Human));
        }
        if !report.is_clean() {
            self.counts.with_drops += 1;
            if !self.allow_drops {
                self.counts.not_sent += 1;
                return;
            }
        }
        if self.stopped {
            self.counts.not_sent += 1;
            return;
        }
        let Some(client) = &self.client else { return };
        let text = as_sent(body).to_string();
        let lead = match PreparedLead::from_json(self.enterprise.as_deref(), &lead_key, &text) {
            Ok(lead) => lead,
            Err(error) => {
                self.counts.not_sent += 1;
                return self.print(place, &format!("not sent: {error}"));
            }
        };
        let since = SystemTime::now();
        match self.runtime.block_on(client.send_once(&lead)) {
            Ok(()) => {
                self.counts.queued += 1;
                self.print(place, "queued");
                self.sent.push(Sent { place: place.to_string(), lead, since });
            }
            Err(error) => self.failed(place, &error),
        }
    }

    fn failed(&mut self, place: Place<'_>, error: &Error) {
        if error.is_ambiguous() {
            self.counts.unknown += 1;
        } else {
            self.counts.not_sent += 1;
        }
        self.print(place, &error.to_string());
        if let Some(excerpt) = error.response().map(|response| response.excerpt().to_owned()) {
            self.terminal.out(format_args!("  telecrm's response: {}\n", escaped(&excerpt)));
        }
        self.terminal.out(format_args!("  {}\n", advice(error)));
        // telecrm would refuse the other bodies for the same reason.
        self.stopped |= matches!(
            error,
            Error::Unauthorized | Error::EnterpriseNotFound | Error::WrongEnterprise { .. }
        );
        if self.stopped {
            self.terminal.out("  no more bodies are sent\n");
        }
    }

    fn print(&mut self, place: Place<'_>, message: &str) {
        self.terminal.out(format_args!("{place}: {}\n", escaped(message)));
        Terminal::flush();
    }

    fn verify(&mut self, sync: &sync::Client, window: Duration) {
        let sent = std::mem::take(&mut self.sent);
        if sent.is_empty() {
            return;
        }
        let (terminal, counts) = (&mut *self.terminal, &mut self.counts);
        let reading = read_back::read_back(sync, sent, window, |_, place, result| {
            let (verified, text) = read_back::described(place, result);
            counts.verified += usize::from(verified);
            counts.unverified += usize::from(!verified);
            terminal.out(text);
            Terminal::flush();
        });
        self.runtime.block_on(reading);
    }
}

/// The state of a lead after an error, and the next step.
fn advice(error: &Error) -> &'static str {
    if error.is_ambiguous() {
        "telecrm may have the lead and its actions: look it up before you send it again"
    } else if error.is_retryable() {
        "telecrm does not have the lead: send it again later"
    } else {
        "telecrm does not have the lead, and would refuse the same request again"
    }
}

/// Numbers of bodies by outcome.
#[derive(Debug, Default)]
struct Counts {
    bodies: usize,
    with_drops: usize,
    refused: usize,
    queued: usize,
    not_sent: usize,
    unknown: usize,
    verified: usize,
    unverified: usize,
}

impl Counts {
    fn is_clean(&self) -> bool {
        self.with_drops + self.refused + self.not_sent + self.unknown + self.unverified == 0
    }

    /// `3 bodies: 2 queued, 1 not sent, 2 verified`
    fn text(&self, dry_run: bool) -> String {
        let bodies = if self.bodies == 1 { "body" } else { "bodies" };
        let mut parts = vec![format!("{} {bodies}", self.bodies)];
        let counts = [
            (self.with_drops, "with drops"),
            (self.refused, "refused"),
            (self.queued, "queued"),
            (self.not_sent, "not sent"),
            (self.unknown, "of unknown outcome"),
            (self.verified, "verified"),
            (self.unverified, "not verified"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        parts.extend(counts.map(|(count, outcome)| format!("{count} {outcome}")));
        if dry_run {
            parts.push("a dry run, nothing was sent".to_owned());
        }
        parts.join(", ")
    }
}
