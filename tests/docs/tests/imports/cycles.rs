//! Cycles among the imports of files.

use std::collections::BTreeSet;

use crate::imports::Imports;
use crate::module_tree::{FileId, ModuleTree};

/// The strongly connected files of a crate, without the cycles that lead through a file of which all
/// others are submodules.
pub(crate) fn cycles(tree: &ModuleTree, imports: &Imports) -> Vec<Vec<FileId>> {
    let files = tree.modules.iter().map(|module| module.file).collect();
    let mut cycles = Vec::new();
    add_cycles(&files, tree, imports, &mut cycles);
    cycles
}

fn add_cycles(
    files: &BTreeSet<FileId>,
    tree: &ModuleTree,
    imports: &Imports,
    cycles: &mut Vec<Vec<FileId>>,
) {
    for mut component in components(files, imports) {
        let is_top =
            |top: &FileId| component.iter().all(|file| file == top || tree.is_below(*file, *top));
        match component.iter().copied().find(is_top) {
            // Every cycle that contains this file is allowed; the others are checked separately.
            Some(top) => {
                component.remove(&top);
                add_cycles(&component, tree, imports, cycles);
            }
            None => cycles.push(component.into_iter().collect()),
        }
    }
}

/// Sets of files each of which imports all others of its set, at least indirectly.
fn components(files: &BTreeSet<FileId>, imports: &Imports) -> Vec<BTreeSet<FileId>> {
    let reached: Vec<(FileId, BTreeSet<FileId>)> =
        files.iter().map(|file| (*file, reachable(*file, files, imports))).collect();
    let mut components: Vec<BTreeSet<FileId>> = Vec::new();
    for (file, to) in &reached {
        let from = reached.iter().filter(|(_, files)| files.contains(file)).map(|(file, _)| *file);
        let component: BTreeSet<FileId> = from.filter(|file| to.contains(file)).collect();
        if component.len() > 1 && !components.contains(&component) {
            components.push(component);
        }
    }
    components
}

/// The files that a file imports, directly or indirectly.
fn reachable(start: FileId, files: &BTreeSet<FileId>, imports: &Imports) -> BTreeSet<FileId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(file) = open.pop() {
        for next in imports.from(file).filter(|next| files.contains(next)) {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}
