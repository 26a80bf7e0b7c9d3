//! Reading of a schema's text, with a size limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::diagnostic::{Error, Report, Rule, Source, Span};
use crate::target::Target;

/// Maximum size of a schema in bytes. Schemas of large workspaces have a few megabytes.
pub const LIMIT: u64 = 16 * 1024 * 1024;

impl Source {
    /// Reads a schema file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, is too large, or is not UTF-8 text.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::read_as(path, &path.to_string_lossy())
    }

    /// Reads a schema from a regular file or an open stream (`/dev/fd/3`).
    ///
    /// Reports show `name` as its path.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, is too large, or is not UTF-8 text.
    pub fn read_as(path: &Path, name: &str) -> Result<Self, Error> {
        read(path, name)
    }

    /// Reads a schema from a stream, such as standard input. Reports show `name` as its path.
    ///
    /// # Errors
    ///
    /// Returns an error if the stream ends early, is too large, or is not UTF-8 text.
    pub fn from_reader(name: &str, reader: impl Read) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        // A growing file may be larger than its metadata reports.
        if let Err(error) = reader.take(LIMIT + 1).read_to_end(&mut bytes) {
            let message = format!("the schema cannot be read: {}", reason(&error));
            return Err(Error::of_file(
                Rule::UnreadableFile,
                name,
                message,
                "reading stopped before the end of the schema",
            ));
        }
        if bytes.len() as u64 > LIMIT {
            return Err(too_large(name, "over 16 MiB"));
        }
        text(name, bytes)
    }
}

fn read(path: &Path, name: &str) -> Result<Source, Error> {
    let unreadable = |error: &io::Error| {
        let help = if error.kind() == io::ErrorKind::NotFound {
            "the path is relative to the current folder; in a build script that is the folder of the \
             package's Cargo.toml. Nix, Docker and Bazel copy only selected sources: add the schema to \
             the source filter, to `COPY`, or to `compile_data`"
        } else {
            "the current user needs permission to read the schema"
        };
        let message = format!("the schema cannot be read: {}", reason(error));
        Error::of_file(Rule::UnreadableFile, name, message, help)
    };
    let refused = |kind: &str| {
        let message = format!("the schema is {kind}, not a regular file");
        Error::of_file(Rule::UnreadableFile, name, message, "pass the path of the YAML file")
    };
    match Target::of(path).map_err(|error| unreadable(&error))? {
        Target::Absent(_) => Err(unreadable(&io::ErrorKind::NotFound.into())),
        Target::Regular(_, metadata) if metadata.len() > LIMIT => {
            Err(too_large(name, &format!("{} MiB", metadata.len() / (1024 * 1024))))
        }
        Target::Regular(..) | Target::Descriptor => {
            let file = File::open(path).map_err(|error| unreadable(&error))?;
            Source::from_reader(name, file)
        }
        Target::Device => Err(refused("a device")),
        Target::Other(kind) => Err(refused(kind)),
    }
}

/// Decodes the bytes of a schema file. A different encoding is a single error.
fn text(path: &str, bytes: Vec<u8>) -> Result<Source, Error> {
    if let Some(encoding) = wide_encoding(&bytes) {
        let message = format!("the schema is {encoding} text, not UTF-8");
        let help = "save the file as UTF-8; Windows PowerShell writes UTF-16 unless it gets \
                    `-Encoding utf8`";
        return Err(Error::of_file(Rule::NotUtf8, path, message, help));
    }
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Source::new(path, text)),
        Err(error) => error,
    };
    let start = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    if bytes.contains(&0) {
        let message = "the schema is not a text file".to_owned();
        let help = "a schema is YAML or JSON in UTF-8; is this the right file?";
        return Err(Error::of_file(Rule::NotUtf8, path, message, help));
    }
    // Show the rest of the file as Latin-1, in which every byte is a character.
    let latin: String = bytes[start..].iter().copied().map(char::from).collect();
    let valid = String::from_utf8_lossy(&bytes[..start]);
    let first = latin.chars().next().unwrap_or_default();
    let mut report = Report::new(Source::new(path, format!("{valid}{latin}")));
    let span = Span::new(start, start + first.len_utf8());
    report
        .add(Rule::NotUtf8, span, "the schema is not UTF-8 text; it may be Latin-1 (Windows-1252)")
        .set_label(format!("the byte 0x{:02X}, shown as Latin-1", u32::from(first)))
        .set_help("save the file as UTF-8; or convert it: `iconv -f WINDOWS-1252 -t UTF-8`");
    report.finish(None).map(|(source, _)| source)
}

/// Detects UTF-16 and UTF-32 by the byte-order mark or by zero bytes.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Some("UTF-16"),
        _ => {}
    }
    // Most of a schema is ASCII, so every second byte is zero in UTF-16.
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let half = start.len() / 2;
    let wide = half > 1 && (zeros(0) > half / 2) != (zeros(1) > half / 2);
    wide.then_some("UTF-16")
}

fn too_large(name: &str, size: &str) -> Error {
    let message = format!("the schema is too large: {size}");
    let help = "a schema has at most 16 MiB; is this the right file?";
    Error::of_file(Rule::FileTooLarge, name, message, help)
}

/// Formats an I/O error without the error number of the operating system.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;

    const SCHEMA: &str = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]\n";

    #[track_caller]
    fn refused(bytes: Vec<u8>, message: &str) -> Diagnostic {
        let error = text("a.yaml", bytes).expect_err(message);
        assert_eq!(error.diagnostics().len(), 1, "{error}");
        let found = error.diagnostics()[0].clone();
        assert_eq!((found.rule().name(), found.message()), ("not-utf8", message));
        found
    }

    #[test]
    fn utf_16_with_and_without_a_mark_is_one_error() {
        let message = "the schema is UTF-16 text, not UTF-8";
        for mark in ["\u{FEFF}", ""] {
            let wide: Vec<u16> = format!("{mark}{SCHEMA}").encode_utf16().collect();
            refused(wide.iter().flat_map(|unit| unit.to_le_bytes()).collect(), message);
            refused(wide.iter().flat_map(|unit| unit.to_be_bytes()).collect(), message);
        }
        let mut wide = vec![0xFF, 0xFE, 0, 0];
        wide.extend(SCHEMA.chars().flat_map(|character| u32::from(character).to_le_bytes()));
        refused(wide, "the schema is UTF-32 text, not UTF-8");
    }

    #[test]
    fn latin_1_is_an_error_at_its_first_byte() {
        let mut bytes = SCHEMA.as_bytes().to_vec();
        bytes.extend(b"# caf\xE9 \x93hi\x94\n");
        let message = "the schema is not UTF-8 text; it may be Latin-1 (Windows-1252)";
        let found = refused(bytes, message);
        assert_eq!((found.line(), found.column()), (2, 6));
        assert!(found.to_string().contains("# café"), "{found}");
    }

    #[test]
    fn byte_order_mark_and_short_file_are_text() {
        for bytes in [format!("\u{FEFF}{SCHEMA}"), "a".to_owned(), String::new()] {
            assert!(text("a.yaml", bytes.into_bytes()).is_ok());
        }
        refused(b"\x7FELF\x02\x01\x00\xC3\x28 rest".to_vec(), "the schema is not a text file");
    }
}
