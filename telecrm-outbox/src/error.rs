//! Errors of the outbox, with the next step in each text.

use telecrm_runtime::{InvalidLeadBody, SharedCause};

use crate::entry::{EntryId, State};

/// Error of an operation of the outbox.
///
/// Nothing that was accepted is lost by any of these. No text holds personal data.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No space is left for the database.
    #[error("the disk is full and nothing was stored; free some space, then try again")]
    DiskFull,
    /// The database cannot be written.
    #[error(
        "the database is read-only; make its file and its folder writable for this user, or connect to a PostgreSQL server that is not a standby"
    )]
    ReadOnly,
    /// The database or its folder is not there, or may not be opened.
    #[error(
        "the database cannot be opened; check that its folder exists and that this user may write there"
    )]
    CannotOpen,
    /// Another connection holds the database's lock for too long.
    #[error(
        "another connection has kept the database locked for too long; end its transaction, then try again"
    )]
    Locked,
    /// The file is damaged.
    #[error(
        "the database is damaged and was not changed; keep a copy, then recover it (`sqlite3 FILE .recover`) or restore a backup"
    )]
    Corrupted,
    /// The file is not an SQLite database.
    #[error("the file is not an SQLite database; name another file")]
    NotADatabase,
    /// A newer version of this crate changed the tables.
    #[error(
        "the outbox has schema version {found}, and this program knows versions up to {supported}; update the program"
    )]
    #[non_exhaustive]
    NewerSchema {
        /// The version of the tables.
        found: i64,
        /// The newest version that this program knows.
        supported: i64,
    },
    /// The tables are of an older version, and the call does not upgrade them.
    #[error(
        "the outbox has schema version {found}, and this program needs version {required}; `Outbox::open`, `Outbox::connect` or `cargo telecrm outbox migrate` upgrades it while programs of the older version run"
    )]
    #[non_exhaustive]
    OlderSchema {
        /// The version of the tables.
        found: i64,
        /// The version that this program needs.
        required: i64,
    },
    /// The tables are missing.
    #[error(
        "the database has no tables of the outbox; `Outbox::open`, `Outbox::connect` or `cargo telecrm outbox migrate` creates them"
    )]
    NoTables,
    /// Another worker delivers from the same database file.
    #[error(
        "another worker delivers from this database already; only one may, stop that one first (any number of processes may enqueue and read)"
    )]
    AlreadyDelivering,
    /// The lock file next to the database cannot be used.
    #[error(
        "the lock file next to the database cannot be used; make the folder writable for this user"
    )]
    LockFile(#[source] SharedCause<std::io::Error>),
    /// The file system of the database does not support locks, or not reliably: it is on a network.
    #[error(
        "the file system {file_system} does not support the locks of the outbox; put the database on a local disk, or use PostgreSQL"
    )]
    #[non_exhaustive]
    LocksUnsupported {
        /// The type of the file system and its mount point, such as `nfs4 on /mnt/data`.
        file_system: String,
    },
    /// A connection does not wait until a commit is on disk, so a lead could be lost.
    #[error(
        "the connection's `synchronous` is below FULL, or its `journal_mode` is MEMORY or OFF, so a commit may be lost; run `PRAGMA synchronous = EXTRA` on it before the transaction"
    )]
    NotDurable,
    /// The transaction is in a different database file.
    #[error("the transaction is in a different database file from the outbox")]
    OtherDatabase,
    /// There is no entry with this id.
    #[error("there is no entry {id}")]
    #[non_exhaustive]
    NotFound {
        /// The id.
        id: EntryId,
    },
    /// The operation does not fit the entry's state.
    #[error("entry {id} is {state}: {operation} is for entries that are {}", words(allowed))]
    #[non_exhaustive]
    WrongState {
        /// The entry.
        id: EntryId,
        /// Its state.
        state: State,
        /// The attempted operation.
        operation: &'static str,
        /// The states that it is for.
        allowed: &'static [State],
    },
    /// A newer entry of the same lead was sent: a retry would write older data over newer.
    #[error(
        "entry {newer} of the same lead is newer than entry {id} and was sent: a retry would write older data over it"
    )]
    #[non_exhaustive]
    Superseded {
        /// The entry.
        id: EntryId,
        /// The newer one.
        newer: EntryId,
    },
    /// The entry's payload was erased after the retention.
    #[error("the payload of entry {id} was erased after the retention, so it cannot be sent again")]
    #[non_exhaustive]
    Erased {
        /// The entry.
        id: EntryId,
    },
    /// The entries of a lead were erased from the database, and their data is still in the journal file
    /// next to it, because another connection has read there for longer than a second.
    #[error(
        "the lead was erased from the database (entries: {erased}), but its data is still in the journal, because another connection reads there; end that connection, then erase the lead again"
    )]
    #[non_exhaustive]
    StillInJournal {
        /// The number of erased entries.
        erased: u64,
    },
    /// An earlier entry has the key, and another body.
    #[error("entry {id} has the same key and another body; use a new key for another lead")]
    #[non_exhaustive]
    KeyConflict {
        /// The entry that has the key.
        id: EntryId,
    },
    /// The limits of the held leads are reached.
    #[error(
        "the outbox holds as many leads as its limits allow, and this one was not stored; release or discard some (`cargo telecrm outbox list --state held`)"
    )]
    TooManyHeld,
    /// A body is not the JSON of a lead.
    #[error(transparent)]
    InvalidLead(#[from] InvalidLeadBody),
    /// The worker or the outbox has ended.
    #[error("the outbox was closed")]
    Closed,
    /// The URL of the database cannot be read. The text does not repeat it: it may hold a password.
    #[cfg(feature = "postgres")]
    #[error(
        "the URL is not one of PostgreSQL: postgres://user@host:port/database; percent-encode special characters of a password (`%23` for `#`, `%40` for `@`, `%3F` for `?`)"
    )]
    InvalidUrl,
    /// A parameter of the URL is unknown, or its value cannot be used, such as a file that is not there.
    #[cfg(feature = "postgres")]
    #[error("the parameter `{name}` of the URL is unknown, or its value cannot be used")]
    #[non_exhaustive]
    UrlParameter {
        /// The name of the parameter.
        name: String,
    },
    /// TLS cannot be set up: for example, the root certificates of this machine cannot be loaded.
    #[cfg(feature = "postgres")]
    #[error("TLS cannot be set up on this machine")]
    Tls,
    /// No feature of this crate chooses a TLS implementation, and the application installed no provider.
    #[cfg(feature = "postgres")]
    #[error(
        "no crypto provider for rustls is installed: install one before connecting, or use the feature `rustls` or `native-tls`"
    )]
    NoCryptoProvider,
    /// The server's certificate was refused, or the server has no TLS.
    #[cfg(feature = "postgres")]
    #[error(
        "TLS with PostgreSQL failed: {message}; `sslrootcert` in the URL names the file of a private certificate authority, and `sslmode=disable` connects without TLS"
    )]
    #[non_exhaustive]
    TlsHandshake {
        /// The reason.
        message: String,
    },
    /// There is no connection to PostgreSQL; the next call tries again.
    #[cfg(feature = "postgres")]
    #[error(
        "there is no connection to PostgreSQL; check the URL, and that the server is running (the next call tries again)"
    )]
    NotConnected,
    /// The connection to PostgreSQL ended during the call; the next call connects again.
    #[cfg(feature = "postgres")]
    #[error(
        "the connection to PostgreSQL ended during the call, which may or may not have been executed (the next call connects again)"
    )]
    ConnectionLost,
    /// The role may not do that in the database.
    #[cfg(feature = "postgres")]
    #[error(
        "this role may not create or use the schema `telecrm`; let another role run the SQL of `cargo telecrm outbox migrate --print`, and grant this one USAGE on the schema and all rights on its tables"
    )]
    NotPermitted,
    /// PostgreSQL failed in another way.
    #[cfg(feature = "postgres")]
    #[error("PostgreSQL failed: {message} ({code})")]
    #[non_exhaustive]
    Postgres {
        /// The SQLSTATE.
        code: String,
        /// The message, which holds no values.
        message: String,
    },
    /// SQLite failed in another way.
    #[error("SQLite failed: {0}")]
    Sqlite(#[source] SharedCause<rusqlite::Error>),
}

impl Error {
    /// Whether the lead may be stored despite the error: the database failed during the commit.
    ///
    /// To try again without storing the lead twice, use
    /// [`Outbox::enqueue_with`](crate::Outbox::enqueue_with) and a key.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        match self {
            // The writer ended before it reported the commit.
            Self::Closed => true,
            // A failed sync: a part of the commit may be on the disk.
            Self::Sqlite(cause) => {
                cause.sqlite_error_code() == Some(rusqlite::ErrorCode::SystemIoFailure)
            }
            #[cfg(feature = "postgres")]
            Self::ConnectionLost => true,
            // Class 08 and 40003: connection exceptions, statement completion unknown.
            #[cfg(feature = "postgres")]
            Self::Postgres { code, .. } => code.starts_with("08") || code == "40003",
            _ => false,
        }
    }

    /// An error while a connection was being established: nothing was executed.
    #[cfg(feature = "postgres")]
    pub(crate) fn connecting(error: tokio_postgres::Error) -> Self {
        use std::error::Error as _;

        if error.to_string().starts_with("error performing TLS handshake") {
            let message = error.source().map(ToString::to_string).unwrap_or_default();
            return Self::TlsHandshake { message };
        }
        match Self::from(error) {
            Self::ConnectionLost => Self::NotConnected,
            error => error,
        }
    }
}

/// `queued, refused or missing`.
fn words(states: &[State]) -> String {
    let words: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

impl From<&rusqlite::Error> for Error {
    fn from(error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let (failure, message) = match error {
            rusqlite::Error::SqliteFailure(failure, message) => (*failure, message.clone()),
            rusqlite::Error::SqlInputError { error, msg, .. } => (*error, Some(msg.clone())),
            // Conversion errors may repeat the value of a column.
            _ => {
                let failure = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_MISMATCH);
                (failure, Some("a column contains a value of another type".to_owned()))
            }
        };
        match failure.code {
            Code::DiskFull => Self::DiskFull,
            Code::ReadOnly | Code::PermissionDenied => Self::ReadOnly,
            Code::CannotOpen => Self::CannotOpen,
            Code::DatabaseBusy | Code::DatabaseLocked => Self::Locked,
            Code::DatabaseCorrupt => Self::Corrupted,
            // The store replaces the text by the name of the file system.
            Code::FileLockingProtocolFailed => {
                Self::LocksUnsupported { file_system: "of the database".to_owned() }
            }
            Code::NotADatabase => Self::NotADatabase,
            _ if message.as_deref().is_some_and(|text| text.starts_with("no such table")) => {
                Self::NoTables
            }
            _ => Self::Sqlite(rusqlite::Error::SqliteFailure(failure, message).into()),
        }
    }
}

#[cfg(feature = "postgres")]
impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;

        // Its detail may repeat values, and is left out.
        let Some(failure) = error.as_db_error() else {
            return Self::ConnectionLost;
        };
        match *failure.code() {
            SqlState::DISK_FULL => Self::DiskFull,
            SqlState::READ_ONLY_SQL_TRANSACTION => Self::ReadOnly,
            SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_FUNCTION => Self::NoTables,
            SqlState::LOCK_NOT_AVAILABLE => Self::Locked,
            SqlState::INSUFFICIENT_PRIVILEGE => Self::NotPermitted,
            SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
                Self::ConnectionLost
            }
            _ => Self::Postgres {
                code: failure.code().code().to_owned(),
                message: failure.message().to_owned(),
            },
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::from(&error)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn the_cause_has_its_type_in_clones_too() {
        let failure = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_INTERNAL);
        let sqlite = Error::from(rusqlite::Error::SqliteFailure(failure, None)).clone();
        let cause = sqlite.source().and_then(|cause| cause.downcast_ref::<rusqlite::Error>());
        assert_eq!(cause.and_then(rusqlite::Error::sqlite_error), Some(&failure));
        let lock = Error::LockFile(std::io::Error::other("no").into()).clone();
        let cause = lock.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
        assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::Other));
    }
}
