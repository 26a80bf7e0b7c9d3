//! Shared by tests of several crates: an HTTP server, a clock, random workspaces, their seed, and crates
//! that tests compile.

mod clock;
pub mod http;
pub mod random_workspace;
mod scratch;
mod seed;

pub use clock::ManualClock;
pub use scratch::ScratchCrate;
pub use seed::{Seed, random_cases};
