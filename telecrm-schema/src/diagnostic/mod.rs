//! Diagnostics: one mistake, or one thing worth knowing, and the report that collects them.

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

/// One mistake in a schema: what is wrong, where, and how to mend it.
///
/// [`Display`](fmt::Display) prints it as rustc would, with the line and a caret under the very
/// token.
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

/// A warning has the same parts as an error; the code is generated all the same.
pub type Warning = Diagnostic;

/// A place in a file. It keeps the text, so that it can be printed when the file is long gone; line,
/// column and excerpt are worked out when they are shown, since few of many diagnostics are.
#[derive(Clone)]
pub struct Place {
    /// `None` where the file as such is meant.
    source: Option<Source>,
    span: Span,
}

/// The part of its file that a place shows.
struct Excerpt<'p> {
    line: usize,
    column: usize,
    /// The whole lines.
    lines: &'p str,
    /// Whether `lines` is only the middle of a very long line.
    clipped: bool,
    /// The span within `lines`.
    span: Span,
}

/// A line longer than this (JSON on one line, say) is shown by the part around the span.
const LONGEST_LINE: usize = 400;
/// How much of such a line is shown on either side, in bytes.
const AROUND: usize = 60;

impl Place {
    fn at(source: &Source, span: Span) -> Self {
        Self { source: Some(source.clone()), span }
    }

    fn whole_file() -> Self {
        Self { source: None, span: Span::default() }
    }

    /// Line and column, both from 1.
    fn position(&self) -> (usize, usize) {
        self.source.as_ref().map_or((1, 1), |source| source.position(self.span.start))
    }

    fn excerpt(&self) -> Option<Excerpt<'_>> {
        let source = self.source.as_ref()?;
        // A span over many lines (a whole section, say) is shown by its first line.
        let shown = source.at(self.span);
        let first_line = shown.lines().next().unwrap_or_default().trim_end().len();
        let span = Span::new(self.span.start, self.span.start + first_line);
        let (line, column) = source.position(span.start);
        let (mut lines, mut offset) = source.lines_around(span);
        let clipped = lines.len() > LONGEST_LINE;
        if clipped {
            let (from, to) = (span.start - offset, span.end - offset);
            let is_boundary = |&byte: &usize| lines.is_char_boundary(byte);
            let start = (0..=from.saturating_sub(AROUND)).rev().find(is_boundary).unwrap_or(0);
            let end = (to.saturating_add(AROUND)..lines.len()).find(is_boundary);
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

    /// Content under the caret.
    pub fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = Some(label.into());
        self
    }

    /// How to mend it.
    pub fn with_help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// A second place that belongs to the mistake.
    pub fn related(&mut self, place: Place, label: impl Into<String>) -> &mut Self {
        self.related.push((place, label.into()));
        self
    }

    /// The fault, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The schema file, as the caller named it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.place.position().0
    }

    /// The column, from 1, in characters.
    #[must_use]
    pub fn column(&self) -> usize {
        self.place.position().1
    }

    /// How to mend it.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// A short stable name of the rule that was broken, such as `duplicate-api-name`.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.rule.name()
    }

    /// Whether code is generated all the same.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        !self.rule.is_error()
    }

    /// The whole of it as rustc would print it, with the colours of a terminal where `colour`.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        render(self, colour)
    }

    /// `path:line:column: message`, for tools that show one line.
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
