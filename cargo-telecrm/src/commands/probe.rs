//! `probe`: checks the assumptions about telecrm against the workspace of the environment.

use std::env;
use std::io::{self, IsTerminal as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use telecrm_runtime::reqwest::{self, Url};
use telecrm_runtime::{Client, RateLimit, sync};
use telecrm_schema::suggest::nearest;
use telecrm_schema::validate::Assumption;
use telecrm_schema::{Schema, escaped, quoted};

use super::interrupt::Interrupt;
use super::read_back::{USER_AGENT, same_enterprise};
use super::{counted, runtime};
use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::output::{Format, json_pretty};
use crate::probe::{Judged, Phones, Plan, Report, Runner, Stop, Totals, Workspace, plans};
use crate::schema;
use crate::terminal::Terminal;

/// Check the assumptions about telecrm against a throw-away workspace
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file [default: the schema of the project]
    #[arg(value_name = "FILE")]
    schema: Option<PathBuf>,
    /// The first phone of the probe's leads, with country code; the 999 phones after it belong to the
    /// probe, too
    #[arg(long, value_name = "START", required_unless_present = "list")]
    phones: Option<Phones>,
    /// Check only these assumptions
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = assumption)]
    only: Vec<&'static Assumption>,
    /// Print the assumptions, and send nothing
    #[arg(long)]
    list: bool,
    /// Also check the assumptions that create labels in the workspace (A13, A14, A15)
    #[arg(long)]
    change_labels: bool,
    /// The enterprise id of the workspace, as a confirmation [default: the command asks for it]
    #[arg(long, value_name = "ENTERPRISE_ID")]
    confirm: Option<String>,
    /// Write the results to a file, in the form of --format json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Output format of the results
    #[arg(long, value_parser = Format::one_of(&[Format::Human, Format::Json]), default_value_t = Format::Human)]
    format: Format,
}

const AFTER_HELP: &str = "\
The command creates leads, actions and, with --change-labels, labels. Use a workspace without real
leads: in a live workspace, automations may call or message the leads. It prints how many leads it
would create, and starts after a confirmation. Its leads have names such as `telecrm probe A13`; it
deletes nothing, and prints their identifiers at the end.

The workspace comes from the environment: TELECRM_ENTERPRISE_ID, TELECRM_ASYNC_TOKEN,
TELECRM_SYNC_TOKEN, and TELECRM_ASYNC_URL and TELECRM_SYNC_URL for servers other than telecrm's.

Examples:
  cargo telecrm probe --list
  cargo telecrm probe --phones 919000000000 --report probe.json
  cargo telecrm probe --phones 919000000000 --only A10,A12 --confirm 62ab16e0f1c2d3e4f5a6b7c8
  cargo telecrm emulate --behavior probe.json

With --format json:
  [{\"id\":\"A10\",\"assumption\":\"…\",\"provenance\":\"unknown\",\"verdict\":\"differs\",
    \"observed\":\"…\",\"behavior\":\"empty_text=clear\",\"leads\":[\"919000000180\"]}]
`verdict` is \"holds\", \"differs\", \"unclear\" or \"skipped\".

Exit codes: 0 no assumption differs, 1 some differ, 2 failure: schema, environment, arguments or no
confirmation, 130 ended by Ctrl-C after a report.";

/// Pause between two reads of a lead that telecrm has not stored yet.
const INTERVAL: Duration = Duration::from_secs(1);
/// The same pause for an emulator.
const INTERVAL_OF_EMULATOR: Duration = Duration::from_millis(20);
/// Requests per second to an emulator, which has no limit.
const READS_OF_EMULATOR: u32 = 10_000;
const NOTHING: &str = "nothing was sent";

fn assumption(id: &str) -> Result<&'static Assumption, String> {
    Assumption::from_id(id.trim()).ok_or_else(|| {
        let ids = Assumption::ALL.iter().map(|assumption| assumption.id);
        let near = nearest(id, ids).map(|near| format!("; did you mean {near}?"));
        format!("the ids are A01 to A45{}", near.unwrap_or_default())
    })
}

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        if self.list {
            terminal.out(list(&self.only, self.format));
            return Ok(Exit::OK);
        }
        let schema = schema::read(&schema::or_default(self.schema.clone())?)?;
        same_enterprise(&schema, NOTHING)?;
        runtime()?.block_on(self.probe(&schema, terminal))
    }

    async fn probe(&self, schema: &Schema, terminal: &mut Terminal) -> Outcome {
        // Before any output: the reader of the output may send the signal.
        let interrupt = Interrupt::new()
            .map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))?;
        let start = self.phones.ok_or_else(|| Failure::new("--phones is missing"))?;
        let mut workspace = Workspace::new(schema, start).ok_or_else(|| {
            Failure::new("the schema has no TEXT field for the names of the probe's leads")
        })?;
        workspace.change_labels = self.change_labels;
        workspace.is_emulator = is_emulator().await;
        let (queueing, sync) = clients(workspace.is_emulator)?;
        let plans = plans(&workspace, &self.only);
        self.confirm(Totals::of(&plans))?;

        let stop = Stop::default();
        let interval = if workspace.is_emulator { INTERVAL_OF_EMULATOR } else { INTERVAL };
        let mut runner = Runner::new(queueing, sync, &workspace, &stop, interval);
        let mut report = Report::default();
        let outcome = {
            let mut rows = pin!(self.rows(&plans, &mut runner, &mut report, terminal));
            tokio::select! {
                outcome = &mut rows => outcome,
                () = interrupt.wait() => {
                    stop.set();
                    Terminal::say("interrupted; the report follows");
                    rows.await
                }
            }
        };
        self.finish(&report, terminal)?;
        outcome?;
        Ok(match () {
            () if stop.is_set() => Exit(130),
            () if report.has_differences() => Exit(1),
            () => Exit::OK,
        })
    }

    /// Prints the numbers of leads, actions and labels, and asks for the enterprise id.
    fn confirm(&self, totals: Totals) -> Result<(), Failure> {
        let Totals { leads, actions, labels } = totals;
        Terminal::say(format_args!(
            "the probe creates up to {}, {} and {} in the workspace; in a live workspace, automations \
             may call or message these leads",
            counted(leads, "lead"),
            counted(actions, "action"),
            counted(labels, "label"),
        ));
        let enterprise = env::var("TELECRM_ENTERPRISE_ID").unwrap_or_default();
        let typed = match &self.confirm {
            Some(typed) => typed.clone(),
            None if io::stdin().is_terminal() => {
                Terminal::say("type the enterprise id of the workspace to start:");
                let mut line = String::new();
                let read = io::stdin().read_line(&mut line);
                read.map_err(|error| Failure::new(format!("the answer cannot be read: {error}")))?;
                line
            }
            None => {
                return Err(Failure::new("the probe needs a confirmation; nothing was sent")
                    .hint("add --confirm with the enterprise id of the workspace"));
            }
        };
        if typed.trim() == enterprise.trim() {
            return Ok(());
        }
        let typed = quoted(typed.trim());
        Err(Failure::new(format!(
            "the confirmation {typed} is not the enterprise id in TELECRM_ENTERPRISE_ID; nothing was sent"
        )))
    }

    async fn rows(
        &self,
        plans: &[Plan],
        runner: &mut Runner<'_>,
        report: &mut Report,
        terminal: &mut Terminal,
    ) -> Result<(), Failure> {
        let planned: Vec<String> = plans.iter().flat_map(|plan| plan.leads.clone()).collect();
        let existing = runner.existing(&planned).await.map_err(|error| {
            Failure::new(format!("the workspace cannot be read: {}", escaped(&error.to_string())))
        })?;
        if existing > 0 {
            let leads = counted(usize::try_from(existing).unwrap_or(usize::MAX), "lead");
            return Err(Failure::new(format!("the workspace has {leads} with these identifiers"))
                .hint(
                    "nothing was sent; use another --phones, or delete the leads of an earlier run",
                ));
        }
        for plan in plans {
            if runner.stop.is_set() {
                return Ok(());
            }
            let (judged, leads) = match &plan.steps {
                Err(reason) => (Judged::skipped(reason), Vec::new()),
                Ok(steps) => {
                    let ran = runner.run(steps, &plan.leads).await?;
                    (plan.judge(&ran.readings), ran.leads)
                }
            };
            let text = report.add(plan.assumption, judged, leads);
            if self.format == Format::Human {
                terminal.out(text);
                Terminal::flush();
            } else {
                // The results follow at the end.
                Terminal::say(text.lines().next().unwrap_or_default());
            }
        }
        Ok(())
    }

    fn finish(&self, report: &Report, terminal: &mut Terminal) -> Result<(), Failure> {
        if self.format == Format::Json {
            terminal.out(report.json());
        }
        if let Some(path) = &self.report {
            write(path, report)?;
        }
        Terminal::say(report.summary());
        let leads: Vec<&str> = report.leads().collect();
        if !leads.is_empty() {
            Terminal::say(format_args!(
                "{} sent; delete those that telecrm has stored: {}",
                counted(leads.len(), "lead"),
                leads.join(", ")
            ));
        }
        Ok(())
    }
}

fn write(path: &Path, report: &Report) -> Result<(), Failure> {
    file::write(path, &report.json())
}

/// Returns the clients of both APIs. For an emulator, they have no pace.
fn clients(is_emulator: bool) -> Result<(Client, sync::Client), Failure> {
    let build = || {
        let mut queueing = Client::builder_from_env()?.user_agent(USER_AGENT);
        let mut sync = sync::Client::builder_from_env()?.user_agent(USER_AGENT);
        if is_emulator {
            queueing = queueing.rate_limit(RateLimit::unlimited());
            sync = sync.reads_per_second(READS_OF_EMULATOR);
        }
        Ok((queueing.build()?, sync.build()?))
    };
    build().map_err(|error: telecrm_runtime::BuildError| {
        Failure::new(escaped(&error.to_string()))
            .hint(format!("{NOTHING}; correct the environment"))
    })
}

/// Returns whether the Async API of the environment is an emulator on this machine.
async fn is_emulator() -> bool {
    let Some(url) = env::var("TELECRM_ASYNC_URL").ok().and_then(|url| Url::parse(&url).ok()) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let Some(health) = url.join("/emulator/health").ok().filter(|_| is_local) else { return false };
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build();
    let Ok(client) = client else { return false };
    client.get(health).send().await.is_ok_and(|response| response.status() == 200)
}

/// Returns the assumptions as text or JSON.
fn list(only: &[&'static Assumption], format: Format) -> String {
    let selected = Assumption::ALL
        .iter()
        .filter(|assumption| only.is_empty() || only.iter().any(|own| own.id == assumption.id));
    if format == Format::Json {
        let rows = selected.map(|assumption| {
            serde_json::json!({
                "id": assumption.id,
                "assumption": assumption.sentence,
                "provenance": assumption.provenance,
            })
        });
        return json_pretty(&rows.collect::<Vec<_>>());
    }
    let line = |assumption: &Assumption| {
        let Assumption { id, sentence, provenance, .. } = assumption;
        format!("{id} {sentence} ({provenance})\n")
    };
    selected.map(line).collect()
}
