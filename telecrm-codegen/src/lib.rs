//! Turns the schema of one telecrm workspace into typed Rust, so that what telecrm would
//! silently drop does not compile.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), telecrm_codegen::Error> {
//!     telecrm_codegen::compile("schema/workspace.yaml")
//! }
//! ```
//!
//! ```text
//! // src/main.rs
//! mod crm {
//!     telecrm_runtime::include_workspace!();
//! }
//! ```
//!
//! The data goes one way: the file's text → `schema` (what it says, with positions) → [`model`]
//! (checked, every Rust name decided) → `emit` (tokens) → the formatted file. Each phase collects
//! all of its mistakes before it ends.

mod cargo;
mod config;
mod emit;
pub mod model;
mod naming;
mod near;
mod out_dir;
pub mod outline;
mod output;
mod report;
mod schema;
mod source_file;

use std::path::Path;

pub use crate::config::{Config, Generated};
pub use crate::report::{Diagnostic, Error, Warning, escaped, quoted};

/// Turns a schema file into `OUT_DIR/<stem>.rs`, for a build script. The same as
/// `Config::new().compile(path)`.
///
/// # Errors
///
/// Every mistake in the schema, each with file, line, column and help; see [`Config::compile`].
pub fn compile(path: impl AsRef<Path>) -> Result<(), Error> {
    Config::new().compile(path)
}
