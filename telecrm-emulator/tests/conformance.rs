//! The validator over HTTP: a drop of each kind becomes a delivery, and the rest is stored.
//!
//! The whole table of rules is `telecrm-schema/tests/validate/rows.rs`.

mod common;

use common::{emulator, get, post};
use serde_json::{Value, json};

const PHONE: &str = "919999999999";

/// Posts `body` to a new emulator. `lead` is `{"fields": …, "actions": …}`, or null if the lead is
/// dropped; `drops` are pairs of path and code.
async fn conforms(body: Value, lead: Value, drops: Value) {
    let telecrm = emulator().await;
    post(&telecrm, &body).await;

    let stored = !lead.is_null();
    let leads = get(&telecrm, "/emulator/leads").await;
    let expected = json!({
        "id": "000000000000000000000001",
        "identifier": PHONE,
        "fields": lead["fields"],
        "actions": lead["actions"],
    });
    assert_eq!(leads, if stored { json!([expected]) } else { json!([]) });

    let deliveries = get(&telecrm, "/emulator/deliveries").await;
    assert_eq!(deliveries.as_array().map(Vec::len), Some(1));
    let delivery = &deliveries[0];
    assert_eq!(delivery["status"], 200);
    assert_eq!(delivery["lead"], if stored { "stored" } else { "dropped" });
    assert_eq!(delivery["identifier"], if stored { json!(PHONE) } else { Value::Null });
    let found = delivery["drops"].as_array().expect("a list of drops");
    let pairs = found.iter().map(|drop| json!([drop["path"], drop["code"]]));
    assert_eq!(pairs.collect::<Value>(), drops);
    assert!(found.iter().all(|drop| drop["reason"].is_string()), "{found:?}");

    assert_eq!(serde_json::to_value(telecrm.leads()).expect("plain data"), leads);
    assert_eq!(serde_json::to_value(telecrm.deliveries()).expect("plain data"), deliveries);
}

#[tokio::test]
async fn d19_lead_without_identifier_is_dropped() {
    let body = json!({ "fields": { "name": "Jane" }, "actions": [{ "type": "ACTION_1002" }] });
    conforms(body, Value::Null, json!([["fields.phone", "D19"]])).await;
}

#[tokio::test]
async fn d01_field_is_dropped_and_the_rest_is_stored() {
    let body = json!({ "fields": { "phone": PHONE, "deal_size": "1000", "name": "Jane" } });
    let lead = json!({ "fields": { "phone": PHONE, "name": "Jane" }, "actions": [] });
    conforms(body, lead, json!([["fields.deal_size", "D01"]])).await;
}

#[tokio::test]
async fn d23_action_is_dropped_and_the_others_keep_their_order() {
    let body = json!({
        "fields": { "phone": PHONE },
        "actions": [{ "type": "ACTION_1002" }, { "type": "SYSTEM_NOTE" }, { "type": "ACTION_1001" }],
    });
    let actions = json!([{ "type": "ACTION_1002" }, { "type": "ACTION_1001" }]);
    let lead = json!({ "fields": { "phone": PHONE }, "actions": actions });
    conforms(body, lead, json!([["actions[1].type", "D23"]])).await;
}

#[tokio::test]
async fn d24_field_of_an_action_is_dropped_and_the_action_is_stored() {
    let action = json!({ "type": "ACTION_1001", "fields": { "remark": "a", "note": "b" } });
    let body = json!({ "fields": { "phone": PHONE }, "actions": [action] });
    let actions = json!([{ "type": "ACTION_1001", "fields": { "note": "b" } }]);
    let lead = json!({ "fields": { "phone": PHONE }, "actions": actions });
    conforms(body, lead, json!([["actions[0].fields.remark", "D24"]])).await;
}

#[tokio::test]
async fn d06_d37_values_that_telecrm_stores_are_listed_too() {
    let fields = json!({ "phone": PHONE, "contact_source": "Billboard", "follow_up_date": 0 });
    let lead = json!({ "fields": fields, "actions": [] });
    let drops = json!([["fields.contact_source", "D06"], ["fields.follow_up_date", "D37"]]);
    conforms(json!({ "fields": fields }), lead, drops).await;
}

#[tokio::test]
async fn d29_key_next_to_the_fields_is_dropped() {
    let body = json!({ "fields": { "phone": PHONE }, "captcha": "x" });
    let lead = json!({ "fields": { "phone": PHONE }, "actions": [] });
    conforms(body, lead, json!([["captcha", "D29"]])).await;
}
