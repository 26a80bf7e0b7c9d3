//! Loading of schemas: reads and checks a text, and returns the schema with its warnings.

use std::path::Path;

use crate::check;
use crate::diagnostic::{Diagnostic, Error, Report, Source};
use crate::read;
use crate::schema::Schema;
use crate::yaml::{self, Node};

impl Schema {
    /// Reads and checks a schema file.
    ///
    /// # Errors
    ///
    /// Returns an error with every mistake in the file.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::check_file(path).map(|(schema, _)| schema)
    }

    /// Reads and checks a schema that is not a file.
    ///
    /// # Errors
    ///
    /// Returns an error with every mistake in the text.
    pub fn from_yaml(yaml: &str) -> Result<Self, Error> {
        Self::check_yaml("schema", yaml).map(|(schema, _)| schema)
    }

    /// Reads and checks a schema file, and returns its warnings too.
    ///
    /// # Errors
    ///
    /// Returns an error with every mistake and every warning.
    pub fn check_file(path: impl AsRef<Path>) -> Result<(Self, Vec<Diagnostic>), Error> {
        Self::check(Source::read(path)?)
    }

    /// Reads and checks a schema that is not a file, and returns its warnings too. Reports show
    /// `name` as its path.
    ///
    /// # Errors
    ///
    /// Returns an error with every mistake and every warning.
    pub fn check_yaml(name: &str, yaml: &str) -> Result<(Self, Vec<Diagnostic>), Error> {
        Self::check(Source::new(name, yaml))
    }

    /// Checks the text of a schema, and returns its warnings too.
    ///
    /// # Errors
    ///
    /// Returns an error with every mistake and every warning.
    pub fn check(source: Source) -> Result<(Self, Vec<Diagnostic>), Error> {
        Self::check_with(source, |schema, _| schema)
    }

    /// Reads and checks a schema, and passes it with the report to a later stage.
    ///
    /// # Errors
    ///
    /// Returns an error with every mistake and every warning of all stages.
    pub fn check_with<T>(
        source: Source,
        stage: impl FnOnce(Self, &mut Report) -> T,
    ) -> Result<(T, Vec<Diagnostic>), Error> {
        let mut report = Report::new(source);
        let draft = Self::draft(&mut report);
        let result = draft.map(|schema| stage(schema, &mut report));
        report.finish(result)
    }

    /// Reads and checks the report's source as far as its mistakes allow.
    ///
    /// Items with mistakes may be missing from the draft: it is a whole schema only if
    /// [`Report::finish`] returns `Ok`.
    fn draft(report: &mut Report) -> Option<Self> {
        let document = read::read(report)?;
        check::check(&document, report)
    }

    /// Returns the whole file as a tree, including the keys that the fields of this struct omit.
    #[must_use]
    pub fn tree(&self) -> Node {
        let mut report = Report::new(self.source.clone());
        // The text was valid YAML when this schema was read.
        yaml::parse(&mut report).unwrap_or_default()
    }
}
