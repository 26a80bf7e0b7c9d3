//! `diff`: what changed between two schemas, and whether code that uses the generated types breaks.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::diff::{self, Verdict};
use crate::exit::{Exit, Outcome};
use crate::schema;
use crate::terminal::Terminal;

/// Say what changed between two schemas, and whether it breaks code or drops values
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema that code was written against
    old: PathBuf,
    /// The schema as it is now
    new: PathBuf,
    /// How to print the changes
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A line for each change, the worst first
    Human,
    /// One JSON object with the verdict and an array of the changes
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm diff old.yaml schema/workspace.yaml
  cargo telecrm diff <(git show main:schema/workspace.yaml) schema/workspace.yaml
  cargo telecrm diff --format json old.yaml new.yaml | jq '.rows[] | select(.breaks_code)'

A change is breaking where code can stop compiling, or go on compiling and mean something else,
or where telecrm can drop what such code still sends. Code is what builds leads with `Lead::new`
and setters and actions with `new` and setters, names options, and ends each `match` on options
with a wildcard arm. All else is additive, or a note where there is nothing to make use of, such as
another description or order; a deprecated name of a relabelled option warns and is additive.
A label that is gone is looked for by its id (not between two workspaces) and under `formerly`.

JSON: { \"verdict\": \"none\" | \"additive\" | \"breaking\", \"rows\": [{ \"kind\": \"retyped\",
  \"path\": \"fields.deal_size\", \"breaks_code\": true, \"drops_values\": true, \"message\": \"…\" }] }
Kinds: added removed retyped relabelled renamed alias_added alias_removed locked unlocked
  limited loosened archived unarchived backdatable not_backdatable identifier opened closed
  skipped unskipped stage enterprise described reassigned reordered

Exit codes: 0 no difference, 1 additive changes only, 2 breaking changes, 3 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let (old, new) = (schema::read_named(&self.old)?, schema::read_named(&self.new)?);
        let diff = diff::compare(&old, &new);
        match self.format {
            Format::Human => terminal.out(diff::table(&diff)),
            Format::Json => terminal.out(format_args!("{:#}\n", diff::json(&diff))),
        }
        Terminal::say(diff::summary(&diff));
        Ok(match diff.verdict() {
            Verdict::None => Exit::OK,
            Verdict::Additive => Exit(1),
            Verdict::Breaking => Exit(2),
        })
    }
}
