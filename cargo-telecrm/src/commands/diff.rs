//! `diff`: the changes between two schemas, and whether they break code that uses the generated types.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use telecrm_schema::escaped;

use super::several;
use crate::diff::{self, Diff, Impact};
use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::output::Format;
use crate::schema;
use crate::terminal::Terminal;

const FORMATS: &[Format] = &[Format::Human, Format::Json, Format::Github, Format::Markdown];

/// Report the changes between two schemas, and whether they break code or drop values
#[derive(Debug, clap::Args)]
#[command(
    after_help = AFTER_HELP,
    override_usage = "cargo telecrm diff [OPTIONS] OLD NEW\n       cargo telecrm diff [OPTIONS] --against REVISION [FILE]...",
)]
pub(crate) struct Args {
    /// The old schema and the new schema
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Compare each file, or each schema of the project, with its content in a git revision
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    /// Exit with 1 for these changes, and with 0 for all others
    #[arg(long, value_enum, value_name = "CHANGES")]
    fail_on: Option<FailOn>,
    /// Output format of the changes
    #[arg(long, value_parser = Format::one_of(FORMATS), default_value_t = Format::Human)]
    format: Format,
}

/// The changes that fail a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Changes that break code or drop values
    Breaking,
    /// Any change
    Any,
}

impl FailOn {
    /// Whether changes with this impact fail the command.
    pub(crate) fn fails(self, impact: Impact) -> bool {
        match self {
            Self::Breaking => impact == Impact::Breaking,
            Self::Any => impact != Impact::None,
        }
    }
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm diff old.yaml schema/workspace.yaml
  cargo telecrm diff --against main schema/workspace.yaml
  cargo telecrm diff --against main schema/*.yaml
  cargo telecrm diff --against origin/main --fail-on breaking --format github
  cargo telecrm diff --format json old.yaml new.yaml | jq '.rows[] | select(.breaks_code)'

A change is breaking if code can stop compiling or change its meaning, or if telecrm can drop
values that the code still sends. \"Code\" means code that builds leads with `Lead::new` and
setters, and actions with `new` and setters, uses the names of options, and ends each `match` on
options with a wildcard arm. All other changes are additive, or a note if code cannot use them,
such as a new description or a new order. A deprecated name of a relabelled option causes a
warning and is additive. A missing label is searched for by its id (within one workspace) and
under `formerly`. If the revision of --against has no such file, everything in FILE counts as added.

JSON: { \"verdict\": \"none\" | \"additive\" | \"breaking\", \"rows\": [{ \"kind\": \"retyped\",
  \"path\": \"fields.deal_size\", \"breaks_code\": true, \"drops_values\": true, \"message\": \"…\" }] }
With several files, each row also has the key \"file\", and a file that cannot be compared has one
row of the kind `unreadable`.
Kinds: added removed retyped relabelled renamed alias_added alias_removed locked unlocked
  limited loosened archived unarchived backdatable not_backdatable identifier opened closed
  skipped unskipped stage enterprise described reassigned reordered

Exit codes: 0 no difference, 1 additive changes only, 2 breaking changes, 3 failure. With
--fail-on: 0 no such change, 1 such a change, 3 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let (compared, outcome) = match (&self.against, self.files.as_slice()) {
            (None, [old, new]) => {
                let old = schema::read_named(old)?;
                let diff = diff::compare(&old, &schema::read_named(new)?);
                (vec![(new.clone(), Ok(diff))], Ok(()))
            }
            (None, _) => {
                return Err(Failure::new("two files are needed: OLD and NEW").hint(
                    "or compare one with a git revision: cargo telecrm diff --against main FILE",
                ));
            }
            (Some(revision), _) => {
                let files = schema::all_or_default(self.files.clone())?;
                several::for_each(files, |path| against(revision, path))
            }
        };
        let (human, is_one) = (self.format == Format::Human, compared.len() == 1);
        let files: Vec<(PathBuf, Diff)> = compared
            .into_iter()
            // A message on stderr has the failure.
            .filter(|(_, diff)| diff.is_ok() || !(human || is_one))
            .map(|(path, diff)| (path, diff.unwrap_or_else(|reason| Diff::incomparable(&reason))))
            .collect();
        if !files.is_empty() {
            terminal.out(diff::report(&files, self.format));
        }
        for (path, diff) in &files {
            let summary = diff::summary(diff);
            if is_one {
                Terminal::say(summary);
            } else {
                Terminal::say(format_args!("{}: {summary}", file::shown(path)));
            }
        }
        outcome?;
        let impact = diff::worst(&files);
        Ok(match (self.fail_on, impact) {
            (Some(fail_on), _) => Exit(u8::from(fail_on.fails(impact))),
            (None, Impact::None) => Exit::OK,
            (None, Impact::Additive) => Exit(1),
            (None, Impact::Breaking) => Exit(2),
        })
    }
}

/// Compares a file with its content in a git revision.
fn against(revision: &str, path: &Path) -> Result<Diff, Failure> {
    if file::is_stdin(path) {
        return Err(Failure::new("--against needs a file, not standard input"));
    }
    let old = schema::read_revision(path, revision)?;
    if old.is_none() {
        Terminal::say(format_args!(
            "the revision `{}` has no {}, so all of it counts as added; if the file moved, \
             compare two files: cargo telecrm diff OLD NEW",
            escaped(revision),
            file::shown(path)
        ));
    }
    let new = schema::read_named(path)?;
    Ok(old.map_or_else(|| diff::all_added(&new), |old| diff::compare(&old, &new)))
}
