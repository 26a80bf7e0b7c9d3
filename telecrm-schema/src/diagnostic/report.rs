//! Collector of diagnostics, in the order of the file.

use super::{Diagnostic, Error, Place, Rule, Source, Span};

/// Collector of the diagnostics of all stages.
#[derive(Debug)]
pub struct Report {
    source: Source,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl Report {
    /// Creates an empty report on a source.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self { source, errors: Vec::new(), warnings: Vec::new() }
    }

    /// Returns the source of the report.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Returns a place for [`Diagnostic::add_related`].
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        Place::at(&self.source, span)
    }

    /// Adds an error or a warning, depending on its rule, and returns it for more details.
    pub fn add(&mut self, rule: Rule, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic::at(&self.source, rule, span, message.into());
        let list = if rule.is_error() { &mut self.errors } else { &mut self.warnings };
        list.push(diagnostic);
        let index = list.len() - 1;
        &mut list[index]
    }

    /// Removes a warning that an error at the same position replaces.
    pub fn withdraw(&mut self, rule: Rule, span: Span) {
        self.warnings.retain(|warning| warning.rule != rule || warning.start() != span.start);
    }

    /// Returns whether the report contains an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Returns the number of errors.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors.len()
    }

    /// Returns the result with its warnings, or every mistake in the order of the file.
    ///
    /// # Errors
    ///
    /// Returns an error if the report contains an error, or if `result` is `None`.
    pub fn finish<T>(mut self, result: Option<T>) -> Result<(T, Vec<Diagnostic>), Error> {
        self.warnings.sort_by_key(Diagnostic::start);
        match result {
            Some(result) if self.errors.is_empty() => Ok((result, self.warnings)),
            _ => {
                self.errors.append(&mut self.warnings);
                self.errors.sort_by_key(Diagnostic::start);
                Err(Error::new(self.errors))
            }
        }
    }
}
