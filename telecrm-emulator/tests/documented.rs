//! Request bodies and responses from telecrm's documentation.

mod common;

use common::{answer, client, emulator, get, post, sync_get, sync_post};
use serde_json::json;

/// Async API: every example is queued, and stored without a drop.
#[tokio::test]
async fn async_examples_are_stored_without_drops() {
    let telecrm = emulator().await;
    let bodies = [
        json!({ "fields": { "phone": "919999999999" } }),
        json!({ "fields": { "name": "Jane Doe", "phone": "919999999999", "email": "jane.doe@example.com", "status": "Fresh" } }),
        json!({ "fields": {
            "name": "Jane Doe", "phone": "919999999999", "contact_source": "Website",
            "interests": ["VIP", "Returning"], "deal_size": 1000, "follow_up_date": "01/06/2026 10:30:00",
        } }),
        json!({
            "fields": { "name": "Jane Doe", "phone": "919999999999" },
            "actions": [{ "type": "ACTION_1001", "fields": { "note": "Site visit completed", "outcome": "Interested" } }],
        }),
        json!({
            "fields": { "phone": "919999999999" },
            "actions": [{ "type": "PAYMENT", "status": "COMPLETED", "currency": "INR", "amount": "5000" }],
        }),
    ];
    for body in &bodies {
        post(&telecrm, body).await;
    }
    telecrm.assert_nothing_dropped();
    let leads = telecrm.leads();
    assert_eq!((leads.len(), leads[0].actions.len(), leads[0].fields.len()), (1, 2, 8));
}

/// Sync API: create, search, read, update and append, in the order of the documentation.
#[tokio::test]
async fn sync_examples_get_the_documented_responses() {
    let telecrm = emulator().await;
    let (status, created) = sync_post(
        &telecrm,
        "lead",
        &json!({
            "fields": {
                "name": "Jane Doe", "phone": "919999999999", "email": "jane.doe@example.com",
                "contact_source": "Website", "interests": ["VIP", "Returning"], "deal_size": 1000,
            },
            "actions": [{ "type": "1001", "fields": { "note": "Site visit completed", "outcome": "Interested" } }],
        }),
    )
    .await;
    assert_eq!(status, 201);
    let id = created["lead_id"].as_str().expect("an id");
    assert_eq!(created["actions"][0]["status"], "CREATED");
    assert_eq!(created["remarks"], json!([]));

    let by_phone = json!({ "fields": { "phone": "919999999999" } });
    let (status, found) = sync_post(&telecrm, "lead/search", &by_phone).await;
    assert_eq!((status, &found["total_count"]), (200, &json!(1)));
    assert_eq!(found["data"][0]["fields"]["name"], "Jane Doe");

    let (status, read) =
        sync_get(&telecrm, &format!("lead/{id}?includeActions=true&limit=5")).await;
    assert_eq!(status, 200);
    assert_eq!(read["actions"][0]["type"], "1001");
    assert_eq!((&read["actions_skip"], &read["actions_limit"]), (&json!(0), &json!(5)));

    let change = json!({ "fields": { "status": "Contacted", "rating": 4 } });
    let (status, changed) = sync_post(&telecrm, &format!("lead/{id}"), &change).await;
    assert_eq!((status, &changed["fields"]["status"]), (200, &json!("Contacted")));
    assert!(changed.get("actions").is_none());

    let actions = json!({ "actions": [
        { "type": "1001", "fields": { "note": "Demo scheduled" } },
        { "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "10000" },
    ] });
    let (status, appended) = sync_post(&telecrm, &format!("lead/{id}/action"), &actions).await;
    assert_eq!((status, &appended["lead_id"]), (200, &json!(id)));
    let statuses = [&appended["actions"][0]["status"], &appended["actions"][1]["status"]];
    assert_eq!(statuses, ["CREATED", "CREATED"]);

    // A remark contains the path of the field, and the lead is created anyway.
    let body = json!({ "fields": { "phone": "918888888888", "rating": 7 } });
    let (status, created) = sync_post(&telecrm, "lead", &body).await;
    assert_eq!((status, created["remarks"].as_array().map(Vec::len)), (201, Some(1)));
    assert_eq!(created["remarks"][0]["field"], "fields.rating");
    assert_eq!(created["remarks"][0]["status"], "IGNORED");
}

/// The documented search by actions. The emulator supports its filters, but it has no calls.
#[tokio::test]
async fn example_with_an_action_filter_finds_nothing_without_an_error() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "919999999999", "status": "Enrolled" } })).await;
    let body = json!({
        "fields": { "status": ["Enrolled"] },
        "actions": {
            "type": ["OUTGOING_CALL"], "performed_by": "agent@example.com",
            "performed_at": { "from": "01/04/2026 00:00:00", "to": "30/04/2026 23:59:59" },
        },
    });
    let (status, found) = sync_post(&telecrm, "lead/search?limit=50", &body).await;
    assert_eq!((status, found), (200, json!({ "data": [], "total_count": 0 })));
}

/// D31 in its usual form: the Sync host with an Async token, and with the Async path.
#[tokio::test]
async fn d31_the_sync_host_for_an_async_token() {
    let telecrm = emulator().await;
    for path in ["autoupdatelead", "lead"] {
        let url = format!("{}/enterprise/{}/{path}", telecrm.sync_url(), telecrm.enterprise_id());
        let body = json!({ "fields": { "phone": "919999999999" } });
        let request = client().post(url).bearer_auth(telecrm.async_token()).json(&body);
        let (status, body) = answer(request).await;
        assert_eq!((status.as_u16(), &body["error"]["code"]), (401, &json!("NOT_AUTHORIZED")));
    }
    assert_eq!(get(&telecrm, "/emulator/leads").await, json!([]));
}
