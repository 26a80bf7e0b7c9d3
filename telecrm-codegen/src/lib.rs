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
//! Data flows one way: text → [`telecrm_schema::Schema`] (read and checked) → [`NamedSchema`] (every
//! Rust name decided) → `emit` (one formatted item after the other) → the generated file.

mod cargo;
mod config;
mod emit;
pub mod names;
mod out_dir;
mod output;

use std::path::Path;

pub use crate::config::{Config, Generated};
pub use crate::names::NamedSchema;
pub use telecrm_schema::{Diagnostic, Error, Warning};

/// Turns a schema file into `OUT_DIR/<stem>.rs`, for a build script. The same as
/// `Config::new().compile(path)`.
///
/// # Errors
///
/// Every mistake in the schema, each with file, line, column and help; see [`Config::compile`].
pub fn compile(path: impl AsRef<Path>) -> Result<(), Error> {
    Config::new().compile(path)
}
