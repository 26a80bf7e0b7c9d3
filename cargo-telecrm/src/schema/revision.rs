//! A schema file in a git revision.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use telecrm_schema::escaped;

use crate::exit::Failure;
use crate::file;

/// Returns the name of a file in a revision, for reports, and its bytes.
pub(crate) fn at_revision(path: &Path, revision: &str) -> Result<(String, Vec<u8>), Failure> {
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
    let verified = git(folder)
        .args(["rev-parse", "--verify", "--quiet", &format!("{revision}^{{tree}}")])
        .output();
    if !verified.map_err(|error| no_git(&error))?.status.success() {
        return Err(Failure::new(format!(
            "this repository has no revision `{}`",
            escaped(revision)
        ))
        .hint("in CI, fetch it first: a shallow checkout has one commit only (fetch-depth: 0)"));
    }
    let mut object = OsString::from(format!("{revision}:./"));
    object.push(file);
    let Output { status, stdout, .. } = bounded(git(folder).args(["cat-file", "blob"]).arg(object))
        .map_err(|error| no_git(&error))?;
    if stdout.len() as u64 > file::SCHEMA_LIMIT {
        return Err(Failure::new(format!("{name} is too large for a schema")));
    }
    if status.success() {
        return Ok((name, stdout));
    }
    Err(Failure::new(format!("the revision `{}` has no {}", escaped(revision), file::shown(path)))
        .hint("the file may have been added or moved since; name both files: cargo telecrm diff OLD NEW"))
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
