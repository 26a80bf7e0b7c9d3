//! `diff`: the changes between two schemas, and whether they break code that uses the generated types.

use std::path::PathBuf;

use clap::ValueEnum;
use telecrm_codegen::NamedSchema;
use telecrm_schema::escaped;

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
    override_usage = "cargo telecrm diff [OPTIONS] OLD NEW\n       cargo telecrm diff [OPTIONS] --against REVISION [FILE]",
)]
pub(crate) struct Args {
    /// The old schema and the new schema
    #[arg(value_name = "FILE", num_args = 0..=2)]
    files: Vec<PathBuf>,
    /// Compare one file, or the schema of the project, with its content in a git revision
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
    /// Whether a comparison fails the command.
    pub(crate) fn fails(self, diff: &Diff) -> bool {
        match self {
            Self::Breaking => diff.impact() == Impact::Breaking,
            Self::Any => diff.impact() != Impact::None,
        }
    }
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm diff old.yaml schema/workspace.yaml
  cargo telecrm diff --against main schema/workspace.yaml
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
Kinds: added removed retyped relabelled renamed alias_added alias_removed locked unlocked
  limited loosened archived unarchived backdatable not_backdatable identifier opened closed
  skipped unskipped stage enterprise described reassigned reordered

Exit codes: 0 no difference, 1 additive changes only, 2 breaking changes, 3 failure. With
--fail-on: 0 no such change, 1 such a change, 3 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let (old, new, path) = self.schemas()?;
        let diff = old.map_or_else(|| diff::all_added(&new), |old| diff::compare(&old, &new));
        terminal.out(diff::printed(&diff, &path, self.format));
        Terminal::say(diff::summary(&diff));
        Ok(match (self.fail_on, diff.impact()) {
            (Some(fail_on), _) => Exit(u8::from(fail_on.fails(&diff))),
            (None, Impact::None) => Exit::OK,
            (None, Impact::Additive) => Exit(1),
            (None, Impact::Breaking) => Exit(2),
        })
    }

    /// The old schema, the new schema, and the path of the new one. There is no old schema if the revision
    /// does not contain the file.
    fn schemas(&self) -> Result<(Option<NamedSchema>, NamedSchema, PathBuf), Failure> {
        match (&self.against, self.files.as_slice()) {
            (None, [old, new]) => {
                Ok((Some(schema::read_named(old)?), schema::read_named(new)?, new.clone()))
            }
            (None, _) => Err(Failure::new("two files are needed: OLD and NEW").hint(
                "or compare one with a git revision: cargo telecrm diff --against main FILE",
            )),
            (Some(revision), [] | [_]) => {
                let path = schema::or_default(self.files.first().cloned())?;
                if file::is_stdin(&path) {
                    return Err(Failure::new("--against needs a file, not standard input"));
                }
                let old = schema::read_revision(&path, revision)?;
                if old.is_none() {
                    Terminal::say(format_args!(
                        "the revision `{}` has no {}, so all of it counts as added; if the file moved, \
                         compare two files: cargo telecrm diff OLD NEW",
                        escaped(revision),
                        file::shown(&path)
                    ));
                }
                Ok((old, schema::read_named(&path)?, path))
            }
            (Some(_), _) => Err(Failure::new("with --against, one file is compared with itself")
                .hint("remove one of the two files")),
        }
    }
}
