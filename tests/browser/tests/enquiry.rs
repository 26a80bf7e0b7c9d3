//! `POST /enquiry` of `examples/web-form` in headless Chromium: from an allowed and from another origin.

#[allow(dead_code, reason = "only the tests of the form use all of it")]
#[path = "../../../examples/web-form/tests/support/mod.rs"]
mod support;

use axum::{Router, response::Html, routing::get};
use browser_tests::Browser;
use fantoccini::Locator;
use tokio::net::TcpListener;
use web_form::Settings;

use support::Site;

const DOCS: &str = include_str!("../../../docs/other-languages.md");

/// Starts a server with one page, and returns its origin.
async fn page_server(page: impl Into<String>) -> String {
    let page = page.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("bound"));
    let routes = Router::new().route("/", get(async move || Html(page)));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    origin
}

/// The page of the documentation, which posts to this site.
fn documented_page(site: &str) -> String {
    let (_, block) = DOCS.split_once("```html\n").expect("a page");
    let (page, _) = block.split_once("\n```").expect("the end of the page");
    let link = "<link rel=icon href=data:,>";
    format!("<!doctype html>{link}{}", page.replace("https://leads.example.com/", site))
}

/// Starts a site that allows one origin, and pages on this origin and on another one.
async fn start() -> (Site, String, String) {
    // The origin of the page must be known before the site starts, and the page contains the site's URL.
    let frame = page_server("<!doctype html><link rel=icon href=data:,><body></body>").await;
    let allowed_origins = vec![frame.parse().expect("an origin")];
    let site = Site::start_with(Settings { allowed_origins, ..Settings::default() }).await;
    let other = page_server(documented_page(&site.url)).await;
    (site, frame, other)
}

async fn fill_in(browser: &Browser, name: &str, text: &str) {
    let css = format!("input[name={name}]");
    let input = browser.client.find(Locator::Css(&css)).await.expect("the input");
    input.send_keys(text).await.expect("typed");
}

async fn click(browser: &Browser, css: &str) {
    let element = browser.client.find(Locator::Css(css)).await.expect("the element");
    element.click().await.expect("clicked");
}

/// Posts an enquiry with a script, and returns the status, or "blocked" if the page cannot read it.
async fn post(browser: &Browser, url: &str, options: &str) -> String {
    let script = format!(
        "return fetch('{url}', {{ method: 'POST', {options} }})
            .then(response => String(response.status), () => 'blocked')"
    );
    browser.script(&script).await.as_str().expect("a text").to_owned()
}

const ENQUIRY: &str = r#"{"name":"Asha Rao","phone":"9876543210","consent":"yes"}"#;

#[tokio::test]
async fn documented_page_of_an_allowed_origin_sends_an_enquiry_without_a_token() {
    let (site, frame, _) = start().await;
    let browser = Browser::open(&frame).await;
    // Scripts of a written document run with the origin of the page.
    let page = serde_json::json!(documented_page(&site.url));
    browser.script(&format!("document.open(); document.write({page}); document.close()")).await;
    fill_in(&browser, "name", "Asha Rao").await;
    fill_in(&browser, "phone", "98765").await;
    click(&browser, "button").await;
    let problems = browser.wait_for("[role=status]:not(:empty)").await;
    assert!(problems.contains("10 digits") && problems.contains("agree"), "{problems}");

    fill_in(&browser, "phone", "43210").await;
    click(&browser, "input[name=consent]").await;
    browser.script("document.querySelector('[role=status]').textContent = ''").await;
    click(&browser, "button").await;
    assert_eq!(browser.wait_for("[role=status]:not(:empty)").await, "Thank you.");
    let lead = &site.leads(1).await[0];
    assert_eq!(
        (lead.identifier.as_str(), &lead.fields["name"]),
        ("919876543210", &"Asha Rao".into())
    );
    browser.close().await;
    site.stop().await;
}

#[tokio::test]
async fn page_of_another_origin_stores_nothing() {
    let (site, frame, other) = start().await;
    let browser = Browser::open(&other).await;
    fill_in(&browser, "name", "Asha Rao").await;
    fill_in(&browser, "phone", "9876543210").await;
    click(&browser, "input[name=consent]").await;
    click(&browser, "button").await;
    let text = browser.wait_for("[role=status]:not(:empty)").await;
    assert_eq!(text, "Please try again in a minute.");

    let enquiry = format!("{}enquiry", site.url);
    // A browser sends a simple post without a preflight, and hides the response (status 0).
    let simple = format!("mode: 'no-cors', body: '{ENQUIRY}'");
    assert_eq!(post(&browser, &enquiry, &simple).await, "0");
    assert_eq!(post(&browser, &enquiry, &format!("body: '{ENQUIRY}'")).await, "blocked");
    // A page of an allowed origin may use no other endpoint.
    browser.goto(&frame).await;
    let webhook = format!("{}webhook", site.url);
    assert_eq!(post(&browser, &webhook, &simple).await, "0");
    assert_eq!(post(&browser, &webhook, &format!("body: '{ENQUIRY}'")).await, "blocked");
    assert_eq!(site.entries().await, 0);
    let sent = format!("headers: {{ 'Content-Type': 'application/json' }}, body: '{ENQUIRY}'");
    assert_eq!(post(&browser, &enquiry, &sent).await, "202");
    assert_eq!(site.entries().await, 1);
    // Chromium logs each refused request, so the console is not empty.
    browser.client.clone().close().await.expect("closed");
    site.stop().await;
}
