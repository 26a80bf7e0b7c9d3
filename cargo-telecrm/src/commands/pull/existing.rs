//! Existing file, taken apart into what a pull keeps.

use std::collections::HashSet;
use std::ops::Range;

use telecrm_schema::Error;
use telecrm_schema::yaml::{Node, Value};

use super::comments::{self, Comments};
use super::indentation::moved_to_first_column;
use super::layout;
use super::projection::SECTIONS;
use super::yaml::Yaml;

/// The part that is kept of an existing file; empty for a new file.
#[derive(Debug, Default)]
pub(super) struct Existing {
    pub(super) tree: Node,
    /// The lines above the first section.
    pub(super) header: Vec<String>,
    /// The sections in their order; those that are not telecrm's with their lines.
    pub(super) sections: Vec<(String, Option<Vec<String>>)>,
    pub(super) comments: Comments,
    /// The text of every comment, wherever it stands: none may get lost unnoticed.
    pub(super) all_comments: Vec<String>,
}

/// Why the old file cannot be taken apart.
#[derive(Debug)]
pub(super) enum Unreadable {
    NoYaml(Error),
    NoSchema,
    /// A section is there twice: which of the two is meant?
    Twice(String),
}

impl Existing {
    /// Takes the text of the file apart. `name` is what to call it in a report.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, Unreadable> {
        let root = Node::read(name, text).map_err(Unreadable::NoYaml)?;
        if let Some((text, root)) = in_first_column(name, text, &root) {
            return Self::take_apart(&text, &root);
        }
        Self::take_apart(text, &root)
    }

    fn take_apart(text: &str, root: &Node) -> Result<Self, Unreadable> {
        let all_comments = comments::all(text, root);
        let lines: Vec<&str> = text.lines().collect();
        let entries = match &root.value {
            Value::Null => {
                let header = lines.iter().map(|it| (*it).to_owned()).collect();
                return Ok(Self { header, all_comments, ..Self::default() });
            }
            Value::Mapping(entries) => entries,
            _ => return Err(Unreadable::NoSchema),
        };
        let mut seen = HashSet::new();
        let twice = entries.iter().filter_map(|(key, _)| key.as_str()).find(|it| !seen.insert(*it));
        if let Some(section) = twice {
            return Err(Unreadable::Twice(section.to_owned()));
        }
        let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count();
        let starts: Vec<usize> = entries.iter().map(|(key, _)| line_of(key.span.start)).collect();
        // Otherwise it is JSON, or YAML in braces.
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
                let own = lines[starts[index]..end].iter().map(|it| (*it).to_owned());
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
        let header = lines[..header].iter().map(|it| (*it).to_owned()).collect();
        Ok(Self { tree: root.clone(), header, sections, comments, all_comments })
    }

    /// The same with every section that is ours written anew: where copied lines do not say any more
    /// what they said, as they name something (`*name`) that is gone.
    pub(super) fn rewritten(mut self) -> Self {
        for (name, lines) in &mut self.sections {
            if let (Some(lines), Some(tree)) = (lines.as_mut(), self.tree.get(name)) {
                *lines = written(name, &Yaml::of(tree));
            }
        }
        self
    }
}

/// The same file with its sections in the first column, where they are indented.
fn in_first_column(name: &str, text: &str, root: &Node) -> Option<(String, Node)> {
    let Value::Mapping(entries) = &root.value else { return None };
    let keys: Vec<usize> = entries.iter().map(|(key, _)| key.span.start).collect();
    let text = moved_to_first_column(text, &keys)?;
    let moved = Node::read(name, &text).ok()?;
    (moved == *root).then_some((text, moved))
}

/// A section of ours in our own style.
fn written(name: &str, value: &Yaml) -> Vec<String> {
    let lines = layout::section(name, value, &|_| false);
    lines.iter().map(|line| format!("{}{}", " ".repeat(line.indent), line.text)).collect()
}

/// How many of the lines above the first section are about the whole file: all, or those up to the
/// last blank one.
fn header_end(above: &[&str]) -> usize {
    let blank = above.iter().rposition(|line| line.trim().is_empty());
    match blank {
        Some(last) if last + 1 < above.len() => last + 1,
        _ => above.len(),
    }
}

/// Where the lines of a section end: what stands right above the next section belongs to that one.
fn own_end(lines: &[&str], start: usize, next: usize) -> usize {
    let apart = |line: &str| line.trim().is_empty() || line.starts_with('#');
    let above = lines[start + 1..next].iter().rev().take_while(|line| apart(line)).count();
    next - above
}
