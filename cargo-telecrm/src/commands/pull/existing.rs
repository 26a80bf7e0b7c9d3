//! The existing file, split into the parts that a pull keeps.

use std::collections::HashSet;
use std::ops::Range;

use telecrm_schema::Error;
use telecrm_schema::yaml::{Node, Value};

use super::comments::{self, Comments};
use super::indentation::moved_to_first_column;
use super::layout;
use super::projection::SECTIONS;
use super::yaml::Yaml;

/// The kept parts of an existing file; empty for a new file.
#[derive(Debug, Default)]
pub(super) struct Existing {
    pub(super) tree: Node,
    /// The lines above the first section.
    pub(super) header: Vec<String>,
    /// The sections in their order. Sections that telecrm does not have include their lines.
    pub(super) sections: Vec<(String, Option<Vec<String>>)>,
    pub(super) comments: Comments,
    /// The text of each comment at any place, to check that none is lost.
    pub(super) all_comments: Vec<String>,
}

/// Reasons why the old file cannot be split.
#[derive(Debug)]
pub(super) enum Unreadable {
    NoYaml(Error),
    NoSchema,
    /// A section occurs twice, so its content is ambiguous.
    Twice(String),
}

impl Existing {
    /// Splits the text of the file. `name` is the name of the file in reports.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, Unreadable> {
        let root = Node::read(name, text).map_err(Unreadable::NoYaml)?;
        if let Some((text, root)) = in_first_column(name, text, &root) {
            return Self::split(&text, &root);
        }
        Self::split(text, &root)
    }

    fn split(text: &str, root: &Node) -> Result<Self, Unreadable> {
        let all_comments = comments::texts(text, root);
        let lines: Vec<&str> = text.lines().collect();
        let entries = match &root.value {
            Value::Null => {
                let header = lines.iter().map(|line| (*line).to_owned()).collect();
                return Ok(Self { header, all_comments, ..Self::default() });
            }
            Value::Mapping(entries) => entries,
            _ => return Err(Unreadable::NoSchema),
        };
        let mut seen = HashSet::new();
        let repeated =
            entries.iter().filter_map(|(key, _)| key.as_str()).find(|name| !seen.insert(*name));
        if let Some(section) = repeated {
            return Err(Unreadable::Twice(section.to_owned()));
        }
        let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count();
        let starts: Vec<usize> = entries.iter().map(|(key, _)| line_of(key.span.start)).collect();
        // Otherwise the file is JSON, or YAML in braces.
        let block = entries.iter().all(|(key, _)| {
            key.span.start == 0 || text.as_bytes().get(key.span.start - 1) == Some(&b'\n')
        });
        let first = starts.first().copied().unwrap_or_default();
        let header = if block { header_end(&lines[..first]) } else { 0 };
        let mut sections = Vec::new();
        let mut copied: Vec<Range<usize>> = Vec::new();
        for (index, (key, value)) in entries.iter().enumerate() {
            let Some(name) = key.as_str() else { return Err(Unreadable::NoSchema) };
            let name = name.to_owned();
            if SECTIONS.contains(&name.as_str()) {
                sections.push((name, None));
            } else if block {
                let end = match starts.get(index + 1) {
                    Some(&next) => own_end(&lines, starts[index], next),
                    None => lines.len(),
                };
                copied.push(starts[index]..end);
                let own = lines[starts[index]..end].iter().map(|line| (*line).to_owned());
                sections.push((name, Some(own.collect())));
            } else {
                let own = written(&name, &Yaml::of(value));
                sections.push((name, Some(own)));
            }
        }
        let comments = if block {
            comments::collect(text, root, header, &copied)
        } else {
            Comments::default()
        };
        let header = lines[..header].iter().map(|line| (*line).to_owned()).collect();
        Ok(Self { tree: root.clone(), header, sections, comments, all_comments })
    }

    /// Writes the copied sections again from their values. This is necessary if copied lines lost their
    /// meaning, for example because they use an anchor (`*name`) of a replaced section.
    pub(super) fn rewritten(mut self) -> Self {
        for (name, lines) in &mut self.sections {
            if let (Some(lines), Some(tree)) = (lines.as_mut(), self.tree.get(name)) {
                *lines = written(name, &Yaml::of(tree));
            }
        }
        self
    }
}

/// The same file with its sections in the first column, if they are indented.
fn in_first_column(name: &str, text: &str, root: &Node) -> Option<(String, Node)> {
    let Value::Mapping(entries) = &root.value else { return None };
    let keys: Vec<usize> = entries.iter().map(|(key, _)| key.span.start).collect();
    let text = moved_to_first_column(text, &keys)?;
    let moved = Node::read(name, &text).ok()?;
    (moved == *root).then_some((text, moved))
}

/// The lines of a section in the standard layout.
fn written(name: &str, value: &Yaml) -> Vec<String> {
    let lines = layout::section(name, value, &|_| false);
    lines.iter().map(|line| format!("{}{}", " ".repeat(line.indent), line.text)).collect()
}

/// Number of lines above the first section that describe the whole file: all, or those up to the last
/// blank line.
fn header_end(above: &[&str]) -> usize {
    let blank = above.iter().rposition(|line| line.trim().is_empty());
    match blank {
        Some(last) if last + 1 < above.len() => last + 1,
        _ => above.len(),
    }
}

/// The end of a section's lines. A comment directly above the next section belongs to that section.
fn own_end(lines: &[&str], start: usize, next: usize) -> usize {
    let apart = |line: &str| line.trim().is_empty() || line.starts_with('#');
    let above = lines[start + 1..next].iter().rev().take_while(|line| apart(line)).count();
    next - above
}
