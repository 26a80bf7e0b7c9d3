//! The example body of telecrm's documentation: typed and as JSON, compared as JSON values.
//!
//! `cargo-telecrm/tests/emulate.rs` sends the same body with curl.

use delivery_tests::Lead;
use delivery_tests::actions::SiteVisit;
use serde_json::Value;
use telecrm_emulator::Emulator;
use telecrm_runtime::{
    AsyncToken, Client, EnterpriseId, email, from_json, phone, reqwest, to_json,
};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");
const PAGE: &str = include_str!("../../../docs/where-to-find-it.md");

/// The body on the page.
fn documented() -> &'static str {
    let (_, rest) = PAGE.split_once("```json\n").expect("a block of JSON");
    rest.split_once("\n```").expect("the end of the block").0
}

fn typed() -> Lead {
    Lead::new(phone!("919999999999"))
        .name("Jane Doe")
        .email(email!("jane.doe@example.com"))
        .action(SiteVisit::new().note("Site visit completed"))
}

#[tokio::test]
async fn point_14_documented_body_is_equal_typed_and_as_json() {
    let telecrm = Emulator::builder().schema_file(SCHEMA).start().await.unwrap();
    let id = EnterpriseId::parse(telecrm.enterprise_id()).unwrap();
    let token = AsyncToken::parse(telecrm.async_token()).unwrap();
    let client = Client::builder(id, token).base_url(telecrm.url()).build().unwrap();
    client.send(&typed()).await.unwrap();
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(url).bearer_auth(telecrm.async_token());
    let request = request.header("Content-Type", "application/json").body(documented());
    assert_eq!(request.send().await.unwrap().text().await.unwrap(), r#"{"status":"QUEUED"}"#);

    telecrm.assert_nothing_dropped();
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let bodies: Vec<_> = telecrm.deliveries().iter().map(|delivery| json(&delivery.body)).collect();
    assert_eq!(bodies, [json(documented()), json(documented())]);
    assert_eq!(json(&to_json(&typed())), json(documented()));
    assert_eq!(from_json::<Lead>(documented()).unwrap(), typed());
}
