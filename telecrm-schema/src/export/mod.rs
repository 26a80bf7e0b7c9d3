//! Export of the body of the Async API for other languages: JSON Schema and TypeScript.
//!
//! With either format, the tools of the other language report wrong types, unknown labels, unknown
//! fields and unprefixed actions. JSON Schema contains every rule of the
//! [validator](crate::validate), with these differences:
//!
//! - The validator allows surrounding spaces in a lead identifier of type EMAIL; JSON Schema
//!   refuses them.
//! - In an open list, the validator refuses labels without a visible character; JSON Schema refuses
//!   only labels that consist of spaces.
//! - For a repeated key of an object, each JSON parser decides which value it uses.
//!
//! TypeScript describes only the types of values, not their grammars: an email is any string.
//!
//! ```
//! use telecrm_schema::{Schema, export};
//!
//! let schema = Schema::from_yaml(
//!     "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]",
//! )?;
//! assert!(export::typescript(&schema).contains("\"phone\": string;"));
//! let json_schema = export::json_schema(&schema);
//! assert_eq!(json_schema["properties"]["fields"]["required"][0], "phone");
//! # Ok::<(), telecrm_schema::Error>(())
//! ```

mod json_schema;
mod typescript;

/// JSON Schema of schema files, draft 2020-12: editors complete and check a file with it.
///
/// `cargo telecrm init` and `cargo telecrm pull` write it to `workspace.schema.json` next to a schema whose
/// first line is `# yaml-language-server: $schema=workspace.schema.json`.
pub const SCHEMA_FILE: &str = include_str!("workspace.schema.json");

pub use self::{json_schema::json_schema, typescript::typescript};
