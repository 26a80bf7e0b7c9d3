//! Collector of diagnostics, shown in the order of the file.

use super::{Diagnostic, Error, Place, Rule, Source, Span, Warning};

/// The collector that all phases write to.
#[derive(Debug)]
pub struct Report {
    source: Source,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl Report {
    /// An empty report on one source.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self { source, errors: Vec::new(), warnings: Vec::new() }
    }

    /// The text that the report is on.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// A place to be shown as the second one of a mistake.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        Place::at(&self.source, span)
    }

    /// Adds an error or a warning, as its rule says, and hands it back to be told more.
    pub fn add(&mut self, rule: Rule, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic::at(&self.source, rule, span, message.into());
        let list = if rule.is_error() { &mut self.errors } else { &mut self.warnings };
        list.push(diagnostic);
        let index = list.len() - 1;
        &mut list[index]
    }

    /// Takes back a warning that an error at the same place says better.
    pub fn withdraw(&mut self, rule: Rule, span: Span) {
        self.warnings.retain(|it| it.rule != rule || it.start() != span.start);
    }

    /// Whether there is an error so far.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The number of errors so far.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors.len()
    }

    /// Ends the report: the result with its warnings, or every mistake, in the order of the file.
    ///
    /// # Errors
    ///
    /// There was an error, or there is no result.
    pub fn finish<T>(mut self, result: Option<T>) -> Result<(T, Vec<Warning>), Error> {
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
