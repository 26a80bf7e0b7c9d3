//! Connections to the database file, and their settings.

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::schema;
use crate::error::Error;

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Earlier versions can corrupt a WAL database that several connections write
/// (<https://sqlite.org/wal.html>, the WAL-reset bug).
const SOUND_WAL: i32 = 3_051_003;

/// The database file of one outbox.
#[derive(Clone, Debug)]
pub(super) struct Database {
    /// As SQLite resolves it.
    pub(super) path: PathBuf,
}

impl Database {
    /// Opens the database; creates it and its tables if they are missing and `creates` is set.
    ///
    /// The journal mode and the file mode are set only if the file contains no other tables.
    pub(super) fn open(path: &Path, creates: bool) -> Result<(Self, Connection), Error> {
        // Not by opening it: closing a file drops this process's SQLite locks on it.
        let is_new = !path.exists();
        let connection = connect(path, creates)?;
        if is_new {
            restrict(path)?;
        }
        if creates && schema::is_empty(&connection)? {
            let mode = journal_mode(rusqlite::version_number());
            connection.pragma_update(None, "journal_mode", mode)?;
        } else if rusqlite::version_number() < SOUND_WAL {
            leave_wal(&connection)?;
        }
        schema::prepare(&connection, creates)?;
        let path = connection.path().map_or_else(|| path.to_owned(), PathBuf::from);
        Ok((Self { path }, connection))
    }

    /// Another connection to it.
    pub(super) fn connect(&self) -> Result<Connection, Error> {
        connect(&self.path, false)
    }
}

fn connect(path: &Path, creates: bool) -> Result<Connection, Error> {
    // Without SQLITE_OPEN_URI: a path can contain any character.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, creates);
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // A plan is made once, and not again for each value of a parameter.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // FULL does not sync the directory after a rollback journal was deleted.
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    if cfg!(target_os = "macos") {
        // There `fsync` does not reach the disk.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    Ok(connection)
}

/// Moves the content of the journal into the database and empties the journal; `false` if other
/// connections are in the way. It never waits, since a writer would wait for it.
pub(super) fn clear_journal(connection: &Connection) -> Result<bool, Error> {
    let checkpoint = |sql| connection.query_row(sql, [], |row| row.get::<_, bool>(0));
    connection.busy_timeout(Duration::ZERO)?;
    // `TRUNCATE` excludes writers, and `PASSIVE` leaves it little to do.
    let is_busy = checkpoint("PRAGMA wal_checkpoint(PASSIVE)")
        .and_then(|_| checkpoint("PRAGMA wal_checkpoint(TRUNCATE)"));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(!is_busy?)
}

fn journal_mode(version: i32) -> &'static str {
    if version < SOUND_WAL { "TRUNCATE" } else { "WAL" }
}

/// Ends the WAL mode of a database, or warns if the database also contains other tables.
fn leave_wal(connection: &Connection) -> Result<(), Error> {
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode != "wal" {
        return Ok(());
    }
    if schema::is_shared(connection)? {
        tracing::warn!(
            sqlite = rusqlite::version(),
            "SQLite before 3.51.3 can corrupt a WAL database that several connections write"
        );
        return Ok(());
    }
    Ok(connection.pragma_update(None, "journal_mode", "TRUNCATE")?)
}

/// Only this user may read names and phones. The journal files get the mode of the database.
#[cfg(unix)]
fn restrict(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|_| Error::ReadOnly)
}

/// Windows has no file modes: the file inherits the access list of its folder.
#[cfg(not(unix))]
fn restrict(_path: &Path) -> Result<(), Error> {
    Ok(())
}

/// Refuses a connection whose commits may be lost. Warns once if only the end of a rollback journal may
/// be lost: then SQLite undoes the last commit after a power failure.
pub(super) fn check_durable(connection: &Connection) -> Result<(), Error> {
    static WARNED: Once = Once::new();
    let level = connection
        .prepare_cached("PRAGMA main.synchronous")?
        .query_row([], |row| row.get::<_, i64>(0))?;
    let journal = connection
        .prepare_cached("PRAGMA main.journal_mode")?
        .query_row([], |row| row.get::<_, String>(0))?;
    match Durability::of(level, &journal) {
        Durability::None => return Err(Error::NotDurable),
        Durability::UnlessPowerFails => WARNED.call_once(|| {
            tracing::warn!(
                "a power failure can undo the last commit of the application's connection: run `PRAGMA synchronous = EXTRA` on it"
            );
        }),
        Durability::Full => {}
    }
    Ok(())
}

/// Durability of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    None,
    UnlessPowerFails,
    Full,
}

impl Durability {
    /// The durability with a level of `synchronous` and a journal mode.
    fn of(level: i64, journal: &str) -> Self {
        const FULL: i64 = 2;
        match journal {
            "memory" | "off" => Self::None,
            _ if level < FULL => Self::None,
            "delete" if level == FULL => Self::UnlessPowerFails,
            _ => Self::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn wal_is_for_versions_that_do_not_corrupt_it() {
        assert_eq!(journal_mode(3_051_002), "TRUNCATE");
        assert_eq!(journal_mode(3_051_003), "WAL");
        assert_eq!(journal_mode(3_054_001), "WAL");
    }

    #[test]
    fn the_outboxs_own_connections_are_synchronous_extra() {
        let directory = tempfile::tempdir().unwrap();
        let (database, connection) = Database::open(&directory.path().join("a.db"), true).unwrap();
        for connection in [connection, database.connect().unwrap()] {
            let sql = "PRAGMA synchronous";
            let level: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(level, 3, "EXTRA");
        }
    }

    #[test]
    fn the_journal_mode_of_the_applications_connection_is_checked() {
        let connection = Connection::open_in_memory().unwrap();
        assert!(matches!(check_durable(&connection), Err(Error::NotDurable)), "MEMORY");
        for (level, journal, expected) in [
            (3, "memory", Durability::None),
            (3, "off", Durability::None),
            (1, "wal", Durability::None),
            (0, "delete", Durability::None),
            (2, "delete", Durability::UnlessPowerFails),
            (3, "delete", Durability::Full),
            (2, "wal", Durability::Full),
            (2, "truncate", Durability::Full),
            (2, "persist", Durability::Full),
        ] {
            assert_eq!(Durability::of(level, journal), expected, "{level} {journal}");
        }
    }

    #[test]
    fn a_checkpoint_waits_for_no_reader_and_for_no_writer() {
        static WAITED: AtomicBool = AtomicBool::new(false);
        fn waits(_: i32) -> bool {
            WAITED.store(true, Ordering::Relaxed);
            false
        }

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        let (database, mut connection) = Database::open(&path, true).unwrap();
        let (reader, writer) = (database.connect().unwrap(), database.connect().unwrap());
        writer.execute_batch("UPDATE telecrm_outbox_meta SET paused = 1").unwrap();
        let read = "BEGIN; SELECT count(*) FROM telecrm_outbox_meta";
        for (other, blocking) in [(&reader, read), (&writer, "BEGIN IMMEDIATE")] {
            other.execute_batch(blocking).unwrap();
            connection.busy_handler(Some(waits)).unwrap();
            assert!(!clear_journal(&connection).unwrap(), "{blocking}");
            assert!(!WAITED.load(Ordering::Relaxed), "{blocking}");
            other.execute_batch("COMMIT").unwrap();
        }
        assert!(clear_journal(&connection).unwrap());
    }
}
