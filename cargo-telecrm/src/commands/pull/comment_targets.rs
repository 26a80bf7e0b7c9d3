//! Comment targets: the place in the new file of each comment of the existing file.

use std::collections::{HashMap, HashSet};

use super::comments::{Comments, Notes};
use super::path::{Names, Path, Step, name_of, step_to};
use super::yaml::Yaml;

/// Returns the comments at their places in the new sections, and those whose subject telecrm removed.
///
/// A comment follows a renamed or moved entry to its new place.
pub(super) fn settled(comments: &Comments, sections: &[(String, Yaml)]) -> (Comments, Vec<String>) {
    let mut targets = Targets::default();
    for (name, value) in sections {
        let mut path = vec![Step::Key(name.clone())];
        targets.paths.insert(path.clone());
        targets.collect(value, &mut path);
    }
    let (mut settled, mut removed) = (Comments::new(), Vec::new());
    for (path, notes) in comments {
        let section = matches!(path.as_slice(), [Step::Key(_)]);
        let path = if section { Some(path.clone()) } else { targets.find(path) };
        let Some(path) = path else {
            let lines = notes.above.iter().chain(&notes.behind).chain(&notes.below);
            removed.extend(lines.filter(|line| !line.is_empty()).cloned());
            continue;
        };
        let target: &mut Notes = settled.entry(path).or_default();
        target.above.extend(notes.above.iter().cloned());
        target.behind.extend(notes.behind.iter().cloned());
        target.below.extend(notes.below.iter().cloned());
    }
    (settled, removed)
}

/// Places of the new sections that comments can belong to.
#[derive(Default)]
struct Targets {
    paths: HashSet<Path>,
    /// New places by the earlier label of the entry.
    formerly: HashMap<Path, Path>,
    /// Statuses and lost reasons, which can move between stages and into the archive.
    moved: HashMap<(Family, Step), Path>,
}

impl Targets {
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
                    let family = Family::of(path);
                    for earlier in item.get("formerly").map_or(&[][..], Yaml::items) {
                        let Some(text) = earlier.as_str() else { continue };
                        let former = Step::Item(text.to_owned(), 0);
                        if let Some(family) = family {
                            self.moved.entry((family, former.clone())).or_insert(path.clone());
                        }
                        let mut former_path = path.clone();
                        former_path.pop();
                        former_path.push(former);
                        self.formerly.entry(former_path).or_insert(path.clone());
                    }
                    if let Some(family) = family {
                        self.moved.insert((family, step), path.clone());
                    }
                    self.collect(item, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// Returns the new place for the comments of an old place.
    fn find(&self, path: &[Step]) -> Option<Path> {
        if self.paths.contains(path) {
            return Some(path.to_vec());
        }
        let (last, above) = path.split_last()?;
        match last {
            // The key is no longer written: its comments go to the entry that contained it.
            Step::Key(_) => (!above.is_empty()).then(|| self.find(above)).flatten(),
            Step::Item(..) => {
                if let Some(now) = self.formerly.get(path) {
                    return Some(now.clone());
                }
                self.moved.get(&(Family::of(path)?, last.clone())).cloned()
            }
        }
    }
}

/// Kinds of items that can move within the pipeline.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    Statuses,
    LostReasons,
}

impl Family {
    /// Returns the kind of an item of a list in the pipeline.
    fn of(path: &[Step]) -> Option<Self> {
        match path {
            [Step::Key(section), .., Step::Key(list), Step::Item(..)]
                if section == "leadStagePipeline" =>
            {
                match list.as_str() {
                    "activeStatuses" | "archivedStatuses" => Some(Self::Statuses),
                    "activeLeadLostReasons" | "archivedLeadLostReasons" => Some(Self::LostReasons),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
