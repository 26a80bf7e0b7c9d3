//! `check`: every diagnostic of the generator, for people and for programs.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value, json};
use telecrm_codegen::Config;
use telecrm_schema::Diagnostic;

use crate::commands::counted;
use crate::exit::{Exit, Outcome};
use crate::schema::{cannot_be_read, is_unreadable};
use crate::terminal::Terminal;

/// Check schema files as a build script would, without building
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// As rustc would, with the line and a caret
    Human,
    /// One JSON array with an object for each diagnostic
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm check schema/workspace.yaml
  cargo telecrm check --format json schema/*.yaml | jq -r '.[].message'

Exit codes: 0 no errors (there may be warnings), 1 errors, 2 a file cannot be read.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let mut found = Vec::new();
        for file in &self.files {
            // The whole way, since the very last steps of generating have diagnostics, too.
            match Config::new().generate_file(file) {
                Ok(generated) => found.extend(generated.warnings),
                Err(error) => found.extend(error.diagnostics().iter().cloned()),
            }
        }
        match self.format {
            Format::Human => human(&found, terminal),
            Format::Json => terminal.out(json(&found)),
        }
        summary(&found, self.files.len());
        let unreadable: Vec<_> = found.iter().filter(|it| is_unreadable(it)).collect();
        if !unreadable.is_empty() {
            return Err(cannot_be_read(&unreadable));
        }
        Ok(if found.iter().all(Diagnostic::is_warning) { Exit::OK } else { Exit(1) })
    }
}

fn human(found: &[Diagnostic], terminal: &mut Terminal) {
    let colour = Terminal::out_is_coloured();
    for diagnostic in found.iter().filter(|it| !is_unreadable(it)) {
        if terminal.is_closed() {
            return;
        }
        terminal.out(format_args!("{}\n\n", diagnostic.render(colour)));
    }
}

fn json(found: &[Diagnostic]) -> String {
    let diagnostics = found.iter().map(|it| {
        json!({
            "severity": if it.is_warning() { "warning" } else { "error" },
            "rule": it.rule(),
            "path": it.path(),
            "line": it.line(),
            "column": it.column(),
            "message": it.message(),
            "help": it.help(),
        })
    });
    format!("{:#}\n", Value::Array(diagnostics.collect()))
}

/// Said on stderr, so that no findings are a result, too.
fn summary(found: &[Diagnostic], files: usize) {
    let unreadable = found.iter().filter(|it| is_unreadable(it)).count();
    let found: Vec<&Diagnostic> = found.iter().filter(|it| !is_unreadable(it)).collect();
    let warnings = found.iter().filter(|it| it.is_warning()).count();
    let errors = found.len() - warnings;
    let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
    Terminal::say(format_args!(
        "{} checked: {errors}, {warnings}",
        counted(files - unreadable, "file")
    ));
}
