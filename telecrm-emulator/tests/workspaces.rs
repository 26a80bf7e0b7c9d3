//! Several workspaces in one emulator.

mod common;

use common::{answer, client};
use reqwest::StatusCode;
use serde_json::{Value, json};
use telecrm_emulator::{Emulator, Fault, Faults, StartError};

fn schema(enterprise: &str, field: &str) -> String {
    format!(
        "enterprise: {{ id: {enterprise}, name: {enterprise} & Co }}\ncustomFields:\n  \
         - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  \
         - {{ apiName: {field}, type: TEXT }}\n"
    )
}

async fn emulator() -> Emulator {
    let builder = Emulator::builder().schema_yaml(schema("acme", "city"));
    builder.schema_yaml(schema("gupta", "town")).start().await.expect("the schemas are valid")
}

async fn post(telecrm: &Emulator, enterprise: &str, field: &str) -> StatusCode {
    let url = format!("{}/enterprise/{enterprise}/autoupdatelead", telecrm.url());
    let body = json!({ "fields": { "phone": "9999999999", field: "Pune" } });
    let request = client().post(url).bearer_auth(telecrm.async_token()).json(&body);
    answer(request).await.0
}

async fn get(telecrm: &Emulator, path: &str) -> (StatusCode, Value) {
    answer(client().get(format!("{}{path}", telecrm.url()))).await
}

#[tokio::test]
async fn each_workspace_stores_its_own_leads() {
    let telecrm = emulator().await;
    assert_eq!(telecrm.enterprise_ids(), ["acme", "gupta"]);
    assert_eq!(telecrm.enterprise_id(), "acme");
    assert_eq!(post(&telecrm, "acme", "city").await, 200);
    assert_eq!(post(&telecrm, "gupta", "town").await, 200);
    assert_eq!(post(&telecrm, "gupta", "city").await, 200, "D17 in this workspace");
    assert_eq!(post(&telecrm, "other", "city").await, 404);

    let [acme, gupta] = ["acme", "gupta"].map(|id| telecrm.workspace(id).expect("a workspace"));
    assert!(telecrm.workspace("other").is_none());
    assert_eq!(acme.lead("9999999999").expect("stored").fields["city"], "Pune");
    assert_eq!(gupta.lead("9999999999").expect("stored").fields["town"], "Pune");
    gupta.assert_dropped(&[("fields.city", "D17")]);
    // The handle of all workspaces returns the data of all.
    assert_eq!((telecrm.leads().len(), telecrm.deliveries().len()), (2, 4));
    assert_eq!((telecrm.counters().stored, telecrm.counters().with_drops), (3, 1));
    telecrm.assert_dropped(&[("fields.city", "D17")]);

    // Over HTTP, the query chooses the workspace.
    let (_, leads) = get(&telecrm, "/emulator/leads?enterprise=gupta").await;
    assert_eq!(leads[0]["fields"]["town"], "Pune");
    let (_, leads) = get(&telecrm, "/emulator/leads").await;
    assert_eq!(leads[0]["fields"]["city"], "Pune", "the first workspace");
    let (status, error) = get(&telecrm, "/emulator/leads?enterprise=other").await;
    assert_eq!((status.as_u16(), &error["error"]["code"]), (404, &json!("ENTERPRISE_NOT_FOUND")));
}

#[tokio::test]
async fn each_workspace_has_its_own_tokens_faults_and_metadata() {
    let telecrm = emulator().await;
    let gupta = telecrm.workspace("gupta").expect("a workspace");
    assert!(gupta.revoke_token(telecrm.async_token()));
    assert_eq!(post(&telecrm, "gupta", "town").await, 401);
    assert_eq!(post(&telecrm, "acme", "city").await, 200, "valid for its own path");
    gupta.reset();
    assert_eq!(telecrm.leads().len(), 1, "only gupta was reset");
    gupta.set_faults(Faults::once(Fault::ServerError));
    assert_eq!(post(&telecrm, "acme", "city").await, 200);
    assert_eq!(post(&telecrm, "gupta", "town").await, 500);

    for (enterprise, field) in [("acme", "city"), ("gupta", "town")] {
        let url = format!("{}/enterprise/{enterprise}/custom-fields", telecrm.sync_url());
        let (status, fields) = answer(client().get(url).bearer_auth(telecrm.sync_token())).await;
        assert!(status == 200 && fields.to_string().contains(field), "{enterprise}: {fields}");
    }
}

#[tokio::test]
async fn deliveries_of_all_workspaces_are_watched() {
    let telecrm = emulator().await;
    let mut watch = telecrm.watch();
    post(&telecrm, "gupta", "town").await;
    assert_eq!(watch.next().await.len(), 1);
    post(&telecrm, "acme", "city").await;
    assert_eq!(watch.next().await.len(), 1);
}

#[tokio::test]
async fn page_shows_one_workspace_and_links_keep_it() {
    let telecrm = emulator().await;
    post(&telecrm, "gupta", "city").await;
    let page = async |path: &str| {
        let response = client().get(format!("{}{path}", telecrm.url())).send().await;
        response.expect("a page").text().await.expect("text")
    };
    let gupta = page("/?enterprise=gupta").await;
    assert!(gupta.contains("<option value=\"gupta\" selected>gupta &#38; Co</option>"), "{gupta}");
    for link in [
        "/?enterprise=gupta&#38;drop=D17",
        "/emulator/deliveries/1/curl?enterprise=gupta",
        "/emulator/reset?enterprise=gupta",
    ] {
        assert!(gupta.contains(link), "{link}\n{gupta}");
    }
    let curl = page("/emulator/deliveries/1/curl?enterprise=gupta").await;
    assert!(curl.contains("/enterprise/gupta/autoupdatelead"), "{curl}");
    let first = page("/").await;
    assert!(first.contains("<option value=\"acme\" selected>"), "{first}");
}

#[tokio::test]
async fn two_workspaces_with_one_enterprise_id_are_an_error() {
    let same = schema("acme", "city");
    let started = Emulator::builder().schema_yaml(&same).schema_yaml(&same).start().await;
    let error = started.expect_err("the ids are equal");
    assert!(matches!(&error, StartError::SameEnterprise { id, .. } if id == "acme"), "{error:?}");
}
