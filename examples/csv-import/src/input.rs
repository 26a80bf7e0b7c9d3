//! Input: a file, standard input in a temporary file, or bytes in memory.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::NamedTempFile;

/// Maximum length of standard input, in bytes.
pub const MAX_STDIN: u64 = 2 * 1024 * 1024 * 1024;

/// Name of standard input on the command line.
const STDIN: &str = "-";

/// An input, which is read more than once.
#[derive(Debug)]
pub struct Input {
    content: Content,
    /// Path from which the names of the other files are derived; `None` for bytes.
    path: Option<PathBuf>,
}

#[derive(Debug)]
enum Content {
    File(PathBuf),
    /// Standard input, or another stream that can be read only once.
    Spooled(NamedTempFile),
    Bytes(Arc<[u8]>),
}

impl Input {
    /// Opens a file, or stores standard input in a temporary file if the path is `-`.
    ///
    /// # Errors
    ///
    /// Returns an error if the file does not exist, or if the stream cannot be stored: it is longer than
    /// [`MAX_STDIN`], or the disk is full.
    pub fn open(path: &Path) -> io::Result<Self> {
        if path == Path::new(STDIN) {
            return Self::spooled(io::stdin().lock(), MAX_STDIN);
        }
        let metadata = path.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "this is a folder"));
        }
        if !metadata.is_file() {
            return Self::spooled(File::open(path)?, MAX_STDIN);
        }
        Ok(Self { content: Content::File(path.to_owned()), path: Some(path.to_owned()) })
    }

    /// Stores a stream of at most `limit` bytes in a temporary file.
    ///
    /// # Errors
    ///
    /// Returns an error if the stream is longer, or if it cannot be read or stored.
    pub fn spooled(stream: impl Read, limit: u64) -> io::Result<Self> {
        let mut file = NamedTempFile::new()?;
        let length = io::copy(&mut stream.take(limit.saturating_add(1)), &mut file)?;
        if length > limit {
            let text = format!(
                "it is longer than {limit} bytes: store it in a file, and import that file"
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        file.flush()?;
        Ok(Self { content: Content::Spooled(file), path: Some(PathBuf::from("stdin.csv")) })
    }

    /// Creates an input from bytes in memory. There is no rejects file.
    #[must_use]
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { content: Content::Bytes(bytes.into()), path: None }
    }

    /// Returns a reader of the whole content.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be opened.
    pub fn read(&self) -> io::Result<Box<dyn Read>> {
        Ok(match &self.content {
            Content::File(path) => Box::new(BufReader::new(File::open(path)?)),
            Content::Spooled(file) => Box::new(BufReader::new(file.reopen()?)),
            Content::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// Path next to the input with another ending: `leads.csv` becomes `leads.rejects.csv`.
    ///
    /// For standard input, the path is `stdin.rejects.csv` in the current folder. Returns `None` for bytes.
    #[must_use]
    pub fn sibling(&self, ending: &str) -> Option<PathBuf> {
        let path = self.path.as_deref()?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Some(path.with_file_name(format!("{stem}.{ending}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(input: &Input) -> String {
        let mut text = String::new();
        input.read().expect("readable").read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn stream_is_stored_up_to_the_limit_and_is_read_more_than_once() {
        let input = Input::spooled(&b"phone\n"[..], 6).expect("at the limit");
        assert_eq!((text(&input), text(&input)), ("phone\n".to_owned(), "phone\n".to_owned()));
        assert_eq!(input.sibling("rejects.csv"), Some(PathBuf::from("stdin.rejects.csv")));
        let error = Input::spooled(&b"phone\n"[..], 5).expect_err("too long");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn other_files_are_next_to_the_input() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("leads.2026.csv");
        std::fs::write(&path, "phone\n").expect("written");
        let input = Input::open(&path).expect("a file");
        assert_eq!(input.sibling("outbox.db"), Some(folder.path().join("leads.2026.outbox.db")));
        assert!(Input::open(folder.path()).is_err(), "a folder");
        assert_eq!(Input::bytes(*b"x").sibling("rejects.csv"), None);
    }
}
