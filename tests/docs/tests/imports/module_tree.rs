//! Modules of a crate, with the names that each defines or imports.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::tokens::{self, Use, is_punct, is_test_attribute, item_end, keyword};

/// A module, by its position in the tree.
pub(crate) type ModuleId = usize;
/// A file, by its position in the tree.
pub(crate) type FileId = usize;

/// All modules of a crate; the first one is its root.
#[derive(Debug, Default)]
pub(crate) struct ModuleTree {
    pub(crate) modules: Vec<Module>,
    files: Vec<PathBuf>,
}

#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) file: FileId,
    pub(crate) parent: Option<ModuleId>,
    names: HashMap<String, Name>,
    /// Modules whose names are imported by `*`.
    globs: Vec<tokens::Path>,
    /// Imports by name.
    pub(crate) imports: Vec<tokens::Path>,
    /// Paths in the items of the module.
    pub(crate) paths: Vec<tokens::Path>,
}

/// The meaning of a name in a module.
#[derive(Clone, Debug)]
enum Name {
    Item,
    Module(ModuleId),
    Import(tokens::Path),
    /// An item of this module, which `#[macro_export]` puts into the root of the crate.
    Macro(ModuleId),
}

/// The target of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Module(ModuleId),
    /// An item of this module.
    Item(ModuleId),
}

impl ModuleTree {
    /// Reads a crate from its root file, without the modules of its tests.
    pub(crate) fn read(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut tree = Self::default();
        let folder = root.parent().expect("a folder of sources").to_owned();
        tree.read_file(root, &folder, None, read);
        tree
    }

    pub(crate) fn file(&self, file: FileId) -> &Path {
        &self.files[file]
    }

    /// Whether the modules of a file are submodules of another file.
    pub(crate) fn is_below(&self, file: FileId, ancestor: FileId) -> bool {
        let of_file = |module: &&Module| module.file == file;
        let mut module = self.modules.iter().find(of_file).and_then(|module| module.parent);
        while let Some(id) = module {
            if self.modules[id].file == ancestor {
                return true;
            }
            module = self.modules[id].parent;
        }
        false
    }

    fn read_file(
        &mut self,
        path: &Path,
        folder: &Path,
        parent: Option<ModuleId>,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> ModuleId {
        let text = read(path).unwrap_or_else(|| panic!("{} cannot be read", path.display()));
        let stream = text.parse::<TokenStream>();
        let stream = stream.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.files.push(path.to_owned());
        self.read_module(self.files.len() - 1, stream, folder, parent, read)
    }

    /// `folder` contains the files of the submodules.
    fn read_module(
        &mut self,
        file: FileId,
        stream: TokenStream,
        folder: &Path,
        parent: Option<ModuleId>,
        read: &dyn Fn(&Path) -> Option<String>,
    ) -> ModuleId {
        let id = self.modules.len();
        self.modules.push(Module { file, parent, ..Module::default() });
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        let (mut is_test, mut is_exported) = (false, false);
        while at < tokens.len() {
            if is_punct(tokens.get(at), '#') {
                is_test |= is_test_attribute(&tokens[at..]);
                is_exported |= tokens.get(at + 1).is_some_and(is_macro_export);
                // `#![…]` has one token more.
                at += if is_punct(tokens.get(at + 1), '!') { 3 } else { 2 };
                continue;
            }
            let end = item_end(&tokens, at);
            let item = &tokens[at..end];
            at = end;
            if !std::mem::take(&mut is_test) {
                self.read_item(id, item, std::mem::take(&mut is_exported), folder, read);
            }
        }
        id
    }

    fn read_item(
        &mut self,
        module: ModuleId,
        item: &[TokenTree],
        is_exported: bool,
        folder: &Path,
        read: &dyn Fn(&Path) -> Option<String>,
    ) {
        let keyword = keyword(item, 0);
        let name = name_after(item, &keyword);
        match (keyword.as_str(), name, item.last()) {
            ("mod", Some(name), Some(TokenTree::Group(body))) => {
                let file = self.modules[module].file;
                let folder = folder.join(&name);
                let child = self.read_module(file, body.stream(), &folder, Some(module), read);
                self.name(module, name, Name::Module(child));
                return;
            }
            ("mod", Some(name), _) => {
                let folder = folder.join(&name);
                let in_folder = folder.join("mod.rs");
                let path = if read(&in_folder).is_some() {
                    in_folder
                } else {
                    folder.with_extension("rs")
                };
                let child = self.read_file(&path, &folder, Some(module), read);
                self.name(module, name, Name::Module(child));
                return;
            }
            ("impl", ..) | (_, None, _) => {}
            (_, Some(name), _) => {
                if is_exported {
                    self.name(0, name.clone(), Name::Macro(module));
                }
                self.name(module, name, Name::Item);
            }
        }
        if !DEFINITIONS.contains(&keyword.as_str()) {
            self.names_of_macro(module, item);
        }
        let (mut paths, mut uses) = (Vec::new(), Vec::new());
        tokens::collect(item.iter().cloned().collect(), &mut paths, &mut uses);
        self.modules[module].paths.append(&mut paths);
        for import in uses {
            self.import(module, import);
        }
    }

    fn import(&mut self, module: ModuleId, Use { path, name }: Use) {
        if name == "*" {
            self.modules[module].globs.push(path);
            return;
        }
        self.modules[module].imports.push(path.clone());
        self.name(module, name, Name::Import(path));
    }

    /// Definitions among the arguments of a macro, such as `name! { pub struct Name; }`.
    fn names_of_macro(&mut self, module: ModuleId, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.names_of_macro(module, &inner);
                }
                TokenTree::Ident(word) if DEFINITIONS.contains(&word.to_string().as_str()) => {
                    if let Some(TokenTree::Ident(name)) = tokens.get(at + 1) {
                        self.name(module, name.to_string(), Name::Item);
                    }
                }
                _ => {}
            }
        }
    }

    fn name(&mut self, module: ModuleId, name: String, meaning: Name) {
        self.modules[module].names.entry(name).or_insert(meaning);
    }

    /// The target of a path in a module; `None` if it belongs to another crate or is not a path.
    pub(crate) fn resolve(&self, module: ModuleId, path: &[String]) -> Option<Target> {
        self.resolve_within(module, path, 16)
    }

    fn resolve_within(&self, module: ModuleId, path: &[String], depth: u8) -> Option<Target> {
        let depth = depth.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let mut target = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(module),
            "super" => Target::Module(self.modules[module].parent?),
            name => self.lookup(module, name, depth)?,
        };
        for segment in rest {
            target = match target {
                // A variant or an associated item belongs to its type.
                Target::Item(_) => return Some(target),
                Target::Module(id) if segment == "super" => {
                    Target::Module(self.modules[id].parent?)
                }
                // A name that a macro defines is found by the module's name only.
                Target::Module(id) => self.lookup(id, segment, depth).unwrap_or(Target::Item(id)),
            };
        }
        Some(target)
    }

    fn lookup(&self, module: ModuleId, name: &str, depth: u8) -> Option<Target> {
        match self.modules[module].names.get(name) {
            Some(Name::Item) => Some(Target::Item(module)),
            Some(Name::Macro(module)) => Some(Target::Item(*module)),
            Some(Name::Module(child)) => Some(Target::Module(*child)),
            // `use name;` and `use name::name;` name another crate.
            Some(Name::Import(path)) if path.first().is_some_and(|first| first == name) => None,
            Some(Name::Import(path)) => self.resolve_within(module, path, depth),
            None => self.modules[module].globs.iter().find_map(|path| {
                let Target::Module(of) = self.resolve_within(module, path, depth)? else {
                    return None;
                };
                let depth = depth.checked_sub(1)?;
                self.lookup(of, name, depth)
            }),
        }
    }
}

/// Keywords before the name of an item.
const DEFINITIONS: [&str; 8] =
    ["const", "enum", "fn", "static", "struct", "trait", "type", "union"];

fn name_after(item: &[TokenTree], keyword: &str) -> Option<String> {
    // In `macro_rules! name` and in `const unsafe fn name`, the name follows later.
    let keyword = if keyword == "unsafe" || keyword == "async" { "fn" } else { keyword };
    let at = item.iter().position(|token| token.to_string() == keyword)?;
    let name = item[at + 1..].iter().find(|token| matches!(token, TokenTree::Ident(_)))?;
    let is_named = keyword == "macro_rules" || keyword == "mod" || DEFINITIONS.contains(&keyword);
    is_named.then(|| name.to_string())
}

fn is_macro_export(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group)
        if group.delimiter() == Delimiter::Bracket && group.to_string().contains("macro_export"))
}
