//! `cargo telecrm`: the life of a workspace's schema at the command line.
//!
//! Each command is a file (or folder) of `commands`: its arguments, what it does, its exit code.

mod bodies;
mod cli;
mod commands;
mod diff;
mod exit;
mod file;
mod output;
mod schema;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::parse() {
        Ok(cli) => cli.run().into(),
        Err(usage) => usage.exit(),
    }
}
