//! Tokens, the hourly limit, the queue and the counters of the Async API.

mod common;

use std::time::{Duration, SystemTime};

use common::{answer, client, emulator, get, post, request, sync_get};
use reqwest::StatusCode;
use serde_json::{Value, json};
use telecrm_emulator::{Clock, Emulator, TokenKind};

fn lead(phone: &str) -> Value {
    json!({ "fields": { "phone": phone } })
}

/// Returns the status of a valid request with this token.
async fn with_token(telecrm: &Emulator, token: &str) -> u16 {
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let request = client().post(url).bearer_auth(token).json(&lead("9999999999"));
    answer(request).await.0.as_u16()
}

async fn limited(limit: u32) -> (Emulator, Clock) {
    let clock = Clock::stopped_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600));
    let telecrm = Emulator::builder()
        .schema_file(common::SCHEMA)
        .clock(clock.clone())
        .hourly_limit(limit)
        .start()
        .await
        .expect("the schema is valid");
    (telecrm, clock)
}

#[tokio::test]
async fn limit_is_a_sliding_window_for_each_token() {
    let (telecrm, clock) = limited(2).await;
    let second = telecrm.create_token(TokenKind::Async).expect("there is room");
    let first = telecrm.async_token();
    assert_eq!(with_token(&telecrm, first).await, 200);
    clock.advance(Duration::from_secs(1800));
    assert_eq!(with_token(&telecrm, first).await, 200);
    let refused = request(&telecrm).json(&lead("9999999999")).send().await.expect("a response");
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    // telecrm does not document this header. The fault `too_many_requests` can send it.
    assert!(!refused.headers().contains_key("retry-after"));
    assert_eq!(with_token(&telecrm, &second).await, 200);
    clock.advance(Duration::from_millis(1_799_999));
    assert_eq!(with_token(&telecrm, first).await, 429);
    clock.advance(Duration::from_millis(1));
    assert_eq!(with_token(&telecrm, first).await, 200);
    assert_eq!(with_token(&telecrm, first).await, 429);
    let last = telecrm.deliveries().pop().expect("a delivery");
    assert_eq!((last.status, last.fault), (429, None));
}

#[tokio::test]
async fn refused_request_counts_and_unknown_token_does_not() {
    let (telecrm, _) = limited(1).await;
    assert_eq!(with_token(&telecrm, "unknown").await, 401);
    assert_eq!(answer(request(&telecrm).json(&json!([]))).await.0.as_u16(), 400);
    assert_eq!(with_token(&telecrm, telecrm.async_token()).await, 429);
}

#[tokio::test]
async fn without_a_limit_any_number_of_requests_is_accepted() {
    let builder = Emulator::builder().schema_file(common::SCHEMA).hourly_limit(None);
    let telecrm = builder.start().await.expect("the schema is valid");
    for _ in 0..50 {
        assert_eq!(with_token(&telecrm, telecrm.async_token()).await, 200);
    }
}

#[tokio::test]
async fn revoked_token_is_refused() {
    let telecrm = emulator().await;
    let second = telecrm.create_token(TokenKind::Async).expect("there is room");
    assert_eq!(with_token(&telecrm, &second).await, 200);
    assert!(telecrm.revoke_token(telecrm.async_token()));
    assert_eq!(with_token(&telecrm, telecrm.async_token()).await, 401);
    assert_eq!(with_token(&telecrm, &second).await, 200);
    assert!(telecrm.revoke_token(telecrm.sync_token()));
    assert_eq!(sync_get(&telecrm, "metadata").await.0, 401);
    telecrm.reset();
    assert_eq!(with_token(&telecrm, telecrm.async_token()).await, 200);
    assert_eq!(with_token(&telecrm, &second).await, 401);
}

#[tokio::test]
async fn tokens_and_the_clock_are_controlled_over_http() {
    let (telecrm, _) = limited(1).await;
    let url = |path: &str| format!("{}/emulator/{path}", telecrm.url());
    let (status, created) = answer(client().post(url("tokens")).body(r#"{"kind":"async"}"#)).await;
    assert_eq!(status, StatusCode::CREATED);
    let token = created["token"].as_str().expect("a token");
    assert_eq!(with_token(&telecrm, token).await, 200);
    assert_eq!(with_token(&telecrm, token).await, 429);
    let advance = client().post(url("clock")).body(r#"{"advance_millis":3600000}"#).send();
    assert_eq!(advance.await.expect("a response").status(), StatusCode::NO_CONTENT);
    assert_eq!(with_token(&telecrm, token).await, 200);
    let revoke = || client().delete(url(&format!("tokens/{token}"))).send();
    assert_eq!(revoke().await.expect("a response").status(), StatusCode::NO_CONTENT);
    assert_eq!(revoke().await.expect("a response").status(), StatusCode::NOT_FOUND);
    assert_eq!(with_token(&telecrm, token).await, 401);

    for _ in 0..2 {
        let response = client().post(url("tokens")).body(r#"{"kind":"async"}"#).send().await;
        assert_eq!(response.expect("a response").status(), StatusCode::CREATED);
    }
    let (status, body) = answer(client().post(url("tokens")).body(r#"{"kind":"async"}"#)).await;
    assert_eq!((status, &body["error"]["code"]), (StatusCode::CONFLICT, &json!("TOO_MANY_TOKENS")));
    for bad in ["", "{}", r#"{"kind":"both"}"#] {
        let (status, _) = answer(client().post(url("tokens")).body(bad)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let (status, _) = answer(client().post(url("clock")).body(bad)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn queued_lead_is_not_stored_until_processing_resumes() {
    let telecrm = emulator().await;
    telecrm.hold_processing();
    for phone in ["9999999991", "9999999992", "9999999993"] {
        post(&telecrm, &lead(phone)).await;
    }
    assert!(telecrm.leads().is_empty() && telecrm.deliveries().is_empty());
    assert_eq!((telecrm.counters().queued, telecrm.counters().waiting), (3, 3));

    assert_eq!(telecrm.process_queued(1), 1);
    assert_eq!(telecrm.leads()[0].identifier, "919999999991");
    assert_eq!(telecrm.counters().waiting, 2);
    assert_eq!(telecrm.resume_processing(), 2);
    post(&telecrm, &lead("9999999994")).await;
    assert_eq!((telecrm.leads().len(), telecrm.counters().waiting), (4, 0));
}

#[tokio::test]
async fn processing_is_held_over_http() {
    let telecrm = emulator().await;
    let hold = async |hold: bool| {
        let url = format!("{}/emulator/processing", telecrm.url());
        answer(client().put(url).json(&json!({ "hold": hold }))).await.1
    };
    assert_eq!(hold(true).await, json!({ "processed": 0 }));
    post(&telecrm, &lead("9999999999")).await;
    assert_eq!(get(&telecrm, "/emulator/leads").await, json!([]));
    assert_eq!(hold(false).await, json!({ "processed": 1 }));
    assert_eq!(telecrm.leads().len(), 1);
}

#[tokio::test]
async fn counters_distinguish_every_outcome() {
    let telecrm = emulator().await;
    post(&telecrm, &lead("9999999999")).await;
    let drops = json!({ "fields": { "phone": "9999999999", "rating": 9, "source": 1, "a": 1 } });
    post(&telecrm, &drops).await;
    post(&telecrm, &json!({ "fields": {} })).await;
    answer(request(&telecrm).json(&json!([]))).await;
    assert_eq!(
        get(&telecrm, "/emulator/counters").await,
        json!({
            "queued": 3, "waiting": 0, "stored": 2, "clean": 1, "with_drops": 1, "lost_whole": 1,
            "refused": 1, "drops": { "D13": 1, "D17": 2, "D19": 1 },
        })
    );
}
