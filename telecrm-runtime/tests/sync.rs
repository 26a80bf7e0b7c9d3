//! Tests of the Sync API's client against a scripted server on loopback.
// Without a crypto provider no client can be built.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

use std::error::Error as _;
use std::time::Duration;

use telecrm_runtime::sync::{Client, ClientBuilder, Document, Error, Search};
use telecrm_runtime::{EnterpriseId, RetryPolicy, SyncToken};
use test_support::ManualClock;
use test_support::http::{Reply, Request, Server};

const TOKEN: &str = "s3cret-t0ken";
const TIMEOUT: Duration = Duration::from_secs(30);
const FIELDS: &str = r#"{"customFields":[{"type":"TEXT","apiName":"name","new":[1.0]}]}"#;

fn builder(url: &str) -> ClientBuilder {
    let enterprise_id = EnterpriseId::parse("acme").unwrap();
    Client::builder(enterprise_id, SyncToken::parse(TOKEN).unwrap())
        .base_url(url)
        .reads_per_second(1_000)
        .timeout(TIMEOUT)
        .retry(RetryPolicy::never())
}

fn client(url: &str) -> Client {
    builder(url).build().unwrap()
}

fn ok(body: &str) -> Reply {
    Reply::new("200 OK", "", body)
}

async fn outcome(reply: Reply) -> Result<Document, Error> {
    let server = Server::replies([reply]);
    client(&server.url()).custom_fields().await
}

/// Returns the error of a request, after a check that it contains no secret.
async fn refused(reply: Reply) -> Error {
    let error = outcome(reply).await.expect_err("the reply is not a success");
    let mut text = vec![error.to_string(), format!("{error:?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        text.push(cause.to_string());
        source = cause.source();
    }
    let text = text.join("\n");
    for secret in [TOKEN, "919999999999", "Jane", "127.0.0.1", "custom-fields"] {
        assert!(!text.contains(secret), "{text}");
    }
    error
}

#[tokio::test]
async fn requests_are_as_documented() {
    let server = Server::replies([ok(
        r#"{"id":"1","customFields":[],"customActions":[],"leadStages":[],"data":[],"total_count":0,"fields":{}}"#,
    )]);
    let client = client(&format!("{}/autoupdate/v2/", server.url()));
    client.metadata().await.unwrap();
    client.custom_fields().await.unwrap();
    client.custom_fields_summary().await.unwrap();
    client.custom_field("Preferred Date/₹").await.unwrap();
    client.custom_actions().await.unwrap();
    client.custom_action("ACTION_1001").await.unwrap();
    client.lead_stage_pipeline().await.unwrap();
    client.search(&Search::new().field("phone", "919999999999").skip(20).limit(5)).await.unwrap();
    client.lead("5f", true).await.unwrap();
    client.lead("5f", false).await.unwrap();

    let requests = server.requests();
    let lines: Vec<_> = requests.iter().map(Request::line).collect();
    let under = "/autoupdate/v2/enterprise/acme";
    assert_eq!(
        lines,
        [
            format!("GET {under}/metadata HTTP/1.1"),
            format!("GET {under}/custom-fields?detail=true HTTP/1.1"),
            format!("GET {under}/custom-fields?detail=false HTTP/1.1"),
            format!("GET {under}/custom-fields/Preferred%20Date%2F%E2%82%B9 HTTP/1.1"),
            format!("GET {under}/custom-actions?detail=true HTTP/1.1"),
            format!("GET {under}/custom-actions/ACTION_1001 HTTP/1.1"),
            format!("GET {under}/lead-stage-pipeline HTTP/1.1"),
            format!("POST {under}/lead/search?skip=20&limit=5 HTTP/1.1"),
            format!("GET {under}/lead/5f?includeActions=true HTTP/1.1"),
            format!("GET {under}/lead/5f?includeActions=false HTTP/1.1"),
        ]
    );
    assert_eq!(requests[7].header("content-type"), Some("application/json"));
    assert_eq!(requests[7].body, r#"{"fields":{"phone":"919999999999"}}"#);
    for request in &requests {
        assert_eq!(request.header("authorization"), Some(&*format!("Bearer {TOKEN}")));
        let agent = concat!("telecrm-runtime/", env!("CARGO_PKG_VERSION"));
        assert_eq!(request.header("user-agent"), Some(agent));
    }
}

#[tokio::test]
async fn response_is_kept_byte_for_byte() {
    let document = outcome(ok(FIELDS)).await.unwrap();
    assert_eq!(document.as_str(), FIELDS);
    assert_eq!(document.json()["customFields"][0]["apiName"], "name");
    assert!(!format!("{document:?}").contains("apiName"));
}

#[tokio::test]
async fn d31_401_reports_both_causes() {
    let body = r#"{"error":{"code":"NOT_AUTHORIZED","message":"s3cret-t0ken"}}"#;
    let error = refused(Reply::new("401 Unauthorized", "", body)).await;
    assert!(matches!(error, Error::Unauthorized));
    let text = error.to_string();
    assert!(text.contains("Async token") && text.contains("enterprise id"), "{text}");
    assert!(text.contains("Settings → Website and API"), "{text}");
    assert_eq!((error.status(), error.is_retryable()), (Some(401), false));
}

#[tokio::test]
async fn refusals_contain_only_telecrms_code() {
    let refusal = |status: &str, code: &str| {
        let body = format!(r#"{{"error":{{"code":"{code}","message":"Jane 919999999999"}}}}"#);
        refused(Reply::new(status, "", &body))
    };
    let error = refusal("404 Not Found", "ENTERPRISE_NOT_FOUND").await;
    assert!(matches!(error, Error::EnterpriseNotFound));
    let error = refusal("404 Not Found", "NOT_FOUND").await;
    assert_eq!(error.to_string(), "telecrm did not find the requested item (404, NOT_FOUND)");
    let error = refusal("404 Not Found", "no Jane").await;
    assert_eq!(error.to_string(), "telecrm did not find the requested item (404)");
    let error = refusal("403 Forbidden", "INVALID_LEAD").await;
    assert_eq!(error.to_string(), "telecrm refused the request (403, INVALID_LEAD)");
    assert_eq!((error.status(), error.is_retryable()), (Some(403), false));
}

#[tokio::test]
async fn temporary_failures_are_retryable_and_specify_the_wait() {
    let error = refused(Reply::new("429 Too Many Requests", "Retry-After: 7\r\n", "Jane")).await;
    assert!(matches!(error, Error::RateLimited { .. }));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_retryable());
    let error = refused(Reply::new("502 Bad Gateway", "", "Jane")).await;
    assert_eq!(error.to_string(), "telecrm returned a server error (502)");
    assert!(error.is_retryable());
    let error = refused(Reply::close()).await;
    assert!(matches!(error, Error::NoResponse { .. }));
    // Half of a response, with and without a length.
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"customFields\":[";
    let error = refused(Reply::raw(half)).await;
    assert!(matches!(error, Error::NoResponse { .. }), "{error:?}");
    let half = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"customFields\":[";
    let error = refused(Reply::raw(half)).await;
    assert!(error.to_string().contains("is incomplete JSON"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn request_ends_after_the_timeout_if_the_server_does_not_respond() {
    let clock = ManualClock::stop();
    let server = Server::replies([Reply::silence()]);
    let client = client(&server.url());
    let time_passes = clock.advance_after(server.withheld(1), TIMEOUT);
    let (outcome, ()) = futures_util::future::join(client.metadata(), time_passes).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::NoResponse { .. }) && error.is_retryable(), "{error:?}");
}

#[tokio::test]
async fn missing_connection_is_a_separate_error() {
    let url = Server::replies([ok("{}")]).url();
    let error = client(&url).metadata().await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }) && error.is_retryable());
}

#[tokio::test]
async fn d34_login_page_or_redirect_is_not_a_document() {
    let error = refused(ok("<html>Jane, please log in</html>")).await;
    assert!(error.to_string().contains("(200, ") && error.to_string().contains("HTML"));
    assert!(!error.is_retryable());
    let location = "Location: https://login.example/?token=s3cret-t0ken\r\n";
    let error = refused(Reply::new("302 Found", location, "")).await;
    assert!(error.to_string().contains("it redirects to login.example"), "{error}");
    let error = refused(Reply::new("204 No Content", "", "")).await;
    assert_eq!(error.status(), Some(204));
    let error = refused(ok(r#"{"customActions":[]}"#)).await;
    assert!(error.to_string().contains("does not contain the requested section"), "{error}");
    // Larger than any schema.
    let long = format!("{{\"customFields\":\"{}\"}}", "x".repeat(32 * 1024 * 1024));
    let error = outcome(ok(&long)).await.unwrap_err();
    assert!(error.to_string().contains("longer than 32 MiB"), "{error}");
}

#[tokio::test]
async fn temporary_failures_are_repeated() {
    let policy = RetryPolicy::default().base_backoff(Duration::ZERO).max_attempts(3);
    let failing = Reply::new("503 Service Unavailable", "", "");
    let server = Server::replies([Reply::close(), failing.clone(), ok(FIELDS)]);
    let client = builder(&server.url()).retry(policy).build().unwrap();
    assert_eq!(client.custom_fields().await.unwrap().as_str(), FIELDS);
    assert_eq!(server.connections(), 3);

    let server = Server::replies([failing]);
    let client = builder(&server.url()).retry(policy).build().unwrap();
    assert_eq!(client.custom_fields().await.unwrap_err().status(), Some(503));
    assert_eq!(server.connections(), 3);

    let server = Server::replies([Reply::new("401 Unauthorized", "", "")]);
    let client = builder(&server.url()).retry(policy).build().unwrap();
    assert_eq!(client.custom_fields().await.unwrap_err().status(), Some(401));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn name_with_special_characters_does_not_change_the_path() {
    let server = Server::replies([ok("{}")]);
    let client = client(&server.url());
    for name in ["", ".", ".."] {
        let error = client.custom_field(name).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest { .. }), "{name}");
    }
    assert!(matches!(
        client.search(&Search::new().limit(0)).await,
        Err(Error::InvalidRequest { .. })
    ));
    assert_eq!(server.connections(), 0);
    client.custom_field("%2e%2e").await.unwrap();
    let requests = server.requests();
    assert!(requests[0].path().ends_with("/custom-fields/%252e%252e"), "{requests:?}");
}
