//! `completions`: the script with which a shell completes `cargo-telecrm`'s command line.

use clap_complete::Shell;

use crate::exit::Exit;
use crate::terminal::Terminal;

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

const AFTER_HELP: &str = "\
Examples:
  cargo telecrm completions bash > ~/.local/share/bash-completion/completions/cargo-telecrm
  cargo telecrm completions zsh > ~/.zfunc/_cargo-telecrm
  cargo telecrm completions fish > ~/.config/fish/completions/cargo-telecrm.fish

The script completes `cargo-telecrm check …`.";

impl Args {
    pub(crate) fn run(self, mut program: clap::Command, terminal: &mut Terminal) -> Exit {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "cargo-telecrm", &mut script);
        terminal.out(String::from_utf8_lossy(&script));
        Exit::OK
    }
}
