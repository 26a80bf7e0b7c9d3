//! Bounded reading of a schema's text.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::diagnostic::{Diagnostic, Error, Report, Rule, Source, Span};
use crate::target::Target;

/// The largest schema in bytes. Large workspaces have a few megabytes.
pub const LIMIT: u64 = 16 * 1024 * 1024;

/// Reads a schema file: a regular one, or a stream that is open already (`/dev/fd/3`).
pub(crate) fn read(path: &Path) -> Result<Source, Error> {
    let name = path.to_string_lossy();
    let unreadable = |error: &io::Error| {
        let help = if error.kind() == io::ErrorKind::NotFound {
            "the path is relative to the folder that this runs in; for a build script that is the folder of \
             the package's Cargo.toml"
        } else {
            "the schema must be readable for whoever runs this"
        };
        fail(
            &name,
            Rule::UnreadableFile,
            format!("the schema cannot be read: {}", reason(error)),
            help,
        )
    };
    let refused = |what: &str| {
        let message = format!("the schema is {what}, not a regular file");
        fail(&name, Rule::UnreadableFile, message, "name the YAML file")
    };
    match Target::of(path).map_err(|error| unreadable(&error))? {
        Target::Absent(_) => Err(unreadable(&io::ErrorKind::NotFound.into())),
        Target::Regular(_, metadata) if metadata.len() > LIMIT => {
            Err(too_large(&name, &format!("{} MiB", metadata.len() / (1024 * 1024))))
        }
        Target::Regular(..) | Target::Descriptor => {
            let file = File::open(path).map_err(|error| unreadable(&error))?;
            stream(&name, file)
        }
        Target::Device => Err(refused("a device")),
        Target::Other(what) => Err(refused(what)),
    }
}

/// Reads a schema from a stream, no further than a schema can reach.
pub(crate) fn stream(name: &str, stream: impl Read) -> Result<Source, Error> {
    let mut bytes = Vec::new();
    // A growing file may hold more than its metadata says.
    if let Err(error) = stream.take(LIMIT + 1).read_to_end(&mut bytes) {
        let message = format!("the schema cannot be read: {}", reason(&error));
        return Err(fail(name, Rule::UnreadableFile, message, "reading it broke off"));
    }
    if bytes.len() as u64 > LIMIT {
        return Err(too_large(name, "over 16 MiB"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => {
            // The text up to the first bad byte is as it is, so places up to it are, too.
            let start = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
            let mut report = Report::new(Source::new(name, text));
            let span = Span::new(start, start + char::REPLACEMENT_CHARACTER.len_utf8());
            report
                .add(Rule::NotUtf8, span, "the schema is not UTF-8 text")
                .label("bytes that are not UTF-8")
                .with_help("save the file as UTF-8");
            report.finish(None).map(|(source, _)| source)
        }
    }
}

fn too_large(name: &str, size: &str) -> Error {
    let message = format!("the schema is too large: {size}");
    let help = "a schema has at most 16 MiB; is this the right file?";
    fail(name, Rule::FileTooLarge, message, help)
}

fn fail(name: &str, rule: Rule, message: String, help: &str) -> Error {
    let mut diagnostic = Diagnostic::of_file(rule, name, message);
    diagnostic.with_help(help);
    Error::new(vec![diagnostic])
}

/// The cause without the operating system's error number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        kind => kind.to_string(),
    }
}
