//! Webhooks of Google, `IndiaMART` and Meta's tool for test leads. The tests act as the senders.

#[allow(dead_code, reason = "each test crate uses its part")]
mod support;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Site, answer, status};
use web_form::Settings;

const GOOGLE: &str = include_str!("cases/google_lead_form.json");
const INDIAMART: &str = include_str!("cases/indiamart_push.json");
const META_FLATTENED: &str = include_str!("cases/meta_flattened.json");

/// A site with all endpoints.
async fn site() -> Site {
    Site::start_with(Settings {
        webhook_token: Some("webhook-token".parse().expect("a token")),
        google_key: Some("shared-key".parse().expect("a key")),
        ..Settings::default()
    })
    .await
}

/// Google's body with another value at the top level.
fn google(key: &str, value: &Value) -> String {
    let mut body: Value = serde_json::from_str(GOOGLE).expect("JSON");
    body[key] = value.clone();
    body.to_string()
}

#[tokio::test]
async fn lead_of_google_is_delivered() {
    let site = site().await;
    let body = google("is_test", &json!(false));
    let (status, answer) = answer(site.json("webhook/google", &body)).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "status": "saved" })));
    let lead = &site.leads(1).await[0];
    assert_eq!(lead.identifier, "919999990080");
    assert_eq!(lead.fields["name"], "Asha Rao");
    assert_eq!(lead.fields["email"], "asha@example.com");
    site.telecrm.assert_nothing_dropped();
    // Google repeats a webhook without a response.
    let (status, _) = support::answer(site.json("webhook/google", &body)).await;
    assert_eq!((status, site.entries().await), (StatusCode::OK, 1));
    site.stop().await;
}

#[tokio::test]
async fn first_and_last_name_of_google_are_the_name() {
    let site = site().await;
    let column = |id: &str, value: &str| json!({ "column_id": id, "string_value": value });
    let columns = json!([
        column("LAST_NAME", "Rao"), column("PHONE_NUMBER", "+919999990080"),
        column("FIRST_NAME", "Asha"), column("CITY", "Pune"), column("EMAIL", ""),
        { "column_name": "Which course?", "string_value": "NEET" },
    ]);
    let body = google("is_test", &json!(false));
    let mut body: Value = serde_json::from_str(&body).expect("JSON");
    body["user_column_data"] = columns;
    let (status, answer) = answer(site.json("webhook/google", &body.to_string())).await;
    assert_eq!(status, StatusCode::OK);
    let reasons = answer["held"].as_array().expect("reasons").iter();
    let keys: Vec<_> = reasons.map(|reason| (&reason["key"], &reason["rule"])).collect();
    assert_eq!(
        keys,
        [(&json!("CITY"), &json!("D17")), (&json!("user_column_data"), &json!("D17"))]
    );
    assert_eq!(site.leads(1).await[0].fields["name"], "Asha Rao");
    site.stop().await;
}

#[tokio::test]
async fn test_leads_are_recognized_and_not_delivered() {
    let site = site().await;
    let marked = r#"{"phone":"919999990081","is_test":true}"#;
    for (path, body) in
        [("google", GOOGLE), ("webhook-token", META_FLATTENED), ("webhook-token", marked)]
    {
        let (status, answer) = answer(site.json(&format!("webhook/{path}"), body)).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({ "status": "test" })), "{body}");
    }
    assert_eq!(site.entries().await, 0);
    site.stop().await;
}

#[tokio::test]
async fn wrong_key_of_google_is_401_and_stores_nothing() {
    let site = site().await;
    let wrong = [json!("shared-ke"), json!("other"), json!(""), json!(null), json!(["shared-key"])];
    for key in wrong {
        let body = google("google_key", &key);
        assert_eq!(status(site.json("webhook/google", &body)).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(status(site.json("webhook/google", "[")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(site.entries().await, 0);
    site.stop().await;
}

#[tokio::test]
async fn key_of_google_is_redacted_in_a_held_body() {
    let site = site().await;
    let body = google("is_test", &json!(false)).replace("+919999990080", "unknown");
    assert_eq!(answer(site.json("webhook/google", &body)).await.1["status"], "held");
    // A sender with the address of another endpoint.
    let flat = site.json("webhook/webhook-token", &body);
    assert_eq!(answer(flat).await.1["status"], "held");
    for entry in site.held().await {
        let stored = entry.body().expect("UTF-8");
        assert!(!stored.contains("shared-key") && stored.contains("Asha Rao"), "{stored}");
    }
    site.stop().await;
}

#[tokio::test]
async fn enquiry_of_indiamart_is_delivered_and_stored_once() {
    let site = site().await;
    let path = "webhook/indiamart/webhook-token";
    let (status, answer) = answer(site.json(path, INDIAMART)).await;
    assert_eq!((status, answer), (StatusCode::ACCEPTED, json!({ "status": "saved" })));
    let lead = &site.leads(1).await[0];
    assert_eq!(lead.identifier, "919999990082");
    assert_eq!(lead.fields["name"], "Asha Rao");
    assert_eq!(lead.fields["remark"], "Need 20\npieces");
    site.telecrm.assert_nothing_dropped();

    let bearer = site.json("webhook/indiamart", INDIAMART).bearer_auth("webhook-token");
    assert_eq!(support::status(bearer).await, StatusCode::ACCEPTED);
    assert_eq!(site.entries().await, 1);
    let number = INDIAMART.replace("\"1000000001\"", "1000000001");
    assert_eq!(support::status(site.json(path, &number)).await, StatusCode::ACCEPTED);
    assert_eq!(site.entries().await, 1);
    // The same enquiry with a mistake is another body.
    let invalid = INDIAMART.replace("+91-9999990082", "hidden");
    for _ in 0..2 {
        let (_, answer) = support::answer(site.json(path, &invalid)).await;
        assert_eq!(answer["status"], "held");
    }
    assert_eq!((site.entries().await, site.held().await.len()), (2, 1));
    site.stop().await;
}

#[tokio::test]
async fn key_that_the_mapping_does_not_list_is_held() {
    let site = site().await;
    let body = INDIAMART.replace("\"SUBJECT\"", "\"SENDER_GST\"");
    let (_, answer) = answer(site.json("webhook/indiamart/webhook-token", &body)).await;
    assert_eq!(
        (&answer["status"], &answer["held"][0]["key"]),
        (&json!("saved"), &json!("SENDER_GST"))
    );
    assert_eq!(answer["held"][0]["rule"], "D17");
    site.leads(1).await;
    site.stop().await;
}
