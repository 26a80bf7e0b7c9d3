//! Reading: regular files and open streams, within a bound.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use telecrm_schema::escaped;
use telecrm_schema::target::Target;

use crate::exit::Failure;

/// Whether the path means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name of a file in results and messages: safe to print on a terminal.
pub(crate) fn shown(path: &Path) -> String {
    if is_stdin(path) { "<stdin>".to_owned() } else { escaped(&path.to_string_lossy()) }
}

/// Opens a regular file or a stream that is already open.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin().lock()));
    }
    match Target::of(path)? {
        // Opened by its original path: a socket or terminal has no other.
        Target::Descriptor if is_first(path) => Ok(Box::new(io::stdin().lock())),
        Target::Regular(..) | Target::Descriptor | Target::Absent(_) => {
            Ok(Box::new(File::open(path)?))
        }
        Target::Device => Err(refused("a device")),
        Target::Other(kind) => Err(refused(kind)),
    }
}

fn is_first(path: &Path) -> bool {
    matches!(path.to_str(), Some("/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0"))
}

fn refused(kind: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("it is {kind}, not a regular file"))
}

/// Reads a whole file or stream of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    open(path).and_then(|input| bounded(input, limit)).map_err(|error| unreadable(path, &error))
}

/// Reads the regular file that a command is about to replace; `None` if there is no file.
pub(crate) fn existing(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Failure> {
    let read = || match Target::of(path)? {
        Target::Absent(_) => Ok(None),
        Target::Regular(end, metadata) if metadata.len() <= limit => {
            bounded(File::open(end)?, limit).map(Some)
        }
        Target::Regular(..) => Err(too_large(limit)),
        Target::Descriptor => Err(refused("a stream")),
        Target::Device => Err(refused("a device")),
        Target::Other(kind) => Err(refused(kind)),
    };
    read().map_err(|error| unreadable(path, &error))
}

fn bounded(input: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

fn too_large(limit: u64) -> io::Error {
    let size = match limit {
        limit if limit >= 1024 * 1024 => format!("{} MiB", limit / (1024 * 1024)),
        limit => format!("{} KiB", limit / 1024),
    };
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {size}"))
}

/// The error for a file that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let failure =
        Failure::new(format!("{} cannot be read: {}", shown(path), escaped(&error.to_string())));
    match error.kind() {
        io::ErrorKind::NotFound => {
            failure.hint("paths are relative to the folder that this command runs in")
        }
        io::ErrorKind::FileTooLarge => failure.hint("is this the right file?"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        assert!(existing(&path, 4).is_ok_and(|bytes| bytes.is_none()));
        assert!(read(&path, 4).is_err());
        std::fs::write(&path, "1234").expect("written");
        assert_eq!(read(&path, 4).expect("it fits"), b"1234");
        assert_eq!(existing(&path, 4).expect("it fits").as_deref(), Some(&b"1234"[..]));
        for failure in [read(&path, 3).map(drop), existing(&path, 3).map(drop)] {
            let failure = failure.expect_err("too large");
            assert!(failure.to_string().contains("it is larger than 0 KiB"), "{failure}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn devices_pipes_and_folders_are_refused_before_they_are_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let created =
            std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(created.success());
        for path in [Path::new("/dev/zero"), &pipe, folder.path()] {
            let failure = read(path, 1024).expect_err("refused");
            assert!(failure.to_string().contains("not a regular file"), "{failure}");
            assert!(existing(path, 1024).is_err());
        }
    }

    #[test]
    fn control_characters_of_a_name_are_escaped() {
        let shown = shown(Path::new("a\u{1b}[31m\u{202e}b"));
        assert_eq!(shown, "a\\u{1b}[31m\\u{202e}b");
    }
}
