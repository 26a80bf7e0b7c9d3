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

/// For editors, which then check the file while it is written.
pub(super) const FIRST_LINE: &str = "# yaml-language-server: $schema=workspace.schema.json";

/// A new file.
#[derive(Debug)]
pub(super) struct Composed {
    /// Its text, which is known to say what the sections say.
    pub(super) text: String,
    /// The comments about what telecrm has no longer, which are not in it.
    pub(super) gone: Vec<String>,
}

/// Why there is no new file.
#[derive(Debug)]
pub(super) enum Unwritable {
    /// It has more than a schema file can have.
    TooLarge,
    /// This comment would get lost.
    Comment(String),
    /// No spelling is read back as it was written: a mistake of this program.
    Spelling,
}

/// Composes the new file of telecrm's sections and what is kept of the existing one.
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

/// The file, where it says what it should and has every comment that has a place in it.
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
        let large = error.diagnostics().iter().any(|it| it.rule() == "yaml-too-large");
        if large { Unwritable::TooLarge } else { Unwritable::Spelling }
    })?;
    if !says(&root, sections, existing) {
        return Err(Unwritable::Spelling);
    }
    let mut found: HashMap<String, usize> = HashMap::new();
    for comment in comments::all(&composed.text, &root).into_iter().chain(composed.gone.clone()) {
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

/// Whether the new file has these sections, and all that is ours of the old one.
fn says(new: &Node, sections: &[(String, Yaml)], old: &Node) -> bool {
    let Value::Mapping(entries) = &new.value else { return false };
    let has = |name: &str| new.get(name).is_some();
    entries.iter().filter_map(|(key, value)| Some((key.as_str()?, value))).all(|(name, node)| {
        match sections.iter().find(|(it, _)| it == name) {
            Some((_, value)) => value == node,
            None => old.get(name) == Some(node),
        }
    }) && sections.iter().all(|(name, _)| has(name))
        && old.entries().iter().filter_map(|(key, _)| key.as_str()).all(has)
}

fn written(sections: &[(String, Yaml)], old: &Existing) -> Composed {
    let (comments, gone) = settled(&old.comments, sections);
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
        } else if let Some((_, value)) = sections.iter().find(|(it, _)| it == name) {
            let has_notes = |path: &Path| {
                let below = comments.range(path.clone()..).map(|(it, _)| it);
                below
                    .take_while(|it| it.starts_with(path))
                    .any(|it| it[path.len()..].iter().any(|step| matches!(step, Step::Item(..))))
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
    Composed { text: out.join("\n"), gone }
}

/// The sections in the old order, and those that are new where a new file has them.
fn in_order(old: &[(String, Option<Vec<String>>)]) -> Vec<(&str, Option<&[String]>)> {
    let mut order: Vec<(&str, Option<&[String]>)> =
        old.iter().map(|(name, lines)| (name.as_str(), lines.as_deref())).collect();
    for (index, name) in SECTIONS.iter().enumerate() {
        if order.iter().any(|(it, _)| it == name) {
            continue;
        }
        // Right behind the last that comes before it in a new file.
        let place = order.iter().rposition(|(it, _)| SECTIONS[..index].contains(it));
        let first = order.iter().position(|(it, _)| SECTIONS[index..].contains(it));
        order.insert(place.map_or(first.unwrap_or(0), |at| at + 1), (name, None));
    }
    order
}
