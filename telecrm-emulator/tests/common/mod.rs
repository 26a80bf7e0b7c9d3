//! An emulator and a client that talks to it over real HTTP.

#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(unreachable_pub, reason = "shared by test binaries, exported by none")]

use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use telecrm_emulator::Emulator;

pub const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema.yaml");

pub async fn emulator() -> Emulator {
    Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is good")
}

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client without TLS")
}

/// The Async endpoint with the right token, and no body yet.
pub fn request(telecrm: &Emulator) -> RequestBuilder {
    client()
        .post(format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id()))
        .bearer_auth(telecrm.async_token())
}

/// Posts a body that telecrm queues.
pub async fn post(telecrm: &Emulator, body: &Value) {
    let (status, answer) = answer(request(telecrm).json(body)).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "status": "QUEUED" })));
}

pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.expect("the emulator answers");
    let status = response.status();
    (status, response.json().await.expect("a JSON answer"))
}

pub async fn get(telecrm: &Emulator, path: &str) -> Value {
    let (status, body) = answer(client().get(format!("{}{path}", telecrm.url()))).await;
    assert_eq!(status, StatusCode::OK);
    body
}
