//! The command line as a whole: which commands there are, and what becomes of their outcome.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args as _, Parser, Subcommand};

use crate::commands::{check, completions, diff, emulate, generate, pull, validate};
use crate::exit::Exit;
use crate::terminal::Terminal;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// As cargo calls it: `cargo telecrm …` runs `cargo-telecrm telecrm …`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = STYLES)]
enum Cargo {
    Telecrm(Cli),
}

/// The schema of a telecrm workspace, from its source to what it does to your code
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

`cargo telecrm <COMMAND> --help` says what a command's exit codes mean.";

#[derive(Debug, Subcommand)]
enum Command {
    Pull(pull::Args),
    Check(check::Args),
    Diff(diff::Args),
    Generate(generate::Args),
    Validate(validate::Args),
    Emulate(emulate::Args),
    Completions(completions::Args),
}

/// Reads the command line; a request for help is an error of clap's, too.
pub(crate) fn parse() -> Result<Cli, Usage> {
    let mut arguments: Vec<OsString> = env::args_os().collect();
    // Called by its own name, without cargo.
    if arguments.get(1).is_none_or(|first| first != "telecrm") {
        arguments.insert(1.min(arguments.len()), "telecrm".into());
    }
    match Cargo::try_parse_from(&arguments) {
        Ok(Cargo::Telecrm(cli)) => Ok(cli),
        Err(error) => Err(Usage { error, command: arguments.into_iter().nth(2) }),
    }
}

/// A command line that asks for help, or for something that does not exist.
pub(crate) struct Usage {
    error: clap::Error,
    command: Option<OsString>,
}

impl Usage {
    pub(crate) fn exit(self) -> ExitCode {
        // Nowhere to report that the stream is gone.
        let _ = self.error.print();
        if !self.error.use_stderr() {
            return ExitCode::SUCCESS;
        }
        let code = if self.command.is_some_and(|it| it == "diff") { DIFF_FAILED } else { FAILED };
        code.into()
    }
}

/// The exit code of a command that could not do its work.
const FAILED: Exit = Exit(2);
/// `diff` has more to say by its code than others.
const DIFF_FAILED: Exit = Exit(3);

impl Cli {
    /// Runs the command to its exit code.
    pub(crate) fn run(self) -> Exit {
        let mut terminal = Terminal::default();
        let failed = if matches!(self.command, Command::Diff(_)) { DIFF_FAILED } else { FAILED };
        let outcome = match self.command {
            Command::Pull(args) => args.run(&mut terminal),
            Command::Check(args) => args.run(&mut terminal),
            Command::Diff(args) => args.run(&mut terminal),
            Command::Generate(args) => args.run(&mut terminal),
            Command::Validate(args) => args.run(&mut terminal),
            Command::Emulate(args) => args.run(&mut terminal),
            Command::Completions(args) => Ok(args.run(program(), &mut terminal)),
        };
        let exit = outcome.unwrap_or_else(|failure| {
            Terminal::fail(&failure);
            failed
        });
        Terminal::flush();
        exit
    }
}

/// The program under its own name, as completions are for it.
fn program() -> clap::Command {
    Cli::augment_args(clap::Command::new("cargo-telecrm").styles(STYLES))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cargo;

    #[test]
    fn the_command_line_holds_together() {
        Cargo::command().debug_assert();
        super::program().debug_assert();
    }
}
