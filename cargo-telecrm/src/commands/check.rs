//! `check`: every diagnostic of the generator, human-readable or for other programs.

use std::path::PathBuf;

use serde_json::{Value, json};
use telecrm_codegen::Config;
use telecrm_schema::Diagnostic;

use crate::commands::{counted, explain};
use crate::exit::{Exit, Outcome};
use crate::output::{Finding, Format, Severity, json_pretty};
use crate::schema::{self, cannot_be_read, is_unreadable};
use crate::terminal::Terminal;

/// Check schema files like a build script, without building
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The schema files [default: the schemas of the project]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Output format of the findings
    #[arg(long, value_parser = Format::of_findings(), default_value_t = Format::Human)]
    format: Format,
    /// Count warnings as errors
    #[arg(long)]
    deny_warnings: bool,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm check
  cargo telecrm check --deny-warnings schema/acme.yaml schema/globex.yaml
  cargo telecrm check --format json schema/*.yaml | jq -r '.[].message'

Exit codes: 0 no errors (warnings are possible), 1 errors, 2 a file cannot be read.";

impl Args {
    pub(crate) fn run(self, terminal: &mut Terminal) -> Outcome {
        let files = schema::all_or_default(self.files)?;
        let mut found = Vec::new();
        for file in &files {
            // Generates the code, since the last steps have diagnostics, too.
            let source = schema::source(file);
            match source.and_then(|source| Config::new().generate_source(source)) {
                Ok(generated) => found.extend(generated.warnings),
                Err(error) => found.extend(error.diagnostics().iter().cloned()),
            }
        }
        match self.format {
            Format::Json => terminal.out(json(&found)),
            Format::Github => annotations(&found, self.deny_warnings, terminal),
            _ => human(&found, terminal),
        }
        summary(&found, files.len());
        let unreadable: Vec<_> =
            found.iter().filter(|diagnostic| is_unreadable(diagnostic)).collect();
        if !unreadable.is_empty() {
            return Err(cannot_be_read(&unreadable));
        }
        let fails = |diagnostic: &Diagnostic| self.deny_warnings || !diagnostic.is_warning();
        Ok(if found.iter().any(fails) { Exit(1) } else { Exit::OK })
    }
}

fn human(found: &[Diagnostic], terminal: &mut Terminal) {
    let color = Terminal::out_is_colored();
    for diagnostic in found.iter().filter(|diagnostic| !is_unreadable(diagnostic)) {
        if terminal.is_closed() {
            return;
        }
        terminal.out(format_args!("{}\n\n", diagnostic.render(color)));
    }
    // Errors first: the hint should be about them.
    let (warnings, errors): (Vec<_>, Vec<_>) = found
        .iter()
        .filter(|diagnostic| !is_unreadable(diagnostic))
        .partition(|diagnostic| diagnostic.is_warning());
    let rules = errors.into_iter().chain(warnings).map(|diagnostic| diagnostic.rule().name());
    if let Some(hint) = explain::hint(rules) {
        terminal.out(format_args!("{hint}\n"));
    }
}

fn annotations(found: &[Diagnostic], deny_warnings: bool, terminal: &mut Terminal) {
    for diagnostic in found {
        let is_error = deny_warnings || !diagnostic.is_warning();
        let help = diagnostic.help().map(|help| format!("\n{help}")).unwrap_or_default();
        let finding = Finding {
            severity: if is_error { Severity::Error } else { Severity::Warning },
            file: diagnostic.path(),
            line: diagnostic.line() as u64,
            column: diagnostic.column() as u64,
            rule: diagnostic.rule().name(),
            message: &format!("{}{help}", diagnostic.message()),
        };
        terminal.out(finding.annotation());
    }
}

fn json(found: &[Diagnostic]) -> String {
    let diagnostics = found.iter().map(|diagnostic| {
        json!({
            "severity": if diagnostic.is_warning() { "warning" } else { "error" },
            "rule": diagnostic.rule().name(),
            "path": diagnostic.path(),
            "line": diagnostic.line(),
            "column": diagnostic.column(),
            "message": diagnostic.message(),
            "help": diagnostic.help(),
        })
    });
    json_pretty(&Value::Array(diagnostics.collect()))
}

/// Prints the summary to stderr, so that stdout contains only findings.
fn summary(found: &[Diagnostic], files: usize) {
    let unreadable = found.iter().filter(|diagnostic| is_unreadable(diagnostic)).count();
    let found: Vec<&Diagnostic> =
        found.iter().filter(|diagnostic| !is_unreadable(diagnostic)).collect();
    let warnings = found.iter().filter(|diagnostic| diagnostic.is_warning()).count();
    let errors = found.len() - warnings;
    let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
    Terminal::say(format_args!(
        "{} checked: {errors}, {warnings}",
        counted(files - unreadable, "file")
    ));
}
