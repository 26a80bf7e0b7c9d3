//! One file or folder for each command: `Args` is its command line, `Args::run` what it does.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod generate;
pub(crate) mod pull;
