//! Getting the schema's text: what is not a text file of a sensible size ends here.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Error, Report, Rule, Source, Span};

/// The largest workspaces are a few megabytes; a file beyond this is something else.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Reads a schema file.
pub(crate) fn read(path: &Path) -> Result<Source, Error> {
    let shown = path.to_string_lossy();
    let fail = |rule, message: String, help: &str| {
        let mut diagnostic = Diagnostic::of_file(rule, &shown, message);
        diagnostic.with_help(help);
        Error::new(vec![diagnostic])
    };
    let unreadable = |error: &std::io::Error| {
        let help = if error.kind() == std::io::ErrorKind::NotFound {
            "the path is taken from the folder of the package's Cargo.toml"
        } else {
            "the build script must be able to read it"
        };
        fail(Rule::UnreadableFile, format!("the schema cannot be read: {}", reason(error)), help)
    };
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if metadata.is_dir() {
        let message = "the schema is a folder, not a file".to_owned();
        return Err(fail(Rule::UnreadableFile, message, "name the YAML file in it"));
    }
    let too_large = |size: String| {
        let message = format!("the schema is too large: {size}");
        fail(Rule::FileTooLarge, message, "a schema has at most 16 MiB; is this the right file?")
    };
    if metadata.len() > LARGEST {
        return Err(too_large(format!("{} MiB", metadata.len() / (1024 * 1024))));
    }
    let mut bytes = Vec::new();
    // A device or a growing file may hold more than its metadata says.
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(too_large("over 16 MiB".to_owned()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(shown, text)),
        Err(error) => {
            // The text up to the first bad byte is as it is, so places up to it are, too.
            let start = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let mut report = Report::new(Source::new(shown, text));
            let span = Span::new(start, start + char::REPLACEMENT_CHARACTER.len_utf8());
            report
                .add(Rule::NotUtf8, span, "the schema is not UTF-8 text")
                .label("bytes that are no UTF-8")
                .with_help("save the file as UTF-8");
            report.finish(None).map(|(source, _)| source)
        }
    }
}

/// The cause without the operating system's error number.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        kind => kind.to_string(),
    }
}
