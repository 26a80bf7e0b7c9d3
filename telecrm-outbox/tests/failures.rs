//! Databases that fail: each with a clear error, and nothing lost.

mod support;

use std::fs;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Gateway, drained, eventually, lead, phone};
use telecrm_outbox::rusqlite::{Connection, TransactionBehavior};
use telecrm_outbox::{Error, Outbox, State, WorkerStatus};
use tempfile::TempDir;

fn directory() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    (directory, path)
}

async fn enqueue(outbox: &Outbox, number: u64) -> Result<telecrm_outbox::EntryId, Error> {
    outbox.enqueue_prepared(lead(&phone(number), number, false)).await
}

/// Waits until all is in the database file, and nothing in the log.
///
/// The last connection that closes removes the log, but none does where two close at the same time.
async fn closed(path: &Path) {
    eventually("the log is gone", async || {
        let connection = Connection::open(path).unwrap();
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).unwrap();
        drop(connection);
        !path.with_extension("db-wal").exists()
    })
    .await;
}

/// A file system of 2 MB. Mounting needs root.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(path: &Path) -> Self {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(path);
        let output = mount.output().unwrap();
        assert!(output.status.success(), "mounting needs root: {output:?}");
        Self(path.to_owned())
    }

    fn remount(&self, option: &str) {
        let options = format!("remount,{option}");
        let status = Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_loses_nothing() {
    let (directory, path) = directory();
    let disk = SmallDisk::mount(directory.path());
    let outbox = Outbox::open(&path).await.unwrap();
    let mut stored = Vec::new();
    let error = loop {
        match enqueue(&outbox, stored.len() as u64).await {
            Ok(id) => stored.push(id),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::DiskFull), "{error:?}");
    assert!(error.to_string().contains("free some space"), "{error}");
    assert!(stored.len() > 20, "{}", stored.len());
    assert_eq!(outbox.stats().await.unwrap().queued, stored.len() as u64);
    drop(outbox);
    disk.remount("size=8m");
    let outbox = Outbox::open(&path).await.unwrap();
    let gateway = Gateway::start().await;
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    assert_eq!(outbox.stats().await.unwrap().accepted, stored.len() as u64);
}

#[tokio::test]
async fn a_worker_on_a_full_disk_continues_when_there_is_space() {
    let (directory, path) = directory();
    let _disk = SmallDisk::mount(directory.path());
    let outbox = Outbox::open(&path).await.unwrap();
    for number in 0..20 {
        enqueue(&outbox, number).await.unwrap();
    }
    // An earlier worker crashed before this request left.
    let in_flight = "UPDATE telecrm_outbox_entries SET state = 1, attempts = 1 WHERE id = 1";
    Connection::open(&path).unwrap().execute(in_flight, []).unwrap();
    let filler = directory.path().join("filler");
    // Until no byte is left.
    let error = fs::write(&filler, vec![1; 4 << 20]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    let gateway = Gateway::start().await;
    let mut worker = outbox.deliver(gateway.client()).start();
    // The recovery of the worker alternates with these writes. Some writes fit into pages of the log.
    let (mut stored, mut failed) = (20, 0);
    while failed < 20 {
        match enqueue(&outbox, stored).await {
            Ok(_) => stored += 1,
            Err(error) => {
                assert!(matches!(error, Error::DiskFull), "{error:?}");
                failed += 1;
            }
        }
    }
    assert_ne!(worker.status(), WorkerStatus::Ended);
    fs::remove_file(&filler).unwrap();
    worker.ready().await.unwrap();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    assert_eq!(outbox.stats().await.unwrap().accepted, stored);
    gateway.assert_in_order();
    assert_eq!(gateway.processed().len() as u64, stored, "each is sent once");
}

#[tokio::test]
async fn a_read_only_database_is_a_clear_error_and_loses_nothing() {
    let (directory, path) = directory();
    let disk = SmallDisk::mount(directory.path());
    let outbox = Outbox::open(&path).await.unwrap();
    enqueue(&outbox, 1).await.unwrap();
    drop(outbox);
    closed(&path).await;
    disk.remount("ro");
    let error = Outbox::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::CannotOpen), "{error:?}");
    assert!(error.to_string().contains("writ"), "{error}");
    disk.remount("rw");
    let outbox = Outbox::open(&path).await.unwrap();
    assert_eq!(outbox.stats().await.unwrap().queued, 1);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_clear_error() {
    let (directory, _) = directory();
    let error = Outbox::open(directory.path().join("no/leads.db")).await.unwrap_err();
    assert!(matches!(error, Error::CannotOpen), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_not_a_database_stays_unchanged() {
    let (_directory, path) = directory();
    let text = "not a database, and long enough for its header ".repeat(50);
    fs::write(&path, &text).unwrap();
    let error = Outbox::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::NotADatabase), "{error:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_damaged_page_is_reported_and_not_made_worse() {
    let (_directory, path) = directory();
    let outbox = Outbox::open(&path).await.unwrap();
    for number in 0..500 {
        enqueue(&outbox, number).await.unwrap();
    }
    drop(outbox);
    closed(&path).await;
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let pages = file.metadata().unwrap().len() / 4096;
    for page in 1..pages {
        file.write_all_at(&[0xAB; 4096], page * 4096).unwrap();
    }
    drop(file);
    let error = Outbox::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::Corrupted), "{error:?}");
    assert!(error.to_string().contains(".recover"), "{error}");
}

#[tokio::test]
async fn tables_of_a_newer_version_are_refused() {
    let (_directory, path) = directory();
    drop(Outbox::open(&path).await.unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.execute("UPDATE telecrm_outbox_meta SET version = 99", []).unwrap();
    let error = Outbox::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::NewerSchema { found: 99, .. }), "{error:?}");
    assert!(error.to_string().contains("update the program"), "{error}");
}

#[tokio::test]
async fn a_transaction_that_may_lose_the_lead_or_is_of_another_file_is_refused() {
    let (directory, path) = directory();
    let outbox = Outbox::open(&path).await.unwrap();
    let lead = || lead(&phone(1), 1, false);
    let mut connection = Connection::open(&path).unwrap();
    for (level, durable) in [("OFF", false), ("NORMAL", false), ("FULL", true), ("EXTRA", true)] {
        connection.pragma_update(None, "synchronous", level).unwrap();
        let transaction = connection.transaction().unwrap();
        match outbox.enqueue_prepared_in(&transaction, lead()) {
            Ok(_) => assert!(durable, "{level}"),
            Err(error) => assert!(matches!(error, Error::NotDurable) && !durable, "{error:?}"),
        }
    }
    let mut other = Connection::open(directory.path().join("other.db")).unwrap();
    let transaction = other.transaction().unwrap();
    let error = outbox.enqueue_prepared_in(&transaction, lead()).unwrap_err();
    assert!(matches!(error, Error::OtherDatabase), "{error:?}");
    // A rollback removes the entry, and a commit keeps it.
    let transaction = connection.transaction().unwrap();
    outbox.enqueue_prepared_in(&transaction, lead()).unwrap();
    transaction.commit().unwrap();
    assert_eq!(outbox.stats().await.unwrap().queued, 1);
}

#[tokio::test]
async fn a_transaction_whose_journal_is_in_memory_is_refused() {
    let (_directory, path) = directory();
    let mut connection = Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE orders (id INTEGER PRIMARY KEY)").unwrap();
    let outbox = Outbox::open(&path).await.unwrap();
    for (journal, durable) in [("DELETE", true), ("MEMORY", false), ("OFF", false)] {
        connection.pragma_update(None, "journal_mode", journal).unwrap();
        let transaction = connection.transaction().unwrap();
        match outbox.enqueue_prepared_in(&transaction, lead(&phone(1), 1, false)) {
            Ok(_) => assert!(durable, "{journal}"),
            Err(error) => assert!(matches!(error, Error::NotDurable) && !durable, "{error:?}"),
        }
    }
}

#[tokio::test]
async fn a_locked_database_is_a_clear_error_and_passes() {
    let (_directory, path) = directory();
    let outbox = Outbox::open(&path).await.unwrap();
    let mut other = Connection::open(&path).unwrap();
    let transaction = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let error = enqueue(&outbox, 1).await.unwrap_err();
    assert!(matches!(error, Error::Locked), "{error:?}");
    drop(transaction);
    enqueue(&outbox, 2).await.unwrap();
    assert_eq!(outbox.stats().await.unwrap().queued, 1);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn journal_mode(path: &Path) -> String {
    let connection = Connection::open(path).unwrap();
    connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_new_database_is_private_and_in_wal_mode() {
    let (_directory, path) = directory();
    let outbox = Outbox::open(&path).await.unwrap();
    enqueue(&outbox, 1).await.unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_extension("db-wal")), 0o600);
    assert_eq!(journal_mode(&path), "wal");
    let gateway = Gateway::start().await;
    let mut worker = outbox.deliver(gateway.client()).start();
    worker.ready().await.unwrap();
    let lock = path.with_extension("db.telecrm-lock");
    assert_eq!(mode(&lock), 0o600);
    worker.stop().await.unwrap();
}

#[tokio::test]
async fn a_database_of_others_keeps_its_journal_and_file_mode() {
    let (_directory, path) = directory();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE orders (id INTEGER)").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let before = journal_mode(&path);
    let outbox = Outbox::open(&path).await.unwrap();
    enqueue(&outbox, 1).await.unwrap();
    assert_eq!((mode(&path), journal_mode(&path)), (0o644, before));
    let gateway = Gateway::start().await;
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    assert_eq!(outbox.entries(State::Accepted, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn erased_personal_data_is_in_no_file_any_more() {
    let (directory, path) = directory();
    let outbox = Outbox::open(&path).await.unwrap();
    for number in 0..50 {
        enqueue(&outbox, number).await.unwrap();
    }
    let holds = |text: &str| {
        let files = fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().path());
        files.into_iter().any(|file| {
            fs::read(file).unwrap().windows(text.len()).any(|window| window == text.as_bytes())
        })
    };
    assert!(holds(&phone(7)));
    assert_eq!(outbox.erase(&format!(" +{}", phone(7))).await.unwrap(), 1);
    assert!(!holds(&phone(7)));
    assert!(holds(&phone(8)));
}

#[tokio::test]
async fn erased_data_that_a_long_reader_keeps_in_the_journal_is_reported() {
    let (_directory, path) = directory();
    let outbox = Outbox::open(&path).await.unwrap();
    for number in 0..3 {
        enqueue(&outbox, number).await.unwrap();
    }
    let backup = Connection::open(&path).unwrap();
    let count = "SELECT count(*) FROM telecrm_outbox_entries";
    backup.execute_batch("BEGIN").unwrap();
    backup.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap();
    let error = outbox.erase(&phone(1)).await.unwrap_err();
    assert!(matches!(error, Error::StillInJournal { erased: 1, .. }), "{error:?}");
    enqueue(&outbox, 4).await.unwrap();
    backup.execute_batch("COMMIT").unwrap();
    assert_eq!(outbox.erase(&phone(1)).await.unwrap(), 0);
    let journal = fs::read(path.with_extension("db-wal")).unwrap();
    assert_eq!(journal, [0; 0]);
}
