//! telecrm drops nothing from any lead that the generated types can represent.

mod any;

use std::time::{Duration, SystemTime};

use any::lead;
use delivery_tests::Lead;
use proptest::prelude::*;
use serde_json::Value;
use telecrm_runtime::to_json;
use telecrm_schema::Schema;
use telecrm_schema::validate::{LeadOutcome, Validator};

fn validator() -> Validator {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");
    Validator::new(&Schema::from_file(schema).expect("the demo workspace"))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        // Most texts that are close to a grammar are refused, as intended.
        max_local_rejects: u32::MAX,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_lead_is_stored_without_a_drop(lead in lead()) {
        thread_local!(static VALIDATOR: Validator = validator());
        let sent: Value = serde_json::from_str(&to_json(&lead)).expect("JSON");
        // Both encoders write the same bytes.
        prop_assert_eq!(serde_json::to_string(&lead).expect("JSON"), to_json(&lead));
        let accepted = VALIDATOR.with(|validator| validator.accept(&sent)).expect("well-formed");
        // A typed text may look like an unfilled template (D44): telecrm stores it.
        let dropped = accepted.violations.iter().find(|violation| !violation.is_warning());
        prop_assert_eq!(dropped, None);
        prop_assert_eq!(accepted.outcome(), LeadOutcome::Stored);
        // All values are stored.
        let stored = accepted.lead.expect("stored");
        let fields = sent["fields"].as_object().expect("fields");
        prop_assert_eq!(fields.len(), stored.fields.len());
        for (name, value) in fields {
            // A phone is stored with its country code.
            prop_assert!(name == "phone" || stored.fields.get(name) == Some(value), "{}", name);
        }
        prop_assert_eq!(stored.actions.len(), lead.actions.len());
    }
}

/// Number of random leads: more with `DELIVERY_TESTS=whole`.
fn cases() -> u32 {
    if std::env::var_os("DELIVERY_TESTS").is_some_and(|value| value == "whole") {
        100_000
    } else {
        300
    }
}

#[test]
fn any_system_time_within_the_range_is_a_date() {
    let lead = Lead::new(telecrm_runtime::phone!("919999999999"))
        .follow_up_date(SystemTime::now() + Duration::from_secs(60));
    let sent: Value = serde_json::from_str(&to_json(&lead)).expect("JSON");
    assert_eq!(validator().accept(&sent).expect("well-formed").violations, []);
}
