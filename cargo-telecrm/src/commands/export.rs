//! `export`: the body of the Async API for other languages.

use std::path::PathBuf;

use clap::ValueEnum;
use telecrm_schema::export::{json_schema, typescript};

use super::artifact::deliver;
use crate::exit::Outcome;
use crate::output::json_pretty;
use crate::schema;
use crate::terminal::Terminal;

/// Print or write the body of the Async API as JSON Schema or TypeScript
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The output language
    #[arg(value_enum)]
    language: Language,
    /// The schema file [default: the schema of the project]
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Write to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write nothing; report how the existing file differs from the new text
    #[arg(long, requires = "out")]
    check: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    /// Draft 2020-12, with every rule that it can express
    JsonSchema,
    /// Declarations: types, labels, fields and action codes
    Typescript,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm export json-schema schema/workspace.yaml --out lead.schema.json
  cargo telecrm export typescript schema/workspace.yaml --out src/telecrm.ts
  cargo telecrm export typescript schema/workspace.yaml --out src/telecrm.ts --check

Both refuse wrong types, unknown labels, unknown fields and unprefixed actions. JSON Schema also
checks emails, phones, dates, money and URLs; `cargo telecrm validate` checks everything.

Exit codes: 0 written or up to date, 1 out of date (--check), 2 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let schema = schema::read(&schema::or_default(self.file)?)?;
        let text = match self.language {
            Language::JsonSchema => json_pretty(&json_schema(&schema)),
            Language::Typescript => typescript(&schema),
        };
        deliver(&text, self.out.as_deref(), self.check, terminal)
    }
}
