//! The command line: all commands, and the exit codes of their outcomes.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind::BrokenPipe, Write as _};
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args as _, Parser, Subcommand};
use telecrm_schema::escaped;

use crate::commands::{
    check, completions, diff, emulate, explain, export, generate, init, outbox, probe, pull, send,
    validate, verify,
};
use crate::exit::Exit;
use crate::terminal::Terminal;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// The command line in cargo's form: `cargo telecrm …` runs `cargo-telecrm telecrm …`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = STYLES)]
enum Cargo {
    Telecrm(Cli),
}

/// Work with the schema of a telecrm workspace: pull, check, compare, generate, validate
#[derive(Debug, clap::Args)]
#[command(version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm pull
  cargo telecrm check schema/workspace.yaml
  cargo telecrm diff old.yaml schema/workspace.yaml
  cargo telecrm generate schema/workspace.yaml --out src/crm.rs
  cargo telecrm validate schema/workspace.yaml bodies.jsonl
  cargo telecrm emulate schema/workspace.yaml
  cargo telecrm send schema/workspace.yaml lead.json --verify

`cargo telecrm <COMMAND> --help` explains the exit codes of a command.";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Pull(pull::Args),
    Check(check::Args),
    Diff(diff::Args),
    Generate(generate::Args),
    Validate(validate::Args),
    Send(send::Args),
    Verify(verify::Args),
    Probe(probe::Args),
    Emulate(emulate::Args),
    Outbox(outbox::Args),
    Explain(explain::Args),
    Export(export::Args),
    Completions(completions::Args),
}

/// Reads the command line. For clap, a request for help is an error, too.
pub(crate) fn parse() -> Result<Cli, Usage> {
    let mut arguments: Vec<OsString> = env::args_os().collect();
    // Called as `cargo-telecrm`, without cargo.
    if arguments.get(1).is_none_or(|first| first != "telecrm") {
        arguments.insert(1.min(arguments.len()), "telecrm".into());
    }
    Cargo::try_parse_from(&arguments).map(|Cargo::Telecrm(cli)| cli).map_err(|error| {
        let code = failed(arguments.get(2).is_some_and(|command| command == "diff"));
        Usage { error: without_control_characters(&arguments).unwrap_or(error), code }
    })
}

/// The same error with control characters escaped: clap prints arguments unchanged, and a terminal
/// would obey them.
fn without_control_characters(arguments: &[OsString]) -> Option<clap::Error> {
    let escaped = arguments.iter().map(|argument| escaped(&argument.to_string_lossy()));
    Cargo::try_parse_from(escaped).err()
}

/// A command line that requests help, or that is not valid.
pub(crate) struct Usage {
    error: clap::Error,
    code: Exit,
}

impl Usage {
    pub(crate) fn exit(self) -> ExitCode {
        let printed = self.error.print().and_then(|()| io::stdout().flush());
        let written = printed.is_ok() || printed.is_err_and(|error| error.kind() == BrokenPipe);
        if self.error.use_stderr() || !written { self.code.into() } else { ExitCode::SUCCESS }
    }
}

/// The exit code of a failed command. `diff` uses 1 and 2 for results, so its failures are 3.
const fn failed(is_diff: bool) -> Exit {
    Exit(if is_diff { 3 } else { 2 })
}

impl Cli {
    /// Runs the command and returns its exit code.
    pub(crate) fn run(self) -> Exit {
        let mut terminal = Terminal::default();
        let failed = failed(matches!(self.command, Command::Diff(_)));
        let outcome = match self.command {
            Command::Init(args) => args.run(&mut terminal),
            Command::Pull(args) => args.run(&mut terminal),
            Command::Check(args) => args.run(&mut terminal),
            Command::Diff(args) => args.run(&mut terminal),
            Command::Generate(args) => args.run(&mut terminal),
            Command::Validate(args) => args.run(&mut terminal),
            Command::Send(args) => args.run(&mut terminal),
            Command::Verify(args) => args.run(&mut terminal),
            Command::Probe(args) => args.run(&mut terminal),
            Command::Emulate(args) => args.run(&mut terminal),
            Command::Outbox(args) => args.run(&mut terminal),
            Command::Explain(args) => args.run(&mut terminal),
            Command::Export(args) => args.run(&mut terminal),
            Command::Completions(args) => Ok(args.run(program(), &mut terminal)),
        };
        let written = terminal.finish();
        match outcome.and_then(|exit| written.map(|()| exit)) {
            Ok(exit) => exit,
            Err(failure) => {
                Terminal::fail(&failure);
                failed
            }
        }
    }
}

/// The program `cargo-telecrm` itself, for which completions are made.
fn program() -> clap::Command {
    Cli::augment_args(clap::Command::new("cargo-telecrm").styles(STYLES))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cargo;

    #[test]
    fn definition_of_the_command_line_is_valid() {
        Cargo::command().debug_assert();
        super::program().debug_assert();
    }
}
