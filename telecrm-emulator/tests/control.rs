//! Routes under `/emulator/…` for tests in any language.

mod common;

use std::time::Duration;

use common::{answer, client, emulator, get, post, with_stopped_clock};
use reqwest::StatusCode;
use serde_json::{Value, json};
use telecrm_emulator::{Emulator, Fault, Faults};

fn lead(phone: &str) -> Value {
    json!({ "fields": { "phone": phone } })
}

async fn wait(telecrm: &Emulator, query: &str) -> (u16, Value) {
    let url = format!("{}/emulator/wait?{query}", telecrm.url());
    let (status, body) = answer(client().get(url)).await;
    (status.as_u16(), body)
}

#[tokio::test]
async fn health_is_ok() {
    let telecrm = emulator().await;
    assert_eq!(get(&telecrm, "/emulator/health").await, json!({ "status": "ok" }));
}

#[tokio::test]
async fn wait_ends_when_enough_leads_are_stored_or_with_504() {
    let (telecrm, clock) = with_stopped_clock().await;
    assert_eq!(wait(&telecrm, "stored=0").await, (200, json!({ "stored": 0 })));
    post(&telecrm, &lead("9999999991")).await;
    assert_eq!(wait(&telecrm, "stored=1&timeout_ms=0").await, (200, json!({ "stored": 1 })));
    let (status, body) = wait(&telecrm, "stored=2&timeout_ms=0").await;
    assert_eq!((status, &body["error"]["code"]), (504, &json!("WAIT_TIMEOUT")));
    let message = body["error"]["message"].as_str().expect("a message");
    assert!(message.contains("1 of 2 leads"), "{message}");

    // A lead that is stored during the wait also ends it.
    telecrm.set_faults(Faults::once(Fault::ApplyAfter { millis: 5000 }));
    post(&telecrm, &lead("9999999992")).await;
    let url = format!("{}/emulator/wait?stored=2&timeout_ms=60000", telecrm.url());
    let waiting = tokio::spawn(answer(client().get(url)));
    clock.advance(Duration::from_secs(5));
    assert_eq!(waiting.await.expect("no panic").1, json!({ "stored": 2 }));
    for bad in ["", "stored=", "stored=x", "stored=-1", "stored=1&timeout_ms=soon"] {
        assert_eq!(wait(&telecrm, bad).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn lead_is_found_by_its_identifier_in_any_spelling() {
    let telecrm = emulator().await;
    post(&telecrm, &lead("9999999991")).await;
    post(&telecrm, &lead("9999999992")).await;
    for spelling in ["9999999992", "919999999992", "%2B919999999992"] {
        let found = get(&telecrm, &format!("/emulator/leads?identifier={spelling}")).await;
        assert_eq!(found[0]["identifier"], "919999999992", "{spelling}");
        assert_eq!(found.as_array().map(Vec::len), Some(1));
    }
    assert_eq!(get(&telecrm, "/emulator/leads?identifier=9999999993").await, json!([]));
    let missing = client().post(format!("{}/emulator/health", telecrm.url()));
    assert_eq!(answer(missing).await.0, StatusCode::METHOD_NOT_ALLOWED);
}
