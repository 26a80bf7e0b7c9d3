//! Behavior of the inspector page in headless Chromium.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use browser_tests::{Browser, MAX_WAIT};
use serde_json::{Value, json};
use telecrm_emulator::{Clock, Emulator};

const SCHEMA: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../telecrm-emulator/tests/schema.yaml");
const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

async fn emulator() -> Emulator {
    Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is valid")
}

async fn open(telecrm: &Emulator) -> Browser {
    let browser = Browser::open(&format!("{}/", telecrm.url())).await;
    browser.wait_for("#live[data-state=on]").await;
    browser
}

async fn post(telecrm: &Emulator, body: &Value) {
    let url = format!("{}/enterprise/{}/autoupdatelead", telecrm.url(), telecrm.enterprise_id());
    let http = reqwest::Client::builder().no_proxy().timeout(MAX_WAIT).build().expect("a client");
    let sent = http.post(url).bearer_auth(telecrm.async_token()).json(body).send().await;
    assert_eq!(sent.expect("a response").status(), 200);
}

#[tokio::test]
async fn new_lead_appears_on_the_open_page() {
    let telecrm = emulator().await;
    let browser = open(&telecrm).await;
    assert!(browser.wait_for(".empty pre").await.contains("curl -X POST"));
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "name": "Jane Doe" }, "actions": [{ "type": "ACTION_1001", "fields": { "note": "Came by" } }] })).await;
    assert_eq!(browser.wait_for("#lead-list .lead h3").await, "Jane Doe");
    assert!(browser.wait_for(".timeline").await.contains("Site Visit"));
    assert!(browser.wait_for("#d1").await.contains("stored whole"));
    assert_eq!(browser.count(".empty").await, 0);
    // The newest delivery is listed first.
    post(&telecrm, &json!({ "fields": { "phone": "9999999998" } })).await;
    browser.wait_for("#delivery-list > #d2:first-child").await;
    browser.close().await;
}

#[tokio::test]
async fn drop_shows_its_reason_next_to_its_line() {
    let telecrm = emulator().await;
    let browser = open(&telecrm).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "budget": 5 } })).await;
    let line = browser.wait_for("#d1 .json .gone").await;
    assert!(line.contains("\"budget\": 5") && line.contains("D09"), "{line}");
    assert!(line.contains("money is a numeric text"), "{line}");
    // The reason is red in every color scheme.
    let color = browser
        .script("return getComputedStyle(document.querySelector('#d1 .gone .mark')).color")
        .await;
    let channels: Vec<u32> = color
        .as_str()
        .expect("a color")
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|channel| channel.parse().ok())
        .collect();
    assert!(channels[0] > channels[1] + 60 && channels[0] > channels[2] + 60, "{color}");
    browser.close().await;
}

#[tokio::test]
async fn filter_works_without_a_reload_and_by_keyboard() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "budget": 5 } })).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 9 } })).await;
    let browser = open(&telecrm).await;
    assert_eq!(browser.count("#delivery-list article").await, 2);
    browser.script("document.querySelector('[data-key=f-D13] a').focus()").await;
    let focused = browser.client.active_element().await.expect("the link");
    focused.send_keys("\u{e007}").await.expect("enter");
    browser.wait_for("[data-key=f-D13] a[aria-current]").await;
    assert_eq!(browser.count("#delivery-list article").await, 1);
    browser.wait_for("#d2").await;
    // The filter applies to new deliveries, and the focus stays.
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "rating": 8 } })).await;
    browser.wait_for("#d3").await;
    assert_eq!(browser.count("#delivery-list article").await, 2);
    let focus =
        browser.script("return document.activeElement.closest('[data-key]')?.dataset.key").await;
    assert_eq!(focus, "f-D13");
    browser.client.back().await.expect("back");
    browser.wait_for("#d1").await;
    browser.close().await;
}

#[tokio::test]
async fn hostile_name_is_shown_as_text() {
    const EVIL: &str = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>";
    let telecrm = emulator().await;
    let browser = open(&telecrm).await;
    let body = json!({ "fields": { "phone": "9999999999", "name": EVIL, EVIL: EVIL }, "actions": [{ "type": EVIL }] });
    post(&telecrm, &body).await;
    assert_eq!(browser.wait_for("#lead-list .lead h3").await, EVIL);
    browser.wait_for("#d1 .marked").await;
    assert_eq!(browser.script("return window.hacked || 0").await, 0);
    assert_eq!(browser.count("main img, main script").await, 0);
    browser.close().await;
}

#[tokio::test]
async fn open_details_stay_open_and_a_phone_needs_no_horizontal_scrolling() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "name": "x".repeat(500), "email": "y".repeat(300) } })).await;
    let browser = open(&telecrm).await;
    browser.client.set_window_size(500, 900).await.expect("a phone");
    browser.script("document.querySelector('.reference details').open = true; document.querySelector('#d1 details').open = false").await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    browser.wait_for("#d2").await;
    let open = browser.script("return [document.querySelector('.reference details').open, document.querySelector('#d1 details').open]").await;
    assert_eq!(open, json!([true, false]));
    let widths = "return document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(browser.script(widths).await, true);
    browser.close().await;
}

/// Takes the picture of the README. `INSPECTOR_PNG=docs/inspector.png` is its destination.
#[tokio::test]
async fn page_has_a_picture() {
    let clock = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_432_600);
    let builder = Emulator::builder().schema_file(DEMO).clock(Clock::stopped_at(clock));
    let telecrm = builder.start().await.expect("the demo is valid");
    post(
        &telecrm,
        &json!({
            "fields": {
                "phone": "919876543210", "name": "Asha Rao", "email": "asha.rao@example.com",
                "contact_source": "Website", "deal_size": 2,
            },
            "actions": [{ "type": "ACTION_1001", "fields": { "note": "Came with both parents" } }],
        }),
    )
    .await;
    post(&telecrm, &json!({
        "fields": { "phone": "919888888888", "name": "Imran Khan", "contact_source": "walk in", "Deal_Size": 2 },
        "actions": [{ "type": "1001", "fields": { "note": "Called back" } }],
    }))
    .await;
    let browser = open(&telecrm).await;
    browser.wait_for("#d2 .marked").await;
    browser.wait_for("#lead-list .lead").await;
    let png = browser.client.screenshot().await.expect("a picture");
    assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000, "{} bytes", png.len());
    if let Some(path) = std::env::var_os("INSPECTOR_PNG") {
        // Tests run in the folder of their package, but the path is relative to the workspace.
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::write(root.join(path), png).expect("the picture is written");
    }
    browser.close().await;
}

/// A workspace with one field more than the identifier.
fn workspace(enterprise: &str, field: &str) -> String {
    format!(
        "enterprise: {{ id: {enterprise}, name: {enterprise} }}\ncustomFields:\n  \
         - {{ apiName: phone, type: PHONE, isLeadid: true }}\n  \
         - {{ apiName: {field}, type: TEXT }}\n"
    )
}

#[tokio::test]
async fn selector_shows_another_workspace_and_its_page_stays_live() {
    let builder = Emulator::builder().schema_yaml(workspace("acme", "city"));
    let telecrm = builder.schema_yaml(workspace("gupta", "town")).start().await.expect("valid");
    let browser = open(&telecrm).await;
    assert_eq!(browser.wait_for(".top h1").await, "acme");
    browser.script("document.getElementById('workspace').value = 'gupta'").await;
    browser.script("document.querySelector('.workspaces button').click()").await;
    browser.wait_for("option[value=gupta][selected]").await;
    browser.wait_for("#live[data-state=on]").await;
    assert_eq!(browser.wait_for(".top h1").await, "gupta");
    // A lead of the other workspace does not appear, one of this workspace does.
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "city": "Pune" } })).await;
    let gupta = telecrm.workspace("gupta").expect("a workspace");
    post(&gupta, &json!({ "fields": { "phone": "9999999998", "city": "Pune" } })).await;
    assert!(browser.wait_for("#d1").await.contains("D17"));
    assert_eq!(browser.count("#delivery-list article").await, 1);
    // The filter keeps the workspace.
    browser.script("document.querySelector('[data-key=f-D17] a').click()").await;
    browser.wait_for("[data-key=f-D17] a[aria-current]").await;
    assert_eq!(browser.count("#delivery-list article").await, 1);
    browser.close().await;
}
