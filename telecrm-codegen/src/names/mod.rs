//! Rust names: `Schema` → [`NamedSchema`].
//!
//! `casing` converts one name, `Scope` makes the names of a namespace unique, `reserved` lists the names
//! that each namespace already contains, and `assign` names all items of a namespace.

mod assign;
mod casing;
mod named;
mod renames;
mod reserved;
mod scope;

use std::path::Path;

use telecrm_schema::{Diagnostic, Error, Schema, Source};

pub(crate) use self::casing::{Style, plain};
pub use self::named::{
    Former, NamedAction, NamedArchived, NamedField, NamedLabel, NamedOptions, NamedPipeline,
    NamedSchema, NamedStatus,
};

impl NamedSchema {
    /// Reads, checks and names a schema file.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake in the file by line and column, or an error if the
    /// file cannot be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::check_file(path).map(|(schema, _)| schema)
    }

    /// Reads, checks and names a schema that is not a file.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake in the text by line and column.
    pub fn from_yaml(yaml: &str) -> Result<Self, Error> {
        Self::check_yaml("schema", yaml).map(|(schema, _)| schema)
    }

    /// Reads, checks and names a schema file, and returns its warnings too.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake and every warning by line and column, or an error if
    /// the file cannot be read.
    pub fn check_file(path: impl AsRef<Path>) -> Result<(Self, Vec<Diagnostic>), Error> {
        Self::check(Source::read(path)?)
    }

    /// Reads, checks and names a schema that is not a file, and returns its warnings too.
    ///
    /// Reports show `name` instead of a path.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake and every warning by line and column.
    pub fn check_yaml(name: &str, yaml: &str) -> Result<(Self, Vec<Diagnostic>), Error> {
        Self::check(Source::new(name, yaml))
    }

    /// Checks and names the text of a schema, and returns its warnings too.
    ///
    /// One report contains the diagnostics of reading, checking and naming.
    ///
    /// # Errors
    ///
    /// Returns an error that lists every mistake and every warning by line and column.
    pub fn check(source: Source) -> Result<(Self, Vec<Diagnostic>), Error> {
        Schema::check_with(source, named::name)
    }
}
