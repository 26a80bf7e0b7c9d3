//! The default schema file of a project.

use std::env;
use std::path::{Path, PathBuf};

use toml_edit::Document;

use crate::exit::Failure;
use crate::file;

/// The schema of a project without `[package.metadata.telecrm]`.
const USUAL: &str = "schema/workspace.yaml";
/// Maximum size of a `Cargo.toml` that is read.
const MANIFEST_LIMIT: u64 = 1024 * 1024;

/// Returns the given file. The default is `schema` of `[package.metadata.telecrm]` in the nearest
/// `Cargo.toml`, or `schema/workspace.yaml` next to that `Cargo.toml`.
pub(crate) fn or_default(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return Ok(named);
    }
    // The path is relative, since messages print it.
    let depth = env::current_dir().map_or(1, |folder| folder.ancestors().count());
    let mut folder = PathBuf::new();
    for _ in 0..depth {
        let manifest = folder.join("Cargo.toml");
        if manifest.is_file() {
            let schema = in_manifest(&manifest)?.unwrap_or_else(|| PathBuf::from(USUAL));
            return Ok(folder.join(schema));
        }
        folder.push("..");
    }
    Ok(PathBuf::from(USUAL))
}

fn in_manifest(manifest: &Path) -> Result<Option<PathBuf>, Failure> {
    let name = file::shown(manifest);
    let text = String::from_utf8(file::read(manifest, MANIFEST_LIMIT)?)
        .map_err(|_| Failure::new(format!("{name} is not UTF-8 text")))?;
    let document = Document::parse(text)
        .map_err(|error| Failure::new(format!("{name} is not valid TOML: {}", error.message())))?;
    let metadata = document.get("package").and_then(|package| package.get("metadata"));
    let Some(schema) = metadata
        .and_then(|metadata| metadata.get("telecrm"))
        .and_then(|telecrm| telecrm.get("schema"))
    else {
        return Ok(None);
    };
    let path = schema.as_str().ok_or_else(|| {
        Failure::new(format!("`schema` of [package.metadata.telecrm] in {name} is not a string"))
            .hint("write the path of the schema file: schema = \"schema/workspace.yaml\"")
    })?;
    Ok(Some(PathBuf::from(path)))
}
