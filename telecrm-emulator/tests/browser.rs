//! The inspector page in headless Chromium, driven through `chromedriver`. Needs both programs;
//! `cargo test -p telecrm-emulator --features browser-tests --test browser`.

mod common;

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use common::{emulator, post};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use telecrm_emulator::Emulator;

/// A browser with a driver of its own, which ends with it.
struct Browser {
    client: Client,
    driver: Child,
    /// Where the driver listens.
    driver_url: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A driver that has ended already is as good.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Opens the page, at desktop width.
    async fn open(url: &str) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let mut lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines();
        // "ChromeDriver was started successfully on port 40123."
        let port = lines.by_ref().find_map(|line| {
            let line = line.expect("text");
            line.split("successfully on port ").nth(1).map(|it| it.trim_end_matches('.').to_owned())
        });
        let port = port.expect("chromedriver says its port");
        std::thread::spawn(move || lines.for_each(drop));
        let driver_url = format!("http://127.0.0.1:{port}");
        let options = json!({
            "goog:chromeOptions": { "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1280,900",
            ] },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(options) = options else { unreachable!("an object") };
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(options)
            .connect(&driver_url)
            .await
            .expect("a session");
        client.goto(url).await.expect("the page");
        let browser = Self { client, driver, driver_url };
        browser.wait_for("#live[data-state=on]").await;
        browser
    }

    async fn wait_for(&self, css: &str) -> String {
        let wait = self.client.wait().at_most(Duration::from_secs(20));
        let element = wait.for_element(Locator::Css(css)).await;
        element.unwrap_or_else(|error| panic!("{css}: {error}")).text().await.expect("text")
    }

    async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("a result")
    }

    async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.expect("a list").len()
    }

    /// Ends the session, after a look at the console: it has shown nothing since the start.
    async fn close(self) {
        let session = self.client.session_id().await.expect("a session").expect("an id");
        let url = format!("{}/session/{session}/se/log", self.driver_url);
        let log = common::client().post(url).json(&json!({ "type": "browser" }));
        let log: Value = log.send().await.expect("the log").json().await.expect("JSON");
        assert_eq!(log, json!({ "value": [] }), "on the console");
        self.client.clone().close().await.expect("closed");
    }
}

async fn open(telecrm: &Emulator) -> Browser {
    Browser::open(&format!("{}/", telecrm.url())).await
}

#[tokio::test]
async fn a_lead_arrives_while_the_page_is_open_and_appears() {
    let telecrm = emulator().await;
    let browser = open(&telecrm).await;
    assert!(browser.wait_for(".empty pre").await.contains("curl -X POST"));
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "name": "Jane Doe" }, "actions": [{ "type": "ACTION_1001", "fields": { "note": "Came by" } }] })).await;
    assert_eq!(browser.wait_for("#lead-list .lead h3").await, "Jane Doe");
    assert!(browser.wait_for(".timeline").await.contains("Site Visit"));
    assert!(browser.wait_for("#d1").await.contains("stored whole"));
    assert_eq!(browser.count(".empty").await, 0);
    // The newest comes first.
    post(&telecrm, &json!({ "fields": { "phone": "9999999998" } })).await;
    browser.wait_for("#delivery-list > #d2:first-child").await;
    browser.close().await;
}

#[tokio::test]
async fn a_drop_shows_its_reason_at_its_line() {
    let telecrm = emulator().await;
    let browser = open(&telecrm).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999999", "budget": 5 } })).await;
    let line = browser.wait_for("#d1 .json .gone").await;
    assert!(line.contains("\"budget\": 5") && line.contains("D09"), "{line}");
    assert!(line.contains("money is a numeric text"), "{line}");
    // In red, whichever scheme the machine prefers.
    let color = browser
        .script("return getComputedStyle(document.querySelector('#d1 .gone .mark')).color")
        .await;
    let channels: Vec<u32> = color
        .as_str()
        .expect("a colour")
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|it| it.parse().ok())
        .collect();
    assert!(channels[0] > channels[1] + 60 && channels[0] > channels[2] + 60, "{color}");
    browser.close().await;
}

#[tokio::test]
async fn the_filter_works_without_a_reload_and_by_keyboard() {
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
    // What arrives goes through the filter too, and the focus stays.
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
async fn a_hostile_name_stays_text() {
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
async fn what_somebody_opened_stays_open_and_a_phone_needs_no_sideways_scrolling() {
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
