//! Guard of an emulator: host names, origins and framing of requests.

mod common;

use common::{answer, client, emulator, get, post, raw, request, sync};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use telecrm_emulator::Emulator;

/// Every route, with an accepted method.
const ROUTES: [(&str, &str); 17] = [
    ("GET", "/"),
    ("GET", "/emulator/leads"),
    ("GET", "/emulator/deliveries"),
    ("GET", "/emulator/counters"),
    ("GET", "/emulator/health"),
    ("GET", "/emulator/wait?stored=0"),
    ("GET", "/emulator/events"),
    ("GET", "/emulator/page.css"),
    ("GET", "/emulator/page.js"),
    ("GET", "/emulator/login"),
    ("POST", "/emulator/reset"),
    ("POST", "/emulator/clock"),
    ("POST", "/emulator/tokens"),
    ("PUT", "/emulator/faults"),
    ("PUT", "/emulator/processing"),
    ("POST", "/autoupdate/v2/enterprise/62ab16e0f1c2d3e4f5a6b7c8/lead/search"),
    ("GET", "/nowhere"),
];

/// Returns the status and the whole text of the response.
async fn exchange(telecrm: &Emulator, text: &str) -> (u16, String) {
    let bytes = raw(telecrm, text.as_bytes()).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, text)
}

#[tokio::test]
async fn foreign_host_or_origin_is_refused_on_every_route() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    for (method, path) in ROUTES {
        for headers in [
            "host: example.com\r\n",
            "host: 127.0.0.1.nip.io\r\n",
            "host: localhost\r\norigin: https://example.com\r\n",
            "host: localhost\r\norigin: null\r\n",
            "",
        ] {
            let text = format!("{method} {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
            let (status, text) = exchange(&telecrm, &text).await;
            assert_eq!(status, 403, "{method} {path} {headers}: {text}");
            assert!(!text.contains("919999999999") && !text.contains("access-control"), "{text}");
        }
    }
    assert_eq!((telecrm.leads().len(), telecrm.deliveries().len()), (1, 1));
}

#[tokio::test]
async fn control_requests_without_an_origin_need_no_header() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    // The request of `curl -X POST …/emulator/reset`.
    let address = telecrm.url().trim_start_matches("http://").to_owned();
    let text = format!("POST /emulator/reset HTTP/1.1\r\nhost: {address}\r\naccept: */*\r\n\r\n");
    assert_eq!(exchange(&telecrm, &text).await.0, 204);
    assert!(telecrm.leads().is_empty());
    // The request of a browser for the form of the page.
    let form = format!(
        "POST /emulator/reset HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n\r\n"
    );
    assert_eq!(exchange(&telecrm, &form).await.0, 204);
}

#[tokio::test]
async fn preflight_gets_a_response_without_a_delivery_or_a_fault() {
    let telecrm = emulator().await;
    telecrm.set_faults(telecrm_emulator::Faults::once(telecrm_emulator::Fault::ServerError));
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let preflight = |origin: &str| {
        client()
            .request(Method::OPTIONS, &url)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .header("access-control-request-private-network", "true")
            .send()
    };
    let origin = "http://localhost:3000";
    let response = preflight(origin).await.expect("a response");
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
    assert_eq!(header("access-control-allow-origin"), origin);
    assert_eq!(header("access-control-allow-headers"), "authorization,content-type");
    assert!(header("access-control-allow-methods").contains("POST"));
    assert_eq!(header("access-control-allow-private-network"), "true");
    assert_eq!(header("vary"), "origin");
    let foreign = preflight("https://example.com").await.expect("a response");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    assert!(telecrm.deliveries().is_empty());

    // The fault applies to the request itself, and the page can read the response.
    for status in [500, 200] {
        let lead = json!({ "fields": { "phone": "9999999999" } });
        let sent = request(&telecrm).header("origin", origin).json(&lead).send().await;
        let sent = sent.expect("a response");
        assert_eq!(sent.status().as_u16(), status);
        assert_eq!(sent.headers()["access-control-allow-origin"], origin);
    }
    assert_eq!(telecrm.deliveries().len(), 2);
}

#[tokio::test]
async fn lead_from_a_foreign_page_is_a_refused_delivery() {
    let telecrm = emulator().await;
    let lead = json!({ "fields": { "phone": "9999999999" } });
    let sent = request(&telecrm).header("origin", "https://example.com").json(&lead);
    let (status, body) = answer(sent).await;
    assert_eq!((status, &body["error"]["code"]), (StatusCode::FORBIDDEN, &json!("FORBIDDEN")));
    let deliveries = get(&telecrm, "/emulator/deliveries").await;
    assert_eq!(deliveries[0]["status"], 403);
    assert!(telecrm.leads().is_empty());
}

#[tokio::test]
async fn content_length_with_chunked_encoding_is_refused() {
    let telecrm = emulator().await;
    let body = r#"{"fields":{"phone":"9999999999"}}"#;
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let head = |framing: &str| {
        format!(
            "POST /enterprise/{}/autoupdatelead HTTP/1.1\r\nhost: localhost\r\nauthorization: \
             Bearer {}\r\ncontent-type: application/json\r\n{framing}\r\n",
            telecrm.enterprise_id(),
            telecrm.async_token(),
        )
    };
    let length = format!("Content-Length: {}\r\n", chunked.len());
    let te = "Transfer-Encoding: chunked\r\n";
    for framing in [format!("{length}{te}"), format!("{te}{length}")] {
        let (status, text) = exchange(&telecrm, &format!("{}{chunked}", head(&framing))).await;
        assert_eq!(status, 400, "{framing}: {text}");
        assert!(text.contains("connection: close") && text.contains("not both"), "{text}");
    }
    assert!(telecrm.leads().is_empty());
    // The same applies after a valid request on the same connection.
    let good = format!("{}{body}", head(&format!("content-length: {}\r\n", body.len())));
    let two_requests = format!("{good}{}{chunked}", head(&format!("{te}{length}")));
    let (_, text) = exchange(&telecrm, &two_requests).await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("HTTP/1.1 400 "), "{text}");
    // A request with only one of the headers is accepted.
    for text in [good, format!("{}{chunked}", head(te))] {
        assert_eq!(exchange(&telecrm, &text).await.0, 200, "{text}");
    }
    assert_eq!(telecrm.counters().refused, 3);
}

#[tokio::test]
async fn prefix_of_the_sync_api_is_removed_once() {
    let telecrm = emulator().await;
    let path = format!("enterprise/{}/metadata", telecrm.enterprise_id());
    let url = format!("{}/autoupdate/v2/{path}", telecrm.sync_url());
    let twice = client().get(url).bearer_auth(telecrm.sync_token());
    assert_eq!(answer(twice).await.0, StatusCode::NOT_FOUND);
    let once: (StatusCode, Value) = answer(sync(&telecrm, Method::GET, "metadata")).await;
    assert_eq!(once.0, StatusCode::OK);
}

#[tokio::test]
async fn emulator_for_other_machines_checks_the_allowed_names() {
    let builder = Emulator::builder().schema_file(common::SCHEMA).host([0, 0, 0, 0]);
    let telecrm = builder.allow_host("telecrm.test").start().await.expect("a schema");
    assert!(telecrm.url().starts_with("http://127.0.0.1:"), "{}", telecrm.url());
    for (host, expected) in [("telecrm.test:80", 200), ("localhost", 200), ("example.com", 403)] {
        let text =
            format!("GET /emulator/leads HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(exchange(&telecrm, &text).await.0, expected, "{host}");
    }
}
