//! A schema file in a git revision.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use telecrm_schema::escaped;

use crate::exit::Failure;
use crate::file;

/// Returns the name of a file in a revision, for reports, and its bytes, or `None` if the revision does not
/// contain the file.
pub(crate) fn at_revision(
    path: &Path,
    revision: &str,
) -> Result<(String, Option<Vec<u8>>), Failure> {
    let name = format!("{}:{}", escaped(revision), file::shown(path));
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::new(format!("`{}` is not a git revision", escaped(revision)))
            .hint("name a branch, a tag or a commit: --against main"));
    }
    // Links are followed, since git would return the target of the link as text.
    let real = path.canonicalize().map_err(|error| file::unreadable(path, &error))?;
    let (Some(folder), Some(file)) = (real.parent(), real.file_name()) else {
        return Err(Failure::new(format!("{} is not a file", file::shown(path))));
    };
    if !git(folder)
        .args(["rev-parse", "--git-dir"])
        .output()
        .map_err(|error| no_git(&error))?
        .status
        .success()
    {
        return Err(Failure::new(format!("{} is not in a git repository", file::shown(path)))
            .hint("without git, name both files: cargo telecrm diff OLD NEW"));
    }
    if !exists(folder, OsString::from(format!("{revision}^{{tree}}")))? {
        return Err(Failure::new(format!(
            "this repository has no revision `{}`",
            escaped(revision)
        ))
        .hint("in CI, fetch it first: a shallow checkout has one commit only (fetch-depth: 0)"));
    }
    let mut object = OsString::from(format!("{revision}:./"));
    object.push(file);
    // The tree has the name, even if a partial clone does not contain the bytes.
    if !exists(folder, object.clone())? {
        return Ok((name, None));
    }
    let Output { status, stdout, .. } = bounded(git(folder).args(["cat-file", "blob"]).arg(object))
        .map_err(|error| no_git(&error))?;
    if stdout.len() as u64 > file::SCHEMA_LIMIT {
        return Err(Failure::new(format!("{name} is too large for a schema")));
    }
    if status.success() {
        return Ok((name, Some(stdout)));
    }
    Err(Failure::new(format!("{name} cannot be read from the repository"))
        .hint("it may be a folder, or missing from a partial clone: `git fetch` it first"))
}

/// Whether the repository has an object of this name.
fn exists(folder: &Path, object: OsString) -> Result<bool, Failure> {
    let output = git(folder).args(["rev-parse", "--verify", "--quiet"]).arg(object).output();
    output.map(|output| output.status.success()).map_err(|error| no_git(&error))
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// The output, up to one byte more than the maximum size of a schema.
fn bounded(command: &mut Command) -> io::Result<Output> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut stdout = Vec::new();
    if let Some(stream) = child.stdout.take() {
        stream.take(file::SCHEMA_LIMIT + 1).read_to_end(&mut stdout)?;
    }
    Ok(Output { status: child.wait()?, stdout, stderr: Vec::new() })
}

fn no_git(error: &io::Error) -> Failure {
    Failure::new(format!("git cannot be run: {error}"))
        .hint("--against needs git; without it, name both files: cargo telecrm diff OLD NEW")
}
