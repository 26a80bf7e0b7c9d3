//! Diagnostics: errors, warnings, and the report that collects them.

mod error;
mod explanation;
mod render;
mod report;
mod rule;
mod source;
mod text;

use std::fmt;

pub use self::error::{Error, MAX_SHOWN};
pub use self::explanation::Explanation;
use self::render::render;
pub use self::report::Report;
pub use self::rule::Rule;
pub use self::source::{Source, Span, Spanned};
pub use self::text::{escaped, quoted};

/// A mistake in a schema, with its position and a help text.
///
/// [`Display`](fmt::Display) uses rustc's format: the line, with carets under the token.
///
/// ```
/// use telecrm_schema::Schema;
///
/// let yaml = "customFields: [{ apiName: phone, type: PHON, isLeadid: true }]";
/// let error = Schema::from_yaml(yaml).expect_err("the type is misspelled");
/// let diagnostic = &error.diagnostics()[0];
/// assert_eq!(diagnostic.rule(), "unknown-field-type");
/// assert_eq!((diagnostic.line(), diagnostic.column()), (1, 40));
/// assert_eq!(diagnostic.message(), "the field `phone` has the unknown type `PHON`");
/// ```
#[derive(Clone)]
pub struct Diagnostic {
    rule: Rule,
    path: String,
    place: Place,
    message: String,
    label: Option<String>,
    help: Option<String>,
    related: Vec<(Place, String)>,
}

/// A position in a file.
///
/// A place keeps the text, so it can be printed after the file is removed. Line, column and excerpt
/// are computed only for printing, because most diagnostics are never printed.
#[derive(Clone)]
pub struct Place {
    /// `None` for the file as a whole.
    source: Option<Source>,
    span: Span,
}

/// The part of a file that a diagnostic prints.
struct Excerpt<'p> {
    line: usize,
    column: usize,
    /// The complete lines.
    lines: &'p str,
    /// Whether `lines` is only the middle of a very long line.
    clipped: bool,
    /// The span within `lines`.
    span: Span,
}

/// Maximum length of a line that is printed completely, in bytes.
///
/// A JSON file may be a single long line.
const MAX_LINE: usize = 400;
/// Number of bytes of a longer line that are printed on each side of the span.
const CONTEXT: usize = 60;

impl Place {
    fn at(source: &Source, span: Span) -> Self {
        Self { source: Some(source.clone()), span }
    }

    fn whole_file() -> Self {
        Self { source: None, span: Span::default() }
    }

    /// Returns line and column, both from 1.
    fn position(&self) -> (usize, usize) {
        self.source.as_ref().map_or((1, 1), |source| source.position(self.span.start))
    }

    fn excerpt(&self) -> Option<Excerpt<'_>> {
        let source = self.source.as_ref()?;
        // Only the first line of a span over several lines (such as a section) is printed.
        let shown = source.at(self.span);
        let first_line = shown.lines().next().unwrap_or_default().trim_end().len();
        let span = Span::new(self.span.start, self.span.start + first_line);
        let (line, column) = source.position(span.start);
        let (mut lines, mut offset) = source.lines_around(span);
        let clipped = lines.len() > MAX_LINE;
        if clipped {
            let (from, to) = (span.start - offset, span.end - offset);
            let is_boundary = |&byte: &usize| lines.is_char_boundary(byte);
            let start = (0..=from.saturating_sub(CONTEXT)).rev().find(is_boundary).unwrap_or(0);
            let end = (to.saturating_add(CONTEXT)..lines.len()).find(is_boundary);
            let end = end.unwrap_or(lines.len());
            lines = &lines[start..end];
            offset += start;
        }
        let span = Span::new(span.start - offset, span.end - offset);
        Some(Excerpt { line, column, lines, clipped, span })
    }
}

impl Diagnostic {
    fn at(source: &Source, rule: Rule, span: Span, message: String) -> Self {
        Self::new(rule, source.path(), Place::at(source, span), message)
    }

    fn of_file(rule: Rule, path: &str, message: String) -> Self {
        Self::new(rule, path, Place::whole_file(), message)
    }

    fn new(rule: Rule, path: &str, place: Place, message: String) -> Self {
        let path = path.to_owned();
        Self { rule, path, place, message, label: None, help: None, related: Vec::new() }
    }

    /// Sets the text next to the caret.
    pub fn set_label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = Some(label.into());
        self
    }

    /// Sets the help text, which describes a fix.
    pub fn set_help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second position that is part of the mistake.
    pub fn add_related(&mut self, place: Place, label: impl Into<String>) -> &mut Self {
        self.related.push((place, label.into()));
        self
    }

    /// Returns the message, on one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the path of the schema file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.place.position().0
    }

    /// Returns the column in characters, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.place.position().1
    }

    /// Returns the help text, which describes a fix.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Returns the broken rule, which compares equal with its stable name, such as `duplicate-api-name`.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// Returns whether this is a warning, which does not prevent code generation.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        !self.rule.is_error()
    }

    /// Formats the whole diagnostic in rustc's format, with terminal colours if `color` is true.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        render(self, color)
    }

    /// Formats the diagnostic as `path:line:column: message`, for tools that show a single line.
    #[must_use]
    pub fn short(&self) -> String {
        let (line, column) = self.place.position();
        format!("{}:{line}:{column}: {}", escaped(&self.path), self.message)
    }

    fn start(&self) -> usize {
        self.place.span.start
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl fmt::Debug for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.short(), self.rule())
    }
}
