//! Comments of the existing file, each with the entry that it describes.
//!
//! A `#` outside of all scalars begins a comment at the start of a line or after a space. A comment on its
//! own line belongs to the entry that follows; if the comment is indented deeper than that entry, it
//! belongs to the entry before it. A comment at the end of a line belongs to the entry that begins on that
//! line. Blank lines are kept like comments, since they group the lines below them.

use std::collections::BTreeMap;
use std::ops::Range;

use telecrm_schema::yaml::{Node, Value};

use super::path::{Names, Path, name_of_node, step_to};

/// The comments around one entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Notes {
    /// Lines above the entry. A blank line is an empty text.
    pub(super) above: Vec<String>,
    /// Comments at the end of its first line.
    pub(super) behind: Vec<String>,
    /// Lines below the whole entry.
    pub(super) below: Vec<String>,
}

pub(super) type Comments = BTreeMap<Path, Notes>;

/// An entry that can have comments.
struct Anchor {
    line: usize,
    path: Path,
}

/// The lines, scalars and entries of a file.
struct Scan<'t> {
    lines: Vec<&'t str>,
    starts: Vec<usize>,
    scalars: Vec<Range<usize>>,
    /// In the order of the file.
    anchors: Vec<Anchor>,
}

/// The text of every comment, in the order of the file.
pub(super) fn texts(text: &str, root: &Node) -> Vec<String> {
    let mut scan = Scan::new(text);
    scan.walk(root, &mut Path::new());
    scan.scalars.sort_by_key(|scalar| scalar.start);
    let comments = (0..scan.lines.len())
        .filter_map(|line| Some(scan.lines[line][scan.comment(line)?..].trim_end().to_owned()));
    comments.collect()
}

/// Returns the comments of the lines from `first` on, without the lines in `except`.
pub(super) fn collect(text: &str, root: &Node, first: usize, except: &[Range<usize>]) -> Comments {
    let mut scan = Scan::new(text);
    let excepted = |line: usize| except.iter().any(|range| range.contains(&line));
    scan.walk(root, &mut Path::new());
    scan.scalars.sort_by_key(|scalar| scalar.start);
    // Keys stay: a comment above a copied section belongs to that section.
    scan.anchors.retain(|anchor| anchor.path.len() == 1 || !excepted(anchor.line));
    let mut comments = Comments::new();
    let mut pending: Vec<(usize, String)> = Vec::new();
    for line in first..scan.lines.len() {
        if excepted(line) {
            scan.settle(line, &mut pending, &mut comments);
            continue;
        }
        let text = scan.lines[line];
        let inside = scan.is_inside(line);
        let comment = scan.comment(line);
        let before = comment.map_or(text, |at| &text[..at]);
        if before.trim().is_empty() && !inside {
            let indent = if comment.is_some() { before.len() } else { usize::MAX };
            pending.push((indent, comment.map_or("", |at| text[at..].trim_end()).to_owned()));
            continue;
        }
        scan.settle(line, &mut pending, &mut comments);
        if let Some(at) = comment
            && let Some(anchor) = scan.begun_by(line)
        {
            let notes = comments.entry(anchor.path.clone()).or_default();
            notes.behind.push(text[at..].trim_end().to_owned());
        }
    }
    scan.settle(scan.lines.len(), &mut pending, &mut comments);
    comments
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Self {
        let lines: Vec<_> = text.lines().collect();
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { lines, starts, scalars: Vec::new(), anchors: Vec::new() }
    }

    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    fn anchor(&mut self, at: usize, path: &Path) {
        let line = self.line_of(at);
        // The value of an alias is written at another place.
        if self.anchors.last().is_none_or(|last| last.line <= line) {
            self.anchors.push(Anchor { line, path: path.clone() });
        }
    }

    fn walk(&mut self, node: &Node, path: &mut Path) {
        match &node.value {
            Value::Scalar(_) => self.scalars.push(self.text_of(&node.span.range())),
            Value::Sequence(items) => {
                let mut names = Names::default();
                for item in items {
                    path.push(names.step(name_of_node(item)));
                    self.anchor(start_of(item), path);
                    self.walk(item, path);
                    path.pop();
                }
            }
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    self.scalars.push(key.span.range());
                    let Some(name) = key.as_str() else { continue };
                    // A section may contain the whole response of an endpoint, with the section's name inside.
                    let whole_response =
                        path.len() == 1 && path.last() == Some(&step_to(&[], name));
                    if !whole_response {
                        path.push(step_to(path, name));
                        self.anchor(key.span.start, path);
                    }
                    self.walk(value, path);
                    if !whole_response {
                        path.pop();
                    }
                }
            }
            Value::Null => {}
        }
    }

    /// The text of a scalar. The text of a block scalar (`|`, `>`) begins below its header, which can
    /// end with a comment.
    fn text_of(&self, range: &Range<usize>) -> Range<usize> {
        let line = self.line_of(range.start);
        let text = self.lines.get(line).copied().unwrap_or_default();
        let header = text.get(range.start - self.starts[line]..).unwrap_or_default();
        let start =
            if header.starts_with(['|', '>']) { self.starts[line + 1] } else { range.start };
        start..range.end.max(start)
    }

    /// The scalar that contains this offset.
    fn scalar_at(&self, at: usize) -> Option<&Range<usize>> {
        let index = self.scalars.partition_point(|scalar| scalar.start <= at).checked_sub(1)?;
        self.scalars.get(index).filter(|scalar| at < scalar.end)
    }

    /// Whether the line begins inside a scalar.
    fn is_inside(&self, line: usize) -> bool {
        let start = self.starts[line];
        self.scalar_at(start).is_some_and(|scalar| scalar.start < start)
    }

    /// The column at which a comment begins.
    fn comment(&self, line: usize) -> Option<usize> {
        let (text, start) = (self.lines[line], self.starts[line]);
        text.match_indices('#').map(|(at, _)| at).find(|&at| {
            self.scalar_at(start + at).is_none() && (at == 0 || text[..at].ends_with([' ', '\t']))
        })
    }

    /// The outermost entry that begins on this line, otherwise the last entry before it.
    fn begun_by(&self, line: usize) -> Option<&Anchor> {
        let index = self.anchors.partition_point(|anchor| anchor.line < line);
        match self.anchors.get(index).filter(|anchor| anchor.line == line) {
            Some(anchor) => Some(anchor),
            None => self.anchors.get(index.checked_sub(1)?),
        }
    }

    fn indent(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |text| text.len() - text.trim_start().len())
    }

    /// Assigns the lines since the last content to the entry that begins here, or to the entry before it.
    fn settle(&self, line: usize, pending: &mut Vec<(usize, String)>, comments: &mut Comments) {
        if pending.is_empty() {
            return;
        }
        let ends = line >= self.lines.len();
        let next = self.begun_by(line).filter(|anchor| anchor.line == line);
        if !ends && next.is_none() {
            // The line continues an entry: assign the lines to the start of that entry.
            if let Some(anchor) = self.begun_by(line) {
                let lines = pending.drain(..).map(|(_, text)| text).filter(|text| !text.is_empty());
                comments.entry(anchor.path.clone()).or_default().above.extend(lines);
            }
            return;
        }
        let column = if ends { 0 } else { self.indent(line) };
        let deeper =
            |&(indent, _): &(usize, String)| indent != usize::MAX && (ends || indent > column);
        let split = pending.iter().rposition(deeper).map_or(0, |last| last + 1);
        let rest = pending.split_off(split);
        let mut lines = Vec::new();
        for (indent, text) in pending.drain(..) {
            lines.push(text);
            // A blank line belongs to the comment below it.
            if indent != usize::MAX
                && let Some(before) = self.before(line, indent, ends)
            {
                let notes = comments.entry(before.path.clone()).or_default();
                notes.below.append(&mut lines);
            }
        }
        if let Some(anchor) = next {
            lines.extend(rest.into_iter().map(|(_, text)| text));
            comments.entry(anchor.path.clone()).or_default().above.extend(lines);
        }
    }

    /// The last entry of the last section that begins a line and is not indented deeper than `indent`, or
    /// the section itself at the end of the file.
    fn before(&self, line: usize, indent: usize, ends: bool) -> Option<&Anchor> {
        let above = self.anchors.partition_point(|anchor| anchor.line < line);
        let section = self.anchors[..above].iter().rposition(|anchor| anchor.path.len() == 1)?;
        let parts = &self.anchors[section + 1..above];
        let begins = |anchor: &&Anchor| {
            self.begun_by(anchor.line).is_some_and(|first| first.path == anchor.path)
        };
        let of_line = |anchor: &&Anchor| begins(anchor) && self.indent(anchor.line) <= indent;
        parts
            .iter()
            .rfind(of_line)
            .or_else(|| ends.then(|| &self.anchors[section]))
            .or_else(|| parts.iter().rfind(|anchor| begins(anchor) && anchor.path.len() == 2))
    }
}

/// The offset at which the text of a node begins: the first scalar of a list or mapping.
fn start_of(node: &Node) -> usize {
    let first = match &node.value {
        Value::Sequence(items) => items.first(),
        Value::Mapping(entries) => entries.first().map(|(key, _)| key),
        _ => None,
    };
    first.map_or(node.span.start, start_of)
}
