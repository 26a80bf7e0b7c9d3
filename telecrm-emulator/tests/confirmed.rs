//! Confirmed writes: actions by id, created labels, the team, faults, and their record.

mod common;

use common::{client, emulator, get, post, sync, sync_get, sync_post};
use reqwest::Method;
use serde_json::{Value, json};
use telecrm_emulator::{Emulator, Fault, Faults, LeadOutcome, TeamMember};

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

/// Creates a lead with a visit and a payment, and returns their ids.
async fn created(telecrm: &Emulator) -> (String, String, String) {
    let body = json!({
        "fields": { "phone": "9999999999" },
        "actions": [
            { "type": "1001", "fields": { "note": "came", "seats": 2 } },
            { "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "5000" },
        ],
    });
    let (status, answer) = sync_post(telecrm, "lead", &body).await;
    assert_eq!(status, 201, "{answer}");
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let action = |index: usize| text(&answer["actions"][index]["action_id"]);
    (text(&answer["lead_id"]), action(0), action(1))
}

#[tokio::test]
async fn point_2_payment_is_read_and_only_its_status_changes() {
    let telecrm = emulator().await;
    let (lead, visit, payment) = created(&telecrm).await;
    let path = format!("lead/{lead}/action/{payment}");
    let stored =
        json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "5000" });
    assert_eq!(sync_get(&telecrm, &path).await, (200, stored));
    let paid = json!({ "type": "PAYMENT", "status": "COMPLETED" });
    let (status, answer) = sync_post(&telecrm, &path, &paid).await;
    assert_eq!(
        (status, &answer["status"], &answer["amount"]),
        (200, &json!("COMPLETED"), &json!("5000"))
    );
    assert_eq!(telecrm.leads()[0].actions[1]["status"], "COMPLETED");
    for bad in [
        json!({ "type": "PAYMENT", "status": "COMPLETED", "amount": "1" }),
        json!({ "type": "PAYMENT", "status": "COMPLETED", "currency": "INR" }),
        json!({ "type": "PAYMENT", "status": "PAID" }),
        json!({ "type": "PAYMENT" }),
        json!({ "type": "1001", "status": "FAILED" }),
        json!({ "status": "FAILED" }),
    ] {
        assert_eq!(code(&sync_post(&telecrm, &path, &bad).await), (400, "BAD_REQUEST"), "{bad}");
    }
    assert_eq!(telecrm.leads()[0].actions[1]["status"], "COMPLETED");
    for unknown in ["000000000000000000000009", "x"] {
        let path = format!("lead/{lead}/action/{unknown}");
        assert_eq!(code(&sync_get(&telecrm, &path).await), (404, "ACTION_NOT_FOUND"));
        assert_eq!(code(&sync_post(&telecrm, &path, &paid).await), (404, "ACTION_NOT_FOUND"));
    }
    let other = format!("lead/62ab16e/action/{visit}");
    assert_eq!(code(&sync_get(&telecrm, &other).await), (404, "LEAD_NOT_FOUND"));
}

#[tokio::test]
async fn point_2_fields_of_a_custom_action_are_updated() {
    let telecrm = emulator().await;
    let (lead, visit, _) = created(&telecrm).await;
    let path = format!("lead/{lead}/action/{visit}");
    let change = json!({ "type": "1001", "fields": { "note": "left" } });
    let now = json!({ "type": "1001", "fields": { "note": "left", "seats": 2 } });
    assert_eq!(sync_post(&telecrm, &path, &change).await, (200, now.clone()));
    assert_eq!(sync_get(&telecrm, &path).await, (200, now));
    assert_eq!(telecrm.leads()[0].actions[0]["type"], "ACTION_1001");
    for bad in [
        json!({ "type": "1001", "fields": { "seats": "two" } }),
        json!({ "type": "1001" }),
        json!({ "type": "ACTION_1001", "fields": {} }),
    ] {
        assert_eq!(code(&sync_post(&telecrm, &path, &bad).await), (400, "BAD_REQUEST"), "{bad}");
    }
}

fn labels(field: &Value) -> Vec<&str> {
    let options = field["options"].as_array().expect("options").iter();
    options.map(|option| option["label"].as_str().or(option.as_str()).expect("a label")).collect()
}

#[tokio::test]
async fn point_2_created_labels_stay_in_the_custom_fields() {
    let telecrm = emulator().await;
    let before = sync_get(&telecrm, "custom-fields/city").await.1;
    assert_eq!(labels(&before), ["Pune"]);
    let body = json!({
        "fields": { "phone": "9999999999", "city": "pune", "interests": ["VIP", "Vip"] },
        "actions": [{ "type": "ACTION_1001", "fields": { "outcome": "Maybe" } }],
    });
    post(&telecrm, &body).await;
    let (_, answer) = sync_post(
        &telecrm,
        "lead/000000000000000000000001",
        &json!({ "fields": { "city": "Poona" } }),
    )
    .await;
    assert_eq!(answer["fields"]["city"], "Poona");
    // A label stays if no lead has it anymore.
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "city": "Pune" } })).await;
    let city = sync_get(&telecrm, "custom-fields/city").await.1;
    assert_eq!(labels(&city), ["Pune", "pune", "Poona"]);
    assert!(city["options"][1]["id"].is_string());
    for detail in [true, false] {
        let (_, response) = sync_get(&telecrm, &format!("custom-fields?detail={detail}")).await;
        let find = |name: &str| {
            let fields = response["customFields"].as_array().expect("fields").iter();
            fields.clone().find(|field| field["apiName"] == name).expect("the field").clone()
        };
        assert_eq!(labels(&find("city")), ["Pune", "pune", "Poona"]);
        assert_eq!(labels(&find("interests")), ["VIP", "Returning", "10+", "Vip"]);
    }
    let action = sync_get(&telecrm, "custom-actions/ACTION_1001").await.1;
    assert_eq!(
        labels(&action["fieldSchema"]["outcome"]),
        ["Interested", "Not Interested", "Maybe"]
    );
    telecrm.reset();
    assert_eq!(sync_get(&telecrm, "custom-fields/city").await.1, before);
}

#[tokio::test]
async fn point_2_assignee_outside_the_team_is_dropped() {
    let team = [
        TeamMember::new("Asha", "asha@example.com"),
        TeamMember::new("Left", "left@example.com").status("Deleted"),
    ];
    let builder = Emulator::builder().schema_file(common::SCHEMA).team(team);
    let telecrm = builder.start().await.expect("a schema");
    post(
        &telecrm,
        &json!({ "fields": { "phone": "9999999999", "counsellor": "Asha@example.com" } }),
    )
    .await;
    telecrm.assert_nothing_dropped();
    for email in ["left@example.com", "nobody@example.com"] {
        telecrm.reset();
        let fields = json!({ "phone": "9999999999", "counsellor": email, "name": "Jane" });
        post(&telecrm, &json!({ "fields": fields, "actions": [{ "type": "ACTION_1002" }] })).await;
        telecrm.assert_dropped(&[("fields.counsellor", "D12")]);
        assert_eq!(telecrm.leads()[0].fields.get("counsellor"), None);
        assert_eq!((telecrm.leads()[0].fields.len(), telecrm.leads()[0].actions.len()), (2, 1));
        telecrm.reset();
        let (status, answer) = sync_post(&telecrm, "lead", &json!({ "fields": fields })).await;
        assert_eq!((status, &answer["remarks"][0]["field"]), (201, &json!("fields.counsellor")));
        let path = format!("lead/{}", answer["lead_id"].as_str().expect("an id"));
        let update = json!({ "fields": { "counsellor": email } });
        assert_eq!(code(&sync_post(&telecrm, &path, &update).await), (400, "BAD_REQUEST"));
    }
    // The made-up team accepts every valid email.
    let telecrm = emulator().await;
    post(
        &telecrm,
        &json!({ "fields": { "phone": "9999999999", "counsellor": "nobody@example.com" } }),
    )
    .await;
    telecrm.assert_nothing_dropped();
}

#[tokio::test]
async fn point_2_page_and_log_show_a_confirmed_write_with_its_remarks() {
    let telecrm = emulator().await;
    let body = json!({ "fields": { "phone": "9999999999", "rating": 9, "contact_source": "web" } });
    let (_, answer) = sync_post(&telecrm, "lead", &body).await;
    let id = answer["lead_id"].as_str().expect("an id");
    assert_eq!(sync_post(&telecrm, "lead", &body).await.0, 409);
    sync_post(&telecrm, &format!("lead/{id}"), &json!({ "fields": { "status": "Old Enquiry" } }))
        .await;
    // A search writes nothing.
    sync_post(&telecrm, "lead/search", &json!({})).await;

    let deliveries = telecrm.deliveries();
    let paths: Vec<_> = deliveries
        .iter()
        .map(|delivery| (delivery.confirmed.as_deref(), delivery.status))
        .collect();
    let update = format!("lead/{id}");
    assert_eq!(paths, [(Some("lead"), 201), (Some("lead"), 409), (Some(&*update), 200)]);
    let codes = |violations: &[telecrm_emulator::Violation]| {
        violations.iter().map(|violation| violation.rule.id()).collect::<Vec<_>>()
    };
    let first = &deliveries[0];
    assert_eq!(
        (codes(&first.remarks), codes(&first.drops)),
        (vec!["D13"], vec!["D06"]),
        "no remark about a created label"
    );
    assert_eq!(
        (first.identifier.as_deref(), first.lead),
        (Some("919999999999"), LeadOutcome::Stored)
    );
    assert_eq!(deliveries[1].lead, LeadOutcome::Dropped);
    assert!(
        deliveries[1].message.as_deref().is_some_and(|message| message.contains("exists already"))
    );
    assert_eq!((codes(&deliveries[2].remarks), codes(&deliveries[2].drops)), (vec![], vec!["D15"]));
    let counters = telecrm.counters();
    assert_eq!((counters.confirmed, counters.queued, counters.refused), (3, 0, 0));
    assert_eq!((counters.stored, counters.with_drops), (0, 2));
    let json = get(&telecrm, "/emulator/deliveries").await;
    assert_eq!(
        (&json[0]["confirmed"], &json[0]["remarks"][0]["code"]),
        (&json!("lead"), &json!("D13"))
    );

    let page = client().get(format!("{}/", telecrm.url())).send().await.expect("a page");
    let page = page.text().await.expect("a page");
    for text in [
        "confirmed write",
        "stored, with 1 drop and 1 remark",
        "POST lead",
        "D13",
        "exists already",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let url = format!("{}/emulator/deliveries/1/curl", telecrm.url());
    let curl = client().get(url).send().await.expect("a command").text().await.expect("a command");
    assert!(curl.contains("/autoupdate/v2/enterprise/62ab16e0f1c2d3e4f5a6b7c8/lead'"), "{curl}");
    assert!(curl.contains("Bearer emulator-sync-token"), "{curl}");
}

#[tokio::test]
async fn point_2_faults_apply_to_confirmed_writes() {
    let telecrm = emulator().await;
    let body = json!({ "fields": { "phone": "9999999999" } });
    telecrm
        .set_faults(Faults::script([Some(Fault::ServerError), Some(Fault::CloseAfterProcessing)]));
    assert_eq!(sync_post(&telecrm, "lead", &body).await.0, 500);
    assert!(telecrm.leads().is_empty());
    let unanswered = sync(&telecrm, Method::POST, "lead").json(&body).send().await;
    assert!(unanswered.is_err());
    assert_eq!(telecrm.leads().len(), 1, "processed, and without a response");
    assert_eq!(sync_post(&telecrm, "lead", &body).await.0, 409);
    let faults: Vec<_> =
        telecrm.deliveries().iter().map(|delivery| (delivery.status, delivery.fault)).collect();
    assert_eq!(
        faults,
        [(500, Some("server_error")), (201, Some("close_after_processing")), (409, None)]
    );
}
