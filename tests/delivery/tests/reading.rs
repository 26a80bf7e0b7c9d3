//! Reading of sent leads: the Sync API's client against the emulator.

use std::time::Duration;

use serde_json::{Value, json};
use telecrm_emulator::Emulator;
use telecrm_runtime::sync::{Client, Error, Search};
use telecrm_runtime::{EnterpriseId, RetryPolicy, SyncToken};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

async fn emulator() -> Emulator {
    Emulator::builder().schema_file(SCHEMA).start().await.unwrap()
}

fn client(telecrm: &Emulator, enterprise_id: &str, token: &str) -> Client {
    let enterprise_id = EnterpriseId::parse(enterprise_id).unwrap();
    Client::builder(enterprise_id, SyncToken::parse(token).unwrap())
        .base_url(telecrm.sync_url())
        .timeout(Duration::from_secs(20))
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

fn reader(telecrm: &Emulator) -> Client {
    client(telecrm, telecrm.enterprise_id(), telecrm.sync_token())
}

fn names<'d>(list: &'d Value, key: &str) -> Vec<&'d str> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap()).collect()
}

#[tokio::test]
async fn schema_is_read_completely() {
    let telecrm = emulator().await;
    let client = reader(&telecrm);
    let metadata = client.metadata().await.unwrap();
    assert_eq!(metadata.json()["id"], telecrm.enterprise_id());
    let fields = client.custom_fields().await.unwrap();
    let fields = &fields.json()["customFields"];
    assert_eq!(names(fields, "apiName")[..3], ["phone", "name", "email"]);
    assert_eq!(metadata.json()["leadIdentifierFieldId"], fields[0]["id"]);
    let summary = client.custom_fields_summary().await.unwrap();
    assert_eq!(summary.json()["customFields"][0].get("id"), None);
    let source = client.custom_field("contact_source").await.unwrap();
    assert_eq!(names(&source.json()["options"], "label")[2], "Cold Call");
    let actions = client.custom_actions().await.unwrap();
    let visit = client.custom_action("ACTION_1001").await.unwrap();
    assert_eq!(&actions.json()["customActions"][0], visit.json());
    let pipeline = client.lead_stage_pipeline().await.unwrap();
    assert_eq!(names(&pipeline.json()["leadStages"], "stageType"), ["OPEN", "WON", "LOST"]);
}

#[tokio::test]
async fn names_are_case_sensitive() {
    let telecrm = emulator().await;
    let client = reader(&telecrm);
    for missing in ["Contact_Source", "a/b", "..."] {
        let error = client.custom_field(missing).await.unwrap_err();
        assert_eq!(error.to_string(), "telecrm did not find the requested item (404, NOT_FOUND)");
    }
    assert!(matches!(client.custom_action("1001").await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn leads_are_found_page_by_page() {
    let telecrm = emulator().await;
    let endpoint =
        format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let http = telecrm_runtime::reqwest::Client::builder().no_proxy().build().unwrap();
    for number in 0..3 {
        let body = json!({
            "fields": { "phone": format!("91999999999{number}"), "name": "Jane" },
            "actions": [{ "type": "ACTION_1001", "fields": { "note": "came" } }],
        });
        let sending = http.post(&endpoint).bearer_auth(telecrm.async_token());
        let sending = sending.header("Content-Type", "application/json").body(body.to_string());
        assert_eq!(sending.send().await.unwrap().status(), 200);
    }
    let client = reader(&telecrm);
    let page = client.search(&Search::new().field("name", "jane").limit(2)).await.unwrap();
    assert_eq!((page.leads.len(), page.total_count), (2, 3));
    let page = client.search(&Search::new().field("name", "jane").skip(2)).await.unwrap();
    let first = &page.leads[0];
    assert_eq!(first.fields["phone"], "919999999990");
    let id = first.id.as_deref().unwrap();
    let lead = client.lead(id, true).await.unwrap();
    assert_eq!((lead.id.as_deref(), &lead.fields), (Some(id), &first.fields));
    assert_eq!(lead.actions.len(), 1);
    assert!(client.lead(id, false).await.unwrap().actions.is_empty());
    assert!(matches!(client.lead("0", true).await, Err(Error::NotFound { .. })));
    let none = client.search(&Search::new().field("phone", "910000000000")).await.unwrap();
    assert_eq!((none.leads.len(), none.total_count), (0, 0));
}

#[tokio::test]
async fn d31_async_token_and_foreign_enterprise_are_refused() {
    let telecrm = emulator().await;
    let swapped = client(&telecrm, telecrm.enterprise_id(), telecrm.async_token());
    assert!(matches!(swapped.metadata().await, Err(Error::Unauthorized)));
    let foreign = client(&telecrm, "acme", telecrm.sync_token());
    assert!(matches!(foreign.metadata().await, Err(Error::EnterpriseNotFound)));
}

#[tokio::test]
async fn stored_lead_is_read_into_generated_types_and_misfits_are_reported() {
    let telecrm = emulator().await;
    let endpoint =
        format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let http = telecrm_runtime::reqwest::Client::builder().no_proxy().build().unwrap();
    // A lead of another program: telecrm creates an option for an unknown label.
    let body = json!({ "fields": {
        "phone": "919999999999", "name": "Jane", "contact_source": "Billboard", "rating": 4,
        "interests": ["VIP", "vip"],
    } });
    let sending = http.post(&endpoint).bearer_auth(telecrm.async_token());
    let sending = sending.header("Content-Type", "application/json").body(body.to_string());
    assert_eq!(sending.send().await.unwrap().status(), 200);
    let page = reader(&telecrm).search(&Search::new().field("phone", "919999999999")).await;
    let typed = page.unwrap().leads[0].typed::<delivery_tests::Lead>().unwrap();
    let expected = delivery_tests::Lead::new(telecrm_runtime::phone!("919999999999"))
        .name("Jane")
        .rating(telecrm_runtime::Rating::FOUR)
        .interests([delivery_tests::options::Interests::Vip]);
    assert_eq!(typed.lead, expected);
    let misfits: Vec<_> = typed.misfits.iter().map(telecrm_runtime::Misfit::path).collect();
    assert_eq!(misfits, ["fields.contact_source", "fields.interests"]);
    assert!(typed.misfits[1].reason().contains("did you mean `VIP`?"));
    assert!(!format!("{:?}", typed.misfits).contains("Billboard"));
}
