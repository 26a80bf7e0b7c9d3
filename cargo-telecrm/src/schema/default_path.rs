//! The default schema files of a project.

use std::collections::HashSet;
use std::env;
use std::path::{Path, PathBuf};

use glob::{Pattern, glob};
use telecrm_schema::escaped;
use toml_edit::{Document, Value};

use crate::exit::Failure;
use crate::file;

/// The schema of a project without `[package.metadata.telecrm]`.
const USUAL: &str = "schema/workspace.yaml";
/// Maximum size of a `Cargo.toml` that is read.
const MANIFEST_LIMIT: u64 = 1024 * 1024;

/// Returns the given file. The default is the only schema of the project.
pub(crate) fn or_default(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return Ok(named);
    }
    let mut schemas = of_project()?;
    match (schemas.pop(), schemas.as_slice()) {
        (Some(only), []) => Ok(only),
        (last, others) => {
            let schemas = others.iter().chain(&last).map(|path| file::shown(path));
            let schemas = schemas.collect::<Vec<_>>().join(", ");
            Err(Failure::new("the project has several schemas, and this command needs one")
                .hint(format!("name one of {schemas}")))
        }
    }
}

/// Returns the given files. The default is every schema of the project.
pub(crate) fn all_or_default(named: Vec<PathBuf>) -> Result<Vec<PathBuf>, Failure> {
    if named.is_empty() { of_project() } else { Ok(named) }
}

/// The schemas that `[package.metadata.telecrm]` of the nearest `Cargo.toml` names: `schema`, or
/// `schemas` with several. Without these keys it is `schema/workspace.yaml` next to that file.
fn of_project() -> Result<Vec<PathBuf>, Failure> {
    // The path is relative, since messages print it.
    let depth = env::current_dir().map_or(1, |folder| folder.ancestors().count());
    let mut folder = PathBuf::new();
    for _ in 0..depth {
        let manifest = folder.join("Cargo.toml");
        if manifest.is_file() {
            return in_manifest(&manifest, &folder);
        }
        folder.push("..");
    }
    Ok(vec![PathBuf::from(USUAL)])
}

fn in_manifest(manifest: &Path, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let name = file::shown(manifest);
    let text = String::from_utf8(file::read(manifest, MANIFEST_LIMIT)?)
        .map_err(|_| Failure::new(format!("{name} is not UTF-8 text")))?;
    let document = Document::parse(text)
        .map_err(|error| Failure::new(format!("{name} is not valid TOML: {}", error.message())))?;
    let metadata = document.get("package").and_then(|package| package.get("metadata"));
    let key = |key| metadata.and_then(|metadata| metadata.get("telecrm")?.get(key));
    let wrong = |keys: &str, problem: &str, hint: &str| {
        let keys = format!("{keys} of [package.metadata.telecrm] in {name}");
        Failure::new(format!("{keys} {problem}")).hint(hint)
    };
    match (key("schema"), key("schemas")) {
        (None, None) => Ok(vec![folder.join(USUAL)]),
        (Some(_), Some(_)) => {
            Err(wrong("`schema` and `schemas`", "exclude each other", "write one of the two keys"))
        }
        (Some(schema), None) => match schema.as_str() {
            Some(path) => Ok(vec![folder.join(path)]),
            None => Err(wrong(
                "`schema`",
                "is not a string",
                "write the path of the schema file: schema = \"schema/workspace.yaml\"",
            )),
        },
        (None, Some(patterns)) => {
            let hint = "write a list of paths or patterns: schemas = [\"schema/*.yaml\"]";
            let texts = patterns.as_array().map(|list| list.iter().map(Value::as_str));
            let texts: Option<Vec<&str>> = texts.and_then(Iterator::collect);
            let Some(texts) = texts.filter(|texts| !texts.is_empty()) else {
                return Err(wrong("`schemas`", "is not a list of strings", hint));
            };
            let mut paths = Vec::new();
            for pattern in texts {
                let found = matching(folder, pattern)?;
                if found.is_empty() {
                    let problem = format!("matches no file with `{}`", escaped(pattern));
                    return Err(wrong("`schemas`", &problem, "correct the pattern, or remove it"));
                }
                paths.extend(found);
            }
            let mut seen = HashSet::new();
            paths.retain(|path| seen.insert(path.clone()));
            Ok(paths)
        }
    }
}

/// The files that a pattern matches, in alphabetic order. A path without `*`, `?` and `[` need not exist.
fn matching(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    if !pattern.contains(['*', '?', '[']) {
        return Ok(vec![folder.join(pattern)]);
    }
    // The names of the folders above are not patterns.
    let prefix = Pattern::escape(&folder.to_string_lossy());
    let whole = Path::new(&prefix).join(pattern);
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::new(format!("`{}` in `schemas` is not a pattern: {error}", escaped(pattern)))
    };
    let found = glob(&whole.to_string_lossy()).map_err(|error| wrong(&error))?;
    found.map(|path| path.map_err(|error| wrong(&error))).collect()
}
