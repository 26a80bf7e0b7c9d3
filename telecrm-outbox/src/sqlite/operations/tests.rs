//! Costs of the statements.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus, params};
use telecrm_runtime::PreparedLead;

use super::*;
use crate::clock::Millis;
use crate::options::EnqueueOptions;
use crate::reading::Reading;
use crate::sqlite::{ENQUEUE, TABLES};
use crate::store::{Claim, ClaimFor, Retention};
use crate::transition::{Actions, Settlement};

/// Entries of each state and each kind.
const MANY: i64 = 20_000;
/// Steps of SQLite's virtual machine that a statement may take: a scan takes several for each entry.
const MAX_STEPS: i32 = 15_000;
/// Before the time of the system.
const NOW: Millis = 1_600_000_000_000;
const ENTERPRISE: &str = "acme";

/// A database of many entries: queued ones of different leads and of one lead, and closed ones of every
/// state, whose retention is not over.
fn large_queue() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(TABLES).unwrap();
    let insert = |key: &str, enterprise: &str, body: &str| {
        let sql = format!(
            "INSERT INTO telecrm_outbox_entries
                 (enterprise, lead_key, body, actions, head, enqueued_at, due_at)
             WITH RECURSIVE numbers (n) AS (
                 SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MANY})
             SELECT '{enterprise}', {key}, '{body}', 0, n = 1 OR {key} <> 'a', {NOW}, {NOW}
             FROM numbers"
        );
        connection.execute_batch(&sql).unwrap();
    };
    insert("'a'", ENTERPRISE, "{}");
    insert("'lead ' || n", ENTERPRISE, "{}");
    insert("'lead ' || n", "other", "{}");
    insert("'lead ' || n", "", "{}");
    for state in State::ALL.iter().filter(|state| !state.is_open()) {
        insert("'a'", ENTERPRISE, "{}");
        let sql = "UPDATE telecrm_outbox_entries
             SET state = ?1, head = 0, received = 1, sent_at = ?2, settled_at = ?2 - id,
                 read_count = 3, raw = CASE WHEN ?1 = 10 THEN x'00' END
             WHERE id > (SELECT max(id) FROM telecrm_outbox_entries) - ?3";
        connection.execute(sql, params![state.number(), NOW, MANY]).unwrap();
    }
    connection
}

/// Records the statements that scan a table, or take more than [`MAX_STEPS`].
fn watch(connection: &mut Connection) -> Arc<Mutex<Vec<String>>> {
    let slow = Arc::new(Mutex::new(Vec::new()));
    let (found, mut earlier) = (Arc::clone(&slow), HashMap::<String, [i32; 2]>::new());
    let watch = move |event: TraceEvent<'_>| {
        let TraceEvent::Profile(statement, _) = event else { return };
        let sql = statement.sql().into_owned();
        // They count since the statement was prepared.
        let total = [StatementStatus::VmStep, StatementStatus::FullscanStep]
            .map(|status| statement.get_status(status));
        let before = earlier.insert(sql.clone(), total).unwrap_or_default();
        let [steps, scanned] = [total[0] - before[0], total[1] - before[1]];
        if scanned > 0 || steps > MAX_STEPS {
            found.lock().unwrap().push(format!("{steps} steps, {scanned} rows of a scan: {sql}"));
        }
    };
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(watch)).unwrap();
    slow
}

fn lead(key: &str) -> PreparedLead {
    let body = format!(r#"{{"fields":{{"phone":"{key}"}}}}"#);
    PreparedLead::from_json(Some(ENTERPRISE), key, &body).unwrap()
}

fn settled(state: State) -> Settlement {
    let (actions, delay) = (Actions::None, Duration::ZERO);
    Settlement { state, actions, received: true, reason: None, delay, is_own_failure: false }
}

fn next(connection: &Connection, purpose: ClaimFor<'_>) -> Claim {
    claim(connection, ENTERPRISE, purpose, NOW).unwrap().unwrap()
}

#[test]
fn d45_no_statement_of_a_worker_or_of_enqueue_scans_the_entries() {
    let mut connection = large_queue();
    let slow = watch(&mut connection);
    let connection = &connection;
    // The applications.
    enqueue(connection, &lead("a"), &EnqueueOptions::new()).unwrap();
    enqueue(connection, &lead("new"), &EnqueueOptions::new()).unwrap();
    for _ in 0..2 {
        enqueue(connection, &lead("key"), &EnqueueOptions::new().key("key")).unwrap();
    }
    // The worker's start, and its rounds of maintenance.
    recover(connection, NOW).unwrap();
    repair_times(connection, ENTERPRISE, NOW).unwrap();
    report_attention_retention(connection, 1_000).unwrap();
    let day = Duration::from_secs(24 * 60 * 60);
    erase_settled(connection, Retention { settled: day, attention: day }, NOW).unwrap();
    expiring(connection, 0).unwrap();
    report_clients(connection, &[ENTERPRISE.to_owned()]).unwrap();
    assert_eq!(waiting(connection).unwrap().enterprises, ["", ENTERPRISE, "other"]);
    // Its loop.
    assert!(!operator_pause(connection, ENTERPRISE).unwrap());
    assert_eq!(next_due(connection, ENTERPRISE, NOW).unwrap(), Some(Duration::ZERO));
    let first = next(connection, ClaimFor::DELIVERY);
    assert_eq!(first.lead_key, "a");
    let probe = next(connection, ClaimFor::Probe { avoid: &[first.key.id], newest: false });
    assert_eq!(probe.lead_key, "lead 1");
    assert!(settle(connection, first.key, &settled(State::Refused), NOW).unwrap());
    assert!(settle(connection, probe.key, &settled(State::Accepted), NOW).unwrap());
    let again = next(connection, ClaimFor::DELIVERY);
    assert!(settle(connection, again.key, &settled(State::Queued), NOW).unwrap());
    // Verification: what it reads is limited by the number of entries of one batch.
    unverified(connection, ENTERPRISE, (NOW, EntryId(i64::MAX)), 100, NOW).unwrap();
    record_reading(connection, probe.key.id, Reading::Verified, NOW).unwrap();
    // An operator.
    discard(connection, first.key.id, NOW).unwrap();
    assert_eq!(*slow.lock().unwrap(), [""; 0]);
}

#[test]
fn heads_of_version_1_are_unmarked_by_the_first_claim() {
    let connection = large_queue();
    connection.execute("UPDATE telecrm_outbox_entries SET head = 1 WHERE state = 0", []).unwrap();
    let first = next(&connection, ClaimFor::DELIVERY);
    assert_eq!(first.lead_key, "a");
    assert_eq!(next(&connection, ClaimFor::DELIVERY).lead_key, "lead 1");
    let marked = "SELECT count(*) FROM telecrm_outbox_entries WHERE head = 1 AND lead_key = 'a'";
    let marked: i64 = connection.query_row(marked, [], |row| row.get(0)).unwrap();
    assert_eq!(marked, 1, "the claimed one");
}

#[test]
fn waiting_entries_of_a_lead_are_not_read() {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(TABLES).unwrap();
    let slow = watch(&mut connection);
    let enqueue = |key: &str| {
        let parameters = params![Option::<&str>::None, key, r#"{"fields":{}}"#];
        connection.prepare_cached(ENQUEUE).unwrap().execute(parameters).unwrap();
    };
    for _ in 0..20_000 {
        enqueue("a");
    }
    enqueue("b");
    let now = Millis::MAX / 2;
    let next = |purpose| claim(&connection, ENTERPRISE, purpose, now).unwrap();
    let first = next(ClaimFor::DELIVERY).unwrap();
    assert_eq!(first.lead_key, "a");
    assert_eq!(next_due(&connection, ENTERPRISE, now).unwrap(), Some(Duration::ZERO));
    assert_eq!(next(ClaimFor::Probe { avoid: &[], newest: false }).unwrap().lead_key, "b");
    assert!(next(ClaimFor::DELIVERY).is_none());
    assert!(settle(&connection, first.key, &settled(State::Refused), now).unwrap());
    retry(&connection, first.key.id, false, now).unwrap();
    assert_eq!(next(ClaimFor::DELIVERY).unwrap().key.id, first.key.id);
    assert_eq!(*slow.lock().unwrap(), [""; 0]);
}
