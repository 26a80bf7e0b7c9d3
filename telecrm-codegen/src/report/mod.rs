//! What is wrong with a schema, gathered: every check adds to one [`Report`], which is drained
//! between phases, so that all mistakes of a phase are shown at once, in the order of the file.

mod diagnostic;
mod error;
mod render;
mod rule;
mod source;

pub(crate) use self::diagnostic::Place;
pub use self::diagnostic::{Diagnostic, Warning};
pub use self::error::Error;
pub(crate) use self::error::MOST_SHOWN;
pub(crate) use self::rule::Rule;
pub(crate) use self::source::{Source, Span};

/// The collector that all phases write to.
#[derive(Debug)]
pub(crate) struct Report {
    source: Source,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl Report {
    pub(crate) fn new(source: Source) -> Self {
        Self { source, errors: Vec::new(), warnings: Vec::new() }
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// A place to be shown as the second one of a mistake.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::at(&self.source, span)
    }

    /// Adds an error or a warning, as its rule says, and hands it back to be told more.
    pub(crate) fn add(
        &mut self,
        rule: Rule,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let diagnostic = Diagnostic::at(&self.source, rule, span, message.into());
        let list = if rule.is_error() { &mut self.errors } else { &mut self.warnings };
        list.push(diagnostic);
        let index = list.len() - 1;
        &mut list[index]
    }

    /// Takes back a warning that an error at the same place says better.
    pub(crate) fn withdraw(&mut self, rule: Rule, span: Span) {
        self.warnings.retain(|it| it.rule != rule || it.start() != span.start);
    }

    /// Ends a phase: its errors, if there were any, in the order of the file.
    pub(crate) fn end_phase(&mut self) -> Result<(), Error> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let mut diagnostics = std::mem::take(&mut self.errors);
        diagnostics.append(&mut self.warnings);
        diagnostics.sort_by_key(Diagnostic::start);
        Err(Error::new(diagnostics))
    }

    /// The warnings of all phases, in the order of the file.
    pub(crate) fn into_warnings(mut self) -> Vec<Warning> {
        self.warnings.sort_by_key(Diagnostic::start);
        self.warnings
    }
}

/// Shows a name or label in a message: in backticks, on one line, not too long.
#[must_use]
pub fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let (shown, more) = match text.char_indices().nth(MOST) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    };
    format!("`{}{more}`", escaped(shown))
}

/// Shows text on one line, with what a terminal would obey or nobody would see spelled out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || is_invisible(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Characters that change how the text around them is shown, or that nobody sees.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}
