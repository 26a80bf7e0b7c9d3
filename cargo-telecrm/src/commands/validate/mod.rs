//! `validate`: what telecrm would drop from JSON bodies, whoever wrote them. Every verdict is the
//! emulator's judge's; here it is decided only what a body is and how it is told.

mod lines;
mod progress;
mod report;
mod shape;
mod source;
mod stream;

use std::io::{self, Read};
use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::Value;
use telecrm_emulator::Judge;

use self::progress::Progress;
use self::report::{Fate, Place, Summary};
use self::stream::Found;
use crate::commands::counted;
use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::schema;
use crate::terminal::Terminal;

/// Say what telecrm would silently drop from JSON bodies
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file
    #[arg(value_name = "FILE")]
    schema: PathBuf,
    /// Files of request bodies; `-` or nothing stands for stdin
    #[arg(value_name = "PAYLOAD")]
    payloads: Vec<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The country code that telecrm adds to a phone without one
    #[arg(long, value_name = "DIGITS", default_value = "91")]
    default_country_code: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A line for each body and one for each drop
    Human,
    /// A JSON object a line for each body that loses something
    Json,
}

const AFTER_HELP: &str = "\
A body is what is posted to telecrm, {\"fields\": {…}, \"actions\": […]}. A payload is a stream
of such JSON values with blanks or line breaks between them, so one body, a pretty-printed one,
and JSON lines are all read; the elements of an array are bodies, too. What is no JSON is told,
and reading goes on with the next line. A line, or a body over several lines, has at most 16 MiB.

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
there is a `reason`); `code` is the row of the silent-drop catalogue. Reasons quote what was sent,
cut short. Labels that telecrm would create (D06, D08) count as drops.

Exit codes: 0 nothing dropped, 1 drops or refused bodies, 2 the schema has errors or a file cannot
be read (what could be read is told all the same).";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let workspace = schema::read(&self.schema)?;
        let judge = Judge::new(&workspace).with_default_country_code(&self.default_country_code);
        let judge = judge.map_err(|it| Failure::new(format!("--default-country-code: {it}")))?;
        let inputs = source::inputs(self.payloads);
        let progress = Progress::of(&inputs);
        let mut run = Run {
            judge,
            format: self.format,
            terminal,
            progress: &progress,
            summary: Summary::default(),
        };
        let mut unreadable = 0;
        for path in &inputs {
            let name = source::name(path);
            let done =
                source::open(path).and_then(|input| run.input(&name, progress.counts(input)));
            if let Err(error) = done {
                unreadable += 1;
                progress.aside(|| Terminal::fail(&file::unreadable(path, &error)));
            }
        }
        progress.end();
        let summary = run.summary;
        Terminal::say(summary.text());
        match unreadable {
            0 => Ok(if summary.is_clean() { Exit::OK } else { Exit(1) }),
            some => Err(Failure::new(format!("{} not read to the end", counted(some, "payload")))),
        }
    }
}

/// One run over all inputs.
struct Run<'a> {
    judge: Judge,
    format: Format,
    terminal: &'a mut Terminal,
    progress: &'a Progress,
    summary: Summary,
}

impl Run<'_> {
    fn input(&mut self, file: &str, input: impl Read) -> io::Result<()> {
        let judge = self.judge.clone();
        let clean = |line: &[u8]| judge.is_clean(line);
        stream::values(input, stream::LIMIT, clean, |found| match found {
            Found::Clean => self.summary.count_clean(),
            Found::Value(line, Value::Array(bodies)) => {
                for (index, body) in bodies.iter().enumerate() {
                    self.body(Place { file, line, index: Some(index) }, body);
                }
            }
            Found::Value(line, body) => self.body(Place { file, line, index: None }, &body),
            Found::NotJson(broken) => {
                let place = Place { file, line: *broken.lines.start(), index: None };
                self.tell(place, &Fate::Refused { reason: broken.text() });
            }
        })
    }

    fn body(&mut self, place: Place<'_>, body: &Value) {
        let fate = match self.judge.losses(body) {
            Ok(losses) => Fate::Queued(losses),
            Err(malformed) => Fate::Refused { reason: malformed.to_string() },
        };
        self.tell(place, &fate);
    }

    fn tell(&mut self, place: Place<'_>, fate: &Fate) {
        self.summary.count(fate);
        if !fate.is_clean() && !self.terminal.is_closed() {
            let text = fate.shown(place, self.format);
            self.progress.aside(|| self.terminal.out(text));
        }
    }
}
