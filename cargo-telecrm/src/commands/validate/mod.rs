//! `validate`: validates JSON produced by other programs.
//!
//! The rules are `telecrm_schema::validate`'s. Here it is decided what a body is, and how its
//! violations are printed.

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

/// Say what telecrm would silently drop from JSON bodies
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file; without one, the project's
    #[arg(value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Files of request bodies; `-` or nothing stands for stdin
    #[arg(value_name = "PAYLOAD")]
    payloads: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_parser = Format::of_findings(), default_value_t = Format::Human)]
    format: Format,
    /// The country code that telecrm adds to a phone without one
    #[arg(long, value_name = "DIGITS", default_value = "91")]
    default_country_code: String,
}

const AFTER_HELP: &str = "\
A body is what is posted to telecrm, {\"fields\": {…}, \"actions\": […]}. A payload is a stream
of such JSON values with spaces or line breaks between them, so one body, a pretty-printed one,
and JSON lines are all read; the elements of an array are bodies, too. Lines that are not JSON are
reported, and reading goes on with the next line. A line, or a body over several lines, has at most
16 MiB.

Examples:
  cargo telecrm validate schema/workspace.yaml lead.json
  cargo telecrm validate schema/workspace.yaml exports/*.jsonl
  my-service --dry-run | cargo telecrm validate schema/workspace.yaml
  cargo telecrm validate schema/workspace.yaml leads.jsonl --format json | jq -r '.drops[].code'

With --format json each body that loses something is one line:
  {\"file\":\"leads.jsonl\",\"line\":3,\"lead\":\"stored\",\"identifier\":\"919999999999\",
   \"drops\":[{\"path\":\"fields.deal_size\",\"code\":\"D01\",\"reason\":\"…\"}]}
`file` is \"<stdin>\" for stdin; `index` says which element of an array it is, from 0; `lead` is
stored (as `identifier`), dropped (the whole lead is lost) or refused (telecrm answers 400, and
there is a `reason`); `code` is the row of the silent-drop catalogue: `cargo telecrm explain D01`.
Reasons quote what was sent, cut short. A value that telecrm stores although it was not meant counts as a
drop, too: new labels (D06, D08) and instants in the wrong unit (D37).

Exit codes: 0 nothing dropped, 1 drops or refused bodies, 2 the schema has errors, a file cannot be
read (what could be read is reported all the same), or there was no body at all.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let validator = Validator::new(&schema::read(&schema::or_default(self.schema)?)?)
            .with_default_country_code(&self.default_country_code)
            .map_err(|it| Failure::new(format!("--default-country-code: {it}")))?;
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
        bodies::each(file, input, |place, body| {
            let validation = body.and_then(|body| {
                self.validator.validate(body).map_err(|malformed| malformed.to_string())
            });
            self.report(place, &Report::of(validation));
        })
    }

    fn report(&mut self, place: Place<'_>, report: &Report) {
        self.summary.count(report);
        if !report.is_clean() && !self.terminal.is_closed() {
            let text = report.shown(place, self.format);
            self.progress.aside(|| self.terminal.out(text));
        }
    }
}
