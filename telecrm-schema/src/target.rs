//! Kind of file at a path, checked before the file is opened.
//!
//! Opening a named pipe can block forever, and reading a device may never end.

use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Kind of file at a path, after following symbolic links.
#[derive(Debug)]
pub enum Target {
    /// No file exists, so a file can be created. Contains the end of the symbolic links.
    Absent(PathBuf),
    /// A regular file.
    Regular(PathBuf, Metadata),
    /// An open stream: `/dev/stdin`, `/dev/fd/3`, `/proc/self/fd/3`.
    Descriptor,
    /// A character device, such as `/dev/null`.
    Device,
    /// A file that cannot be read or written, with a description of its kind.
    Other(&'static str),
}

/// Maximum number of links, as in Linux.
const MAX_LINKS: usize = 40;

impl Target {
    /// Inspects a path without opening it.
    ///
    /// # Errors
    ///
    /// Returns an error if the path cannot be inspected, or if there are too many symbolic links.
    pub fn of(path: &Path) -> io::Result<Self> {
        let end = follow(path)?;
        if is_descriptor(&end) {
            return Ok(Self::Descriptor);
        }
        match fs::symlink_metadata(&end) {
            Ok(metadata) if metadata.is_file() => Ok(Self::Regular(end, metadata)),
            Ok(metadata) => Ok(Self::special(metadata.file_type())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Absent(end)),
            Err(error) => Err(error),
        }
    }

    fn special(file_type: FileType) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt as _;
            if file_type.is_char_device() {
                return Self::Device;
            }
            if file_type.is_fifo() {
                return Self::Other("a named pipe");
            }
            if file_type.is_socket() {
                return Self::Other("a socket");
            }
            if file_type.is_block_device() {
                return Self::Other("a block device");
            }
        }
        Self::Other(if file_type.is_dir() { "a folder" } else { "not a regular file" })
    }
}

/// Follows symbolic links and returns the final path, which need not exist.
///
/// The path of an open descriptor is final, because its file may have no path.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        if is_descriptor(&path) {
            return Ok(path);
        }
        // An error means that the path is not a link. Opening it reports any other cause.
        let Ok(target) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Returns whether the path is an open stream of this process.
#[cfg(unix)]
fn is_descriptor(path: &Path) -> bool {
    // Remove `.` and repeated slashes.
    let path: PathBuf = path.components().collect();
    let Some(path) = path.to_str() else { return false };
    if matches!(path, "/dev/stdin" | "/dev/stdout" | "/dev/stderr") {
        return true;
    }
    let own = format!("/proc/{}/fd/", std::process::id());
    let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", &own];
    let number = folders.iter().find_map(|folder| path.strip_prefix(folder));
    number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(not(unix))]
fn is_descriptor(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn paths_of_open_streams_are_detected() {
        for path in [
            "/dev/stdin",
            "/dev/fd/63",
            "/dev/./fd//0",
            "/proc/self/fd/3",
            "/proc/thread-self/fd/3",
        ] {
            assert!(is_descriptor(Path::new(path)), "{path}");
        }
        for path in ["/dev/null", "/dev/fd", "/dev/fd/", "/dev/fd/x", "/proc/1/fd/0", "dev/fd/0"] {
            assert!(!is_descriptor(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn links_are_followed_to_a_missing_or_existing_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        symlink("b", at("a")).expect("linked");
        symlink(at("c"), at("b")).expect("linked");
        assert!(matches!(Target::of(&at("a")), Ok(Target::Absent(end)) if end == at("c")));
        fs::write(at("c"), "").expect("written");
        assert!(matches!(Target::of(&at("a")), Ok(Target::Regular(end, _)) if end == at("c")));
        symlink("loop", at("loop")).expect("linked");
        assert!(Target::of(&at("loop")).is_err());
        symlink("/dev/fd/0", at("stdin")).expect("linked");
        assert!(matches!(Target::of(&at("stdin")), Ok(Target::Descriptor)));
        assert!(matches!(Target::of(Path::new("/dev/null")), Ok(Target::Device)));
        assert!(matches!(Target::of(folder.path()), Ok(Target::Other("a folder"))));
    }
}
