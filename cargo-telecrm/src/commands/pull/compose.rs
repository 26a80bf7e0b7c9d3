//! The new file: header, sections in the old order, and around each line what people wrote there.

use telecrm_schema::yaml::Outline;
use telecrm_schema::yaml::Tree;

use super::answers::SECTIONS;
use super::layout;
use super::old::Old;
use super::path::{Path, Step};
use super::places::settled;
use super::weave::with_comments;
use super::yaml::Yaml;

/// For editors, which then check the file while it is written.
pub(super) const FIRST_LINE: &str = "# yaml-language-server: $schema=workspace.schema.json";

/// The text of the new file, which is known to say what the sections say.
///
/// `Err` where no spelling of them is read back as it was written: a mistake of this program.
pub(super) fn compose(sections: &[(String, Yaml)], old: Old) -> Result<String, Unwritable> {
    let expected = |text: &str, tree: &Tree| {
        Outline::read("new", text).is_ok_and(|new| says(&new.tree(), sections, tree))
    };
    let tree = old.tree.clone();
    let text = written(sections, &old);
    if expected(&text, &tree) {
        return Ok(text);
    }
    let text = written(sections, &old.rewritten());
    if expected(&text, &tree) { Ok(text) } else { Err(Unwritable) }
}

/// The file cannot be written so that it is read back the same.
#[derive(Debug)]
pub(super) struct Unwritable;

/// Whether the new file has these sections, and all that is ours of the old one.
fn says(new: &Tree, sections: &[(String, Yaml)], old: &Tree) -> bool {
    let Tree::Mapping(entries) = new else { return false };
    entries.iter().all(|(name, tree)| match sections.iter().find(|(it, _)| it == name) {
        Some((_, value)) => value.tree() == *tree,
        None => old.get(name) == Some(tree),
    }) && sections.iter().all(|(name, _)| new.get(name).is_some())
        && match old {
            Tree::Mapping(old) => old.iter().all(|(name, _)| new.get(name).is_some()),
            _ => true,
        }
}

fn written(sections: &[(String, Yaml)], old: &Old) -> String {
    let comments = settled(&old.comments, sections);
    let mut out = Vec::new();
    if !old.header.iter().any(|line| line.contains("yaml-language-server")) {
        out.push(FIRST_LINE.to_owned());
    }
    out.extend(old.header.iter().map(|line| line.trim_start_matches('\u{feff}').to_owned()));
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
    out.join("\n")
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
