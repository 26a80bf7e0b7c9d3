//! `generate`: the code that a build script would write, for those who commit it.

use std::path::PathBuf;

use telecrm_codegen::Config;

use super::artifact::deliver;
use crate::exit::Outcome;
use crate::file;
use crate::schema;
use crate::terminal::Terminal;

/// Print or write the Rust code of a schema, for those who commit it
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema file; without one, the project's
    file: Option<PathBuf>,
    /// Where to write the code, instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write nothing; say how the file differs from what would be written
    #[arg(long, requires = "out")]
    check: bool,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm generate schema/workspace.yaml --out src/crm.rs
  cargo telecrm generate schema/workspace.yaml --out src/crm.rs --check

The file is a module's: `mod crm;` brings it in. It needs the crate telecrm-runtime.

Exit codes: 0 written or up to date, 1 out of date (--check), 2 failure.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let file = schema::or_default(self.file)?;
        let generated = schema::source(&file)
            .and_then(|source| Config::new().generate_source(source))
            .map_err(|it| schema::refused(&it, &file::shown(&file)))?;
        schema::show(&generated.warnings);
        deliver(&generated.code, self.out.as_deref(), self.check, terminal)
    }
}
