//! Identifiers of leads, and updates of existing leads.

mod common;

use common::{emulator, post};
use serde_json::{Value, json};
use telecrm_emulator::{DropRule, Emulator, LeadOutcome};

async fn emulator_with(identifier: &str) -> Emulator {
    let yaml = format!(
        "customFields:\n  - {{ {identifier}, isLeadid: true }}\n  - {{ apiName: name, type: TEXT }}\n"
    );
    Emulator::builder().schema_yaml(yaml).start().await.expect("the schema is valid")
}

/// Posts a lead for each identifier, and returns the identifiers of the stored leads.
async fn identifiers(telecrm: &Emulator, name: &str, sent: &[&str]) -> Vec<String> {
    for identifier in sent {
        post(telecrm, &json!({ "fields": { name: identifier } })).await;
    }
    telecrm.leads().into_iter().map(|lead| lead.identifier).collect()
}

#[tokio::test]
async fn three_spellings_of_a_phone_are_one_lead() {
    let telecrm = emulator().await;
    let found =
        identifiers(&telecrm, "phone", &["+919999999999", "919999999999", "9999999999"]).await;
    assert_eq!(found, ["919999999999"]);
    assert!(telecrm.deliveries().iter().all(|d| d.identifier.as_deref() == Some("919999999999")));
}

#[tokio::test]
async fn another_default_country_code_results_in_another_lead() {
    let telecrm = Emulator::builder()
        .schema_file(common::SCHEMA)
        .default_country_code("1")
        .start()
        .await
        .expect("the schema is valid");
    let found = identifiers(&telecrm, "phone", &["4155550100", "14155550100"]).await;
    assert_eq!(found, ["14155550100"]);
}

#[tokio::test]
async fn emails_are_trimmed_and_compared_without_case() {
    let telecrm = emulator_with("apiName: email, type: EMAIL").await;
    let found = identifiers(
        &telecrm,
        "email",
        &["Jane@Example.com ", "jane@example.com", "joe@example.com"],
    )
    .await;
    assert_eq!(found, ["Jane@Example.com", "joe@example.com"]);
    assert_eq!(telecrm.leads()[0].fields["email"], "Jane@Example.com");
}

#[tokio::test]
async fn texts_are_compared_without_case_and_not_trimmed() {
    let telecrm = emulator_with("apiName: Roll No, type: TEXT").await;
    let found = identifiers(&telecrm, "Roll No", &["É-1", "é-1", "é-1 ", "É-2"]).await;
    assert_eq!(found, ["É-1", "é-1 ", "É-2"]);
}

#[tokio::test]
async fn d20_a_blank_text_identifier_drops_the_lead() {
    let telecrm = emulator_with("apiName: roll, type: TEXT").await;
    assert!(identifiers(&telecrm, "roll", &["", " \u{a0}"]).await.is_empty());
    let drops = telecrm.deliveries();
    assert!(drops.iter().all(|d| d.lead == LeadOutcome::Dropped && d.drops[0].rule == DropRule::BlankIdentifier));
}

#[tokio::test]
async fn d03_malformed_email_identifier_drops_the_lead() {
    let telecrm = emulator_with("apiName: email, type: EMAIL").await;
    assert!(identifiers(&telecrm, "email", &["jane", "ja ne@example.com"]).await.is_empty());
    assert!(telecrm.deliveries().iter().all(|d| d.drops[0].rule.id() == "D03"));
}

#[tokio::test]
async fn update_changes_the_sent_fields_and_appends_its_actions() {
    let telecrm = emulator().await;
    let first = json!({
        "fields": { "phone": "9999999999", "name": "Jane", "rating": 1 },
        "actions": [{ "type": "ACTION_1002" }],
    });
    let second = json!({
        "fields": { "phone": "+919999999999", "rating": 2, "deal_size": 3 },
        "actions": [{ "type": "ACTION_1001" }],
    });
    post(&telecrm, &first).await;
    post(&telecrm, &second).await;

    let leads = telecrm.leads();
    assert_eq!(leads.len(), 1);
    assert_eq!(
        Value::from(leads[0].fields.clone()),
        json!({ "phone": "919999999999", "name": "Jane", "rating": 2, "deal_size": 3 })
    );
    assert_eq!(
        leads[0].actions,
        [json!({ "type": "ACTION_1002" }), json!({ "type": "ACTION_1001" })]
    );
}

#[tokio::test]
async fn d36_fields_are_idempotent_and_actions_are_not() {
    let telecrm = emulator().await;
    let body = json!({
        "fields": { "phone": "9999999999", "name": "Jane" },
        "actions": [{ "type": "ACTION_1002" }],
    });
    post(&telecrm, &body).await;
    let once = telecrm.leads();
    post(&telecrm, &body).await;
    let twice = telecrm.leads();
    assert_eq!(once[0].fields, twice[0].fields);
    assert_eq!((once[0].actions.len(), twice[0].actions.len()), (1, 2));
}

#[tokio::test]
async fn dropped_update_leaves_the_lead_unchanged() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 1 } })).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 9 } })).await;
    assert_eq!(telecrm.leads()[0].fields["rating"], 1);
}

#[tokio::test]
async fn locked_field_is_set_once() {
    let telecrm = emulator().await;
    let with =
        |id: &str| json!({ "fields": { "phone": "9999999999", "enquiry_id": id, "name": id } });
    for id in ["E-1", "E-1", "E-2"] {
        post(&telecrm, &with(id)).await;
    }
    let lead = &telecrm.leads()[0];
    assert_eq!((&lead.fields["enquiry_id"], &lead.fields["name"]), (&json!("E-1"), &json!("E-2")));
    let drops: Vec<_> = telecrm
        .deliveries()
        .into_iter()
        .map(|d| d.drops.into_iter().map(|drop| (drop.path, drop.rule)).collect::<Vec<_>>())
        .collect();
    assert_eq!(drops, [vec![], vec![], vec![("fields.enquiry_id".to_owned(), DropRule::Locked)]]);
}

#[tokio::test]
async fn locked_field_cannot_be_added_later() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "enquiry_id": "E-1" } })).await;
    assert!(!telecrm.leads()[0].fields.contains_key("enquiry_id"));
    assert_eq!(telecrm.deliveries()[1].drops[0].rule.id(), "LOCKED");
}
