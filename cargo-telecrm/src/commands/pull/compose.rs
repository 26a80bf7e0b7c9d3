//! The new file: header, sections in the old order, and around each line what people wrote there.

use std::collections::{HashMap, HashSet};

use telecrm_codegen::model::Tree;
use telecrm_codegen::outline::Outline;

use super::answers::SECTIONS;
use super::comments::{Comments, Notes};
use super::layout::{self, Line};
use super::old::Old;
use super::path::{Names, Path, Step, name_of, step_to};
use super::yaml::Yaml;

/// For editors, which then check the file while it is written.
const FIRST_LINE: &str = "# yaml-language-server: $schema=workspace.schema.json";

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
                comments.keys().any(|it| {
                    it.len() > path.len()
                        && it.starts_with(path)
                        && it[path.len()..].iter().any(|step| matches!(step, Step::Item(..)))
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
    out.join("\n")
}

/// The sections in the old order, and those that are new where a new file has them.
fn in_order(old: &[(String, Option<Vec<String>>)]) -> Vec<(&str, Option<&[String]>)> {
    let mut order: Vec<(&str, Option<&[String]>)> = Vec::new();
    for (name, lines) in old {
        let repeated = lines.is_none() && order.iter().any(|(it, _)| it == name);
        if !repeated {
            order.push((name, lines.as_deref()));
        }
    }
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

/// The comments at the places that the new sections have: what is gone takes its comments with it,
/// and what is called otherwise now brings them along.
fn settled(comments: &Comments, sections: &[(String, Yaml)]) -> Comments {
    let mut places = Places::default();
    for (name, value) in sections {
        let mut path = vec![Step::Key(name.clone())];
        places.paths.insert(path.clone());
        places.collect(value, &mut path);
    }
    let mut settled = Comments::new();
    for (path, notes) in comments {
        let section = matches!(path.as_slice(), [Step::Key(_)]);
        let path = if section { Some(path.clone()) } else { places.find(path) };
        let Some(path) = path else { continue };
        let all: &mut Notes = settled.entry(path).or_default();
        all.above.extend(notes.above.iter().cloned());
        all.behind.extend(notes.behind.iter().cloned());
        all.below.extend(notes.below.iter().cloned());
    }
    settled
}

/// All places of the new sections.
#[derive(Default)]
struct Places {
    paths: HashSet<Path>,
    /// By what they were called.
    formerly: HashMap<Path, Path>,
    /// Statuses and lost reasons by their label: they move between stages and archive.
    moved: HashMap<Step, Path>,
}

impl Places {
    fn collect(&mut self, value: &Yaml, path: &mut Path) {
        match value {
            Yaml::Map(entries) => {
                for (key, value) in entries {
                    path.push(step_to(path, key));
                    self.paths.insert(path.clone());
                    self.collect(value, path);
                    path.pop();
                }
            }
            Yaml::List(items) => {
                let mut names = Names::default();
                for item in items {
                    let step = names.step(name_of(item));
                    path.push(step.clone());
                    self.paths.insert(path.clone());
                    for earlier in item.get("formerly").map_or(&[][..], Yaml::items) {
                        let mut former = path.clone();
                        if let (Some(last), Some(text)) = (former.last_mut(), earlier.as_str()) {
                            *last = Step::Item(text.to_owned(), 0);
                            self.moved
                                .entry(Step::Item(text.to_owned(), 0))
                                .or_insert(path.clone());
                        }
                        self.formerly.entry(former).or_insert(path.clone());
                    }
                    if path.first() == Some(&Step::Key("leadStagePipeline".to_owned())) {
                        self.moved.insert(step, path.clone());
                    }
                    self.collect(item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// Where the comments of an old place go now.
    fn find(&self, path: &[Step]) -> Option<Path> {
        if self.paths.contains(path) {
            return Some(path.to_vec());
        }
        let (last, above) = path.split_last()?;
        match last {
            // A key that is not written any more: to what it was a key of.
            Step::Key(_) => (!above.is_empty()).then(|| self.find(above)).flatten(),
            Step::Item(..) => {
                if let Some(now) = self.formerly.get(path) {
                    return Some(now.clone());
                }
                let pipeline = path.first() == Some(&Step::Key("leadStagePipeline".to_owned()));
                pipeline.then(|| self.moved.get(last).cloned()).flatten()
            }
        }
    }
}

fn with_comments(lines: &[Line], comments: &Comments, section: &Path) -> Vec<String> {
    let by_path: HashMap<&Path, usize> =
        lines.iter().enumerate().rev().map(|(index, line)| (&line.path, index)).collect();
    let mut around: Vec<Notes> = vec![Notes::default(); lines.len()];
    for (path, notes) in
        comments.range(section.clone()..).take_while(|(it, _)| it.starts_with(section))
    {
        // The line that it stands on, or that of what it is part of.
        let line = (1..=path.len()).rev().find_map(|end| by_path.get(&path[..end].to_vec()));
        let Some(&line) = line else { continue };
        around[line].above.extend(notes.above.iter().cloned());
        around[line].behind.extend(notes.behind.iter().cloned());
        let own = &lines[line].path;
        let end = lines[line..].iter().take_while(|it| it.path.starts_with(own)).count();
        let indent = " ".repeat(lines[line].indent);
        let below = notes.below.iter().map(|text| indented(&indent, text));
        around[line + end - 1].below.extend(below);
    }
    let mut out = Vec::new();
    for (line, notes) in lines.iter().zip(around) {
        let indent = " ".repeat(line.indent);
        // There is room for one behind a line.
        let mut behind = notes.behind.into_iter();
        let first = behind.next();
        out.extend(notes.above.iter().cloned().chain(behind).map(|text| indented(&indent, &text)));
        let text = format!("{indent}{}", line.text);
        out.push(match first {
            Some(comment) => format!("{text} {comment}"),
            None => text,
        });
        out.extend(notes.below);
    }
    out
}

fn indented(indent: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{indent}{text}") }
}
