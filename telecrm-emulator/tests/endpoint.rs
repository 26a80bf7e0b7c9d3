//! Requests that the Async endpoint refuses, and the start and stop of an emulator.

mod common;

use std::{
    future::{Future as _, poll_fn},
    pin::pin,
    task::Poll,
};

use common::{answer, client, emulator, get, post, request};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use telecrm_emulator::{Emulator, LeadOutcome, StartError, Watch};

/// A valid body.
const GOOD: &str = r#"{"fields":{"phone":"9999999999"}}"#;

fn code(answer: &Value) -> &str {
    assert!(answer["error"]["message"].is_string(), "{answer}");
    answer["error"]["code"].as_str().expect("an error code")
}

/// Asserts that a request is refused, stores nothing, and counts as one delivery.
async fn assert_refused(
    telecrm: &Emulator,
    request: reqwest::RequestBuilder,
    status: u16,
    error: &str,
) {
    let before = telecrm.deliveries().len();
    let (got, body) = answer(request).await;
    assert_eq!((got.as_u16(), code(&body)), (status, error), "{body}");
    let deliveries = telecrm.deliveries();
    assert_eq!(deliveries.len(), before + 1);
    let last = &deliveries[before];
    assert_eq!((last.status, last.lead, &last.identifier), (status, LeadOutcome::Dropped, &None));
    assert!(last.drops.is_empty());
    let message = body["error"]["message"].as_str();
    if status == 401 {
        assert_eq!(message, Some("Invalid or missing access token."), "as documented");
        assert!(last.message.is_some() && last.message.as_deref() != message, "a longer reason");
    } else {
        assert_eq!(last.message.as_deref(), message, "the sender's reason");
        assert!(last.message.is_some());
    }
    assert!(telecrm.leads().is_empty());
}

async fn with_authorization(value: Option<&str>) {
    let telecrm = emulator().await;
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let mut request = client().post(url).header("content-type", "application/json").body(GOOD);
    if let Some(value) = value {
        request = request.header("authorization", value);
    }
    assert_refused(&telecrm, request, 401, "NOT_AUTHORIZED").await;
}

#[tokio::test]
async fn no_token_is_refused() {
    with_authorization(None).await;
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    with_authorization(Some("Bearer something-else")).await;
    with_authorization(Some("Basic emulator-async-token")).await;
    with_authorization(Some("emulator-async-token")).await;
}

#[tokio::test]
async fn d31_a_sync_token_is_refused() {
    with_authorization(Some("Bearer emulator-sync-token")).await;
}

#[tokio::test]
async fn d32_a_token_with_bearer_or_spaces_in_it_is_refused() {
    with_authorization(Some("Bearer Bearer emulator-async-token")).await;
    with_authorization(Some("Bearer  emulator-async-token")).await;
    with_authorization(Some("Bearer emulator-async -token")).await;
}

#[tokio::test]
async fn d33_another_enterprise_is_not_found() {
    let telecrm = emulator().await;
    for id in ["other", "%ff", "62AB16E0F1C2D3E4F5A6B7C8"] {
        let url = format!("{}/enterprise/{id}/autoupdatelead", telecrm.url());
        let request =
            client().post(url).bearer_auth(telecrm.async_token()).json(&json!({ "fields": {} }));
        assert_refused(&telecrm, request, 404, "ENTERPRISE_NOT_FOUND").await;
    }
}

#[tokio::test]
async fn path_near_a_documented_one_is_not_found_with_the_documented_path() {
    let telecrm = emulator().await;
    let id = telecrm.enterprise_id();
    for (path, is_near) in [
        ("/autoupdatelead".to_owned(), true),
        (format!("/enterprise/{id}/autoupdateleads"), true),
        (format!("/enterprise/{id}/enterprise/{id}/autoupdatelead"), true),
        (format!("/v2/Enterprise/{id}/AutoUpdateLead"), true),
        ("/favicon.ico".to_owned(), false),
    ] {
        let (status, body) = answer(client().post(format!("{}{path}", telecrm.url()))).await;
        assert_eq!((status.as_u16(), code(&body)), (404, "NOT_FOUND"), "{path}");
        let documented = "POST /enterprise/{enterpriseId}/autoupdatelead";
        let message = body["error"]["message"].as_str().expect("a message");
        assert_eq!(message.contains(documented), is_near, "{path}: {message}");
    }
}

#[tokio::test]
async fn the_token_comes_before_the_enterprise() {
    let telecrm = emulator().await;
    let url = format!("{}/enterprise/other/autoupdatelead", telecrm.url());
    assert_refused(&telecrm, client().post(url).json(&json!({})), 401, "NOT_AUTHORIZED").await;
}

#[tokio::test]
async fn body_that_is_not_a_request_is_refused() {
    let telecrm = emulator().await;
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"fields\"",
        "{}",
        r#"{"fields":null}"#,
        r#"{"fields":[]}"#,
        r#"{"fields":{"phone":"9999999999"},"actions":{}}"#,
        r#"{"fields":{"phone":"9999999999"},"actions":null}"#,
        r#"{"fields":{"phone":"9999999999"}} {}"#,
        &"[".repeat(100_000),
    ] {
        let request =
            request(&telecrm).header("content-type", "application/json").body(body.to_owned());
        assert_refused(&telecrm, request, 400, "BAD_REQUEST").await;
    }
    let not_utf_8 = b"{\"fields\":{\"phone\":\"\xff\"}}".to_vec();
    let request = request(&telecrm).header("content-type", "application/json").body(not_utf_8);
    assert_refused(&telecrm, request, 400, "BAD_REQUEST").await;
}

#[tokio::test]
async fn d02_nan_and_infinity_are_not_json() {
    let telecrm = emulator().await;
    for number in ["NaN", "Infinity", "-Infinity", "1e999"] {
        let body = format!(r#"{{"fields":{{"phone":"9999999999","deal_size":{number}}}}}"#);
        let request = request(&telecrm).header("content-type", "application/json").body(body);
        assert_refused(&telecrm, request, 400, "BAD_REQUEST").await;
    }
}

#[tokio::test]
async fn only_json_is_accepted() {
    let telecrm = emulator().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let request = request(&telecrm).header("content-type", content_type).body(GOOD);
        assert_refused(&telecrm, request, 400, "BAD_REQUEST").await;
    }
    assert_refused(&telecrm, request(&telecrm).body(GOOD), 400, "BAD_REQUEST").await;

    let request = request(&telecrm).header("content-type", "Application/JSON; charset=utf-8");
    assert_eq!(answer(request.body(GOOD)).await.0, StatusCode::OK);
    assert_eq!(telecrm.leads().len(), 1);
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let telecrm = emulator().await;
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = client().request(method, &url).bearer_auth(telecrm.async_token());
        assert_refused(&telecrm, request, 405, "METHOD_NOT_ALLOWED").await;
    }
    let answer = client().get(&url).send().await.expect("the emulator responds");
    assert_eq!(answer.headers()["allow"], "POST");
}

#[tokio::test]
async fn body_of_one_mebibyte_fits_and_one_more_byte_does_not() {
    let telecrm = emulator().await;
    let body_of = |length: usize| {
        let frame = r#"{"fields":{"phone":"9999999999","name":""}}"#;
        frame.replace(r#":"""#, &format!(r#":"{}""#, "x".repeat(length - frame.len())))
    };
    let send =
        |body: String| request(&telecrm).header("content-type", "application/json").body(body);
    assert_refused(&telecrm, send(body_of(1_048_577)), 413, "PAYLOAD_TOO_LARGE").await;
    assert_refused(&telecrm, send(body_of(20 * 1_048_576)), 413, "PAYLOAD_TOO_LARGE").await;
    assert_eq!(answer(send(body_of(1_048_576))).await.0, StatusCode::OK);
    assert_eq!(telecrm.leads().len(), 1);
}

#[tokio::test]
async fn last_value_of_a_repeated_key_is_stored() {
    let telecrm = emulator().await;
    let body = r#"{"fields":{"name":5,"phone":"1","phone":"9999999999","name":"Jane"}}"#;
    let request = request(&telecrm).header("content-type", "application/json").body(body);
    assert_eq!(answer(request).await.0, StatusCode::OK);
    assert_eq!(telecrm.leads()[0].fields["name"], "Jane");
    assert!(telecrm.deliveries()[0].drops.is_empty());
}

#[tokio::test]
async fn other_paths_are_not_found_and_not_deliveries() {
    let telecrm = emulator().await;
    for path in ["/enterprise", "/emulator", "/enterprise/x/y/autoupdatelead"] {
        let (status, body) = answer(client().post(format!("{}{path}", telecrm.url()))).await;
        assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "NOT_FOUND"));
    }
    let (status, _) = answer(client().get(format!("{}/emulator/reset", telecrm.url()))).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(telecrm.deliveries().is_empty());
}

/// Returns the identifiers of the next deliveries, which exist already.
async fn next_identifiers(watch: &mut Watch) -> Vec<String> {
    watch.next().await.into_iter().filter_map(|delivery| delivery.identifier).collect()
}

#[tokio::test]
async fn watch_returns_each_delivery_once_across_a_reset() {
    let telecrm = emulator().await;
    let lead = |phone: &str| json!({ "fields": { "phone": phone } });
    post(&telecrm, &lead("9999999990")).await;
    let mut watch = telecrm.watch();
    post(&telecrm, &lead("9999999991")).await;
    post(&telecrm, &lead("9999999992")).await;
    assert_eq!(next_identifiers(&mut watch).await, ["919999999991", "919999999992"]);
    telecrm.reset();
    post(&telecrm, &lead("9999999993")).await;
    assert_eq!(next_identifiers(&mut watch).await, ["919999999993"]);
    let mut next = pin!(watch.next());
    let waits = poll_fn(|cx| Poll::Ready(next.as_mut().poll(cx).is_pending())).await;
    assert!(waits, "for the next delivery");
}

#[tokio::test]
async fn deliveries_are_listed_newest_last_and_reset_discards_everything() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    post(&telecrm, &json!({ "fields": {} })).await;
    let deliveries = get(&telecrm, "/emulator/deliveries").await;
    assert_eq!(
        (&deliveries[0]["lead"], &deliveries[1]["lead"]),
        (&json!("stored"), &json!("dropped"))
    );

    let reset = client().post(format!("{}/emulator/reset", telecrm.url()));
    assert_eq!(reset.send().await.expect("the emulator responds").status(), StatusCode::NO_CONTENT);
    assert_eq!(get(&telecrm, "/emulator/leads").await, json!([]));
    assert_eq!(get(&telecrm, "/emulator/deliveries").await, json!([]));

    post(&telecrm, &json!({ "fields": { "phone": "8888888888" } })).await;
    telecrm.reset();
    assert!(telecrm.leads().is_empty() && telecrm.deliveries().is_empty());
}

#[tokio::test]
async fn emulators_of_one_process_are_independent() {
    let (first, second) = (emulator().await, emulator().await);
    post(&first, &json!({ "fields": { "phone": "9999999999" } })).await;
    assert_eq!((first.leads().len(), second.leads().len()), (1, 0));
}

#[tokio::test]
async fn concurrent_requests_are_stored_once_each() {
    let telecrm = emulator().await;
    let bodies: Vec<_> = (0..40)
        .map(|n| json!({ "fields": { "phone": format!("99999999{:02}", n % 20) }, "actions": [{ "type": "ACTION_1002" }] }))
        .collect();
    let sent: Vec<_> =
        bodies.iter().map(|body| tokio::spawn(request(&telecrm).json(body).send())).collect();
    for answer in sent {
        assert_eq!(answer.await.expect("no panic").expect("a response").status(), StatusCode::OK);
    }
    let leads = telecrm.leads();
    assert_eq!(leads.len(), 20);
    assert!(leads.iter().all(|lead| lead.actions.len() == 2));
    assert_eq!(telecrm.deliveries().len(), 40);
}

#[tokio::test]
async fn enterprise_id_is_from_the_builder_or_the_schema_or_the_default() {
    const NAMELESS: &str = "customFields: [{ apiName: phone, type: PHONE, isLeadid: true }]";
    let start =
        |builder: telecrm_emulator::Builder| async { builder.start().await.expect("a schema") };
    assert_eq!(emulator().await.enterprise_id(), "62ab16e0f1c2d3e4f5a6b7c8");
    assert_eq!(start(Emulator::builder().schema_yaml(NAMELESS)).await.enterprise_id(), "emulator");
    let named = Emulator::builder().schema_file(common::SCHEMA).enterprise_id("acme");
    assert_eq!(start(named).await.enterprise_id(), "acme");
}

/// Starts on a port outside the system's automatic range, so that no other test gets it between
/// two starts.
async fn on_a_reserved_port() -> (Emulator, u16) {
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).expect("below 10,000");
    for port in first.. {
        match Emulator::builder().schema_file(common::SCHEMA).port(port).start().await {
            Ok(telecrm) => return (telecrm, port),
            Err(StartError::Listen { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    unreachable!("no free port")
}

#[tokio::test]
async fn dropping_an_emulator_frees_its_port_immediately() {
    let (mut telecrm, port) = on_a_reserved_port().await;
    assert_eq!(telecrm.url(), format!("http://127.0.0.1:{port}"));
    let start = || Emulator::builder().schema_file(common::SCHEMA).port(port).start();
    assert!(matches!(start().await, Err(StartError::Listen { port: at, .. }) if at == port));

    for _ in 0..30 {
        // An open connection must not keep the emulator alive.
        let idle = std::net::TcpStream::connect(("127.0.0.1", port)).expect("the emulator listens");
        post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
        drop(telecrm);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        telecrm = start().await.expect("the port is free");
        assert!(telecrm.leads().is_empty());
        drop(idle);
    }
}

#[tokio::test]
async fn invalid_settings_are_an_error() {
    let no_schema = Emulator::builder().start().await;
    assert!(matches!(no_schema, Err(StartError::NoSchema)));
    let no_file = Emulator::builder().schema_file("no/such/file.yaml").start().await;
    assert!(matches!(no_file, Err(StartError::Schema(_))));
    let bad = Emulator::builder().schema_yaml("customFields: 5").start().await;
    assert!(matches!(bad, Err(StartError::Schema(_))));
    let shown = format!("{:?}", bad.expect_err("no schema"));
    assert!(
        shown.contains("the schema cannot be used") && shown.contains("customFields"),
        "{shown}"
    );
    let country = Emulator::builder().schema_file(common::SCHEMA).default_country_code("India");
    assert!(matches!(country.start().await, Err(StartError::CountryCode(_))));
}

#[test]
fn caller_that_blocks_its_thread_gets_a_response() {
    use std::io::{Read as _, Write as _};

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let telecrm = runtime.block_on(emulator());
    let mut stream = std::net::TcpStream::connect(telecrm.url().trim_start_matches("http://"))
        .expect("the emulator listens");
    let request = "GET /emulator/leads HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("the emulator reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the emulator responds");
    assert!(answer.ends_with("[]"), "{answer}");
}

#[tokio::test]
async fn validator_returns_the_same_drops() {
    let workspace = telecrm_schema::Schema::from_file(common::SCHEMA).expect("a schema");
    let validator = telecrm_schema::validate::Validator::new(&workspace);
    let body = json!({ "fields": { "phone": "9999999999", "rating": 9 } });
    let accepted = validator.accept(&body).expect("a request");
    let telecrm = emulator().await;
    post(&telecrm, &body).await;
    assert_eq!(accepted.violations, telecrm.deliveries()[0].drops);
    assert_eq!(accepted.lead.expect("stored").fields, telecrm.leads()[0].fields);
    assert!(validator.accept(&json!([])).is_err());
}

#[tokio::test]
async fn demo_workspace_starts() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");
    let telecrm = Emulator::builder().schema_file(schema).start().await.expect("the demo is valid");
    assert_eq!(telecrm.enterprise_id(), "62ab16e0f1c2d3e4f5a6b7c8");
}
