//! Target of a path, decided before it is opened: opening a named pipe can block for ever, and
//! reading a device may never end.

use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// The target of a path, symbolic links followed.
#[derive(Debug)]
pub enum Target {
    /// Nothing yet: a file can be made here. Where links led here, this is their end.
    Absent(PathBuf),
    /// A regular file.
    Regular(PathBuf, Metadata),
    /// A stream that is open already: `/dev/stdin`, `/dev/fd/3`, `/proc/self/fd/3`.
    Descriptor,
    /// A character device, such as `/dev/null`.
    Device,
    /// Something that is neither read nor written, in words.
    Other(&'static str),
}

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

impl Target {
    /// Looks at a path without opening it.
    ///
    /// # Errors
    ///
    /// A path that cannot be looked at, or links that go in circles.
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

/// Follows symbolic links to their end, which need not exist. An open descriptor is an end: what
/// stands behind it may have no path.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        if is_descriptor(&path) {
            return Ok(path);
        }
        // An error means that this is not a link; what else it may mean is found when it is opened.
        let Ok(target) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Whether the path names a stream that this process was given open.
#[cfg(unix)]
fn is_descriptor(path: &Path) -> bool {
    // Without `.` and repeated slashes.
    let path: PathBuf = path.components().collect();
    let Some(path) = path.to_str() else { return false };
    if matches!(path, "/dev/stdin" | "/dev/stdout" | "/dev/stderr") {
        return true;
    }
    let own = format!("/proc/{}/fd/", std::process::id());
    let folders = ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", &own];
    let number = folders.iter().find_map(|folder| path.strip_prefix(folder));
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
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
    fn streams_that_are_open_are_known_by_their_paths() {
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
    fn links_are_followed_to_an_end_that_need_not_exist() {
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
