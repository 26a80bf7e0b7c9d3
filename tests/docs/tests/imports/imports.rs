//! Imports between the files of a crate, and the names that each of them uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::module_tree::{FileId, ModuleTree, Target};

/// The names that one file uses of another, by the pair of files.
#[derive(Debug, Default)]
pub(crate) struct Imports(BTreeMap<(FileId, FileId), BTreeSet<String>>);

impl Imports {
    pub(crate) fn of(tree: &ModuleTree) -> Self {
        let mut imports = Self::default();
        for (id, module) in tree.modules.iter().enumerate() {
            for path in module.imports.iter().chain(&module.paths) {
                // An import of a module is used by paths that begin with its name.
                let Some(Target::Item(definer)) = tree.resolve(id, path) else { continue };
                let file = tree.modules[definer].file;
                if file != module.file {
                    let name = name(tree, id, path);
                    imports.0.entry((module.file, file)).or_default().insert(name);
                }
            }
        }
        imports
    }

    /// The files that a file imports.
    pub(crate) fn from(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.0.range((file, 0)..=(file, FileId::MAX)).map(|((_, to), _)| *to)
    }

    /// The imports between these files.
    pub(crate) fn within(
        &self,
        files: &[FileId],
    ) -> impl Iterator<Item = ((FileId, FileId), &BTreeSet<String>)> {
        let is_within = |(from, to): &(FileId, FileId)| files.contains(from) && files.contains(to);
        self.0.iter().filter(move |(pair, _)| is_within(pair)).map(|(pair, names)| (*pair, names))
    }
}

/// The segment of a path that names the item, without its variants and associated items.
fn name(tree: &ModuleTree, module: usize, path: &[String]) -> String {
    let is_item =
        |end: &usize| matches!(tree.resolve(module, &path[..*end]), Some(Target::Item(_)));
    let end = (1..=path.len()).find(is_item).unwrap_or(path.len());
    path[end - 1].clone()
}
