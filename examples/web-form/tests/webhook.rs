//! Webhooks: a lead is delivered, held with its reasons, or both. Access, limits and the full store.

#[allow(dead_code, reason = "each test crate uses its part")]
mod support;

use reqwest::StatusCode;
use serde_json::json;
use support::{Site, answer, status};
use telecrm_outbox::{Entry, HeldLead};
use web_form::Settings;

const BAD_EMAIL: &str = include_str!("cases/bad_email.json");
const META_NOTIFICATION: &str = include_str!("cases/meta_notification.json");

/// A site with all endpoints.
async fn site() -> Site {
    Site::start_with(Settings {
        webhook_token: Some("webhook-token".parse().expect("a token")),
        google_key: Some("shared-key".parse().expect("a key")),
        ..Settings::default()
    })
    .await
}

#[tokio::test]
async fn d43_valid_values_are_delivered_and_the_body_is_held_with_the_reasons() {
    let site = Site::start().await;
    let (status, body) = answer(site.json("webhook", BAD_EMAIL)).await;
    assert_eq!((status, &body["status"]), (StatusCode::ACCEPTED, &json!("saved")));
    assert_eq!(
        (&body["held"][0]["key"], &body["held"][0]["rule"]),
        (&json!("email"), &json!("D03"))
    );
    let lead = &site.leads(1).await[0];
    assert_eq!(lead.identifier, "919999990082");
    assert_eq!((&lead.fields["name"], lead.fields.get("email")), (&json!("Asha Rao"), None));
    assert_eq!(lead.fields["remark"], "Need 20<br>pieces");
    site.telecrm.assert_nothing_dropped();

    let entries = site.held().await;
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].body(), entries[0].source()), (Some(BAD_EMAIL), Some("/webhook")));
    let reason = entries[0].reason().expect("a reason");
    assert!(
        reason.starts_with("email: not a telecrm email") && reason.ends_with("(D03)"),
        "{reason}"
    );
    assert!(!reason.contains("asha"), "{reason}");
    site.stop().await;
}

#[tokio::test]
async fn d43_body_that_cannot_be_mapped_is_held_as_received() {
    let site = Site::start().await;
    let bodies = [
        META_NOTIFICATION,
        r#"{"phone":"12","name":"Asha"}"#,
        r#"{"name":"Asha"}"#,
        r#"[{"phone":"919999990003"}]"#,
        r#"{"fields":{"phone":"919999990003"}}"#,
        "phone=919999990003",
        "\u{FEFF}{}",
        "",
    ];
    for body in bodies {
        let (status, answer) = answer(site.json("webhook", body)).await;
        assert_eq!((status, &answer["status"]), (StatusCode::ACCEPTED, &json!("held")), "{body}");
    }
    let entries = site.held().await;
    let stored: Vec<_> = entries.iter().filter_map(Entry::body).collect();
    assert_eq!(stored, bodies);
    assert!(entries.iter().all(|entry| entry.reason().is_some()));
    assert!(site.telecrm.deliveries().is_empty());
    site.stop().await;
}

#[tokio::test]
async fn d17_key_that_is_not_a_field_is_held_and_the_lead_is_delivered() {
    let site = Site::start().await;
    let body = json!({
        "phone": 919_876_543_210_u64, "full_name": "A", "deal_size": 2, "course": "Astrology",
        "utm": {"a": 1}, "gclid": null, "remark": "",
    });
    let (status, answer) = answer(site.json("webhook", &body.to_string())).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let reasons = answer["held"].as_array().expect("reasons").iter();
    let mut reasons: Vec<_> =
        reasons.map(|reason| (reason["key"].as_str(), reason["rule"].as_str())).collect();
    reasons.sort_unstable();
    let expected = [("course", "D06"), ("full_name", "D17"), ("utm", "D01")];
    assert_eq!(reasons, expected.map(|(key, rule)| (Some(key), Some(rule))));
    assert_eq!(site.leads(1).await[0].fields["deal_size"], 2);
    assert_eq!(site.leads(1).await[0].fields["contact_source"], "Website");
    site.stop().await;
}

#[tokio::test]
async fn d44_placeholder_is_held_and_the_lead_is_delivered() {
    let site = Site::start().await;
    // Some programs start a body with a byte order mark.
    let body = "\u{FEFF}{\"phone\":\"919999990009\",\"name\":\"{{1.full_name}}\",\"remark\":\"undefined\"}";
    let (status, answer) = answer(site.json("webhook", body)).await;
    assert_eq!((status, answer["held"].as_array().map(Vec::len)), (StatusCode::ACCEPTED, Some(2)));
    assert_eq!(answer["held"][0]["rule"], "D44");
    let lead = &site.leads(1).await[0];
    assert_eq!((lead.fields.get("name"), lead.fields.get("remark")), (None, None));
    site.stop().await;
}

#[tokio::test]
async fn repeated_webhook_with_a_key_stores_one_entry_and_one_held_body() {
    let site = Site::start().await;
    let repeated = || site.json("webhook", BAD_EMAIL).header("Idempotency-Key", "delivery-1");
    for _ in 0..3 {
        assert_eq!(status(repeated()).await, StatusCode::ACCEPTED);
    }
    assert_eq!((site.entries().await, site.held().await.len()), (2, 1));
    // The sender corrects the body: no lead is lost.
    let corrected = BAD_EMAIL.replace("asha@gmail", "asha@gmail.com");
    let corrected = site.json("webhook", &corrected).header("Idempotency-Key", "delivery-1");
    assert_eq!(answer(corrected).await.1, json!({ "status": "saved" }));
    assert_eq!(site.entries().await, 3);
    site.stop().await;
}

#[tokio::test]
async fn token_is_accepted_as_bearer_or_as_the_last_segment_of_the_path() {
    let site = site().await;
    let body = r#"{"phone":"919999990081"}"#;
    let bearer = site.json("webhook", body).bearer_auth("webhook-token");
    assert_eq!(status(bearer).await, StatusCode::ACCEPTED);
    assert_eq!(status(site.json("webhook/webhook-token", body)).await, StatusCode::ACCEPTED);
    for path in ["webhook", "webhook/other", "webhook/indiamart", "webhook/indiamart/other"] {
        let refused = site.json(path, body).send().await.expect("an answer");
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(refused.headers()["www-authenticate"], "Bearer");
    }
    let wrong = site.json("webhook", body).bearer_auth("webhook-token2");
    assert_eq!(status(wrong).await, StatusCode::UNAUTHORIZED);
    assert_eq!(site.entries().await, 2);
    site.stop().await;
}

#[tokio::test]
async fn endpoint_without_its_option_is_404() {
    let site = Site::start().await;
    for path in ["google", "indiamart", "indiamart/token", "token"] {
        let status = status(site.json(&format!("webhook/{path}"), "{}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(status(site.json("enquiry", "{}")).await, StatusCode::NOT_FOUND);
    site.stop().await;

    // The name of an absent endpoint is not a token.
    let token = Some("webhook-token".parse().expect("a token"));
    let site = Site::start_with(Settings { webhook_token: token, ..Settings::default() }).await;
    assert_eq!(status(site.json("webhook/google", "{}")).await, StatusCode::NOT_FOUND);
    assert_eq!(site.entries().await, 0);
    site.stop().await;
}

#[tokio::test]
async fn address_of_an_ad_platform_is_not_one_visitor() {
    let body = META_NOTIFICATION;
    for settings in [
        Settings::default(),
        Settings { webhook_token: Some("t".parse().expect("a token")), ..Settings::default() },
    ] {
        let path = if settings.webhook_token.is_some() { "webhook/t" } else { "webhook" };
        let site = Site::start_with(settings).await;
        for count in 0..80 {
            let status = status(site.json(path, body)).await;
            assert_eq!(status, StatusCode::ACCEPTED, "post {count} to {path}");
        }
        site.stop().await;
    }
}

#[tokio::test]
async fn attempts_with_a_wrong_token_are_limited() {
    let site = site().await;
    let mut refused = 0;
    for _ in 0..80 {
        let status = status(site.json("webhook/wrong", "{}")).await;
        refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((1..=50).contains(&refused), "{refused} of 80 attempts");
    let accepted = site.json("webhook/webhook-token", "{}");
    assert_eq!(status(accepted).await, StatusCode::ACCEPTED);
    site.stop().await;
}

#[tokio::test]
async fn each_visitor_behind_a_trusted_proxy_has_a_limit() {
    let loopback = "127.0.0.1".parse().expect("an address");
    for (trusted_proxies, expected) in [
        (vec![loopback], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![], StatusCode::TOO_MANY_REQUESTS),
    ] {
        let site = Site::start_with(Settings { trusted_proxies, ..Settings::default() }).await;
        let post = async |visitor: &str| {
            let request = site.http.post(&site.url).header("X-Forwarded-For", visitor);
            status(request.form(&[("name", "")])).await
        };
        let mut refused = 0;
        for _ in 0..80 {
            let status = post("192.0.2.1, 198.51.100.7").await;
            refused += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!((1..=50).contains(&refused), "{refused} of 80 were refused");
        assert_eq!(post("192.0.2.1, 198.51.100.8").await, expected);
        site.stop().await;
    }
}

#[tokio::test]
async fn full_store_is_503_and_the_valid_values_are_delivered() {
    let site = site().await;
    let outbox = site.outbox().await;
    let large = HeldLead::new("import", vec![b'x'; 64 * 1024 * 1024 - 1]);
    outbox.hold(large).await.expect("space");
    let path = "webhook/webhook-token";
    assert_eq!(status(site.json(path, META_NOTIFICATION)).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status(site.json(path, BAD_EMAIL)).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.leads(1).await[0].identifier, "919999990082");
    assert_eq!(site.held().await.len(), 1);
    let valid = site.json(path, r#"{"phone":"919999990081"}"#);
    assert_eq!(status(valid).await, StatusCode::ACCEPTED);
    site.stop().await;
}

#[tokio::test]
async fn open_webhook_fills_only_half_of_the_store() {
    let site = Site::start().await;
    let outbox = site.outbox().await;
    outbox.hold(HeldLead::new("import", vec![b'x'; 32 * 1024 * 1024])).await.expect("space");
    let full = status(site.json("webhook", META_NOTIFICATION)).await;
    assert_eq!(full, StatusCode::SERVICE_UNAVAILABLE);
    site.stop().await;
}

#[tokio::test]
async fn list_shows_the_reasons_of_held_bodies_and_not_the_bodies() {
    let site = Site::start().await;
    let body = r#"{"phone":"919999990081","email":"asha-secret@gmail","<b>":"note-secret"}"#;
    assert_eq!(status(site.json("webhook", body)).await, StatusCode::ACCEPTED);
    let page = site.http.get(format!("{}enquiries", site.url)).send().await.expect("an answer");
    let page = page.text().await.expect("a page");
    assert!(page.contains(">held</span>") && page.contains("/webhook"), "{page}");
    assert!(page.contains("email: not a telecrm email") && page.contains("&#60;b&#62;"), "{page}");
    assert!(!page.contains("secret"), "{page}");
    site.stop().await;
}

#[tokio::test]
async fn webhook_accepts_larger_bodies_than_the_form() {
    let site = Site::start().await;
    let body = json!({ "phone": "919999990081", "transcript": "x".repeat(40_000) }).to_string();
    assert_eq!(status(site.json("webhook", &body)).await, StatusCode::ACCEPTED);
    assert_eq!(site.held().await[0].body(), Some(body.as_str()));
    let body = "x".repeat(70_000);
    assert_eq!(status(site.json("webhook", &body)).await, StatusCode::PAYLOAD_TOO_LARGE);
    site.stop().await;
}
