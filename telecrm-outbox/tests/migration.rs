//! Tables of version 1: their upgrade, and programs of version 1 that run during and after it.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::{Gateway, drained, phone};
use telecrm_outbox::rusqlite::{Connection, OptionalExtension as _, params};
use telecrm_outbox::{Entry, Error, Outbox, State};
use tempfile::TempDir;

/// The statements of version 1, which are compiled into its programs.
mod version_1 {
    pub(super) const ENQUEUE: &str = "\
INSERT INTO telecrm_outbox_entries
    (enterprise, lead_key, body, actions, head, enqueued_at, due_at)
VALUES (ifnull(?1, ''), ?2, ?3,
    ifnull(json_array_length(?3, '$.actions'), 0) > 0,
    NOT EXISTS (
        SELECT 1 FROM telecrm_outbox_entries
        WHERE lead_key = ?2 AND enterprise = ifnull(?1, '') AND state < 2),
    CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER),
    CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))";

    pub(super) const CLAIM: &str = "
UPDATE telecrm_outbox_entries
SET state = 1, attempts = attempts + 1,
    sent_at = CASE WHEN actions = 2 THEN ifnull(sent_at, ?1) ELSE ?1 END
WHERE id = (
    SELECT id FROM telecrm_outbox_entries
    WHERE state = 0 AND head = 1 AND due_at <= ?1 ORDER BY due_at, id LIMIT 1)
RETURNING id, attempts, enterprise, lead_key, ifnull(body, ''), actions";

    pub(super) const SETTLE: &str = "UPDATE telecrm_outbox_entries
         SET state = ?3, actions = ?4, received = received | ?5, reason = ?6, due_at = ?7,
             settled_at = ?8, head = ?9
         WHERE id = ?1 AND attempts = ?2 AND state = 1 RETURNING lead_key, enterprise";

    pub(super) const PROMOTE: &str = "
UPDATE telecrm_outbox_entries SET head = 1
WHERE head = 0 AND id = (
    SELECT min(id) FROM telecrm_outbox_entries
    WHERE lead_key = ?1 AND enterprise = ?2 AND state < 2)";

    pub(super) const RECOVER: &str = "UPDATE telecrm_outbox_entries
         SET state = 0, received = 1, due_at = ?1, reason = ?2,
             actions = CASE actions WHEN 1 THEN 2 ELSE actions END
         WHERE state < 2 AND state = 1";
}

/// A file with the tables and the entries of version 1.
fn version_1() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version_1.db");
    fs::copy(fixture, &path).unwrap();
    // As version 1 creates its files; a fixture is one file.
    Connection::open(&path).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    (directory, path)
}

/// A connection of a program of version 1.
fn connect(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.busy_timeout(Duration::from_secs(60)).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    connection
}

fn enqueue_as_version_1(connection: &Connection, key: &str, number: u64) {
    let body = format!(r#"{{"fields":{{"phone":"{key}","n":{number}}}}}"#);
    let mut statement = connection.prepare_cached(version_1::ENQUEUE).unwrap();
    statement.execute(params![Some("acme"), key, body]).unwrap();
}

/// The claim of a worker of version 1, and its outcome; the id.
fn deliver_as_version_1(connection: &Connection) -> Option<i64> {
    let now = i64::MAX / 2;
    let mut claim = connection.prepare_cached(version_1::CLAIM).unwrap();
    let claimed = claim.query_row([now], |row| Ok((row.get(0)?, row.get(1)?))).optional();
    let (id, attempts): (i64, i64) = claimed.unwrap()?;
    let accepted = params![id, attempts, 2, 0, true, None::<&str>, now, Some(now), false];
    let mut settle = connection.prepare_cached(version_1::SETTLE).unwrap();
    let lead: (String, String) =
        settle.query_row(accepted, |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    connection.prepare_cached(version_1::PROMOTE).unwrap().execute([lead.0, lead.1]).unwrap();
    Some(id)
}

async fn entry(outbox: &Outbox, id: i64) -> Entry {
    outbox.entry(id.into()).await.unwrap().unwrap()
}

#[tokio::test]
async fn tables_of_version_1_are_upgraded_with_their_entries() {
    let (_directory, path) = version_1();
    let error = Outbox::open_existing(&path).await.unwrap_err();
    assert!(matches!(error, Error::OlderSchema { found: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("outbox migrate"), "{error}");
    let outbox = Outbox::open(&path).await.unwrap();
    Outbox::open_existing(&path).await.unwrap();
    let stats = outbox.stats().await.unwrap();
    assert_eq!((stats.queued, stats.sending, stats.unassigned, stats.held), (4, 1, 1, 0));
    let listed = [stats.accepted, stats.unconfirmed, stats.refused, stats.missing, stats.discarded];
    assert_eq!(listed, [1; 5]);
    for (id, state) in [(3, State::Refused), (4, State::Missing)] {
        let entry = entry(&outbox, id).await;
        assert!(entry.state() == state && entry.body().is_some() && entry.reason().is_some());
        outbox.retry(entry.id()).await.unwrap();
    }
    let gateway = Gateway::start().await;
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    // Its process of version 1 ended during the request: the actions are not sent again.
    assert_eq!(entry(&outbox, 9).await.state(), State::Unconfirmed);
    assert_eq!(gateway.actions(), [(3, 1), (6, 1), (7, 1)].into());
    let numbers: Vec<u64> =
        gateway.processed().iter().filter_map(|request| request.number).collect();
    let spellings: Vec<u64> = numbers.into_iter().filter(|n| (6..=8).contains(n)).collect();
    assert_eq!(spellings, [6, 7, 8], "two spellings of one phone wait for each other");
}

#[tokio::test]
async fn upgraded_tables_are_those_of_a_new_file() {
    let (directory, path) = version_1();
    let new = directory.path().join("new.db");
    for path in [&path, &new] {
        drop(Outbox::open(path).await.unwrap());
    }
    let schema = |path: &Path| {
        let connection = connect(path);
        let list = |sql: &str| {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
            rows.collect::<Result<Vec<_>, _>>().unwrap()
        };
        let mut schema = list(
            "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
             ORDER BY name",
        );
        for table in [
            "telecrm_outbox_meta",
            "telecrm_outbox_entries",
            "telecrm_outbox_pauses",
            "telecrm_outbox_workers",
        ] {
            schema.extend(list(&format!(
                "SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || ifnull(dflt_value, '')
                     || ' ' || hidden
                 FROM pragma_table_xinfo('{table}') ORDER BY cid"
            )));
        }
        schema.extend(list("SELECT CAST(max(version) AS TEXT) FROM telecrm_outbox_meta"));
        schema
    };
    assert_eq!(schema(&path), schema(&new));
}

#[test]
fn programs_of_version_1_enqueue_and_deliver_during_and_after_the_upgrade() {
    const LEADS: u64 = 5;
    const EACH: u64 = 60;
    let (_directory, path) = version_1();
    let (began, upgraded) = (AtomicBool::new(false), AtomicBool::new(false));
    let wait_for = |flag: &AtomicBool| {
        while !flag.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let delivered = std::thread::scope(|scope| {
        let enqueuing = scope.spawn(|| {
            let connection = connect(&path);
            for number in 0..EACH * LEADS {
                // Most of them during the upgrade, or while it waits for the lock; the last after it.
                began.fetch_or(number == EACH, Ordering::SeqCst);
                if number == EACH * (LEADS - 1) {
                    wait_for(&upgraded);
                }
                enqueue_as_version_1(&connection, &phone(number % LEADS), 1_000 + number);
            }
        });
        let delivering = scope.spawn(|| {
            let connection = connect(&path);
            let deliver = |count| (0..count).filter_map(|_| deliver_as_version_1(&connection));
            let mut delivered: Vec<_> = deliver(EACH * 2).collect();
            wait_for(&upgraded);
            delivered.extend(deliver(EACH));
            delivered
        });
        wait_for(&began);
        let opened = runtime.block_on(Outbox::open(&path));
        upgraded.store(true, Ordering::SeqCst);
        opened.unwrap();
        enqueuing.join().unwrap();
        delivering.join().unwrap()
    });
    assert!(delivered.len() as u64 >= EACH);
    let gateway = runtime.block_on(async {
        let outbox = Outbox::open(&path).await.unwrap();
        let gateway = Gateway::start().await;
        let worker = outbox.deliver(gateway.client()).start();
        drained(&outbox).await;
        worker.stop().await.unwrap();
        gateway
    });
    gateway.assert_in_order();
    let numbers = gateway.processed().into_iter().filter_map(|request| request.number);
    let by_version_2 = numbers.filter(|number| *number >= 1_000).count() as u64;
    let connection = connect(&path);
    let by_version_1 = delivered.iter().filter(|id| {
        let sql = "SELECT body ->> '$.fields.n' >= 1000 FROM telecrm_outbox_entries WHERE id = ?1";
        connection.query_row(sql, [id], |row| row.get(0)).unwrap()
    });
    assert_eq!(by_version_1.count() as u64 + by_version_2, EACH * LEADS, "each once");
}

/// Version 1 closes an entry whose lead waits under another spelling, and recovers after a crash of
/// version 2 in a probe.
#[tokio::test]
async fn version_1_never_hides_an_entry_or_repeats_an_action() {
    let (_directory, path) = version_1();
    let outbox = Outbox::open(&path).await.unwrap();
    let connection = connect(&path);
    connection.execute("DELETE FROM telecrm_outbox_entries", []).unwrap();
    enqueue_as_version_1(&connection, "9876501234", 1);
    outbox.enqueue_prepared(support::lead("919876501234", 2, false)).await.unwrap();
    deliver_as_version_1(&connection).unwrap();
    let head = "SELECT count(*) FROM telecrm_outbox_entries WHERE state = 0 AND head = 1";
    assert_eq!(connection.query_row(head, [], |row| row.get(0)), Ok(1), "the next one is due");

    // A stale mark of a probe: the later request of version 1 contained the actions.
    outbox.enqueue_prepared(support::lead(&phone(1), 3, true)).await.unwrap();
    let stale = "UPDATE telecrm_outbox_entries SET attempts = 1, fields_only_attempt = 1";
    connection.execute(stale, []).unwrap();
    while deliver_one(&connection) {}
    let gateway = Gateway::start().await;
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    assert_eq!(gateway.actions(), [].into(), "their delivery by version 1 is in doubt");

    // The delivery of actions in a request without fields stays ambiguous.
    let actions_only = "UPDATE telecrm_outbox_entries SET state = 1, head = 1, attempts = 5,
         actions = 2, actions_only_attempt = 5 WHERE id = (SELECT max(id) FROM telecrm_outbox_entries)";
    connection.execute(actions_only, []).unwrap();
    connection.execute(version_1::RECOVER, params![0, "crashed"]).unwrap();
    let worker = outbox.deliver(gateway.client()).start();
    drained(&outbox).await;
    worker.stop().await.unwrap();
    assert_eq!(gateway.actions(), [].into());
}

/// A claim of version 1 whose process ends before the outcome.
fn deliver_one(connection: &Connection) -> bool {
    let mut claim = connection.prepare(version_1::CLAIM).unwrap();
    claim.query_row([i64::MAX / 2], |_| Ok(())).optional().unwrap().is_some()
}
