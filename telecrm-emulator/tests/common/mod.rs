//! An emulator and a client that talks to it over real HTTP.

#![allow(dead_code, reason = "each test binary uses a part of this")]
#![allow(unreachable_pub, reason = "shared by test binaries, exported by none")]

use std::time::SystemTime;

use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use telecrm_emulator::{Clock, Emulator};

pub const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema.yaml");

pub async fn emulator() -> Emulator {
    Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is good")
}

/// An emulator whose clock only moves if a test moves it.
pub async fn with_stopped_clock() -> (Emulator, Clock) {
    let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
    let builder = Emulator::builder().schema_file(SCHEMA).clock(clock.clone());
    (builder.start().await.expect("the schema is good"), clock)
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

/// A request to the Sync API with the right token.
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

/// Sends bytes as they are over a connection of their own, and reads until it is closed.
pub async fn raw(telecrm: &Emulator, bytes: &[u8]) -> Vec<u8> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let address = telecrm.url().trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    // It may close before it has read everything: that is an answer too.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}
