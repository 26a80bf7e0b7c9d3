//! The form, the webhook and the delivery of enquiries to an emulator.

#[allow(dead_code, reason = "each test crate uses its part")]
mod support;

use reqwest::StatusCode;
use serde_json::json;
use support::Site;
use telecrm_emulator::{Fault, Faults};

const GOOD: &[(&str, &str)] = &[
    ("phone", "098765 43210"),
    ("name", "Asha <Rao>"),
    ("email", "asha.rao@example.com"),
    ("course", "R & D"),
    ("follow_up_date", "2026-12-31"),
    ("consent", "yes"),
];

#[tokio::test]
async fn enquiry_is_confirmed_delivered_and_verified() {
    let site = Site::start().await;
    let answer = site.post(GOOD).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.text().await.expect("a page").contains("<h1>Thank you</h1>"));
    let list = site.list_until("verified").await;
    assert!(list.contains("Asha &#60;Rao&#62;"), "{list}");
    site.telecrm.assert_nothing_dropped();
    let lead = &site.telecrm.leads()[0];
    assert_eq!(lead.identifier, "919876543210");
    assert_eq!(lead.fields["course"], "R & D");
    assert_eq!(lead.actions[0]["type"], "ACTION_1003");
    site.stop().await;
}

#[tokio::test]
async fn problems_are_shown_at_their_fields_and_answers_are_kept() {
    let site = Site::start().await;
    let answer = site
        .post(&[("phone", "98765"), ("name", "Asha & co"), ("email", "asha@"), ("consent", "yes")])
        .await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.expect("a page");
    for expected in [
        r#"id="phone-problem""#,
        r#"id="email-problem""#,
        r##"<a href="#phone">"##,
        r#"value="98765""#,
        r#"value="Asha &#38; co""#,
        r#"aria-invalid="true""#,
    ] {
        assert!(page.contains(expected), "{expected} in\n{page}");
    }
    assert!(!page.contains(r#"id="name-problem""#), "{page}");
    assert!(site.telecrm.deliveries().is_empty());
    site.stop().await;
}

#[tokio::test]
async fn second_click_does_not_save_a_duplicate() {
    let site = Site::start().await;
    let fields: Vec<_> = GOOD.iter().copied().chain([("submission", "one")]).collect();
    assert_eq!(site.post(&fields).await.status(), StatusCode::OK);
    assert_eq!(site.post(&fields).await.status(), StatusCode::OK);
    site.list_until("verified").await;
    assert_eq!(site.telecrm.leads()[0].actions.len(), 1);
    // The visitor goes back in the browser and sends the form for a second child.
    let sister =
        [("phone", "9876543211"), ("name", "Meera"), ("consent", "yes"), ("submission", "one")];
    assert_eq!(site.post(&sister).await.status(), StatusCode::OK);
    site.until(|telecrm| telecrm.leads().len() == 2).await;
    site.stop().await;
}

#[tokio::test]
async fn pages_forbid_caching_frames_and_scripts() {
    let site = Site::start().await;
    for page in ["", "thank-you", "enquiries"] {
        let answer = site.http.get(format!("{}{page}", site.url)).send().await.expect("an answer");
        let header = |name: &str| answer.headers()[name].to_str().expect("text");
        assert_eq!(header("cache-control"), "no-store", "{page}");
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    }
    site.stop().await;
}

#[tokio::test]
async fn second_enquiry_with_the_same_number_updates_the_lead() {
    let site = Site::start().await;
    site.post(GOOD).await;
    site.post(&[("phone", "+91 98765 43210"), ("name", "Asha"), ("consent", "yes")]).await;
    site.until(|telecrm| telecrm.leads().first().is_some_and(|lead| lead.actions.len() == 2)).await;
    site.telecrm.assert_nothing_dropped();
    let leads = site.telecrm.leads();
    assert_eq!((leads.len(), &leads[0].fields["name"]), (1, &json!("Asha")));
    assert_eq!(
        leads[0].fields["course"], "R & D",
        "fields that are not in the second enquiry are kept"
    );
    site.stop().await;
}

#[tokio::test]
async fn d41_field_that_telecrm_loses_is_shown() {
    let site = Site::start().await;
    site.telecrm.set_faults(Faults::once("drop_field:course".parse().expect("a fault")));
    site.post(GOOD).await;
    let list = site.list_until("mismatched").await;
    assert!(list.contains("fields.course"), "{list}");
    site.stop().await;
}

#[tokio::test]
async fn action_that_may_have_arrived_is_not_sent_twice() {
    let site = Site::start().await;
    site.telecrm.set_faults(Faults::once(Fault::CloseAfterProcessing));
    site.post(GOOD).await;
    // The timeline shows that the action arrived.
    site.list_until("verified").await;
    let leads = site.telecrm.leads();
    assert_eq!((leads.len(), leads[0].actions.len()), (1, 1));
    site.stop().await;
}

#[tokio::test]
async fn d45_health_reports_delivery_and_the_cause_of_a_pause() {
    let site = Site::start().await;
    let health = async || {
        let response =
            site.http.get(format!("{}health", site.url)).send().await.expect("a response");
        (response.status(), response.json::<serde_json::Value>().await.expect("JSON"))
    };
    let delivering = (StatusCode::OK, json!({ "status": "delivering", "cause": null }));
    assert_eq!(health().await, delivering);
    site.telecrm.set_faults(Faults::none().rate(1.0, Fault::LoginPage));
    site.post(GOOD).await;
    let paused = json!({ "status": "paused", "cause": "not_telecrm" });
    site.until_health(StatusCode::SERVICE_UNAVAILABLE, &paused).await;
    let list = site.http.get(format!("{}enquiries", site.url)).send().await.expect("a response");
    assert!(list.text().await.expect("a page").contains("another server responds"));
    site.telecrm.set_faults(Faults::none());
    site.until_health(delivering.0, &delivering.1).await;
    site.stop().await;
}

#[tokio::test]
async fn limits_are_enforced() {
    let site = Site::start().await;
    let long = "x".repeat(20_000);
    let answer = site.post(&[("name", &long)]).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);

    let foreign = site.http.post(&site.url).header("Origin", "https://evil.example").form(GOOD);
    let foreign = foreign.send().await.expect("an answer");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);

    let mut refused = 0;
    for _ in 0..80 {
        let answer = site.post(&[("name", "")]).await;
        refused += usize::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((1..=50).contains(&refused), "{refused} of 80 were refused");
    site.stop().await;
}
