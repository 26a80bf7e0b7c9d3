//! Lock file that admits one delivering worker to a database.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Held while the worker delivers. The system releases it when the process dies.
///
/// It is a file of its own: closing the database file outside of SQLite would drop SQLite's locks.
/// The file stays, since removing it would let two workers lock two files of one name.
pub(super) struct DeliveryLock {
    _file: File,
}

impl DeliveryLock {
    pub(super) fn take(database: &Path) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path(database)).map_err(|error| Error::LockFile(error.into()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::AlreadyDelivering),
            Err(TryLockError::Error(error)) => Err(Error::LockFile(error.into())),
        }
    }
}

fn path(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".telecrm-lock");
    PathBuf::from(name)
}
