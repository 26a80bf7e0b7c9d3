//! Reloading of the schema when its file changes.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use telecrm_emulator::Emulator;

use crate::exit::Failure;
use crate::file;
use crate::schema;
use crate::terminal::Terminal;

/// How often the file is looked at.
pub(super) const INTERVAL: Duration = Duration::from_millis(500);

/// When a file was written, and how long it is.
type Stamp = Option<(SystemTime, u64)>;

/// The schema file, as it was when it was last read.
pub(super) struct Reload {
    path: PathBuf,
    seen: Stamp,
}

impl Reload {
    /// Taken before the file is read for the first time, so that no change is missed.
    pub(super) fn new(path: PathBuf) -> Self {
        let seen = stamp(&path);
        Self { path, seen }
    }

    /// Takes over a changed schema, or says why it cannot. The fault in it is said once.
    pub(super) fn check(&mut self, telecrm: &Emulator) {
        let now = stamp(&self.path);
        // A file that is gone is about to be written again, by an editor or git.
        if now.is_none() || now == self.seen {
            return;
        }
        self.seen = now;
        let name = file::shown(&self.path);
        let replaced = schema::read(&self.path).and_then(|schema| {
            telecrm.replace_schema(schema).map_err(|error| Failure::new(error.to_string()))
        });
        match replaced {
            Ok(()) => Terminal::say(format_args!("{name} changed: reloaded, leads kept")),
            Err(failure) => {
                Terminal::fail(&failure);
                Terminal::say(format_args!("{name} changed: the schema from before stays in use"));
            }
        }
    }
}

fn stamp(path: &PathBuf) -> Stamp {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((metadata.modified().ok()?, metadata.len()))
}
