//! The one temporary file of a process, removed when a signal ends the program.
//!
//! The file remains only if the system ends the program without a signal handler (`SIGKILL`, power loss).
//! Its name is then `.cargo-telecrm-*.tmp`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// The path of the file, while it exists. The file is only created and removed under this lock.
static CURRENT: Mutex<Option<PathBuf>> = Mutex::new(None);

fn current() -> MutexGuard<'static, Option<PathBuf>> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Creates a temporary file in a folder, readable by its owner, or with default permissions if `public`.
pub(super) fn make(folder: &Path, public: bool) -> io::Result<Temporary> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cargo-telecrm-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        signals::watch()?;
        if public {
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
    }
    #[cfg(not(unix))]
    let _ = public;
    let mut current = current();
    let file = builder.tempfile_in(folder)?;
    *current = Some(file.path().to_owned());
    drop(current);
    Ok(Temporary { file: Some(file) })
}

/// A temporary file that a signal removes.
#[derive(Debug)]
pub(super) struct Temporary {
    /// `None` after `persist`.
    file: Option<NamedTempFile>,
}

impl Temporary {
    pub(super) fn file(&mut self) -> io::Result<&mut NamedTempFile> {
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Moves the file to `path`, and replaces an existing file only if `over` is set.
    pub(super) fn persist(mut self, path: &Path, over: bool) -> io::Result<()> {
        let mut current = current();
        let Some(file) = self.file.take() else { return Ok(()) };
        let persisted = if over { file.persist(path) } else { file.persist_noclobber(path) };
        *current = None;
        persisted.map(drop).map_err(|error| error.error)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let mut current = current();
        if self.file.take().is_some() {
            *current = None;
        }
    }
}

#[cfg(unix)]
mod signals {
    use std::io;
    use std::sync::OnceLock;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    /// Removes the temporary file on a signal that ends the program, then ends it by that signal.
    pub(super) fn watch() -> io::Result<()> {
        static WATCHED: OnceLock<()> = OnceLock::new();
        if WATCHED.get().is_some() {
            return Ok(());
        }
        let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
        if WATCHED.set(()).is_ok() {
            std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
                for signal in signals.forever() {
                    // The lock is never released: no other temporary file can be created now.
                    let current = super::current();
                    if let Some(path) = current.as_ref() {
                        // An error cannot be reported any more.
                        let _ = std::fs::remove_file(path);
                    }
                    let _ = emulate_default_handler(signal);
                }
            })?;
        }
        Ok(())
    }
}
