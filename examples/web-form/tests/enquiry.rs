//! Enquiries that scripts of pages on other sites post.

#[allow(dead_code, reason = "each test crate uses its part")]
mod support;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use support::Site;
use web_form::Settings;

const ALLOWED: &str = "https://www.example.com";

async fn site() -> Site {
    let allowed_origins = vec![ALLOWED.parse().expect("an origin")];
    Site::start_with(Settings { allowed_origins, ..Settings::default() }).await
}

fn good() -> Value {
    json!({
        "phone": "098765 43210", "name": "Asha Rao", "email": "", "course": "R & D", "consent": "yes",
    })
}

fn post(site: &Site, origin: &str, body: &Value) -> RequestBuilder {
    site.json("enquiry", &body.to_string()).header("Origin", origin)
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

fn allow_origin(response: &Response) -> Option<&str> {
    response.headers().get("access-control-allow-origin")?.to_str().ok()
}

#[tokio::test]
async fn enquiry_from_an_allowed_origin_is_delivered_without_a_token() {
    let site = site().await;
    let response = send(post(&site, ALLOWED, &good())).await;
    assert_eq!((response.status(), allow_origin(&response)), (StatusCode::ACCEPTED, Some(ALLOWED)));
    assert!(response.headers().get("access-control-allow-credentials").is_none());
    assert_eq!(response.headers()["vary"], "Origin");
    assert_eq!(response.json::<Value>().await.expect("JSON"), json!({ "status": "saved" }));
    let lead = &site.leads(1).await[0];
    assert_eq!(
        (lead.identifier.as_str(), &lead.fields["course"]),
        ("919876543210", &json!("R & D"))
    );
    assert_eq!(lead.actions[0]["type"], "ACTION_1003");
    site.telecrm.assert_nothing_dropped();
    site.stop().await;
}

#[tokio::test]
async fn any_other_origin_is_403_and_stores_nothing() {
    let site = site().await;
    for origin in ["https://evil.example", "null", "https://www.example.com.evil.example", "", "*"]
    {
        let response = send(post(&site, origin, &good())).await;
        assert_eq!((response.status(), allow_origin(&response)), (StatusCode::FORBIDDEN, None));
        // A browser sends a simple request without a preflight.
        let simple = site.http.post(format!("{}enquiry", site.url)).header("Origin", origin);
        let simple = simple.header("Content-Type", "text/plain").body(good().to_string());
        assert_eq!(send(simple).await.status(), StatusCode::FORBIDDEN, "{origin}");
    }
    let without_origin = site.json("enquiry", &good().to_string());
    assert_eq!(send(without_origin).await.status(), StatusCode::FORBIDDEN);
    let two = post(&site, ALLOWED, &good()).header("Origin", "https://evil.example");
    assert_eq!(send(two).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(site.entries().await, 0);
    site.stop().await;
}

#[tokio::test]
async fn preflight_permits_only_posts_of_allowed_origins() {
    let site = site().await;
    let preflight = |origin: &str| {
        let request = site.http.request(Method::OPTIONS, format!("{}enquiry", site.url));
        let request = request.header("Access-Control-Request-Method", "POST");
        send(
            request
                .header("Access-Control-Request-Headers", "content-type")
                .header("Origin", origin),
        )
    };
    let response = preflight(ALLOWED).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["access-control-allow-origin"], ALLOWED);
    assert_eq!(response.headers()["access-control-allow-methods"], "POST");
    assert_eq!(response.headers()["access-control-allow-headers"], "content-type");
    let response = preflight("https://evil.example").await;
    assert_eq!((response.status(), allow_origin(&response)), (StatusCode::FORBIDDEN, None));
    site.stop().await;
}

#[tokio::test]
async fn allowed_origin_may_not_use_another_endpoint() {
    let site = site().await;
    let webhook = site.json("webhook", r#"{"phone":"919876543210"}"#).header("Origin", ALLOWED);
    assert_eq!(send(webhook).await.status(), StatusCode::FORBIDDEN);
    let form = site.http.post(&site.url).header("Origin", ALLOWED).form(&[("name", "Asha")]);
    assert_eq!(send(form).await.status(), StatusCode::FORBIDDEN);
    let list = site.http.get(format!("{}enquiries", site.url)).header("Origin", ALLOWED);
    assert_eq!(allow_origin(&send(list).await), None);
    assert_eq!(site.entries().await, 0);
    site.stop().await;
}

#[tokio::test]
async fn invalid_enquiry_is_422_with_the_messages_of_the_form() {
    let site = site().await;
    let body = json!({ "phone": "98765", "name": "{{name}}", "email": ["a"] });
    let response = send(post(&site, ALLOWED, &body)).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(allow_origin(&response), Some(ALLOWED));
    let answer: Value = response.json().await.expect("JSON");
    assert_eq!(
        answer["problems"],
        json!([{ "field": "email", "text": "This value is of another kind." }])
    );

    let body = json!({ "phone": "98765", "name": "{{name}}" });
    let answer: Value = send(post(&site, ALLOWED, &body)).await.json().await.expect("JSON");
    let problems = answer["problems"].as_array().expect("problems").iter();
    let texts: Vec<_> =
        problems.map(|problem| (problem["field"].as_str(), problem["text"].as_str())).collect();
    assert_eq!(
        texts,
        [
            (
                Some("name"),
                Some("A program filled this in instead of you. Please type your answer.")
            ),
            (Some("phone"), Some("Write 10 digits after +91. Example: +91 98765 43210")),
            (Some("consent"), Some("Please agree, so that we may call you.")),
        ]
    );
    assert_eq!(site.entries().await, 0);
    site.stop().await;
}

#[tokio::test]
async fn d17_key_that_is_not_an_input_is_held_and_the_enquiry_is_delivered() {
    let site = site().await;
    let mut body = good();
    body["utm_source"] = json!("ads");
    let response = send(post(&site, ALLOWED, &body)).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let answer: Value = response.json().await.expect("JSON");
    assert_eq!(answer["held"][0]["key"], "utm_source");
    site.leads(1).await;
    let held = site.held().await;
    assert_eq!((held.len(), held[0].source()), (1, Some("/enquiry")));
    site.stop().await;
}

#[tokio::test]
async fn repeated_submission_is_stored_once() {
    let site = site().await;
    let mut body = good();
    body["submission"] = json!("one");
    for _ in 0..2 {
        assert_eq!(send(post(&site, ALLOWED, &body)).await.status(), StatusCode::ACCEPTED);
    }
    assert_eq!(site.entries().await, 1);
    site.stop().await;
}

#[tokio::test]
async fn enquiries_of_one_visitor_are_limited_and_the_page_can_read_it() {
    let site = site().await;
    let mut refused = 0;
    for _ in 0..80 {
        let response = send(post(&site, ALLOWED, &json!({}))).await;
        assert_eq!(allow_origin(&response), Some(ALLOWED));
        refused += usize::from(response.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((1..=50).contains(&refused), "{refused} of 80 were refused");
    site.stop().await;
}
