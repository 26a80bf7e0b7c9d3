//! Schema of a telecrm workspace: a reader of YAML that returns plain data or diagnostics.
//!
//! ```
//! use telecrm_schema::{FieldType, Schema};
//!
//! let schema = Schema::from_yaml(
//!     "customFields:
//!        - { apiName: phone, type: PHONE, isLeadid: true }
//!        - { apiName: source, type: DROPDOWN, options: [Website, Referral] }",
//! )?;
//! assert_eq!(schema.identifier().api_name, "phone");
//! let source = schema.field("source").expect("the field above");
//! let FieldType::Dropdown(options) = &source.field_type else { panic!("a dropdown") };
//! assert_eq!(options.labels[1].text, "Referral");
//! # Ok::<(), telecrm_schema::Error>(())
//! ```
//!
//! Data flows in one direction: text → [`yaml`] (nodes with positions) → `read` (sections) →
//! `check` (types, labels and overrides) → [`Schema`]. All stages write to the same [`Report`].

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod check;
pub mod diagnostic;
#[cfg(feature = "export")]
pub mod export;
mod field_type;
mod invisible;
mod load;
mod read;
mod schema;
mod source_file;
pub mod suggest;
pub mod target;
mod unclean;
#[cfg(feature = "validate")]
pub mod validate;
mod vocabulary;
pub mod yaml;

pub use crate::diagnostic::{
    Diagnostic, Error, Explanation, Report, Rule, Source, Span, Spanned, escaped, quoted,
};
pub use crate::field_type::{FieldType, Label, Length, Options};
pub use crate::invisible::{is_blank, is_invisible};
pub use crate::schema::{
    Action, Archived, Field, OptionRenames, Overrides, Pipeline, Rename, Renames, Schema,
    SkippedField, Stage, Status,
};
pub use crate::source_file::LIMIT as SIZE_LIMIT;
pub use crate::vocabulary::{RequiredField, Vocabulary};
