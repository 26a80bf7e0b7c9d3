//! Injected faults: the responses to clients, and the outcomes of the requests.

mod common;

use std::time::{Duration, SystemTime};

use common::{answer, client, emulator, get, post, request, sync_get, with_stopped_clock};
use reqwest::StatusCode;
use serde_json::{Value, json};
use telecrm_emulator::{Clock, Emulator, Fault, Faults, LeadOutcome};

fn lead() -> Value {
    json!({ "fields": { "phone": "9999999999" }, "actions": [{ "type": "ACTION_1002" }] })
}

/// Returns status, outcome and fault of the last delivery.
fn last(telecrm: &Emulator) -> (u16, LeadOutcome, Option<&'static str>) {
    let last = telecrm.deliveries().pop().expect("a delivery");
    (last.status, last.lead, last.fault)
}

#[tokio::test]
async fn too_many_requests_with_and_without_retry_after() {
    let telecrm = emulator().await;
    for retry_after in [None, Some(7)] {
        telecrm.set_faults(Faults::once(Fault::TooManyRequests { retry_after }));
        let answer = request(&telecrm).json(&lead()).send().await.expect("a response");
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        let header = answer.headers().get("retry-after").map(|value| value.to_str().expect("text"));
        assert_eq!(header.map(str::to_owned), retry_after.map(|seconds| seconds.to_string()));
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
async fn d36_closed_connection_does_not_reveal_whether_the_request_was_processed() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::script([
        Some(Fault::CloseBeforeProcessing),
        Some(Fault::CloseAfterProcessing),
    ]));
    let before = request(&telecrm).json(&lead()).send().await.expect_err("no response");
    assert_eq!(last(&telecrm), (0, LeadOutcome::Dropped, Some("close_before_processing")));
    assert!(telecrm.leads().is_empty());
    let after = request(&telecrm).json(&lead()).send().await.expect_err("no response");
    assert_eq!(last(&telecrm), (200, LeadOutcome::Stored, Some("close_after_processing")));
    // The client cannot distinguish the two, and a second send appends the action again.
    assert_eq!(before.is_connect(), after.is_connect());
    assert!(before.status().is_none() && after.status().is_none());
    post(&telecrm, &lead()).await;
    assert_eq!(telecrm.leads()[0].actions.len(), 2);
}

#[tokio::test]
async fn half_response_ends_in_the_body_of_a_processed_request() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::HalfAnswer));
    let answer = request(&telecrm).json(&lead()).send().await.expect("the head arrives");
    assert_eq!((answer.status(), answer.content_length()), (StatusCode::OK, Some(19)));
    assert!(answer.text().await.is_err());
    assert_eq!(last(&telecrm), (200, LeadOutcome::Stored, Some("half_answer")));

    telecrm.set_faults(Faults::once(Fault::HalfAnswer));
    let head = format!(
        "POST /enterprise/{}/autoupdatelead HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
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
async fn d34_login_page_is_html_with_200() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::LoginPage));
    let answer = request(&telecrm).json(&lead()).send().await.expect("a response");
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-type"].to_str().expect("text").starts_with("text/html"));
    assert!(answer.text().await.expect("a page").contains("Log in"));
    assert_eq!(last(&telecrm), (200, LeadOutcome::Dropped, Some("login_page")));
}

#[tokio::test]
async fn d34_redirect_leads_to_a_login_page() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::RedirectToLogin));
    let answer = request(&telecrm).json(&lead()).send().await.expect("a response");
    assert!(answer.url().path() == "/emulator/login" && answer.status() == StatusCode::OK);
    assert!(answer.text().await.expect("a page").contains("Log in"));
    assert_eq!(last(&telecrm), (302, LeadOutcome::Dropped, Some("redirect_to_login")));
    assert!(telecrm.leads().is_empty());
}

#[tokio::test]
async fn latency_ends_by_the_clock() {
    let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH);
    let builder = Emulator::builder().schema_file(common::SCHEMA).clock(clock.clone());
    let builder = builder.faults(Faults::once(Fault::Latency { millis: 5000 }));
    let telecrm = builder.start().await.expect("the schema is valid");
    let slow = tokio::spawn(request(&telecrm).json(&lead()).send());
    let mut passed = 0;
    while !slow.is_finished() {
        // This request lets the slow request continue, and proves that others are served.
        get(&telecrm, "/emulator/counters").await;
        clock.advance(Duration::from_millis(500));
        passed += 500;
    }
    assert!(passed >= 5000, "answered after {passed} ms");
    let answer = slow.await.expect("no panic").expect("a response");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(last(&telecrm), (200, LeadOutcome::Stored, Some("latency")));
    // The request was processed after the latency.
    assert_eq!(telecrm.leads().len(), 1);
}

#[tokio::test]
async fn faults_are_set_over_http_and_the_script_ends() {
    let telecrm = emulator().await;
    let url = format!("{}/emulator/faults", telecrm.url());
    let script =
        json!({ "script": ["server_error", null, { "too_many_requests": { "retry_after": 2 } }] });
    let set = client().put(&url).json(&script).send().await.expect("a response");
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

/// Returns a lead with two fields and two actions.
fn full(phone: &str) -> Value {
    json!({
        "fields": { "phone": phone, "name": "Jane", "budget": "5" },
        "actions": [{ "type": "ACTION_1002" }, { "type": "ACTION_1001" }],
    })
}

#[tokio::test]
async fn d41_delivery_lists_the_values_that_a_fault_loses() {
    let telecrm = emulator().await;
    let faults = ["lose_lead", "drop_field:budget", "lose_actions", "drop_field:email"];
    let script = faults.map(|word| Some(word.parse().expect(word)));
    telecrm.set_faults(Faults::script(script));
    for n in 0..4 {
        post(&telecrm, &full(&format!("999999999{n}"))).await;
    }
    telecrm.assert_dropped(&[
        ("fields.phone", "D41"),
        ("fields.budget", "D41"),
        ("actions[0].type", "D41"),
        ("actions[1].type", "D41"),
    ]);
    let leads = telecrm.leads();
    let kept =
        leads.iter().map(|lead| (lead.identifier.as_str(), lead.fields.len(), lead.actions.len()));
    let expected = [("919999999991", 2, 2), ("919999999992", 3, 0), ("919999999993", 3, 2)];
    assert_eq!(kept.collect::<Vec<_>>(), expected);
    let counters = telecrm.counters();
    assert_eq!((counters.lost_whole, counters.with_drops, counters.clean), (1, 2, 1));
    let faults: Vec<_> = telecrm.deliveries().iter().map(|delivery| delivery.fault).collect();
    let names = ["lose_lead", "drop_field", "lose_actions", "drop_field"];
    assert_eq!(faults, names.map(Some));
    let page = client().get(telecrm.url()).send().await.expect("a page");
    let page = page.text().await.expect("HTML");
    assert!(page.contains("fault: lose_lead") && page.contains("lost whole, 1 drop"));
}

#[tokio::test]
async fn d41_processing_faults_apply_together_and_by_rate() {
    let telecrm = emulator().await;
    let url = format!("{}/emulator/faults", telecrm.url());
    let rates = json!({ "rates": [
        { "rate": 1, "fault": "drop_field:budget" },
        { "rate": 1, "fault": { "drop_field": { "name": "name" } } },
        { "rate": 1, "fault": "lose_actions" },
        { "rate": 1, "fault": "ok_text" },
    ] });
    let set = client().put(&url).json(&rates).send().await.expect("a response");
    assert_eq!(set.status(), StatusCode::NO_CONTENT);
    let answer = request(&telecrm).json(&full("9999999999")).send().await.expect("a response");
    assert_eq!(answer.text().await.expect("text"), "OK");
    let lead = &telecrm.leads()[0];
    assert_eq!((lead.fields.len(), lead.actions.len()), (1, 0));
}

#[tokio::test]
async fn d41_sync_api_leaves_processing_faults_for_the_next_lead() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::once(Fault::LoseLead));
    assert_eq!(sync_get(&telecrm, "metadata").await.0, 200);
    post(&telecrm, &lead()).await;
    assert!(telecrm.leads().is_empty());
    post(&telecrm, &lead()).await;
    assert_eq!(telecrm.leads().len(), 1);
}

#[tokio::test]
async fn d41_delayed_lead_is_stored_by_the_clock() {
    let (telecrm, clock) = with_stopped_clock().await;
    telecrm.set_faults(Faults::script([
        Some(Fault::ApplyAfter { millis: 5000 }),
        Some(Fault::ApplyAfter { millis: 2000 }),
    ]));
    let mut watch = telecrm.watch();
    for phone in ["9999999991", "9999999992", "9999999993"] {
        post(&telecrm, &full(phone)).await;
    }
    let identifiers =
        || telecrm.leads().into_iter().map(|lead| lead.identifier).collect::<Vec<_>>();
    assert_eq!(identifiers(), ["919999999993"]);
    assert_eq!((telecrm.counters().queued, telecrm.counters().waiting), (3, 2));
    clock.advance(Duration::from_millis(1999));
    assert_eq!(identifiers().len(), 1);
    clock.advance(Duration::from_millis(1));
    assert_eq!(identifiers(), ["919999999993", "919999999992"]);
    clock.advance(Duration::from_secs(3));
    assert_eq!(identifiers().len(), 3);
    assert_eq!(telecrm.counters().waiting, 0);
    let mut faults = Vec::new();
    while faults.len() < 3 {
        faults.extend(watch.next().await.into_iter().map(|delivery| delivery.fault));
    }
    assert_eq!(faults, [None, Some("apply_after"), Some("apply_after")]);
}

#[tokio::test]
async fn d41_watch_returns_a_delayed_lead() {
    let (telecrm, clock) = with_stopped_clock().await;
    telecrm.set_faults(Faults::once(Fault::ApplyAfter { millis: 5000 }));
    let mut watch = telecrm.watch();
    post(&telecrm, &full("9999999999")).await;
    clock.advance(Duration::from_secs(5));
    // No other call reads the state in the meantime.
    assert_eq!(watch.next().await[0].fault, Some("apply_after"));
}

#[tokio::test]
async fn d34_undocumented_responses_are_injected() {
    let telecrm = emulator().await;
    for (word, status, body, stored) in [
        ("ok_text", 200, "OK", true),
        ("no_content", 204, "", true),
        ("accepted", 200, r#"{"result":"Accepted"}"#, true),
        ("error_string", 200, r#"{"status":"error","errorString":"#, false),
    ] {
        telecrm.reset();
        telecrm.set_faults(Faults::once(word.parse().expect(word)));
        let answer = request(&telecrm).json(&lead()).send().await.expect("a response");
        assert_eq!(answer.status().as_u16(), status, "{word}");
        let text = answer.text().await.expect("text");
        assert!(text.starts_with(body) && text.is_empty() == body.is_empty(), "{word}: {text}");
        assert_eq!(telecrm.leads().len(), usize::from(stored), "{word}");
        let outcome = if stored { LeadOutcome::Stored } else { LeadOutcome::Dropped };
        let name = word.parse::<Fault>().expect(word).name();
        assert_eq!(last(&telecrm), (200, outcome, Some(name)), "{word}");
    }
    // A refused request gets its normal response.
    telecrm.set_faults(Faults::once(Fault::OkText));
    let (status, _) = answer(request(&telecrm).json(&json!([]))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn misspelled_fault_over_http_gets_a_suggestion() {
    let telecrm = emulator().await;
    let url = format!("{}/emulator/faults", telecrm.url());
    let (status, body) = answer(client().put(&url).body(r#"{"script":["loose_lead"]}"#)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let message = body["error"]["message"].as_str().expect("a message");
    assert!(message.contains("did you mean `lose_lead`?"), "{message}");
}

#[tokio::test]
async fn seed_repeats_the_same_faults_and_none_removes_them() {
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
async fn faults_apply_to_the_sync_api_and_not_to_emulator_routes() {
    let telecrm = emulator().await;
    telecrm.set_faults(Faults::none().rate(1.0, Fault::ServerError));
    assert_eq!(sync_get(&telecrm, "metadata").await.0, 500);
    assert_eq!(get(&telecrm, "/emulator/deliveries").await, json!([]));
    let page = client().get(telecrm.url()).send().await.expect("the page");
    assert_eq!(page.status(), StatusCode::OK);
    telecrm.reset();
    assert_eq!(sync_get(&telecrm, "metadata").await.0, 200);
}
