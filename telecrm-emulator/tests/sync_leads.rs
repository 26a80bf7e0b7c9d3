//! Leads in the Sync API: creation, search, reading and updates.

mod common;

use std::time::{Duration, SystemTime};

use common::{answer, emulator, post, sync, sync_get, sync_post};
use reqwest::Method;
use serde_json::{Value, json};
use telecrm_emulator::{Clock, Emulator};

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["error"]["code"].as_str().unwrap_or_default())
}

/// Returns the identifiers of the found leads, and the total count.
async fn found(telecrm: &Emulator, path: &str, body: Value) -> (Vec<String>, u64) {
    let (status, answer) = sync_post(telecrm, path, &body).await;
    assert_eq!(status, 200, "{answer}");
    let data = answer["data"].as_array().expect("data").iter();
    let phones = data.map(|lead| lead["fields"]["phone"].as_str().expect("a phone").to_owned());
    (phones.collect(), answer["total_count"].as_u64().expect("a count"))
}

async fn create(telecrm: &Emulator, body: Value) -> (String, Value) {
    let (status, answer) = sync_post(telecrm, "lead", &body).await;
    assert_eq!(status, 201, "{answer}");
    (answer["lead_id"].as_str().expect("an id").to_owned(), answer)
}

#[tokio::test]
async fn lead_is_created_from_valid_values_with_remarks_for_the_others() {
    let telecrm = emulator().await;
    let body = json!({
        "fields": { "phone": "9999999999", "name": "Jane", "rating": 9, "no": 1, "contact_source": "New" },
        "actions": [
            { "type": "1001", "fields": { "note": "a" } },
            { "type": "1001", "fields": { "note": "a", "sent_to": "jane" } },
            { "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "10000" },
            { "type": "ACTION_1001" },
        ],
        "source": "web",
    });
    let (id, answer) = create(&telecrm, body).await;
    assert_eq!(
        answer["actions"],
        json!([
            { "action_id": "000000000000000000000001", "status": "CREATED" },
            { "action_id": null, "status": "IGNORED" },
            { "action_id": "000000000000000000000002", "status": "CREATED" },
            { "action_id": null, "status": "IGNORED" },
        ])
    );
    let remarks = answer["remarks"].as_array().expect("remarks");
    let fields: Vec<_> =
        remarks.iter().map(|remark| remark["field"].as_str().expect("a path")).collect();
    // telecrm creates an unknown dropdown label without a remark.
    assert_eq!(
        fields,
        ["fields.rating", "fields.no", "source", "actions[1].fields.sent_to", "actions[3].type"]
    );
    assert!(
        remarks.iter().all(|remark| remark["status"] == "IGNORED" && remark["remark"].is_string())
    );
    let lead = &telecrm.leads()[0];
    assert_eq!(
        Value::from(lead.fields.clone()),
        json!({ "phone": "919999999999", "name": "Jane", "contact_source": "New" })
    );
    assert_eq!(
        (lead.id.as_str(), lead.actions[0]["type"].as_str()),
        (id.as_str(), Some("ACTION_1001"))
    );
}

#[tokio::test]
async fn existing_lead_is_a_conflict_in_any_spelling_of_its_phone() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    let again =
        sync_post(&telecrm, "lead", &json!({ "fields": { "phone": "+919999999999" } })).await;
    assert_eq!(code(&again), (409, "LEAD_ALREADY_EXISTS"));
    assert_eq!(telecrm.leads().len(), 1);
}

#[tokio::test]
async fn lead_without_an_identifier_is_a_bad_request() {
    let telecrm = emulator().await;
    for body in [
        json!({}),
        json!({ "fields": {} }),
        json!({ "fields": { "phone": "" } }),
        json!({ "fields": { "phone": "12" } }),
        json!({ "fields": [] }),
        json!({ "fields": { "phone": "9999999999" }, "actions": {} }),
        json!({ "fields": { "phone": "9999999999" }, "actions": [{ "type": "SYSTEM_NOTE" }] }),
        json!([]),
    ] {
        assert_eq!(code(&sync_post(&telecrm, "lead", &body).await), (400, "BAD_REQUEST"), "{body}");
    }
    let plain = sync(&telecrm, Method::POST, "lead").body(r#"{"fields":{"phone":"9999999999"}}"#);
    assert_eq!(answer(plain).await.0.as_u16(), 400);
    let broken = sync(&telecrm, Method::POST, "lead").header("content-type", "application/json");
    assert_eq!(answer(broken.body("{")).await.0.as_u16(), 400);
    assert!(telecrm.leads().is_empty());
}

#[tokio::test]
async fn update_returns_the_lead_and_ignores_unknown_fields_and_labels() {
    let telecrm = emulator().await;
    let (id, _) = create(
        &telecrm,
        json!({ "fields": { "phone": "9999999999", "name": "Jane", "enquiry_id": "E1" } }),
    )
    .await;
    let path = format!("lead/{id}");
    let changed =
        sync_post(&telecrm, &path, &json!({ "fields": { "status": "Fresh", "rating": 4 } })).await;
    let now = json!({ "fields": { "phone": "919999999999", "name": "Jane", "enquiry_id": "E1", "status": "Fresh", "rating": 4 } });
    assert_eq!(changed, (200, now.clone()));
    let left_out =
        json!({ "fields": { "status": "Old Enquiry", "nobody": 1, "enquiry_id": "E2" } });
    assert_eq!(sync_post(&telecrm, &path, &left_out).await, (200, now.clone()));

    let identifier = json!({ "fields": { "phone": "9999999999" } });
    assert_eq!(code(&sync_post(&telecrm, &path, &identifier).await), (403, "INVALID_LEAD"));
    let invalid = json!({ "fields": { "name": "Joe", "rating": 9 } });
    assert_eq!(code(&sync_post(&telecrm, &path, &invalid).await), (400, "BAD_REQUEST"));
    assert_eq!(code(&sync_post(&telecrm, &path, &json!({})).await), (400, "BAD_REQUEST"));
    assert_eq!(sync_get(&telecrm, &path).await, (200, now));
    for unknown in ["62ab16e", "00000000000000000000000f", "0", "x", "1"] {
        let missing =
            sync_post(&telecrm, &format!("lead/{unknown}"), &json!({ "fields": {} })).await;
        assert_eq!(code(&missing), (404, "LEAD_NOT_FOUND"), "{unknown}");
    }
}

#[tokio::test]
async fn lead_is_read_with_a_page_of_its_actions_newest_first() {
    let telecrm = emulator().await;
    let (id, _) = create(&telecrm, json!({ "fields": { "phone": "9999999999" } })).await;
    for note in ["a", "b", "c"] {
        let action = json!({ "actions": [{ "type": "1001", "fields": { "note": note } }] });
        assert_eq!(sync_post(&telecrm, &format!("lead/{id}/action"), &action).await.0, 200);
    }
    let get = |query: &str| format!("lead/{id}{query}");
    let (_, bare) = sync_get(&telecrm, &get("")).await;
    assert_eq!(bare, json!({ "fields": { "phone": "919999999999" } }));
    assert_eq!(sync_get(&telecrm, &get("?includeActions=false&limit=x")).await.1, bare);
    let (_, page) = sync_get(&telecrm, &get("?includeActions=true&skip=1&limit=1")).await;
    assert_eq!((&page["actions_skip"], &page["actions_limit"]), (&json!(1), &json!(1)));
    let actions = page["actions"].as_array().expect("actions");
    assert_eq!((actions.len(), &actions[0]["type"]), (1, &json!("1001")));
    assert_eq!(actions[0]["fields"], json!({ "note": "b" }));
    let (_, body) = sync_get(&telecrm, &get("?includeActions=true")).await;
    assert_eq!(
        (body["actions"].as_array().map(Vec::len), &body["actions_limit"]),
        (Some(3), &json!(10))
    );
    for bad in [
        "?includeActions=yes",
        "?includeActions=true&limit=0",
        "?includeActions=true&limit=101",
        "?includeActions=true&skip=-1",
    ] {
        assert_eq!(code(&sync_get(&telecrm, &get(bad)).await), (400, "BAD_REQUEST"), "{bad}");
    }
    assert_eq!(code(&sync_get(&telecrm, "lead/62ab16e").await), (404, "LEAD_NOT_FOUND"));
}

#[tokio::test]
async fn invalid_action_does_not_affect_the_other_actions() {
    let telecrm = emulator().await;
    let (id, _) = create(&telecrm, json!({ "fields": { "phone": "9999999999" } })).await;
    let path = format!("lead/{id}/action");
    let body = json!({ "actions": [
        { "type": "1002", "created_on": 5 },
        { "type": "1001", "fields": { "outcome": "Interested" }, "created_on": 5 },
        { "type": "9999" },
        { "type": "PAYMENT", "status": "PENDING", "currency": "INR" },
        5,
    ] });
    let (status, answer) = sync_post(&telecrm, &path, &body).await;
    assert_eq!((status, &answer["lead_id"]), (200, &json!(id)));
    let statuses: Vec<_> = answer["actions"]
        .as_array()
        .expect("actions")
        .iter()
        .map(|action| &action["status"])
        .collect();
    assert_eq!(statuses, ["IGNORED", "CREATED", "IGNORED", "IGNORED", "IGNORED"]);
    assert_eq!(telecrm.leads()[0].actions.len(), 1);

    for bad in [
        json!({}),
        json!({ "actions": {} }),
        json!({ "actions": [{ "type": "1002" }, { "type": "OUTGOING_CALL" }] }),
    ] {
        assert_eq!(code(&sync_post(&telecrm, &path, &bad).await), (400, "BAD_REQUEST"), "{bad}");
    }
    let missing = sync_post(&telecrm, "lead/62ab16e/action", &json!({ "actions": [] })).await;
    assert_eq!(code(&missing), (404, "LEAD_NOT_FOUND"));
    assert_eq!(telecrm.leads()[0].actions.len(), 1);
}

/// Starts an emulator with three leads, created on consecutive days.
async fn with_three_leads() -> Emulator {
    let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    let builder = Emulator::builder().schema_file(common::SCHEMA).clock(clock.clone());
    let telecrm = builder.start().await.expect("the schema is valid");
    for (n, status) in ["Fresh", "Contacted", "Fresh"].iter().enumerate() {
        let body = json!({
            "fields": { "phone": format!("999999999{n}"), "status": status, "interests": ["VIP"], "deal_size": n },
            "actions": [{ "type": if n == 1 { "ACTION_1001" } else { "ACTION_1002" } }],
        });
        post(&telecrm, &body).await;
        clock.advance(Duration::from_secs(24 * 60 * 60));
    }
    telecrm
}

const ALL: [&str; 3] = ["919999999992", "919999999991", "919999999990"];

#[tokio::test]
async fn search_returns_pages_newest_first() {
    let telecrm = with_three_leads().await;
    let search = |query: &str| format!("lead/search{query}");
    assert_eq!(found(&telecrm, &search(""), json!({})).await, (ALL.map(String::from).to_vec(), 3));
    let page = found(&telecrm, &search("?skip=1&limit=1"), json!({ "fields": {} })).await;
    assert_eq!(page, (vec![ALL[1].to_owned()], 3));
    assert_eq!(found(&telecrm, &search("?skip=9"), json!({})).await, (vec![], 3));
    let empty = sync(&telecrm, Method::POST, "lead/search");
    assert_eq!(answer(empty).await.1["total_count"], 3);
    for bad in ["?limit=0", "?limit=101", "?limit=x", "?limit=", "?skip=-1", "?skip=x"] {
        let refused = sync_post(&telecrm, &search(bad), &json!({})).await;
        assert_eq!(code(&refused), (400, "BAD_REQUEST"), "{bad}");
    }
    for bad in [json!([]), json!({ "fields": [] }), json!({ "actions": "1001" })] {
        let refused = sync_post(&telecrm, "lead/search", &bad).await;
        assert_eq!(code(&refused), (400, "BAD_REQUEST"), "{bad}");
    }
    let limit = sync_post(&telecrm, "lead/search?limit=101", &json!({})).await;
    assert_eq!(limit.1["error"]["message"], "Limit should be between 1 and 100");
}

#[tokio::test]
async fn search_ignores_case_and_combines_its_filters() {
    let telecrm = with_three_leads().await;
    let search =
        async |fields: Value| found(&telecrm, "lead/search", json!({ "fields": fields })).await.0;
    assert_eq!(search(json!({ "phone": "9999999991" })).await, [ALL[1]]);
    assert_eq!(search(json!({ "phone": "+919999999991" })).await, [ALL[1]]);
    assert_eq!(search(json!({ "status": "Fresh" })).await, [ALL[0], ALL[2]]);
    // Only statuses are case-sensitive.
    assert_eq!(search(json!({ "status": "fresh" })).await, [""; 0]);
    assert_eq!(search(json!({ "status": "Fres" })).await, [""; 0]);
    assert_eq!(
        search(json!({ "phone": ["9999999990", "+919999999992", "1"] })).await,
        [ALL[0], ALL[2]]
    );
    assert_eq!(search(json!({ "status": ["Contacted", "Enrolled"] })).await, [ALL[1]]);
    assert_eq!(search(json!({ "status": "Fresh", "deal_size": 2 })).await, [ALL[0]]);
    assert_eq!(search(json!({ "interests": "vip" })).await, ALL);
    assert_eq!(search(json!({ "nobody": 1 })).await, [""; 0]);
    assert_eq!(search(json!({ "deal_size": { "from": 1, "to": 2 } })).await, [ALL[0], ALL[1]]);
    let day = json!({ "from": "02/01/2026 00:00:00", "to": "02/01/2026 23:59:59" });
    assert_eq!(search(json!({ "created_on": day })).await, [ALL[1]]);
    assert_eq!(search(json!({ "modified_on": { "from": 1_767_398_400_000_u64 } })).await, [ALL[0]]);
}

#[tokio::test]
async fn search_filters_by_actions() {
    let telecrm = with_three_leads().await;
    let search = async |actions: Value| {
        found(&telecrm, "lead/search", json!({ "actions": actions })).await.0
    };
    assert_eq!(search(json!({ "type": "1001" })).await, [ALL[1]]);
    assert_eq!(search(json!({ "type": ["1001", "1002"] })).await, ALL);
    assert_eq!(
        search(json!({ "type": "1002", "performed_at": { "from": "03/01/2026" } })).await,
        [ALL[0]]
    );
    assert_eq!(search(json!({ "type": "ACTION_1001" })).await, [""; 0]);
    assert_eq!(search(json!({ "performed_by": "agent@example.com" })).await, [""; 0]);
    // A single action must match all filters.
    let first_day = json!({ "from": "01/01/2026 00:00:00", "to": "01/01/2026 23:59:59" });
    let filters = json!({ "type": ["1001", "1002"], "performed_at": first_day });
    assert_eq!(search(filters).await, [ALL[2]]);
    assert_eq!(search(json!({ "type": "1001", "performed_at": first_day })).await, [""; 0]);
}

#[tokio::test]
async fn payments_and_backdated_actions_are_found_by_their_own_time() {
    let telecrm = emulator().await;
    let body = json!({
        "fields": { "phone": "9999999999" },
        "actions": [
            { "type": "PAYMENT", "status": "COMPLETED", "currency": "INR", "amount": "5" },
            { "type": "ACTION_1001", "created_on": 1_600_000_000_000_u64 },
        ],
    });
    post(&telecrm, &body).await;
    let count = async |actions: Value| {
        found(&telecrm, "lead/search", json!({ "actions": actions })).await.1
    };
    assert_eq!(count(json!({ "type": "PAYMENT" })).await, 1);
    let then = json!({ "from": 1_599_999_999_999_u64, "to": 1_600_000_000_000_u64 });
    assert_eq!(count(json!({ "type": "1001", "performed_at": then })).await, 1);
    assert_eq!(count(json!({ "type": "PAYMENT", "performed_at": then })).await, 0);
}

#[tokio::test]
async fn actions_of_a_lead_are_searched_newest_first() {
    let telecrm = emulator().await;
    let (id, _) = create(&telecrm, json!({ "fields": { "phone": "9999999999" } })).await;
    for (code, note) in [("1001", "a"), ("1002", ""), ("1001", "b")] {
        let fields = if code == "1001" { json!({ "note": note }) } else { json!({}) };
        let action = json!({ "actions": [{ "type": code, "fields": fields }] });
        assert_eq!(sync_post(&telecrm, &format!("lead/{id}/action"), &action).await.0, 200);
    }
    let path = |query: &str| format!("lead/{id}/action/search{query}");
    let (status, body) = sync_post(&telecrm, &path(""), &json!({})).await;
    assert_eq!((status, &body["total_count"], &body["limit"]), (200, &json!(3), &json!(10)));
    let (_, page) = sync_post(&telecrm, &path("?skip=1&limit=5"), &json!({ "type": "1001" })).await;
    assert_eq!((&page["total_count"], &page["skip"]), (&json!(2), &json!(1)));
    assert_eq!(page["data"][0]["fields"], json!({ "note": "a" }));
    assert_eq!(page["data"][0]["type"], "1001");
    for filter in [json!({ "created_on": { "to": 5 } }), json!({ "performed_by": "a@example.com" })]
    {
        assert_eq!(sync_post(&telecrm, &path(""), &filter).await.1["total_count"], 0);
    }
    let since = json!({ "created_on": { "from": 5 }, "type": ["1002"] });
    assert_eq!(sync_post(&telecrm, &path(""), &since).await.1["total_count"], 1);
    assert_eq!(
        code(&sync_post(&telecrm, &path("?limit=101"), &json!({})).await),
        (400, "BAD_REQUEST")
    );
    let missing = sync_post(&telecrm, "lead/62ab16e/action/search", &json!({})).await;
    assert_eq!(code(&missing), (404, "LEAD_NOT_FOUND"));
}

#[tokio::test]
async fn search_results_can_contain_only_fields() {
    let builder = Emulator::builder().schema_file(common::SCHEMA).lead_ids(false);
    let telecrm = builder.start().await.expect("a schema");
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    let alone = json!([{ "fields": { "phone": "919999999999" } }]);
    let data = async || sync_post(&telecrm, "lead/search", &json!({})).await.1["data"].take();
    assert_eq!(data().await, alone);
    let set = async |text: &'static str| {
        let url = format!("{}/emulator/answers", telecrm.url());
        common::client().put(url).body(text).send().await.expect("a response").status().as_u16()
    };
    assert_eq!(set(r#"{"lead_ids":true}"#).await, 204);
    assert!(data().await[0]["id"].is_string());
    telecrm.show_lead_ids(false);
    assert_eq!(data().await, alone);
    assert_eq!(set("{}").await, 400);
}

#[tokio::test]
async fn team_members_are_listed_and_found() {
    let member = |name: &str, email: &str| telecrm_emulator::TeamMember::new(name, email);
    let team = (0..12).map(|n| member(&format!("Member {n}"), &format!("m{n}@example.com")));
    let deleted = member("Gone", "gone@example.com").status("Deleted");
    let builder = Emulator::builder().schema_file(common::SCHEMA).team(team.chain([deleted]));
    let telecrm = builder.start().await.expect("a schema");
    let (_, page) = sync_get(&telecrm, "team-members?skip=10").await;
    assert_eq!(
        (&page["total_count"], page["data"].as_array().map(Vec::len)),
        (&json!(12), Some(2))
    );
    assert_eq!(page["data"][0]["status"], "Active");
    let (_, page) = sync_get(&telecrm, "team-members?includeDeleted=true&limit=1").await;
    assert_eq!((&page["total_count"], &page["data"][0]["name"]), (&json!(13), &json!("Member 0")));
    let (status, member) = sync_get(&telecrm, "team-members/M3@example.com").await;
    assert_eq!((status, &member["email"]), (200, &json!("m3@example.com")));
    let missing = sync_get(&telecrm, "team-members/nobody@example.com").await;
    assert_eq!(code(&missing), (404, "TEAM_MEMBER_NOT_FOUND"));
    for bad in ["limit=11", "limit=0", "includeDeleted=1"] {
        let refused = sync_get(&telecrm, &format!("team-members?{bad}")).await;
        assert_eq!(code(&refused), (400, "BAD_REQUEST"), "{bad}");
    }
}

#[tokio::test]
async fn found_lead_can_be_read_by_its_id() {
    let telecrm = with_three_leads().await;
    let (_, answer) = sync_post(&telecrm, "lead/search?limit=1", &json!({})).await;
    let lead = &answer["data"][0];
    assert_eq!((&lead["status"], &lead["_id"]), (&json!("Fresh"), &lead["id"]));
    let (status, read) =
        sync_get(&telecrm, &format!("lead/{}", lead["_id"].as_str().expect("an id"))).await;
    assert_eq!((status, &read["fields"]), (200, &lead["fields"]));
}
