//! Files that are written whole or not at all.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::exit::Failure;

/// Puts `text` in the place of the file, in one step: who reads it sees the old one or the new one,
/// and a failure leaves the old one as it was.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    replace_with(path, text).map_err(|error| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
            .hint("nothing was changed; is the folder there, and may you write to it?")
    })
}

fn replace_with(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: its target is replaced.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cargo-telecrm-");
    if let Some(permissions) = permissions(&path) {
        builder.permissions(permissions);
    }
    let mut file: NamedTempFile = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Those of the old file. Those of a new one are what the operating system leaves of "everybody's":
/// tempfile's own would be for the owner alone.
fn permissions(path: &Path) -> Option<Permissions> {
    let old = std::fs::metadata(path).ok().map(|old| old.permissions());
    #[cfg(unix)]
    let old = old.or_else(|| {
        use std::os::unix::fs::PermissionsExt as _;
        Some(Permissions::from_mode(0o666))
    });
    old
}

/// Why a file cannot be read, without the operating system's numbers.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(format!("{} cannot be read: {error}", path.display()));
    match error.kind() {
        io::ErrorKind::NotFound => {
            failure.hint("paths are taken from the folder that this is run in")
        }
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_permissions() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/workspace.yaml");
        replace(&path, "one").expect("written");
        let mut permissions = std::fs::metadata(&path).expect("there").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).expect("set");
        replace(&path, "two").expect("written");
        assert_eq!(std::fs::read_to_string(&path).expect("there"), "two");
        assert!(std::fs::metadata(&path).expect("there").permissions().readonly());
        let left = std::fs::read_dir(folder.path().join("new")).expect("a folder").count();
        assert_eq!(left, 1, "no temporary file stays");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_said_with_a_hint() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "old").expect("written");
        let failure = replace(&file.join("below.yaml"), "new").expect_err("a file is no folder");
        assert!(failure.to_string().contains("cannot be written"), "{failure}");
        assert!(failure.hint_text().is_some());
        assert_eq!(std::fs::read_to_string(&file).expect("there"), "old");
    }
}
