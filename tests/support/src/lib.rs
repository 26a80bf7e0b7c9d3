//! Shared by tests of several crates: random workspaces, their seed, and crates that tests compile.

pub mod random_workspace;
mod scratch;
mod seed;

pub use scratch::ScratchCrate;
pub use seed::{Seed, random_cases};
