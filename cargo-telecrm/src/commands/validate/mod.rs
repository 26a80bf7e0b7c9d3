//! `validate`: validates JSON produced by other programs.
//!
//! The rules are in `telecrm_schema::validate`. This module splits the input into bodies, and prints the
//! violations.

mod progress;
pub(super) mod report;

use std::io::{self, Read};
use std::path::PathBuf;

use telecrm_schema::validate::Validator;

use self::progress::Progress;
use self::report::{Report, Summary};
use crate::bodies::{self, Place};
use crate::commands::{counted, explain};
use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::output::Format;
use crate::schema;
use crate::terminal::Terminal;

/// Report the values that telecrm would silently drop from JSON bodies
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file [default: the schema of the project]
    #[arg(value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Files of request bodies; `-`, or no file, reads stdin
    #[arg(value_name = "PAYLOAD")]
    payloads: Vec<PathBuf>,
    /// Output format of the findings
    #[arg(long, value_parser = Format::of_findings(), default_value_t = Format::Human)]
    format: Format,
    /// The country code that telecrm adds to a phone number without one
    #[arg(long, value_name = "DIGITS", default_value = "91")]
    default_country_code: String,
}

const AFTER_HELP: &str = "\
A body is the JSON of a request to telecrm, {\"fields\": {…}, \"actions\": […]}. A payload is a stream
of such JSON values with spaces or line breaks between them: a single body, a pretty-printed body,
or JSON lines. The elements of an array are bodies, too. Lines that are not JSON are reported, and
reading continues with the next line. A line, or a body over several lines, has at most 16 MiB.

Examples:
  cargo telecrm validate schema/workspace.yaml lead.json
  cargo telecrm validate schema/workspace.yaml exports/*.jsonl
  my-service --dry-run | cargo telecrm validate schema/workspace.yaml
  cargo telecrm validate schema/workspace.yaml leads.jsonl --format json | jq -r '.drops[].code'

With --format json each body that loses a value, or has a warning, is one line:
  {\"file\":\"leads.jsonl\",\"line\":3,\"lead\":\"stored\",\"identifier\":\"919999999999\",
   \"drops\":[{\"path\":\"fields.deal_size\",\"code\":\"D01\",\"reason\":\"…\"}]}
`file` is \"<stdin>\" for stdin; `index` is the position of an element of an array, from 0; `lead`
is \"stored\" (as `identifier`), \"dropped\" (the whole lead is lost) or \"refused\" (telecrm returns
400 with a `reason`); `code` is a row of the silent-drop catalogue: `cargo telecrm explain D01`.
Reasons quote the sent value, shortened. A value that telecrm stores with another meaning counts
as a drop, too: new labels (D06, D08) and instants in the wrong unit (D37). Text that a program left
instead of a value (D44) is a warning (\"warning\":true): telecrm stores it unchanged.

Exit codes: 0 nothing dropped (warnings do not count), 1 drops or refused bodies, 2 the schema has errors, a file cannot
be read (its readable part is reported anyway), or there was no body.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let validator = Validator::new(&schema::read(&schema::or_default(self.schema)?)?)
            .with_default_country_code(&self.default_country_code)
            .map_err(|error| Failure::new(format!("--default-country-code: {error}")))?;
        let inputs = bodies::inputs(self.payloads);
        let progress = Progress::of(&inputs);
        let mut run = Run {
            validator,
            format: self.format,
            terminal,
            progress: &progress,
            summary: Summary::default(),
        };
        let mut unreadable = 0;
        for path in &inputs {
            let name = file::shown(path);
            let done =
                bodies::open(path).and_then(|input| run.input(&name, progress.counts(input)));
            if let Err(error) = done {
                unreadable += 1;
                progress.aside(|| Terminal::fail(&file::unreadable(path, &error)));
            }
        }
        progress.end();
        let summary = run.summary;
        if unreadable > 0 {
            Terminal::say(summary.text());
            let payloads = counted(unreadable, "payload");
            return Err(Failure::new(format!("{payloads} not read to the end")));
        }
        if summary.is_empty() {
            let names: Vec<_> = inputs.iter().map(|path| file::shown(path)).collect();
            return Err(Failure::new(format!("there is no body in {}", names.join(", "))).hint(
                "a body is a JSON object such as {\"fields\": {\"phone\": \"919999999999\"}}; name a \
                 file, or pipe JSON lines into stdin",
            ));
        }
        if let (Format::Human, Some(hint)) = (self.format, explain::hint(summary.rules())) {
            terminal.out(format_args!("\n{hint}\n"));
        }
        Terminal::say(summary.text());
        Ok(if summary.is_clean() { Exit::OK } else { Exit(1) })
    }
}

/// One run over all inputs.
struct Run<'a> {
    validator: Validator,
    format: Format,
    terminal: &'a mut Terminal,
    progress: &'a Progress,
    summary: Summary,
}

impl Run<'_> {
    fn input(&mut self, file: &str, input: impl Read) -> io::Result<()> {
        bodies::for_each(file, input, |place, body| {
            let validation = body.and_then(|body| self.validator.validate_with_advice(&body));
            self.report(place, &Report::of(validation));
        })
    }

    fn report(&mut self, place: Place<'_>, report: &Report) {
        self.summary.count(report);
        if !report.is_silent() && !self.terminal.is_closed() {
            let text = report.shown(place, self.format);
            self.progress.aside(|| self.terminal.out(text));
        }
    }
}
