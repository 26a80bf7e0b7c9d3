//! An emulator, and an HTTP client for it.

#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(unreachable_pub, reason = "shared by test binaries, exported by none")]

use std::time::SystemTime;

use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use telecrm_emulator::{Clock, Emulator};

pub const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema.yaml");

pub async fn emulator() -> Emulator {
    Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is valid")
}

/// Starts an emulator with a stopped clock.
pub async fn with_stopped_clock() -> (Emulator, Clock) {
    let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
    let builder = Emulator::builder().schema_file(SCHEMA).clock(clock.clone());
    (builder.start().await.expect("the schema is valid"), clock)
}

pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client without TLS")
}

/// Returns a request to the Async endpoint with a valid token and without a body.
pub fn request(telecrm: &Emulator) -> RequestBuilder {
    client()
        .post(format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id()))
        .bearer_auth(telecrm.async_token())
}

/// Posts a body, and asserts that it is queued.
pub async fn post(telecrm: &Emulator, body: &Value) {
    let (status, answer) = answer(request(telecrm).json(body)).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "status": "QUEUED" })));
}

pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.expect("the emulator responds");
    let status = response.status();
    (status, response.json().await.expect("a JSON response"))
}

pub async fn get(telecrm: &Emulator, path: &str) -> Value {
    let (status, body) = answer(client().get(format!("{}{path}", telecrm.url()))).await;
    assert_eq!(status, StatusCode::OK);
    body
}

/// Returns a request to the Sync API with a valid token.
pub fn sync(telecrm: &Emulator, method: reqwest::Method, path: &str) -> RequestBuilder {
    let url = format!("{}/enterprise/{}/{path}", telecrm.sync_url(), telecrm.enterprise_id());
    client().request(method, url).bearer_auth(telecrm.sync_token())
}

pub async fn sync_get(telecrm: &Emulator, path: &str) -> (u16, Value) {
    let (status, body) = answer(sync(telecrm, reqwest::Method::GET, path)).await;
    (status.as_u16(), body)
}

pub async fn sync_post(telecrm: &Emulator, path: &str, body: &Value) -> (u16, Value) {
    let (status, body) = answer(sync(telecrm, reqwest::Method::POST, path).json(body)).await;
    (status.as_u16(), body)
}

/// Sends bytes over a new connection, and reads until the emulator closes it.
pub async fn raw(telecrm: &Emulator, bytes: &[u8]) -> Vec<u8> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let address = telecrm.url().trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("the emulator listens");
    // The emulator may close the connection before it has read everything.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}
