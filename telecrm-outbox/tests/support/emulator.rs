//! The emulator, and the comparison of its timelines with the entries of an outbox.

use std::collections::{BTreeMap, BTreeSet};

use telecrm_emulator::Emulator;
use telecrm_outbox::State;
use telecrm_runtime::sync::{self, VerifyPolicy};
use telecrm_runtime::{EnterpriseId, SyncToken};

use super::kill::LEADS;
use super::{ENTERPRISE, phone};

const SCHEMA: &str = "
enterprise: { id: acme, name: Acme, leadIdentifierFieldId: phone }
customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: n, type: NUMBER }
customActions:
  - code: ACTION_1
    displayName: Visit
    fieldSchema: { n: { type: NUMBER } }
";

pub(crate) async fn start() -> Emulator {
    Emulator::builder().schema_yaml(SCHEMA).hourly_limit(None).start().await.unwrap()
}

/// Reads each lead once, without a wait.
pub(crate) fn reader(emulator: &Emulator) -> sync::Client {
    sync::Client::builder(
        EnterpriseId::parse(ENTERPRISE).unwrap(),
        SyncToken::parse(emulator.sync_token()).unwrap(),
    )
    .base_url(emulator.sync_url())
    .reads_per_second(1_000)
    .verify_policy(VerifyPolicy::once())
    .build()
    .unwrap()
}

/// Number of times that the timelines contain each action.
pub(crate) fn actions(emulator: &Emulator) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for action in emulator.leads().iter().flat_map(|lead| &lead.actions) {
        *counts.entry(action["fields"]["n"].as_u64().unwrap()).or_default() += 1;
    }
    counts
}

/// Compares the timelines with the database: number and state of every entry, in the order of the ids.
pub(crate) fn check(entries: &[(u64, State)], stored: &BTreeSet<u64>, emulator: &Emulator) {
    let numbers: BTreeSet<u64> = entries.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers.len(), entries.len(), "each lead is stored once");
    assert!(stored.is_subset(&numbers), "{:?}", stored.difference(&numbers));
    let newest: BTreeMap<String, u64> =
        entries.iter().map(|(number, _)| (phone(number % LEADS), *number)).collect();
    let leads = emulator.leads().into_iter();
    let last: BTreeMap<String, u64> =
        leads.map(|lead| (lead.identifier, lead.fields["n"].as_u64().unwrap())).collect();
    assert_eq!(last, newest, "the last update of each lead wins");
    let actions = actions(emulator);
    for (number, state) in entries {
        let count = actions.get(number).copied().unwrap_or(0);
        match state {
            State::Accepted => assert_eq!(count, 1, "the action of {number}"),
            State::Unconfirmed => assert!(count <= 1, "{count} times the action of {number}"),
            other => panic!("{number} is {other}"),
        }
    }
}
