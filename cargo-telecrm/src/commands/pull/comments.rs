//! Comments of the existing file, each with what it is about.
//!
//! A `#` outside of all scalars, at the start of a line or behind a space, begins a comment. One that
//! has its line for itself belongs to what comes next, or, where it is indented deeper than that, to
//! what came before; one behind something belongs to what its line begins. Blank lines are kept like
//! comments, since they group what is below them.

use std::collections::BTreeMap;
use std::ops::Range;

use telecrm_schema::yaml::{Node, Value};

use super::path::{Names, Path, name_of_node, step_to};

/// The comments around one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Notes {
    /// Lines above, a blank one as an empty text.
    pub(super) above: Vec<String>,
    /// Behind it.
    pub(super) behind: Vec<String>,
    /// Lines below all of it.
    pub(super) below: Vec<String>,
}

pub(super) type Comments = BTreeMap<Path, Notes>;

/// A place that comments can be about.
struct Anchor {
    line: usize,
    path: Path,
}

/// The file, taken apart.
struct Scan<'t> {
    lines: Vec<&'t str>,
    starts: Vec<usize>,
    scalars: Vec<Range<usize>>,
    /// In the order of the file.
    anchors: Vec<Anchor>,
}

/// The text of every comment, in the order of the file.
pub(super) fn all(text: &str, root: &Node) -> Vec<String> {
    let mut scan = Scan::new(text);
    scan.walk(root, &mut Path::new());
    scan.scalars.sort_by_key(|it| it.start);
    let comments = (0..scan.lines.len())
        .filter_map(|line| Some(scan.lines[line][scan.comment(line)?..].trim_end().to_owned()));
    comments.collect()
}

/// Of the lines of the file from `first` on, but for those in `except`.
pub(super) fn collect(text: &str, root: &Node, first: usize, except: &[Range<usize>]) -> Comments {
    let mut scan = Scan::new(text);
    let excepted = |line: usize| except.iter().any(|range| range.contains(&line));
    scan.walk(root, &mut Path::new());
    scan.scalars.sort_by_key(|it| it.start);
    // Keys stay: what is above a section that is copied belongs to that section.
    scan.anchors.retain(|it| it.path.len() == 1 || !excepted(it.line));
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
        // The value of an alias stands somewhere else.
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
                    // A section may be the endpoint's whole answer.
                    let answer = path.len() == 1 && path.last() == Some(&step_to(&[], name));
                    if !answer {
                        path.push(step_to(path, name));
                        self.anchor(key.span.start, path);
                    }
                    self.walk(value, path);
                    if !answer {
                        path.pop();
                    }
                }
            }
            Value::Null => {}
        }
    }

    /// Where the text of a scalar stands: that of a block scalar (`|`, `>`) begins below its header,
    /// behind which a comment can stand.
    fn text_of(&self, range: &Range<usize>) -> Range<usize> {
        let line = self.line_of(range.start);
        let text = self.lines.get(line).copied().unwrap_or_default();
        let header = text.get(range.start - self.starts[line]..).unwrap_or_default();
        let start =
            if header.starts_with(['|', '>']) { self.starts[line + 1] } else { range.start };
        start..range.end.max(start)
    }

    /// The scalar that this place is in, or that ends here.
    fn scalar_at(&self, at: usize) -> Option<&Range<usize>> {
        let index = self.scalars.partition_point(|it| it.start <= at).checked_sub(1)?;
        self.scalars.get(index).filter(|it| at < it.end)
    }

    /// Whether the line begins inside of a scalar.
    fn is_inside(&self, line: usize) -> bool {
        let start = self.starts[line];
        self.scalar_at(start).is_some_and(|it| it.start < start)
    }

    /// Where in the line a comment begins.
    fn comment(&self, line: usize) -> Option<usize> {
        let (text, start) = (self.lines[line], self.starts[line]);
        text.match_indices('#').map(|(at, _)| at).find(|&at| {
            self.scalar_at(start + at).is_none() && (at == 0 || text[..at].ends_with([' ', '\t']))
        })
    }

    /// The outermost that begins on this line; else the last before it.
    fn begun_by(&self, line: usize) -> Option<&Anchor> {
        let here = self.anchors.partition_point(|it| it.line < line);
        match self.anchors.get(here).filter(|it| it.line == line) {
            Some(anchor) => Some(anchor),
            None => self.anchors.get(here.checked_sub(1)?),
        }
    }

    fn indent(&self, line: usize) -> usize {
        self.lines.get(line).map_or(0, |text| text.len() - text.trim_start().len())
    }

    /// Gives the lines since the last content to what this line begins, or to what came before it.
    fn settle(&self, line: usize, pending: &mut Vec<(usize, String)>, comments: &mut Comments) {
        if pending.is_empty() {
            return;
        }
        let ends = line >= self.lines.len();
        let next = self.begun_by(line).filter(|it| it.line == line);
        if !ends && next.is_none() {
            // Inside of something that goes on: its beginning is as near as it gets.
            if let Some(anchor) = self.begun_by(line) {
                let lines = pending.drain(..).map(|(_, text)| text).filter(|it| !it.is_empty());
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
            // A blank line goes with the comment below it.
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

    /// Of the last section, the last that begins a line and is not indented deeper than this; the
    /// section itself only where the file ends.
    fn before(&self, line: usize, indent: usize, ends: bool) -> Option<&Anchor> {
        let above = self.anchors.partition_point(|it| it.line < line);
        let section = self.anchors[..above].iter().rposition(|it| it.path.len() == 1)?;
        let parts = &self.anchors[section + 1..above];
        let begins =
            |it: &&Anchor| self.begun_by(it.line).is_some_and(|first| first.path == it.path);
        let of_line = |it: &&Anchor| begins(it) && self.indent(it.line) <= indent;
        parts
            .iter()
            .rfind(of_line)
            .or_else(|| ends.then(|| &self.anchors[section]))
            .or_else(|| parts.iter().rfind(|it| begins(it) && it.path.len() == 2))
    }
}

/// Where the text of a node begins: a list or mapping begins with its first scalar.
fn start_of(node: &Node) -> usize {
    let first = match &node.value {
        Value::Sequence(items) => items.first(),
        Value::Mapping(entries) => entries.first().map(|(key, _)| key),
        _ => None,
    };
    first.map_or(node.span.start, start_of)
}
