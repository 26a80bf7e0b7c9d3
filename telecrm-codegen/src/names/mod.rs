//! Rust names: `Schema` → [`NamedSchema`].
//!
//! `casing` spells one name, `Scope` keeps those of one namespace apart, `reserved` lists
//! what each namespace has taken already, `assign` hands names out.

mod assign;
mod casing;
mod named;
mod renames;
mod reserved;
mod scope;

use std::path::Path;

use telecrm_schema::{Error, Schema, Source, Warning};

pub(crate) use self::casing::plain;
pub use self::named::{
    Former, NamedAction, NamedArchived, NamedField, NamedLabel, NamedOptions, NamedPipeline,
    NamedSchema, NamedStatus,
};

impl NamedSchema {
    /// Reads, checks and names a schema file.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, with its place.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::check_file(path).map(|(schema, _)| schema)
    }

    /// Reads, checks and names a schema that is not a file.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place.
    pub fn from_yaml(yaml: &str) -> Result<Self, Error> {
        Self::check_yaml("schema", yaml).map(|(schema, _)| schema)
    }

    /// Reads, checks and names a schema file, and returns its warnings too.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, with its place, and the warnings among them.
    pub fn check_file(path: impl AsRef<Path>) -> Result<(Self, Vec<Warning>), Error> {
        Self::check(Source::read(path)?)
    }

    /// Reads, checks and names a schema that is not a file, and returns its warnings too. `name`
    /// stands for the path in reports.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place, and the warnings among them.
    pub fn check_yaml(name: &str, yaml: &str) -> Result<(Self, Vec<Warning>), Error> {
        Self::check(Source::new(name, yaml))
    }

    /// Checks and names the text of a schema, and returns its warnings too. Diagnostics of all stages
    /// come in one report.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place, and the warnings among them.
    pub fn check(source: Source) -> Result<(Self, Vec<Warning>), Error> {
        Schema::check_with(source, named::name)
    }
}
