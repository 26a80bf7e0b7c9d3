//! Lock file that admits one delivering worker to a database.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::file_system;
use crate::error::Error;

/// Lock of the worker that delivers. The system releases it when the process dies.
///
/// It has its own file: closing the database file outside of SQLite would release SQLite's locks. The
/// file stays: if it were removed, two workers could lock two files of one name.
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
            Err(TryLockError::Error(error)) => Err(failed(error, database)),
        }
    }
}

/// No locks are available: the file system is on a network without a lock server.
const ENOLCK: i32 = if cfg!(target_os = "linux") { 37 } else { 77 };

fn failed(error: io::Error, database: &Path) -> Error {
    let unsupported = error.kind() == io::ErrorKind::Unsupported;
    if unsupported || (cfg!(unix) && error.raw_os_error() == Some(ENOLCK)) {
        return Error::LocksUnsupported { file_system: file_system::name(database) };
    }
    Error::LockFile(error.into())
}

fn path(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".telecrm-lock");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d45_a_lock_that_the_file_system_does_not_support_names_it() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("leads.db");
        for error in [io::Error::from_raw_os_error(ENOLCK), io::ErrorKind::Unsupported.into()] {
            let error = failed(error, &database);
            let Error::LocksUnsupported { file_system } = &error else { panic!("{error:?}") };
            assert!(error.to_string().contains(file_system.as_str()), "{error}");
        }
        let error = failed(io::ErrorKind::PermissionDenied.into(), &database);
        assert!(matches!(error, Error::LockFile(_)), "{error:?}");
    }
}
