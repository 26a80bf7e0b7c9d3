//! Formatting of a diagnostic in rustc's format.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Excerpt, Span, escaped};

/// Formats a diagnostic, with terminal colours if `color` is true.
pub(super) fn render(diagnostic: &Diagnostic, color: bool) -> String {
    // Escape the text of files, paths and labels, because a terminal may print it.
    let (path, message) = (escaped(&diagnostic.path), escaped(&diagnostic.message));
    let help = diagnostic.help.as_deref().map(|help| {
        let lines: Vec<String> = help.lines().map(escaped).collect();
        lines.join("\n")
    });
    let level = if diagnostic.is_warning() { Level::WARNING } else { Level::ERROR };
    let mut group = level.primary_title(message.as_str()).elements([] as [Element<'_>; 0]);
    if let Some(primary) = diagnostic.place.excerpt() {
        // Two places on the same line share a snippet.
        let related = diagnostic.related.iter();
        let related = related.filter_map(|(place, label)| Some((place.excerpt()?, label.as_str())));
        let (same_line, other_lines): (Vec<_>, Vec<_>) = related.partition(|(place, _)| {
            place.line == primary.line && !primary.clipped && !place.clipped
        });
        let mut marks = vec![(AnnotationKind::Primary, primary.span, diagnostic.label.as_deref())];
        for (place, label) in same_line {
            marks.push((AnnotationKind::Context, place.span, Some(label)));
        }
        group = show(group, &path, &primary, marks);
        for (place, label) in other_lines {
            let mark = (AnnotationKind::Context, place.span, Some(label));
            group = show(group, &path, &place, vec![mark]);
        }
    } else {
        group = group.element(Origin::path(path.as_str()));
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    // The renderer indents blank lines of a help text too.
    let report = renderer.render(&[group]);
    let lines: Vec<&str> = report.lines().map(str::trim_end).collect();
    lines.join("\n")
}

type Mark<'a> = (AnnotationKind, Span, Option<&'a str>);

fn show<'a>(
    group: Group<'a>,
    path: &'a str,
    place: &Excerpt<'a>,
    marks: Vec<Mark<'a>>,
) -> Group<'a> {
    let marks = marks.into_iter().map(|(kind, span, label)| kind.span(span.range()).label(label));
    let snippet = Snippet::source(place.lines).line_start(place.line).annotations(marks);
    if place.clipped {
        let origin = Origin::path(path).line(place.line).char_column(place.column);
        group.element(origin).element(snippet)
    } else {
        group.element(snippet.path(path))
    }
}
