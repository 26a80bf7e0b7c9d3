//! D41: a lead that telecrm stores is verified. A lead from which it drops values is mismatched at exactly
//! their paths.

mod any;

use std::time::SystemTime;

use any::lead;
use delivery_tests::Lead;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use telecrm_emulator::{Emulator, Fault, Faults};
use telecrm_runtime::sync::{self, Verification, VerifyPolicy};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, RateLimit, SyncToken, to_json};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// The part of a lead that telecrm loses.
#[derive(Clone, Debug)]
enum Loss {
    Nothing,
    Everything,
    Actions,
    Field(Index),
}

fn loss() -> impl Strategy<Value = Loss> {
    prop_oneof![
        2 => Just(Loss::Nothing),
        1 => Just(Loss::Everything),
        2 => Just(Loss::Actions),
        5 => any::<Index>().prop_map(Loss::Field),
    ]
}

/// Number of random leads: more with `DELIVERY_TESTS=whole`.
fn cases() -> u32 {
    if std::env::var_os("DELIVERY_TESTS").is_some_and(|value| value == "whole") {
        10_000
    } else {
        150
    }
}

struct Stage {
    telecrm: Emulator,
    client: Client,
    sync: sync::Client,
}

impl Stage {
    async fn set() -> Self {
        let telecrm =
            Emulator::builder().schema_file(SCHEMA).hourly_limit(None).start().await.unwrap();
        let id = || EnterpriseId::parse(telecrm.enterprise_id()).unwrap();
        let client = Client::builder(id(), AsyncToken::parse(telecrm.async_token()).unwrap())
            .base_url(telecrm.url())
            .rate_limit(RateLimit::unlimited())
            .build()
            .unwrap();
        let sync = sync::Client::builder(id(), SyncToken::parse(telecrm.sync_token()).unwrap())
            .base_url(telecrm.sync_url())
            .reads_per_second(100_000)
            .verify_policy(VerifyPolicy::once())
            .build()
            .unwrap();
        Self { telecrm, client, sync }
    }

    /// The verification of a lead with this fault: the mismatched paths, or the name of the outcome.
    async fn outcome(&self, lead: &Lead, fault: Option<Fault>) -> Vec<String> {
        self.telecrm.reset();
        self.telecrm.set_faults(fault.map_or_else(Faults::none, Faults::once));
        let before = SystemTime::now();
        self.client.send(lead).await.unwrap();
        match self.sync.verify(lead, before).await.unwrap() {
            Verification::Verified => Vec::new(),
            Verification::Mismatched(mismatches) => {
                mismatches.iter().map(|mismatch| mismatch.path().to_owned()).collect()
            }
            other => vec![format!("{other:?}")],
        }
    }
}

#[test]
fn d41_stored_lead_is_verified_and_dropped_values_are_mismatched() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stage = runtime.block_on(Stage::set());
    let config = Config {
        cases: cases(),
        // Most texts that are close to a grammar are refused, as intended.
        max_local_rejects: u32::MAX,
        failure_persistence: None,
        ..Config::default()
    };
    let checked = TestRunner::new(config).run(&(lead(), loss()), |(lead, loss)| {
        let sent: Value = serde_json::from_str(&to_json(&lead)).expect("JSON");
        let fields: Vec<&String> = sent["fields"].as_object().expect("fields").keys().collect();
        let actions = sent["actions"].as_array().map_or(0, Vec::len);
        let (fault, expected) = match &loss {
            Loss::Nothing => (None, Vec::new()),
            Loss::Everything => (Some(Fault::LoseLead), vec!["Missing".to_owned()]),
            Loss::Actions => {
                let paths = (0..actions).map(|index| format!("actions[{index}]")).collect();
                (Some(Fault::LoseActions), paths)
            }
            Loss::Field(index) => {
                let name = (*index.get(&fields)).clone();
                let expected = match name.as_str() {
                    "phone" => vec!["Missing".to_owned()],
                    // An empty text and no value are the same.
                    name if sent["fields"][name] == "" => Vec::new(),
                    name => vec![format!("fields.{name}")],
                };
                (Some(Fault::DropField { name }), expected)
            }
        };
        let outcome = runtime.block_on(stage.outcome(&lead, fault));
        prop_assert_eq!(outcome, expected, "{:?}", loss);
        Ok(())
    });
    if let Err(error) = checked {
        panic!("{error}");
    }
}
