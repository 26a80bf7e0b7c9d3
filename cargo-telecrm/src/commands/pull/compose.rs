//! The new file: header, sections in the existing order, and the comments around each line.

use std::collections::HashMap;

use telecrm_schema::yaml::{Node, Value};

use super::comment_targets::settled;
use super::comments;
use super::existing::Existing;
use super::insert_comments::with_comments;
use super::layout;
use super::path::{Path, Step};
use super::projection::SECTIONS;
use super::yaml::Yaml;
use crate::schema::editor::FIRST_LINE;

/// A new file.
#[derive(Debug)]
pub(super) struct Composed {
    /// The text, which was read back and compared with the sections.
    pub(super) text: String,
    /// The comments that were left out, since telecrm removed their subject.
    pub(super) removed: Vec<String>,
}

/// Reasons for not writing a new file.
#[derive(Debug)]
pub(super) enum Unwritable {
    /// The text is larger than a schema file may be.
    TooLarge,
    /// The new file would not contain this comment.
    Comment(String),
    /// No spelling is read back unchanged: a bug of this program.
    Spelling,
}

/// Composes the new file from telecrm's sections and the kept parts of the existing file.
pub(super) fn compose(
    sections: &[(String, Yaml)],
    existing: Existing,
) -> Result<Composed, Unwritable> {
    let (tree, comments) = (existing.tree.clone(), existing.all_comments.clone());
    let first = checked(written(sections, &existing), sections, &tree, &comments);
    match first {
        Err(Unwritable::Spelling) => {
            checked(written(sections, &existing.rewritten()), sections, &tree, &comments)
        }
        first => first,
    }
}

/// Returns the file if it contains the sections, and each comment that has a place in it.
fn checked(
    composed: Composed,
    sections: &[(String, Yaml)],
    existing: &Node,
    comments: &[String],
) -> Result<Composed, Unwritable> {
    if composed.text.len() as u64 > telecrm_schema::SIZE_LIMIT {
        return Err(Unwritable::TooLarge);
    }
    let root = Node::read("new", &composed.text).map_err(|error| {
        let large =
            error.diagnostics().iter().any(|diagnostic| diagnostic.rule() == "yaml-too-large");
        if large { Unwritable::TooLarge } else { Unwritable::Spelling }
    })?;
    if !is_complete(&root, sections, existing) {
        return Err(Unwritable::Spelling);
    }
    let mut found: HashMap<String, usize> = HashMap::new();
    for comment in
        comments::texts(&composed.text, &root).into_iter().chain(composed.removed.clone())
    {
        *found.entry(comment).or_default() += 1;
    }
    for comment in comments {
        match found.get_mut(comment) {
            Some(left) if *left > 0 => *left -= 1,
            _ => return Err(Unwritable::Comment(comment.clone())),
        }
    }
    Ok(composed)
}

/// Whether the new file contains these sections, and the other sections of the old file unchanged.
fn is_complete(new: &Node, sections: &[(String, Yaml)], old: &Node) -> bool {
    let Value::Mapping(entries) = &new.value else { return false };
    let contains = |name: &str| new.get(name).is_some();
    entries.iter().filter_map(|(key, value)| Some((key.as_str()?, value))).all(|(name, node)| {
        match sections.iter().find(|(section, _)| section == name) {
            Some((_, value)) => value == node,
            None => old.get(name) == Some(node),
        }
    }) && sections.iter().all(|(name, _)| contains(name))
        && old.entries().iter().filter_map(|(key, _)| key.as_str()).all(contains)
}

fn written(sections: &[(String, Yaml)], old: &Existing) -> Composed {
    let (comments, removed) = settled(&old.comments, sections);
    let mut out = Vec::new();
    if !old.header.iter().any(|line| line.contains("yaml-language-server")) {
        out.push(FIRST_LINE.to_owned());
    }
    out.extend(old.header.iter().cloned());
    let above_first = out.len();
    for (name, own) in in_order(&old.sections) {
        let path = vec![Step::Key(name.to_owned())];
        let mut lines = Vec::new();
        if let Some(own) = own {
            let notes = comments.get(&path).cloned().unwrap_or_default();
            lines.extend(notes.above);
            lines.extend(own.iter().cloned());
            lines.extend(notes.below);
        } else if let Some((_, value)) = sections.iter().find(|(section, _)| section == name) {
            let has_notes = |path: &Path| {
                let below = comments.range(path.clone()..).map(|(place, _)| place);
                below.take_while(|place| place.starts_with(path)).any(|place| {
                    place[path.len()..].iter().any(|step| matches!(step, Step::Item(..)))
                })
            };
            lines = with_comments(&layout::section(name, value, &has_notes), &comments, &path);
        }
        let apart = lines.first().is_none_or(|line| line.trim().is_empty());
        if out.len() > above_first && !apart {
            out.push(String::new());
        }
        out.extend(lines);
    }
    while out.last().is_some_and(|line| line.trim().is_empty()) {
        out.pop();
    }
    out.push(String::new());
    Composed { text: out.join("\n"), removed }
}

/// The sections in the old order, and each new section at its place in the standard order.
fn in_order(old: &[(String, Option<Vec<String>>)]) -> Vec<(&str, Option<&[String]>)> {
    let mut order: Vec<(&str, Option<&[String]>)> =
        old.iter().map(|(name, lines)| (name.as_str(), lines.as_deref())).collect();
    for (index, name) in SECTIONS.iter().enumerate() {
        if order.iter().any(|(section, _)| section == name) {
            continue;
        }
        // After the last section that precedes it in the standard order.
        let place = order.iter().rposition(|(section, _)| SECTIONS[..index].contains(section));
        let first = order.iter().position(|(section, _)| SECTIONS[index..].contains(section));
        order.insert(place.map_or(first.unwrap_or(0), |at| at + 1), (name, None));
    }
    order
}
