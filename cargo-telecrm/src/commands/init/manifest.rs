//! Edits of `Cargo.toml` that change nothing else in it.

use std::path::{Path, PathBuf};

use telecrm_schema::escaped;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::exit::Failure;
use crate::file::{self, Form};

/// Maximum size of a `Cargo.toml` that is edited.
const LIMIT: u64 = 1024 * 1024;

/// The dependencies that a project needs, by table.
const DEPENDENCIES: [(&str, &str); 2] =
    [("dependencies", "telecrm-runtime"), ("build-dependencies", "telecrm-codegen")];

/// The manifest of the crate.
#[derive(Debug)]
pub(super) struct Manifest {
    path: PathBuf,
    bytes: Vec<u8>,
    form: Form,
    document: DocumentMut,
}

/// The build script of the crate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BuildScript {
    At(String),
    /// `build = false`.
    Off,
}

impl Manifest {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let name = file::shown(path);
        let bytes = file::existing(path, LIMIT)?.ok_or_else(|| {
            Failure::new(format!("there is no {name}"))
                .hint("run this in the folder of a crate; `cargo new NAME` creates one")
        })?;
        let text = String::from_utf8(bytes.clone())
            .map_err(|_| Failure::new(format!("{name} is not UTF-8 text")))?;
        let (form, plain) = Form::of(&text);
        let document: DocumentMut = plain.parse().map_err(|error: toml_edit::TomlError| {
            Failure::new(format!("{name} is not valid TOML: {}", escaped(error.message())))
        })?;
        if document.get("package").and_then(Item::as_table_like).is_none() {
            return Err(Failure::new(format!("{name} has no [package]"))
                .hint("run this in the folder of one crate, not of a whole workspace"));
        }
        Ok(Self { path: path.to_owned(), bytes, form, document })
    }

    pub(super) fn build_script(&self) -> BuildScript {
        let build = self.document.get("package").and_then(|package| package.get("build"));
        match build {
            Some(item) if item.as_bool() == Some(false) => BuildScript::Off,
            Some(item) => BuildScript::At(item.as_str().unwrap_or("build.rs").to_owned()),
            None => BuildScript::At("build.rs".to_owned()),
        }
    }

    /// The text with the missing dependencies, or `None` if no dependency is missing.
    pub(super) fn with_dependencies(&self) -> Result<Option<String>, Failure> {
        let mut document = self.document.clone();
        let mut changed = false;
        for (table, name) in DEPENDENCIES {
            if self.contains(table, name) {
                continue;
            }
            let item = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
            let Some(entries) = item.as_table_like_mut() else {
                return Err(Failure::new(format!(
                    "`{table}` of {} is not a table",
                    file::shown(&self.path)
                )));
            };
            entries.insert(name, value(env!("CARGO_PKG_VERSION")));
            changed = true;
        }
        Ok(changed.then(|| self.form.apply(&document.to_string())))
    }

    /// Whether a table contains the package, also under another name.
    fn contains(&self, table: &str, name: &str) -> bool {
        let Some(entries) = self.document.get(table).and_then(Item::as_table_like) else {
            return false;
        };
        entries.iter().any(|(key, item)| {
            key == name || item.get("package").and_then(Item::as_str) == Some(name)
        })
    }

    pub(super) fn replace(&self, text: &str) -> Result<(), Failure> {
        file::replace_unchanged(&self.path, text, Some(&self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Cargo.toml");
        std::fs::write(&path, text).expect("written");
        Manifest::read(&path).expect("a manifest")
    }

    #[test]
    fn dependencies_are_added_and_everything_else_stays() {
        let version = env!("CARGO_PKG_VERSION");
        let text = "# top\r\n[package] # p\r\nname   =  'a'\r\n\r\n[dependencies]\r\n# why\r\nserde = { version = \"1\" } # s\r\n";
        let edited =
            manifest(text).with_dependencies().expect("it can be edited").expect("changed");
        assert_eq!(
            edited,
            format!(
                "{text}telecrm-runtime = \"{version}\"\r\n\r\n[build-dependencies]\r\ntelecrm-codegen = \"{version}\"\r\n"
            )
        );
        assert_eq!(manifest(&edited).with_dependencies().expect("it can be edited"), None);
    }

    #[test]
    fn renamed_dependency_is_recognised() {
        let text = "[package]\nname = \"a\"\n[dependencies]\ncrm = { package = \"telecrm-runtime\", path = \"x\" }\n[build-dependencies.telecrm-codegen]\npath = \"y\"\n";
        assert_eq!(manifest(text).with_dependencies().expect("it can be edited"), None);
    }

    #[test]
    fn build_script_path_comes_from_the_manifest() {
        let of =
            |build: &str| manifest(&format!("[package]\nname = \"a\"\n{build}\n")).build_script();
        assert_eq!(of(""), BuildScript::At("build.rs".to_owned()));
        assert_eq!(of("build = \"b/c.rs\""), BuildScript::At("b/c.rs".to_owned()));
        assert_eq!(of("build = false"), BuildScript::Off);
    }
}
