//! What goes wrong on purpose, as a client sees it, and what became of the request.

mod common;

use std::time::{Duration, SystemTime};

use common::{answer, client, emulator, get, post, request, sync_get};
use reqwest::StatusCode;
use serde_json::{Value, json};
use telecrm_emulator::{Clock, Emulator, Fault, Faults, LeadOutcome};

fn lead() -> Value {
    json!({ "fields": { "phone": "9999999999" }, "actions": [{ "type": "ACTION_1002" }] })
}

/// The last delivery: status, whether it was stored, which fault.
fn last(telecrm: &Emulator) -> (u16, LeadOutcome, Option<&'static str>) {
    let last = telecrm.deliveries().pop().expect("a delivery");
    (last.status, last.lead, last.fault)
}

#[tokio::test]
async fn too_many_requests_with_and_without_retry_after() {
    let telecrm = emulator().await;
    for retry_after in [None, Some(7)] {
        telecrm.set_faults(Faults::once(Fault::TooManyRequests { retry_after }));
        let answer = request(&telecrm).json(&lead()).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        let header = answer.headers().get("retry-after").map(|it| it.to_str().expect("text"));
        assert_eq!(header.map(str::to_owned), retry_after.map(|it| it.to_string()));
        let body: Value = answer.json().await.expect("telecrm's envelope");
        assert_eq!(body["error"]["code"], "TOO_MANY_REQUESTS");
        assert_eq!(last(&telecrm), (429, LeadOutcome::Dropped, Some("too_many_requests")));
    }
    assert!(telecrm.leads().is_empty());
}

#[tokio::test]
async fn server_errors_are_not_processed() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::ServerError));
    let (status, body) = answer(request(&telecrm).json(&lead())).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(body["error"]["code"], "INTERNAL_SERVER_ERROR");
    assert_eq!(last(&telecrm), (500, LeadOutcome::Dropped, Some("server_error")));
}

#[tokio::test]
async fn d36_a_closed_connection_says_nothing_about_what_was_processed() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::script([
        Some(Fault::CloseBeforeProcessing),
        Some(Fault::CloseAfterProcessing),
    ]));
    let before = request(&telecrm).json(&lead()).send().await.expect_err("no answer");
    assert_eq!(last(&telecrm), (0, LeadOutcome::Dropped, Some("close_before_processing")));
    assert!(telecrm.leads().is_empty());
    let after = request(&telecrm).json(&lead()).send().await.expect_err("no answer");
    assert_eq!(last(&telecrm), (200, LeadOutcome::Stored, Some("close_after_processing")));
    // To the client the two are one; sending again would append the action again.
    assert_eq!(before.is_connect(), after.is_connect());
    assert!(before.status().is_none() && after.status().is_none());
    post(&telecrm, &lead()).await;
    assert_eq!(telecrm.leads()[0].actions.len(), 2);
}

#[tokio::test]
async fn half_an_answer_breaks_off_in_the_body_and_was_processed() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::HalfAnswer));
    let answer = request(&telecrm).json(&lead()).send().await.expect("the head arrives");
    assert_eq!((answer.status(), answer.content_length()), (StatusCode::OK, Some(19)));
    assert!(answer.text().await.is_err());
    assert_eq!(last(&telecrm), (200, LeadOutcome::Stored, Some("half_answer")));

    telecrm.set_faults(Faults::once(Fault::HalfAnswer));
    let head = format!(
        "POST /enterprise/{}/autoupdatelead HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         authorization: Bearer {}\r\ncontent-length: 2\r\n\r\n{{}}",
        telecrm.enterprise_id(),
        telecrm.async_token(),
    );
    let bytes = common::raw(&telecrm, head.as_bytes()).await;
    let text = String::from_utf8_lossy(&bytes);
    let body = text.split("\r\n\r\n").nth(1).expect("a body");
    assert!(!body.is_empty() && serde_json::from_str::<Value>(body).is_err(), "{text}");
}

#[tokio::test]
async fn d34_a_login_page_answers_200_in_html() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::LoginPage));
    let answer = request(&telecrm).json(&lead()).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-type"].to_str().expect("text").starts_with("text/html"));
    assert!(answer.text().await.expect("a page").contains("Log in"));
    assert_eq!(last(&telecrm), (200, LeadOutcome::Dropped, Some("login_page")));
}

#[tokio::test]
async fn d34_a_redirect_ends_at_a_login_page() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::RedirectToLogin));
    let answer = request(&telecrm).json(&lead()).send().await.expect("an answer");
    assert!(answer.url().path() == "/emulator/login" && answer.status() == StatusCode::OK);
    assert!(answer.text().await.expect("a page").contains("Log in"));
    assert_eq!(last(&telecrm), (302, LeadOutcome::Dropped, Some("redirect_to_login")));
    assert!(telecrm.leads().is_empty());
}

#[tokio::test]
async fn latency_lasts_until_the_clock_says_so() {
    let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
    let telecrm = Emulator::builder()
        .schema_file(common::SCHEMA)
        .clock(clock.clone())
        .faults(Faults::once(Fault::Latency { millis: 5000 }))
        .start()
        .await
        .expect("the schema is good");
    let slow = tokio::spawn(request(&telecrm).json(&lead()).send());
    let mut passed = 0;
    while !slow.is_finished() {
        // A request of another kind lets the slow one get on, and shows that others are served.
        get(&telecrm, "/emulator/counters").await;
        clock.advance(Duration::from_millis(500));
        passed += 500;
    }
    assert!(passed >= 5000, "answered after {passed} ms");
    let answer = slow.await.expect("no panic").expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(last(&telecrm), (200, LeadOutcome::Stored, Some("latency")));
    // It was processed at the end of the wait, not before.
    assert_eq!(telecrm.leads().len(), 1);
}

#[tokio::test]
async fn faults_are_set_over_http_and_the_script_runs_out() {
    let telecrm = emulator().await;
    let url = format!("{}/emulator/faults", telecrm.url());
    let script =
        json!({ "script": ["server_error", null, { "too_many_requests": { "retry_after": 2 } }] });
    let set = client().put(&url).json(&script).send().await.expect("an answer");
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(answer(request(&telecrm).json(&lead())).await.0.as_u16());
    }
    assert_eq!(statuses, [500, 200, 429, 200]);

    for bad in [
        "",
        "[]",
        r#"{"script":["no_such_fault"]}"#,
        r#"{"rates":[{"rate":2,"fault":"login_page"}]}"#,
        r#"{"typo":1}"#,
    ] {
        let (status, body) = answer(client().put(&url).body(bad)).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("BAD_REQUEST"))
        );
    }
}

#[tokio::test]
async fn a_seed_makes_the_same_faults_again_and_none_ends_them() {
    let run = async |seed| {
        let telecrm = emulator().await;
        telecrm.set_faults(Faults::none().seed(seed).rate(0.5, Fault::ServerError));
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(answer(request(&telecrm).json(&lead())).await.0.as_u16());
        }
        telecrm.set_faults(Faults::none());
        post(&telecrm, &lead()).await;
        statuses
    };
    let first = run(1).await;
    assert!(first.contains(&500) && first.contains(&200));
    assert_eq!(first, run(1).await);
    assert_ne!(first, run(2).await);
}

#[tokio::test]
async fn the_sync_api_meets_them_and_the_emulators_own_paths_do_not() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::none().rate(1.0, Fault::ServerError));
    assert_eq!(sync_get(&telecrm, "metadata").await.0, 500);
    assert_eq!(get(&telecrm, "/emulator/deliveries").await, json!([]));
    let page = client().get(telecrm.url()).send().await.expect("the page");
    assert_eq!(page.status(), StatusCode::OK);
    telecrm.reset();
    assert_eq!(sync_get(&telecrm, "metadata").await.0, 200);
}
