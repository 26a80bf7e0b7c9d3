//! `generate`: the code that a build script would write, for those who commit it.

use std::path::{Path, PathBuf};

use telecrm_codegen::Config;

use crate::exit::{Exit, Failure, Outcome};
use crate::file;
use crate::output::unified_diff;
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
        match &self.out {
            None => terminal.out(&generated.code),
            Some(out) if file::is_stdin(out) => terminal.out(&generated.code),
            Some(out) if self.check => return compare(out, &generated.code, terminal),
            Some(out) => write(out, &generated.code)?,
        }
        Ok(Exit::OK)
    }
}

/// More generated code than the largest schema gives.
const CODE_LIMIT: u64 = 256 * 1024 * 1024;

/// Like a build script: a file whose bytes would not change is left alone.
fn write(out: &Path, code: &str) -> Result<(), Failure> {
    let name = file::shown(out);
    if file::holds(out, code) {
        Terminal::say(format_args!("{name} is up to date"));
        return Ok(());
    }
    file::write(out, code)?;
    Terminal::say(format_args!("{name} written"));
    Ok(())
}

fn compare(out: &Path, code: &str, terminal: &mut Terminal) -> Outcome {
    let existing = file::existing(out, CODE_LIMIT)?.unwrap_or_default();
    let existing = String::from_utf8_lossy(&existing);
    if existing == code {
        return Ok(Exit::OK);
    }
    let name = file::shown(out);
    terminal.out(unified_diff(&name, &format!("{name} (generated)"), &existing, code));
    Terminal::say(format_args!("{name} is out of date: run this again without --check"));
    Ok(Exit(1))
}
