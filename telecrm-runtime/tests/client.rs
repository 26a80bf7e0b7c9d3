//! Tests of the client against a scripted server on loopback.
// Without a crypto provider no client can be built.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use std::error::Error as _;
use std::time::Duration;

use common::{TestAction, TestLead, Visit};
use futures_util::FutureExt as _;
use telecrm_runtime::queue::DeliverySteps as _;
use telecrm_runtime::{
    ActionDelivery, AsyncToken, Client, EnterpriseId, Error, PreparedLead, Receipt, RetryPolicy,
    phone, to_json,
};
use test_support::ManualClock;
use test_support::http::{QUEUED, Reply, Server};
use tokio::time::Instant;

const TOKEN: &str = "s3cret-t0ken";
const TIMEOUT: Duration = Duration::from_secs(30);

/// Returns a client that makes one request for each lead.
fn client(enterprise_id: &str, url: &str) -> Client {
    let enterprise_id = EnterpriseId::parse(enterprise_id).unwrap();
    Client::builder(enterprise_id, AsyncToken::parse(TOKEN).unwrap())
        .base_url(url)
        .timeout(TIMEOUT)
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

fn lead() -> TestLead {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.name = Some("Jane Doe".into());
    lead
}

/// Returns the error of a request, after a check that it contains no secret.
async fn refused(reply: Reply) -> Error {
    let server = Server::replies([reply]);
    let outcome = client("acme", &server.url()).send(&lead()).await;
    error_without_secrets(outcome)
}

fn error_without_secrets(outcome: Result<Receipt, Error>) -> Error {
    let error = outcome.expect_err("the reply is not a success");
    let mut text = vec![error.to_string(), format!("{error:?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        text.push(cause.to_string());
        source = cause.source();
    }
    let text = text.join("\n");
    for secret in [TOKEN, "919999999999", "Jane", "127.0.0.1", "autoupdatelead"] {
        assert!(!text.contains(secret), "{text}");
    }
    error
}

#[tokio::test]
async fn d34_queued_is_success_and_the_request_is_as_documented() {
    let server = Server::replies([Reply::queued()]);
    let url = server.url();
    let receipt = client("acme", &format!("{url}/")).send(&lead()).await.unwrap();
    assert_eq!(receipt.actions(), ActionDelivery::None);
    assert!(receipt.unconfirmed().is_empty());

    let request = server.requests().remove(0);
    let body = &request.body;
    assert_eq!(request.line(), "POST /enterprise/acme/autoupdatelead HTTP/1.1");
    let mut headers: Vec<_> = request.head.lines().skip(1).map(str::to_ascii_lowercase).collect();
    headers.sort();
    let host = url.strip_prefix("http://").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        headers,
        [
            "accept: */*".to_owned(),
            format!("authorization: bearer {TOKEN}"),
            format!("content-length: {}", body.len()),
            "content-type: application/json".to_owned(),
            format!("host: {host}"),
            format!("user-agent: telecrm-runtime/{version}"),
        ]
    );
    assert_eq!(body, r#"{"fields":{"phone":"919999999999","Full Name":"Jane Doe"}}"#);
    assert_eq!(*body, to_json(&lead()));
}

#[tokio::test]
async fn send_can_be_spawned_and_reports_its_actions() {
    let server = Server::replies([Reply::queued()]);
    let mut lead = lead();
    lead.actions.push(TestAction::Visit(Visit::default()));
    let sending = tokio::spawn(client("acme", &server.url()).send(&lead));
    assert_eq!(sending.await.unwrap().unwrap().actions(), ActionDelivery::Queued);
    let request = server.requests().remove(0);
    assert!(request.body.ends_with(r#""actions":[{"type":"ACTION_1001","fields":{}}]}"#));
}

#[tokio::test]
async fn d31_401_reports_both_causes() {
    let body = r#"{"error":{"code":"NOT_AUTHORIZED","message":"s3cret-t0ken"}}"#;
    let error = refused(Reply::new("401 Unauthorized", "", body)).await;
    assert!(matches!(error, Error::Unauthorized));
    let text = error.to_string();
    assert!(text.contains("Sync token") && text.contains("enterprise id"), "{text}");
    assert!(text.contains("Settings → Website and API"), "{text}");
    assert_eq!(error.status(), Some(401));
    assert!(!error.is_retryable() && !error.is_ambiguous());
}

#[tokio::test]
async fn other_refusals_contain_only_telecrms_code() {
    let body = r#"{"error":{"code":"ENTERPRISE_NOT_FOUND","message":"Jane 919999999999"}}"#;
    let error = refused(Reply::new("404 Not Found", "", body)).await;
    assert!(matches!(error, Error::EnterpriseNotFound), "{error:?}");
    assert!(!error.is_retryable() && !error.is_ambiguous());
    let error = refused(Reply::new("400 Bad Request", "", "Jane")).await;
    assert_eq!(error.to_string(), "telecrm refused the request (400)");
}

#[tokio::test]
async fn only_a_refusal_by_telecrm_has_an_envelope() {
    let envelope = r#"{"error":{"code":"BAD_REQUEST","message":"Jane 919999999999"}}"#;
    let of_another = ["", "<html>403</html>", r#"{"code":"BAD_REQUEST","message":"blocked"}"#];
    for status in [
        "400 Bad Request",
        "403 Forbidden",
        "404 Not Found",
        "405 Method Not Allowed",
        "408 Request Timeout",
        "429 Too Many Requests",
        "500 Internal Server Error",
        "503 Service Unavailable",
    ] {
        let error = refused(Reply::new(status, "", envelope)).await;
        assert!(error.has_telecrm_envelope(), "{error:?}");
        for body in of_another {
            let error = refused(Reply::new(status, "", body)).await;
            assert!(!error.has_telecrm_envelope(), "{error:?}: {body}");
        }
    }
    let unknown = r#"{"error":{"code":"ENTERPRISE_NOT_FOUND","message":"no"}}"#;
    assert!(refused(Reply::new("404 Not Found", "", unknown)).await.has_telecrm_envelope());
    // A success with telecrm's envelope, and a login page.
    assert!(refused(Reply::new("200 OK", "", envelope)).await.has_telecrm_envelope());
    assert!(!refused(Reply::new("200 OK", "", "<html></html>")).await.has_telecrm_envelope());
    // A 401 concerns every request, so its body is not read.
    assert!(!refused(Reply::new("401 Unauthorized", "", envelope)).await.has_telecrm_envelope());
    assert!(!refused(Reply::close()).await.has_telecrm_envelope());
}

#[tokio::test]
async fn envelope_after_an_ambiguous_request_is_that_of_the_last_response() {
    let envelope = r#"{"error":{"code":"BAD_REQUEST","message":"no"}}"#;
    for (body, expected) in [(envelope, true), ("", false)] {
        let replies = [Reply::close(), Reply::new("400 Bad Request", "", body)];
        let server = Server::replies(replies);
        let client = Client::builder(
            EnterpriseId::parse("acme").unwrap(),
            AsyncToken::parse(TOKEN).unwrap(),
        )
        .base_url(server.url())
        .retry(RetryPolicy::default().base_backoff(Duration::ZERO))
        .build()
        .unwrap();
        let error = client.send(&lead()).await.unwrap_err();
        assert!(matches!(error, Error::EarlierUnconfirmed { .. }), "{error:?}");
        assert_eq!(error.has_telecrm_envelope(), expected);
        let last = error.source().and_then(|cause| cause.downcast_ref::<Error>());
        assert!(matches!(last, Some(Error::Rejected { status: 400, .. })), "{error:?}");
    }
}

#[tokio::test]
async fn rate_limit_may_specify_the_wait_in_seconds_or_as_a_date() {
    let dates =
        "Date: Fri, 01 May 2026 12:00:00 GMT\r\nRetry-After: Fri, 01 May 2026 12:01:30 GMT\r\n";
    for (headers, wait) in [("Retry-After: 120\r\n", Some(120)), (dates, Some(90)), ("", None)] {
        let error = refused(Reply::new("429 Too Many Requests", headers, "")).await;
        assert!(matches!(error, Error::RateLimited { .. }));
        assert_eq!(error.retry_after(), wait.map(Duration::from_secs));
        assert!(error.is_retryable() && !error.is_ambiguous());
    }
}

#[tokio::test]
async fn d36_failing_server_may_have_received_the_lead() {
    let error = refused(Reply::new("500 Internal Server Error", "", "oops")).await;
    assert!(matches!(error, Error::Server { status: 500, .. }));
    assert!(error.is_retryable() && error.is_ambiguous());
    let error = refused(Reply::new("503 Service Unavailable", "Retry-After: 3\r\n", "")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert!(error.is_retryable() && !error.is_ambiguous(), "the server did not accept the request");
}

#[tokio::test]
async fn d34_200_that_is_not_queued_is_an_error() {
    let html = Reply::new("200 OK", "Content-Type: text/html\r\n", "<html>Sign in, Jane</html>");
    let error = refused(html).await;
    assert!(error.to_string().contains("it is an HTML page"), "{error}");
    for body in [r#"{"status":"OK"}"#, r#"{"status":"queued"}"#, "", "[]"] {
        let error = refused(Reply::new("200 OK", "", body)).await;
        assert!(matches!(error, Error::NotQueued { .. }), "{body}");
        assert_eq!(error.status(), Some(200));
        assert!(!error.is_retryable() && error.is_ambiguous());
    }
    let error = refused(Reply::new("201 Created", "", QUEUED)).await;
    assert_eq!(error.status(), Some(201));
    let error = refused(Reply::new("200 OK", "", " ".repeat(70_000))).await;
    assert!(error.to_string().contains("it is longer than 64 KiB"), "{error}");
}

#[tokio::test]
async fn d34_redirect_is_not_followed_and_the_error_contains_only_its_host() {
    let location = "Location: https://login.example.com/?next=919999999999\r\n";
    let error = refused(Reply::new("302 Found", location, QUEUED)).await;
    assert!(error.to_string().contains("(302:"), "{error}");
    assert!(error.to_string().contains("it redirects to login.example.com)"), "{error}");
    assert!(!error.is_retryable() && error.is_ambiguous());
}

#[tokio::test]
async fn d36_missing_response_is_ambiguous() {
    let truncated = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"status\":\"QUE".to_owned();
    let halfway = "HTTP/1.1 200".to_owned();
    let nonsense = "SSH-2.0-OpenSSH\r\n".to_owned();
    for reply in [
        Reply::close_unread(),
        Reply::close(),
        Reply::raw(truncated),
        Reply::raw(halfway),
        Reply::raw(nonsense),
    ] {
        let error = refused(reply).await;
        assert!(matches!(error, Error::NoResponse { .. }), "{error:?}");
        assert!(error.is_retryable() && error.is_ambiguous());
        assert_eq!(error.status(), None);
    }
}

#[tokio::test]
async fn cause_of_an_error_keeps_its_type_in_clones_of_the_error() {
    use telecrm_runtime::reqwest;

    let no_server = Server::replies([Reply::queued()]).url();
    let closing = Server::replies([Reply::close()]);
    for (url, is_connect) in [(no_server, true), (closing.url(), false)] {
        let error = client("acme", &url).send(&lead()).await.unwrap_err();
        let cause = error.source().and_then(|cause| cause.downcast_ref::<reqwest::Error>());
        assert_eq!(cause.map(reqwest::Error::is_connect), Some(is_connect), "{error:?}");
        let clone = error.clone();
        let cause_of_clone = clone.source().and_then(|cause| cause.downcast_ref());
        assert!(
            cause_of_clone.zip(cause).is_some_and(|(cloned, cause)| std::ptr::eq(cloned, cause))
        );
        assert_eq!(format!("{clone:?}"), format!("{error:?}"));
    }
}

#[tokio::test(start_paused = true)]
async fn d36_request_without_a_response_ends_after_the_timeout_and_is_ambiguous() {
    let (clock, began) = (ManualClock::stop(), Instant::now());
    let server = Server::replies([Reply::silence()]);
    let time_passes = clock.advance_after(server.withheld(1), TIMEOUT);
    let sending = client("acme", &server.url()).send(&lead());
    let (outcome, ()) = futures_util::future::join(sending, time_passes).await;
    let error = error_without_secrets(outcome);
    assert!(matches!(error, Error::NoResponse { .. }), "{error:?}");
    assert!(error.is_retryable() && error.is_ambiguous());
    assert_eq!(began.elapsed(), TIMEOUT);
}

#[tokio::test]
async fn lead_without_a_connection_was_not_sent() {
    let url = Server::replies([Reply::queued()]).url();
    let error = client("acme", &url).send(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
    assert!(error.is_retryable() && !error.is_ambiguous());
}

#[tokio::test]
async fn d33_lead_of_another_enterprise_is_refused_before_it_is_sent() {
    let server = Server::replies([Reply::queued()]);
    let error = client("zenith", &server.url()).send(&lead()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lead belongs to enterprise acme, but the client sends to enterprise zenith"
    );
    assert!(!error.is_retryable() && !error.is_ambiguous());
    assert_eq!(server.connections(), 0);
}

#[test]
fn client_is_shareable_and_its_debug_output_has_no_token() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}

    let client = client("acme", "http://127.0.0.1:1");
    shared(&client);
    assert!(!format!("{client:?}").contains(TOKEN));
}

#[tokio::test(start_paused = true)]
async fn d34_http_settings_of_the_caller_do_not_change_the_errors() {
    use telecrm_runtime::reqwest::redirect::Policy;

    let (clock, began) = (ManualClock::stop(), Instant::now());
    let elsewhere = Server::replies([Reply::queued()]);
    let location = format!("Location: {}/\r\n", elsewhere.url());
    let redirect = Server::replies([Reply::new("307 Temporary Redirect", &location, "")]);
    let silent = Server::replies([Reply::silence()]);
    let client = |server: &Server| {
        let token = AsyncToken::parse(TOKEN).unwrap();
        Client::builder(EnterpriseId::parse("acme").unwrap(), token)
            .base_url(server.url())
            .timeout(TIMEOUT)
            .retry(RetryPolicy::never())
            .http(|http| {
                http.redirect(Policy::limited(5))
                    .timeout(2 * TIMEOUT)
                    .user_agent("another")
                    .tcp_nodelay(true)
            })
            .build()
            .unwrap()
    };
    let error = client(&redirect).send(&lead()).await.unwrap_err();
    assert_eq!(error.status(), Some(307), "{error:?}");
    assert_eq!(elsewhere.connections(), 0);
    let user_agent = redirect.requests()[0].header("user-agent").unwrap_or_default().to_owned();
    assert!(user_agent.starts_with("telecrm-runtime/"), "{user_agent}");
    let time_passes = clock.advance_after(silent.withheld(1), TIMEOUT);
    let (outcome, ()) =
        futures_util::future::join(client(&silent).send(&lead()), time_passes).await;
    assert!(matches!(outcome, Err(Error::NoResponse { .. })), "{outcome:?}");
    assert_eq!(began.elapsed(), TIMEOUT);
}

#[tokio::test]
async fn prepared_lead_is_sent_in_one_request_with_or_without_its_actions() {
    let mut with_action = lead();
    with_action.actions = vec![TestAction::Visit(Visit::default())];
    let prepared = PreparedLead::new(&with_action);
    assert_eq!(prepared.body(), to_json(&with_action));
    assert_eq!((prepared.lead_key(), prepared.enterprise_id()), ("919999999999", Some("acme")));
    let stored = PreparedLead::from_json(Some("acme"), prepared.lead_key(), prepared.body());
    assert_eq!(stored.as_ref().map(PreparedLead::body), Ok(prepared.body()));

    let fails = Reply::new("500 Oops", "", "");
    let server = Server::replies([Reply::queued(), Reply::queued(), fails, Reply::queued()]);
    let enterprise_id = EnterpriseId::parse("acme").unwrap();
    let client = Client::builder(enterprise_id, AsyncToken::parse(TOKEN).unwrap())
        .base_url(server.url())
        .build()
        .unwrap();
    client.send_once(&prepared).await.unwrap();
    client.send_once(&stored.unwrap().without_actions()).await.unwrap();
    // The default policy would repeat the request.
    assert_eq!(client.send_once(&prepared).await.unwrap_err().status(), Some(500));
    let fields = prepared.without_actions();
    assert_eq!(server.bodies(), [prepared.body(), fields.body(), prepared.body()]);

    let zenith = PreparedLead::from_json(Some("zenith"), "a", prepared.body()).unwrap();
    let error = client.send_once(&zenith).await.unwrap_err();
    assert!(matches!(error, Error::WrongEnterprise { .. }));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn queue_makes_the_steps_of_a_delivery_one_by_one() {
    let fails = Reply::new("500 Oops", "", "");
    let server = Server::replies([Reply::queued(), fails, Reply::queued()]);
    let client = client("acme", &server.url());
    let lead = PreparedLead::new(&lead());
    client.wait_for_turn().await.unwrap();
    client.send_now(&lead).await.unwrap();
    // No retry policy applies.
    assert_eq!(client.send_now(&lead).await.unwrap_err().status(), Some(500));
    assert_eq!(server.bodies(), [lead.body(), lead.body()]);

    assert!(client.stopped().now_or_never().is_none());
    client.stop();
    client.stopped().await;
    assert!(matches!(client.wait_for_turn().await, Err(Error::Stopped)));
    // A request whose begin is already stored is made.
    client.send_now(&lead).await.unwrap();
    let no_wait = RetryPolicy::default().base_backoff(Duration::ZERO);
    let token = AsyncToken::parse(TOKEN).unwrap();
    let builder = Client::builder(EnterpriseId::parse("acme").unwrap(), token);
    assert_eq!(builder.retry(no_wait).build().unwrap().retry_backoff(3), Duration::ZERO);
}

#[tokio::test]
async fn d34_other_successes_can_be_accepted_but_errors_cannot() {
    let json = "Content-Type: application/json\r\n";
    let accepting = |url: &str| {
        Client::builder(EnterpriseId::parse("acme").unwrap(), AsyncToken::parse(TOKEN).unwrap())
            .base_url(url)
            .retry(RetryPolicy::never())
            .accept_response(|response| {
                response.status() == 204
                    || response.text() == "OK"
                    || response.json_text("result").as_deref() == Some("Accepted")
                    || response.has_json_key("modifiedLeadIds")
                    || response.has_json_key("errorString")
                    || response.has_json_key("status")
            })
            .build()
            .unwrap()
    };
    for (status, headers, body, accepted) in [
        ("200 OK", "Content-Type: text/plain\r\n", "OK", true),
        ("204 No Content", "", "", true),
        ("200 OK", json, r#"{"result":"Accepted"}"#, true),
        ("200 OK", json, r#"{"modifiedLeadIds":["5f"]}"#, true),
        ("200 OK", json, r#"{"status":"error","errorString":"no Jane"}"#, false),
        ("200 OK", json, r#"{"status":"QUEUED","error":{"code":"X","message":"no Jane"}}"#, false),
        ("200 OK", json, r#"{"status":"QUEUED","success":false}"#, false),
        ("200 OK", "Content-Type: text/html\r\n", "<html>Sign in</html>", false),
    ] {
        let reply = Reply::new(status, headers, body);
        let error = refused(reply.clone()).await;
        let response = error.response().expect("the error has a response");
        assert_eq!(response.excerpt(), body);
        assert_eq!(response.length(), Some(body.len()));
        let text = error.to_string();
        assert!(text.contains(&format!("{} bytes", body.len())), "{text}");
        assert!(text.contains("accept_response"), "{text}");
        assert!(
            response.content_type().is_none_or(|content_type| text.contains(content_type)),
            "{text}"
        );
        assert_eq!(response.message(), body.contains("Jane").then_some("no Jane"), "{body}");
        assert!(error.is_ambiguous() && !error.is_retryable());

        let server = Server::replies([reply]);
        let outcome = accepting(&server.url()).send(&lead()).await;
        assert_eq!(outcome.is_ok(), accepted, "{body}: {outcome:?}");
    }
}

#[tokio::test]
async fn request_that_cannot_be_built_is_invalid_and_not_repeated() {
    let server = Server::replies([Reply::queued()]);
    let client =
        Client::builder(EnterpriseId::parse("acme").unwrap(), AsyncToken::parse(TOKEN).unwrap())
            .base_url(server.url())
            // reqwest allows only https, and therefore refuses to build the request.
            .http(|http| http.https_only(true))
            .build()
            .unwrap();
    let error = client.send(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest { .. }), "{error:?}");
    assert!(!error.is_retryable() && !error.is_ambiguous());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn plain_http_never_uses_a_proxy() {
    let proxy = Server::replies([Reply::queued()]);
    let server = Server::replies([Reply::queued()]);
    let url = proxy.url();
    let client =
        Client::builder(EnterpriseId::parse("acme").unwrap(), AsyncToken::parse(TOKEN).unwrap())
            .base_url(server.url())
            .http(move |http| {
                http.proxy(telecrm_runtime::reqwest::Proxy::all(&url).expect("a proxy"))
            })
            .build()
            .unwrap();
    client.send(&lead()).await.unwrap();
    assert_eq!((proxy.connections(), server.connections()), (0, 1));
}
