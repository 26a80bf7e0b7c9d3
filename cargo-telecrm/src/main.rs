//! `cargo telecrm`: commands for the schema of a workspace, from download to generated code.
//!
//! Each command is a file or folder of `commands`: its arguments, its work, its exit codes.

mod bodies;
mod cli;
mod commands;
mod diff;
mod exit;
mod file;
mod output;
mod probe;
mod schema;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    // The only error is that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match cli::parse() {
        Ok(cli) => cli.run().into(),
        Err(usage) => usage.exit(),
    }
}
