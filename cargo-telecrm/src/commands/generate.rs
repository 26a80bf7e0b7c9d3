//! `generate`: the code of a build script, for projects that commit generated code.

use std::path::PathBuf;

use telecrm_codegen::Config;

use super::artifact::deliver;
use crate::exit::Outcome;
use crate::file;
use crate::schema;
use crate::terminal::Terminal;

/// Print or write the Rust code of a schema, for projects that commit generated code
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file [default: the schema of the project]
    file: Option<PathBuf>,
    /// Write to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write nothing; report how the existing file differs from the new code
    #[arg(long, requires = "out")]
    check: bool,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm generate schema/workspace.yaml --out src/crm.rs
  cargo telecrm generate schema/workspace.yaml --out src/crm.rs --check

The file is a Rust module: include it with `mod crm;`. It needs the crate telecrm-runtime.

Exit codes: 0 written or up to date, 1 out of date (--check), 2 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let file = schema::or_default(self.file)?;
        let generated = schema::source(&file)
            .and_then(|source| Config::new().generate_source(source))
            .map_err(|error| schema::refused(&error, &file::shown(&file)))?;
        schema::show(&generated.warnings);
        deliver(&generated.code, self.out.as_deref(), self.check, terminal)
    }
}
