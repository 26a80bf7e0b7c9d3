//! Name of the file system of a database, for errors of locks that it does not support.

use std::path::Path;

use crate::error::Error;

/// The type and the mount point of the file system, such as `nfs4 on /mnt/data`, or the folder of the
/// file if the system does not report them.
pub(super) fn name(file: &Path) -> String {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    find(&mounts, &folder).unwrap_or_else(|| format!("of {}", folder.display()))
}

/// The error, with the name of the file system if it concerns its locks.
pub(super) fn name_in(error: Error, file: &Path) -> Error {
    match error {
        Error::LocksUnsupported { .. } => Error::LocksUnsupported { file_system: name(file) },
        error => error,
    }
}

/// The last and deepest mount that contains the folder. The format is that of `proc(5)`:
/// `36 35 98:0 / /mnt/data rw,noatime master:1 - nfs4 server:/export rw`.
fn find(mounts: &str, folder: &Path) -> Option<String> {
    let mounted = mounts.lines().filter_map(|line| {
        let (mount, file_system) = line.split_once(" - ")?;
        // A space in a path is `\040`.
        let path = mount.split(' ').nth(4)?.replace("\\040", " ");
        folder.starts_with(&path).then_some((path, file_system.split(' ').next()?))
    });
    let (path, file_system) = mounted.max_by_key(|(path, _)| path.len())?;
    Some(format!("{file_system} on {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d45_the_file_system_of_a_folder_is_that_of_its_deepest_mount() {
        let mounts = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 22 0:45 / /mnt/my\\040data rw,relatime shared:7 - nfs4 server:/export rw,vers=4.2
37 22 0:46 / /mnt rw - tmpfs tmpfs rw
";
        let found = |folder: &str| find(mounts, Path::new(folder)).unwrap();
        assert_eq!(found("/mnt/my data/leads"), "nfs4 on /mnt/my data");
        assert_eq!(found("/mnt/my database"), "tmpfs on /mnt");
        assert_eq!(found("/var"), "ext4 on /");
        assert_eq!(find("", Path::new("/var")), None);
        assert!(!name(Path::new("leads.db")).is_empty());
    }

    #[test]
    fn d45_a_lock_protocol_error_of_sqlite_names_the_file_system() {
        use rusqlite::ffi;

        let failure = ffi::Error::new(ffi::SQLITE_PROTOCOL);
        let error = Error::from(rusqlite::Error::SqliteFailure(failure, None));
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("leads.db");
        let error = name_in(error, &file);
        let Error::LocksUnsupported { file_system } = &error else { panic!("{error:?}") };
        assert_eq!(*file_system, name(&file));
        assert!(error.to_string().contains("local disk"), "{error}");
        assert!(matches!(name_in(Error::Locked, &file), Error::Locked));
    }
}
