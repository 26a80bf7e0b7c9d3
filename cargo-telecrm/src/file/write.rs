//! Writing: files in one step; open streams and character devices directly.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use telecrm_schema::escaped;
use telecrm_schema::target::Target;

use super::read::{existing, shown};
use super::{SCHEMA_LIMIT, temporary};
use crate::exit::Failure;

/// Writes `text` to a path. A file is replaced in one step, so that readers see the old or the new text.
/// Open streams and character devices are written to. Other targets are refused.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_to(path, text).map_err(|error| unwritable(path, &error))
}

fn write_to(path: &Path, text: &str) -> io::Result<()> {
    match Target::of(path)? {
        Target::Absent(end) => replaced(replace(&end, None, text, || Ok(true))?),
        Target::Regular(end, metadata) => {
            replaced(replace(&end, Some(&metadata), text, || Ok(true))?)
        }
        // Append: the shell has already truncated the file, or requires its content to stay (`>>`).
        Target::Descriptor => write_into(OpenOptions::new().append(true).open(path)?, text),
        Target::Device => write_into(OpenOptions::new().write(true).open(path)?, text),
        Target::Other(kind) => Err(io::Error::other(format!("it is {kind}"))),
    }
}

fn replaced(done: bool) -> io::Result<()> {
    if done { Ok(()) } else { Err(io::ErrorKind::AlreadyExists.into()) }
}

fn write_into(mut stream: File, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// Replaces a file whose bytes are still `saw`, the bytes that the caller read; `None` means no file.
pub(crate) fn replace_unchanged(
    path: &Path,
    text: &str,
    saw: Option<&[u8]>,
) -> Result<(), Failure> {
    let unchanged = || {
        let now = existing(path, SCHEMA_LIMIT)
            .map_err(|failure| io::Error::other(failure.to_string()))?;
        Ok(now.as_deref() == saw)
    };
    let replaced = Target::of(path).and_then(|target| match target {
        Target::Absent(end) => replace(&end, None, text, unchanged),
        Target::Regular(end, metadata) => replace(&end, Some(&metadata), text, unchanged),
        Target::Descriptor => Err(io::Error::other("it is a stream, not a regular file")),
        Target::Device => Err(io::Error::other("it is a device, not a regular file")),
        Target::Other(kind) => Err(io::Error::other(format!("it is {kind}"))),
    });
    match replaced {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::new(format!(
            "{} was changed by another program while this one ran",
            shown(path)
        ))
        .hint("nothing was written, and the other change is kept; run this command again")),
        Err(error) => Err(unwritable(path, &error)),
    }
}

/// Replaces the old file with a new one. Returns `false`, and keeps the old file, if another program
/// created or changed it in the meantime.
///
/// `last_look` is called when the new file is complete, directly before it replaces the old one.
fn replace(
    path: &Path,
    old: Option<&Metadata>,
    text: &str,
    last_look: impl FnOnce() -> io::Result<bool>,
) -> io::Result<bool> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut temporary = temporary::make(folder, old.is_none())?;
    let file = temporary.file()?;
    file.write_all(text.as_bytes())?;
    if let Some(old) = old {
        keep(file.as_file(), old)?;
    }
    file.as_file().sync_all()?;
    if !last_look()? {
        return Ok(false);
    }
    match temporary.persist(path, old.is_some()) {
        Err(error) if old.is_none() && error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        persisted => persisted.map(|()| true),
    }
}

/// Copies the mode of the old file, and its owner if the system allows that.
fn keep(file: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};

        let new = file.metadata()?;
        // Only root may change the owner. The group can be set to any group of the user.
        if new.uid() != old.uid() {
            let _ = fchown(file, Some(old.uid()), None);
        }
        if new.gid() != old.gid() {
            let _ = fchown(file, None, Some(old.gid()));
        }
    }
    // After the owner, since a change of the owner clears bits of the mode.
    file.set_permissions(old.permissions())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {}", shown(path), escaped(&error.to_string())))
        .hint("nothing was changed; does the folder exist, and may you write to it?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn file_is_replaced_in_one_step() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/workspace.yaml");
        for text in ["one", "two"] {
            write(&path, text).expect("written");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
        }
        assert_eq!(names(&folder.path().join("new")), ["workspace.yaml"]);
        let failure = write(&path.join("below"), "three").expect_err("a file is not a folder");
        assert!(failure.to_string().contains("cannot be written"), "{failure}");
        assert!(failure.hint_text().is_some());
        assert_eq!(fs::read_to_string(&path).expect("there"), "two");
    }

    #[test]
    fn file_that_another_program_changed_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("workspace.yaml");
        replace_unchanged(&path, "one", None).expect("there was none");
        for saw in [None, Some(&b"zero"[..])] {
            let failure = replace_unchanged(&path, "two", saw).expect_err("it was changed");
            assert!(failure.to_string().contains("was changed by another program"), "{failure}");
            assert_eq!(fs::read_to_string(&path).expect("there"), "one");
        }
        replace_unchanged(&path, "two", Some(b"one")).expect("unchanged");
        fs::remove_file(&path).expect("removed");
        assert!(replace_unchanged(&path, "three", Some(b"two")).is_err());
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn mode_owner_and_links_are_kept() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        write(&at("file"), "one").expect("written");
        let fresh = fs::metadata(at("file")).expect("there").permissions().mode() & 0o777;
        assert_ne!(fresh, 0o600, "a new file has default permissions");
        // Only root can change the owner; the new owner must be kept.
        let _ = chown(at("file"), Some(12_345), Some(54_321));
        fs::set_permissions(at("file"), fs::Permissions::from_mode(0o664)).expect("set");
        let old = fs::metadata(at("file")).expect("there");
        write(&at("file"), "two").expect("written");
        let new = fs::metadata(at("file")).expect("there");
        let facts = |metadata: &Metadata| (metadata.uid(), metadata.gid(), metadata.mode());
        assert_eq!(facts(&new), facts(&old));

        symlink("file", at("link")).expect("linked");
        symlink("deep/none", at("dangling")).expect("linked");
        for (link, end) in [("link", "file"), ("dangling", "deep/none")] {
            write(&at(link), "three").expect("written");
            assert!(fs::symlink_metadata(at(link)).expect("there").is_symlink(), "{link}");
            assert_eq!(fs::read_to_string(at(end)).expect("there"), "three");
        }
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_written_to_and_other_targets_are_refused() {
        use std::os::unix::fs::FileTypeExt as _;
        use std::os::unix::net::UnixListener;

        write(Path::new("/dev/null"), "text").expect("it accepts any text");
        let null = fs::metadata("/dev/null").expect("there").file_type();
        assert!(null.is_char_device());
        #[cfg(target_os = "linux")]
        assert!(write(Path::new("/dev/full"), "text").is_err(), "a full disk");
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).expect("a socket");
        for path in [&*socket, folder.path()] {
            assert!(write(path, "text").is_err());
            assert!(replace_unchanged(path, "text", None).is_err());
        }
        assert!(replace_unchanged(Path::new("/dev/null"), "text", None).is_err());
        assert_eq!(names(folder.path()), ["socket"]);
    }
}
