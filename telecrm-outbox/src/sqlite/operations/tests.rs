//! Costs of the statements.

use std::time::Duration;

use rusqlite::{Connection, StatementStatus, params};

use super::claim::{CLAIM, NEXT_DUE, PROBE};
use super::decide::{DEMOTE, PROMOTE};
use super::*;
use crate::clock::Millis;
use crate::sqlite::{ENQUEUE, TABLES};
use crate::store::ClaimFor;
use crate::transition::{Actions, Settlement};

#[test]
fn waiting_entries_of_a_lead_are_not_read() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(TABLES).unwrap();
    let enqueue = |key: &str| {
        let parameters = params![Option::<&str>::None, key, r#"{"fields":{}}"#];
        connection.prepare_cached(ENQUEUE).unwrap().execute(parameters).unwrap();
    };
    for _ in 0..20_000 {
        enqueue("a");
    }
    enqueue("b");
    let now = Millis::MAX / 2;
    let next = |purpose| claim(&connection, "acme", purpose, now).unwrap();
    let first = next(ClaimFor::Delivery).unwrap();
    assert_eq!(first.lead_key, "a");
    assert_eq!(next_due(&connection, "acme", now).unwrap(), Some(Duration::ZERO));
    assert_eq!(next(ClaimFor::Probe { avoid: &[] }).unwrap().lead_key, "b");
    assert!(next(ClaimFor::Delivery).is_none());
    let refused = Settlement {
        state: State::Refused,
        actions: Actions::None,
        received: false,
        reason: None,
        delay: Duration::ZERO,
    };
    assert!(settle(&connection, first.key, &refused, now).unwrap());
    retry(&connection, first.key.id, false, now).unwrap();
    assert_eq!(next(ClaimFor::Delivery).unwrap().key.id, first.key.id);
    for sql in [CLAIM, PROBE, NEXT_DUE, PROMOTE, DEMOTE] {
        let steps = connection.prepare_cached(sql).unwrap().get_status(StatementStatus::VmStep);
        assert!((1..2_000).contains(&steps), "{steps} steps:{sql}");
    }
}
