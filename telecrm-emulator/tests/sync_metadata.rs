//! Metadata endpoints of the Sync API, in both detail modes.

mod common;

use common::{answer, client, emulator, sync, sync_get, sync_post};
use reqwest::Method;
use serde_json::{Value, json};
use telecrm_emulator::Emulator;

/// A schema in the form of the metadata responses: wrapped, detailed, with ids.
const PULLED: &str = r##"
enterprise: { id: acme, name: Acme, teamSize: 11-50, leadIdentifierFieldId: f_phone, creationTimeStamp: 5 }
customFields:
  customFields:
    - { id: f_phone, apiName: phone, type: Phone, isLeadid: true, description: The number }
    - { id: f_src, apiName: source, type: dropdown, lockAfterCreate: true, options: [{ id: o_1, label: "010" }, "Yes"] }
    - { apiName: agent, type: activeUsers }
    - { apiName: odd, type: GEO, options: [A] }
customActions:
  customActions:
    - code: ACTION_7
      displayName: Visit
      score: 10
      source: USER
      id: a_7
      icon: map-pin
      createdOn: 1609459200000
      fieldSchema: { note: TEXT, outcome: { type: dropdown, options: [Good, Bad], required: true } }
      allowPredatedActivity: true
    - { code: INCOMING_CALL, displayName: Incoming call, source: SYSTEM, score: 2 }
leadStagePipeline:
  leadStages:
    - { stageid: s_1, stageType: open, visibility: false, activeStatuses: [{ statusid: st_1, label: Fresh, color: "#00ff00", formerly: [New] }], archivedStatuses: [Old] }
  activeLeadLostReasons: [{ reasonid: r_1, reasonLabel: Price, isDefault: true }]
  version: 3
codegen: { skip: [odd] }
"##;

async fn pulled() -> Emulator {
    Emulator::builder().schema_yaml(PULLED).start().await.expect("the schema is valid")
}

async fn ok(telecrm: &Emulator, path: &str) -> Value {
    let (status, body) = sync_get(telecrm, path).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

#[tokio::test]
async fn enterprise_contains_the_field_id_of_the_identifier() {
    assert_eq!(
        ok(&pulled().await, "metadata").await,
        json!({
            "id": "acme", "name": "Acme", "creationTimeStamp": 5, "teamSize": "11-50",
            "industry": "", "website": "", "leadIdentifierFieldId": "f_phone", "integrations": [],
        })
    );
    // If the schema has no ids, the made-up ids are consistent.
    let telecrm = emulator().await;
    let metadata = ok(&telecrm, "metadata").await;
    let phone = ok(&telecrm, "custom-fields/phone").await;
    assert_eq!(metadata["leadIdentifierFieldId"], phone["id"]);
    assert_eq!(phone["id"].as_str().map(str::len), Some(24));
    assert_eq!(ok(&emulator().await, "metadata").await, metadata);
}

#[tokio::test]
async fn summary_mode_lists_fields() {
    let telecrm = pulled().await;
    let summary = json!({ "customFields": [
        { "type": "PHONE", "apiName": "phone", "lockAfterCreate": false, "isLeadid": true },
        { "type": "DROPDOWN", "apiName": "source", "lockAfterCreate": true, "isLeadid": false, "options": ["010", "Yes"] },
        { "type": "ACTIVE_USERS", "apiName": "agent", "lockAfterCreate": false, "isLeadid": false },
        { "type": "GEO", "apiName": "odd", "lockAfterCreate": false, "isLeadid": false, "options": ["A"] },
    ] });
    assert_eq!(ok(&telecrm, "custom-fields").await, summary);
    assert_eq!(ok(&telecrm, "custom-fields?detail=false").await, summary);
}

#[tokio::test]
async fn detail_mode_lists_fields_and_single_fields_are_read() {
    let telecrm = pulled().await;
    let body = ok(&telecrm, "custom-fields?detail=true").await;
    let fields = body["customFields"].as_array().expect("a list");
    assert_eq!(
        fields[0],
        json!({
            "id": "f_phone", "type": "PHONE", "apiName": "phone", "lockAfterCreate": false,
            "isLeadid": true, "description": "The number",
        })
    );
    let options = fields[1]["options"].as_array().expect("options");
    assert_eq!(options[0], json!({ "id": "o_1", "label": "010" }));
    assert_eq!(options[1]["label"], "Yes");
    for field in fields {
        let path = format!("custom-fields/{}", field["apiName"].as_str().expect("a name"));
        assert_eq!(ok(&telecrm, &path).await, *field);
    }
    let (status, body) = sync_get(&telecrm, "custom-fields/Source").await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("NOT_FOUND")));
}

#[tokio::test]
async fn api_names_with_spaces_and_other_scripts_are_found() {
    let telecrm = emulator().await;
    for (path, name) in [
        ("custom-fields/Preferred%20Date", "Preferred Date"),
        ("custom-fields/%E0%A4%A8%E0%A4%BE%E0%A4%AE", "नाम"),
        ("custom-fields/contact_source", "contact_source"),
        ("custom-fields/Contact_Source", "Contact_Source"),
    ] {
        assert_eq!(ok(&telecrm, path).await["apiName"], name);
    }
}

#[tokio::test]
async fn both_modes_list_actions_including_telecrms_own() {
    let telecrm = pulled().await;
    assert_eq!(
        ok(&telecrm, "custom-actions").await,
        json!({ "customActions": [
            { "code": "ACTION_7", "displayName": "Visit", "score": 10, "source": "USER" },
            { "code": "INCOMING_CALL", "displayName": "Incoming call", "score": 2, "source": "SYSTEM" },
        ] })
    );
    let body = ok(&telecrm, "custom-actions?detail=true").await;
    let action = ok(&telecrm, "custom-actions/ACTION_7").await;
    assert_eq!(body["customActions"][0], action);
    for (key, value) in [
        ("id", json!("a_7")),
        ("icon", json!("map-pin")),
        ("createdOn", json!(1_609_459_200_000_u64)),
        ("allowPredatedActivity", json!({ "enabled": true })),
        ("definitionType", json!("USER_DEFINED")),
        ("displaySchema", json!({})),
        (
            "fieldSchema",
            json!({
                "note": { "type": "TEXT" },
                "outcome": { "type": "DROPDOWN", "options": ["Good", "Bad"], "required": true },
            }),
        ),
    ] {
        assert_eq!(action[key], value, "{key}");
    }
    for code in ["7", "action_7", "ACTION_8"] {
        let (status, body) = sync_get(&telecrm, &format!("custom-actions/{code}")).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("NOT_FOUND")));
    }
}

#[tokio::test]
async fn pipeline_contains_ids_and_archived_labels() {
    let pipeline = ok(&pulled().await, "lead-stage-pipeline").await;
    let stage = &pipeline["leadStages"][0];
    assert_eq!((&stage["stageid"], &stage["stageType"]), (&json!("s_1"), &json!("OPEN")));
    assert_eq!(stage["visibility"], false);
    assert_eq!(
        stage["activeStatuses"],
        json!([{ "statusid": "st_1", "label": "Fresh", "color": "#00ff00" }])
    );
    assert_eq!(stage["archivedStatuses"][0]["label"], "Old");
    assert_eq!(
        pipeline["activeLeadLostReasons"],
        json!([{ "reasonid": "r_1", "reasonLabel": "Price", "isDefault": true }])
    );
    assert_eq!(pipeline["archivedLeadLostReasons"], json!([]));
    assert_eq!(pipeline["version"], 3);
    assert!(pipeline["creationTimestamp"].is_number() && pipeline["lastModifiedBy"].is_string());
}

#[tokio::test]
async fn point_3_pipeline_without_stages_is_one_open_stage() {
    let yaml = "customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: status, type: STATUS }
leadStagePipeline:
  statuses: [{ statusid: t1, label: Fresh }]
  lostReasons: [{ reasonid: r1, reasonLabel: Price }]
";
    let telecrm = Emulator::builder().schema_yaml(yaml).start().await.expect("a valid schema");
    let pipeline = ok(&telecrm, "lead-stage-pipeline").await;
    let stage = &pipeline["leadStages"][0];
    assert_eq!(
        (&stage["stageType"], &stage["activeStatuses"][0]["label"]),
        (&json!("OPEN"), &json!("Fresh"))
    );
    assert_eq!(pipeline["activeLeadLostReasons"][0]["reasonLabel"], "Price");
    assert_eq!((pipeline.get("statuses"), pipeline.get("lostReasons")), (None, None));
}

/// The metadata responses form a schema that is equal to the original.
#[tokio::test]
async fn metadata_responses_are_an_equal_schema() {
    let first = pulled().await;
    let mut schema = serde_json::Map::new();
    schema.insert("enterprise".into(), ok(&first, "metadata").await);
    schema.insert("customFields".into(), ok(&first, "custom-fields?detail=true").await);
    schema.insert("customActions".into(), ok(&first, "custom-actions?detail=true").await);
    schema.insert("leadStagePipeline".into(), ok(&first, "lead-stage-pipeline").await);
    schema.insert("codegen".into(), json!({ "skip": ["odd"] }));
    let yaml = Value::Object(schema).to_string();
    let second = Emulator::builder().schema_yaml(yaml).start().await.expect("a schema again");
    for path in [
        "metadata",
        "custom-fields",
        "custom-fields?detail=true",
        "custom-actions",
        "custom-actions?detail=true",
        "lead-stage-pipeline",
    ] {
        assert_eq!(ok(&second, path).await, ok(&first, path).await, "{path}");
    }
}

#[tokio::test]
async fn unauthorized_requests_get_the_documented_errors() {
    let telecrm = emulator().await;
    let url = |id: &str| format!("{}/enterprise/{id}/metadata", telecrm.sync_url());
    let id = telecrm.enterprise_id();
    let ask = |url: String, token: &str| answer(client().get(url).bearer_auth(token));
    // D31: an Async token.
    for token in [telecrm.async_token(), "nobody", "Bearer emulator-sync-token"] {
        let (status, body) = ask(url(id), token).await;
        assert_eq!((status.as_u16(), &body["error"]["code"]), (401, &json!("NOT_AUTHORIZED")));
    }
    let (status, body) = answer(client().get(url(id))).await;
    assert_eq!((status.as_u16(), &body["error"]["code"]), (401, &json!("NOT_AUTHORIZED")));
    // D33: another enterprise.
    let (status, body) = ask(url("other"), telecrm.sync_token()).await;
    assert_eq!((status.as_u16(), &body["error"]["code"]), (404, &json!("ENTERPRISE_NOT_FOUND")));
}

#[tokio::test]
async fn unknown_paths_and_other_methods_are_refused() {
    let telecrm = emulator().await;
    for path in ["", "x", "lead/1/2/3", "lead/search/x", "custom-fields/a/b"] {
        let (status, body) = sync_get(&telecrm, path).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("NOT_FOUND")), "{path}");
    }
    assert_eq!(sync_post(&telecrm, "metadata", &json!({})).await.0, 405);
    assert_eq!(sync_get(&telecrm, "lead/search").await.0, 405);
    let delete = sync(&telecrm, Method::DELETE, "lead/1").send().await.expect("a response");
    assert_eq!(
        (delete.status().as_u16(), &delete.headers()["allow"]),
        (405, &"GET, POST".parse().expect("a header"))
    );
    let (status, body) = sync_get(&telecrm, "custom-fields?detail=yes").await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("BAD_REQUEST")));
    // Requests to the Sync API are not deliveries.
    assert!(telecrm.deliveries().is_empty());
}
