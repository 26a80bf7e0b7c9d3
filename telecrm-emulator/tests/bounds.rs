//! Bounds of an emulator's data in bytes, seeds, and replacement of the schema.

mod common;

use common::{answer, get, post, request, sync_post};
use serde_json::{Value, json};
use telecrm_emulator::{Builder, Emulator, Fault, Faults};

/// A workspace whose identifier is a text of any length.
const TEXT: &str =
    "customFields: [{ apiName: key, type: TEXT, isLeadid: true }, { apiName: a, type: TEXT }]";

async fn start(builder: Builder) -> Emulator {
    builder.hourly_limit(None).start().await.expect("the schema is valid")
}

fn lead(key: &str, length: usize) -> Value {
    json!({ "fields": { "key": key, "a": "x".repeat(length) } })
}

#[tokio::test]
async fn leads_beyond_their_bytes_are_refused_with_507_and_a_reason() {
    let builder = Emulator::builder().schema_yaml(TEXT).lead_bytes(1_000_000);
    let telecrm = start(builder).await;
    let mut stored = 0;
    let (status, body) = loop {
        let sent = request(&telecrm).json(&lead(&format!("L{stored}"), 100_000));
        let (status, body) = answer(sent).await;
        if status != 200 {
            break (status.as_u16(), body);
        }
        stored += 1;
    };
    assert_eq!((status, &body["error"]["code"]), (507, &json!("LEADS_FULL")));
    let message = body["error"]["message"].as_str().expect("a message");
    assert!(message.contains("1000000 bytes") && message.contains("reset"), "{message}");
    assert_eq!((stored, telecrm.leads().len()), (9, 9));
    assert_eq!(
        telecrm.deliveries().pop().and_then(|delivery| delivery.message).as_deref(),
        Some(message)
    );
    // The Sync API has the same limit.
    let (status, body) = sync_post(&telecrm, "lead", &lead("S", 100_000)).await;
    assert_eq!((status, &body["error"]["code"]), (507, &json!("LEADS_FULL")));
    let id = &telecrm.leads()[0].id;
    let long = json!({ "fields": { "a": "x".repeat(200_000) } });
    assert_eq!(sync_post(&telecrm, &format!("lead/{id}"), &long).await.0, 507);
    // A small lead still fits, and a reset frees the memory.
    post(&telecrm, &lead("small", 1)).await;
    telecrm.reset();
    post(&telecrm, &lead("large", 900_000)).await;
}

#[tokio::test]
async fn timeline_counts_and_replaced_values_do_not_add_up() {
    const SCHEMA: &str = "customFields: [{ apiName: key, type: TEXT, isLeadid: true }, { apiName: a, type: TEXT }]\n\
        customActions: [{ code: ACTION_1, displayName: Note, fieldSchema: { note: { type: TEXT } } }]";
    let telecrm = start(Emulator::builder().schema_yaml(SCHEMA).lead_bytes(500_000)).await;
    for _ in 0..20 {
        post(&telecrm, &lead("same", 100_000)).await;
    }
    let mut timeline = lead("same", 0);
    timeline["actions"] =
        json!([{ "type": "ACTION_1", "fields": { "note": "x".repeat(100_000) } }]);
    let mut appended = 0;
    while answer(request(&telecrm).json(&timeline)).await.0 == 200 {
        appended += 1;
        assert!(appended < 10, "never full");
    }
    assert!((3..=4).contains(&appended), "{appended}");
}

#[tokio::test]
async fn queue_is_bounded_in_bytes_if_held_or_delayed() {
    let builder = || Emulator::builder().schema_yaml(TEXT).queue_bytes(1_000_000);
    let held = start(builder()).await;
    held.hold_processing();
    let delayed = start(builder()).await;
    delayed.set_faults(Faults::none().rate(1.0, Fault::ApplyAfter { millis: 3_600_000 }));
    for telecrm in [held, delayed] {
        let mut queued = 0;
        let (status, body) = loop {
            let sent = request(&telecrm).json(&lead(&format!("L{queued}"), 100_000));
            let (status, body) = answer(sent).await;
            if status != 200 {
                break (status.as_u16(), body);
            }
            queued += 1;
        };
        assert_eq!((status, &body["error"]["code"]), (503, &json!("QUEUE_FULL")));
        assert!((5..10).contains(&queued), "{queued}");
        assert_eq!(telecrm.counters().waiting, queued);
        telecrm.set_faults(Faults::none());
        telecrm.resume_processing();
    }
}

#[tokio::test]
async fn seeded_leads_exist_at_the_start_and_after_a_reset() {
    let seed = "\u{feff}{\"fields\":{\"phone\":\"9999999991\",\"status\":\"Old Enquiry\"}}\r\n\n\
        {\"id\":\"1\",\"identifier\":\"919999999992\",\"fields\":{\"phone\":\"919999999992\"},\"actions\":[{\"type\":\"ACTION_1002\"}]}\n";
    let builder = Emulator::builder().schema_file(common::SCHEMA).seed_jsonl(seed);
    let telecrm = start(builder).await;
    for _ in 0..2 {
        let leads = get(&telecrm, "/emulator/leads").await;
        assert_eq!(leads[0]["fields"], json!({ "phone": "919999999991", "status": "Old Enquiry" }));
        assert_eq!(leads[1]["actions"], json!([{ "type": "ACTION_1002" }]));
        assert_eq!(get(&telecrm, "/emulator/wait?stored=2").await, json!({ "stored": 2 }));
        assert!(telecrm.deliveries().is_empty());
        post(&telecrm, &json!({ "fields": { "phone": "9999999991", "name": "Jane" } })).await;
        assert_eq!(telecrm.lead("9999999991").expect("the seeded lead").fields["name"], "Jane");
        telecrm.reset();
    }
    // The listed leads are a valid seed.
    let listed: Vec<String> = telecrm
        .leads()
        .iter()
        .map(|lead| serde_json::to_string(lead).expect("plain data"))
        .collect();
    let again = Emulator::builder().schema_file(common::SCHEMA).seed_jsonl(listed.join("\n"));
    assert_eq!(start(again).await.leads(), telecrm.leads());
}

#[tokio::test]
async fn seed_that_loses_a_value_is_an_error_that_contains_the_line_number() {
    for (line, reason) in [
        ("{", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ("{}", "`fields` must be"),
        (r#"{"fields":{"name":"Jane"}}"#, "D19 fields.phone"),
        (r#"{"fields":{"phone":"9999999999","nam":"Jane"}}"#, "D17 fields.nam"),
        (r#"{"fields":{"phone":"9999999999","status":"Fresch"}}"#, "D14 fields.status"),
        (r#"{"fields":{"phone":"9999999990"}}"#, "the same identifier"),
    ] {
        let seed = format!("{{\"fields\":{{\"phone\":\"+919999999990\"}}}}\n{line}\n");
        let builder = Emulator::builder().schema_file(common::SCHEMA).seed_jsonl(seed);
        let error = builder.start().await.expect_err(line).to_string();
        assert!(error.starts_with("line 2 of the seed: ") && error.contains(reason), "{error}");
    }
}

#[tokio::test]
async fn replaced_schema_keeps_the_leads() {
    let telecrm = start(Emulator::builder().schema_file(common::SCHEMA)).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "name": "Jane" } })).await;
    let new = |yaml: &str| telecrm_schema::Schema::from_yaml(yaml).expect("a valid schema");
    let phone = "{ apiName: phone, type: PHONE, isLeadid: true }";
    telecrm
        .replace_schema(new(&format!("customFields: [{phone}, {{ apiName: city, type: TEXT }}]")))
        .expect("the identifier is the same");
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "city": "Pune", "name": "Joe" } }))
        .await;
    telecrm.assert_dropped(&[("fields.name", "D17")]);
    let lead = &telecrm.leads()[0];
    assert_eq!(
        (lead.fields["name"].as_str(), lead.fields["city"].as_str()),
        (Some("Jane"), Some("Pune"))
    );
    let fields = common::sync_get(&telecrm, "custom-fields").await.1;
    assert_eq!(fields["customFields"].as_array().map(Vec::len), Some(2));
    let other = new("customFields: [{ apiName: email, type: EMAIL, isLeadid: true }]");
    let error = telecrm.replace_schema(other).expect_err("another identifier").to_string();
    assert!(error.contains("`phone`") && error.contains("`email`"), "{error}");
    assert_eq!(telecrm.leads().len(), 1);
}
