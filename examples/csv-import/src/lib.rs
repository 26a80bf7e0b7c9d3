//! Import of leads from a spreadsheet's CSV, without a queue and without a network.
//!
//! The steps: `input` (a file, standard input or bytes) → `format` (encoding, delimiter, header) →
//! `columns` and `dates` (decisions for whole columns) → `cell` (spreadsheet tricks) → `row` (a typed lead)
//! → `import` (a sink of leads, or the rejects file).

pub mod cell;
pub mod columns;
pub mod dates;
mod encoding;
pub mod format;
mod header;
pub mod import;
pub mod input;
mod map;
mod preset;
pub mod progress;
mod rejects;
pub mod row;
mod rows;

pub use map::{Map, MapError};

/// The workspace's types, generated from `schema/workspace.yaml`.
#[allow(missing_docs, reason = "generated")]
pub mod crm {
    telecrm_runtime::include_workspace!();
}
