//! Reloading of the schema after a change of its file.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use telecrm_emulator::Emulator;

use crate::exit::Failure;
use crate::file;
use crate::schema;
use crate::terminal::Terminal;

/// Interval between two checks of the file.
pub(super) const INTERVAL: Duration = Duration::from_millis(500);

/// Modification time and length of a file.
type Stamp = Option<(SystemTime, u64)>;

/// The schema file, and its stamp at the last read.
pub(super) struct Reload {
    path: PathBuf,
    seen: Stamp,
}

impl Reload {
    /// Records the stamp. The first read comes later, so that no change is missed.
    pub(super) fn new(path: PathBuf) -> Self {
        let seen = stamp(&path);
        Self { path, seen }
    }

    /// Loads a changed schema, or reports its mistakes once.
    pub(super) fn check(&mut self, telecrm: &Emulator) {
        let now = stamp(&self.path);
        // A missing file is about to be written again, by an editor or git.
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
                Terminal::say(format_args!(
                    "{name} changed: the emulator keeps the previous schema"
                ));
            }
        }
    }
}

fn stamp(path: &PathBuf) -> Stamp {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((metadata.modified().ok()?, metadata.len()))
}
