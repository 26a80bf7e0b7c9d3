//! Generates typed Rust from the schema of a telecrm workspace.
//!
//! A lead with a value that telecrm would silently drop does not compile.
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
//! Data flows in one direction: text → [`telecrm_schema::Schema`] (read and checked) →
//! [`NamedSchema`] (with every Rust name) → `emit` (formats item by item) → the generated file.

mod cargo;
mod config;
mod emit;
pub mod names;
mod out_dir;
mod output;
mod required;

use std::path::Path;

pub use crate::config::{Config, Generated};
pub use crate::names::NamedSchema;
pub use telecrm_schema::{Diagnostic, Error};

/// Generates `OUT_DIR/<stem>.rs` from a schema file, in a build script.
///
/// Equivalent to `Config::new().compile(path)`.
///
/// # Errors
///
/// Returns an error that lists every mistake in the schema, each with its file, line, column and
/// help; see [`Config::compile`].
pub fn compile(path: impl AsRef<Path>) -> Result<(), Error> {
    Config::new().compile(path)
}
