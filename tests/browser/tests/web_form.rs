//! `examples/web-form` in headless Chromium: keyboard, no scripts, and the screen of a phone.

#[allow(dead_code, reason = "only the tests of the form use all of it")]
#[path = "../../../examples/web-form/tests/support/mod.rs"]
mod support;

use std::{env, path::Path};

use browser_tests::Browser;
use fantoccini::Locator;
use serde_json::{Value, json};
use telecrm_emulator::{Fault, Faults};

use support::Site;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SPACE: &str = "\u{e00d}";

/// Sends keys to the focused element.
async fn press(browser: &Browser, keys: &str) {
    let focused = browser.client.active_element().await.expect("a focus");
    focused.send_keys(keys).await.expect("keys");
}

/// Returns the id of the focused element, or its class or tag if it has no id.
async fn focus(browser: &Browser) -> String {
    let script = "const active = document.activeElement; \
                  return active.id || active.className || active.localName";
    browser.script(script).await.as_str().expect("a name").to_owned()
}

async fn value(browser: &Browser, id: &str) -> String {
    let input = browser.client.find(Locator::Id(id)).await.expect(id);
    input.prop("value").await.expect("a property").unwrap_or_default()
}

/// Returns the visible texts of `aria-describedby`, which a screen reader reads for an input.
async fn described(browser: &Browser, id: &str) -> String {
    let input = browser.client.find(Locator::Id(id)).await.expect(id);
    let ids = input.attr("aria-describedby").await.expect("an attribute").unwrap_or_default();
    let mut texts = Vec::new();
    for described_by in ids.split_whitespace() {
        let element = browser.client.find(Locator::Id(described_by)).await.expect(described_by);
        assert!(element.is_displayed().await.expect("shown or not"), "{described_by}");
        texts.push(element.text().await.expect("text"));
    }
    texts.join(" ")
}

async fn without_scripts(browser: &Browser) {
    browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    browser.goto("data:text/html,<title>off</title><script>document.title='on'</script>").await;
    assert_eq!(browser.client.title().await.expect("a title"), "off");
}

#[tokio::test]
async fn enquiry_is_sent_with_only_the_keyboard_and_without_scripts() {
    let site = Site::start().await;
    let browser = Browser::open("about:blank").await;
    without_scripts(&browser).await;
    browser.goto(&site.url).await;

    // Tab follows the order of the page, and also stops at the parts of a date.
    let mut order = Vec::new();
    for _ in 0..12 {
        let body = browser.client.active_element().await.expect("a focus");
        body.send_keys(TAB).await.expect("tab");
        order.push(focus(&browser).await);
        if order.last().is_some_and(|id| id == "button") {
            break;
        }
    }
    order.dedup();
    assert_eq!(order, ["name", "phone", "email", "follow_up_date", "course", "consent", "button"]);

    // Enter in a text field submits the form, and the response lists the problems.
    let phone = browser.client.find(Locator::Id("phone")).await.expect("the field");
    phone.send_keys("098765").await.expect("typed");
    phone.send_keys(ENTER).await.expect("enter");
    assert!(browser.wait_for(".summary h2").await.contains("3 answers"));
    assert_eq!(
        browser.client.title().await.expect("a title"),
        "Please correct your enquiry · Sunrise Coaching Institute"
    );
    assert_eq!(focus(&browser).await, "summary", "the focus is on the summary of the problems");
    assert_eq!(value(&browser, "phone").await, "098765", "the typed text is kept");
    let text = described(&browser, "phone").await;
    assert!(text.contains("country code") && text.contains("10 digits"), "{text}");

    // The summary links to the field, and Tab continues from there.
    press(&browser, TAB).await;
    press(&browser, ENTER).await;
    assert_eq!(focus(&browser).await, "name");
    press(&browser, "Asha Rao").await;
    press(&browser, TAB).await;
    press(&browser, "098765 43210").await;
    assert_eq!(value(&browser, "phone").await, "098765 43210");
    let course = browser.client.find(Locator::Id("course")).await.expect("the field");
    course.send_keys("NEET").await.expect("typed");
    press(&browser, TAB).await;
    press(&browser, SPACE).await;
    press(&browser, TAB).await;
    press(&browser, ENTER).await;
    assert_eq!(browser.wait_for("h1").await, "Thank you");
    browser.close().await;
    site.stop().await;
}

#[tokio::test]
async fn problem_is_linked_to_its_field_and_every_answer_is_kept() {
    let site = Site::start().await;
    let browser = Browser::open(&site.url).await;
    let answers = [
        ("name", "Asha \"Rao\" <script>window.hacked = 1</script>"),
        ("phone", "+91 98765 4321"),
        ("email", "asha.rao@example"),
    ];
    for (id, answer) in answers {
        let input = browser.client.find(Locator::Id(id)).await.expect(id);
        input.send_keys(answer).await.expect("typed");
    }
    browser.script("document.getElementById('follow_up_date').value = '2031-01-31'").await;
    let course = browser.client.find(Locator::Id("course")).await.expect("the field");
    course.select_by_label("R & D").await.expect("an option");
    browser
        .client
        .find(Locator::Css("button"))
        .await
        .expect("the button")
        .click()
        .await
        .expect("clicked");
    browser.wait_for(".summary").await;

    for (id, answer) in answers {
        assert_eq!(value(&browser, id).await, answer);
    }
    assert_eq!(value(&browser, "follow_up_date").await, "2031-01-31");
    assert_eq!(value(&browser, "course").await, "R & D");
    assert_eq!(browser.script("return window.hacked || 0").await, 0);
    for (id, expected) in [("phone", "10 digits"), ("email", "after the @"), ("consent", "agree")] {
        let text = described(&browser, id).await;
        assert!(text.contains(expected), "{id}: {text}");
        assert_eq!(browser.count(&format!("#{id}[aria-invalid=true]")).await, 1);
        // The problem is directly above the field.
        let gap = format!(
            "const field = document.getElementById('{id}').getBoundingClientRect(); \
             return field.top - document.getElementById('{id}-problem').getBoundingClientRect().bottom"
        );
        let gap = browser.script(&gap).await.as_f64().expect("a number");
        assert!((-1.0..12.0).contains(&gap), "{id}: {gap}");
    }
    assert_eq!(browser.count("[aria-invalid=true]").await, 3);
    browser.close().await;
    site.stop().await;
}

/// Script that lists each element whose contrast is below 4.5 (WCAG 2, AA).
const LOW_CONTRAST: &str = "
    const channel = value => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
    const luminance = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
        return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b) };
    const background = element => { for (; element; element = element.parentElement) {
        const color = getComputedStyle(element).backgroundColor;
        if (color !== 'rgba(0, 0, 0, 0)') return color } return 'rgb(255, 255, 255)' };
    const low = [];
    for (const element of document.querySelectorAll('body *')) {
        if (![...element.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
        const pair = [getComputedStyle(element).color, background(element)].map(luminance).sort((a, b) => b - a);
        const contrast = (pair[0] + .05) / (pair[1] + .05);
        if (contrast < 4.5) low.push(`${element.localName}.${element.className}: ${contrast}`) }
    return low";

#[tokio::test]
async fn phone_needs_no_horizontal_scrolling_and_text_has_contrast() {
    let site = Site::start().await;
    let long = "Venkatanarasimharajuvaripeta".repeat(4);
    let enquiry = [("name", long.as_str()), ("phone", "9876543210"), ("consent", "yes")];
    site.telecrm.set_faults(Faults::once(Fault::CloseAfterProcessing));
    let page = site.post(&enquiry).await.text().await.expect("a page");
    assert!(page.contains("Thank you"));
    let webhook = site.json("webhook", r#"{"phone":"12","email":"asha@gmail","utm_source":"ads"}"#);
    assert_eq!(webhook.send().await.expect("an answer").status(), 202);
    let browser = Browser::open(&site.url).await;
    let phone = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
    browser.devtools("Emulation.setDeviceMetricsOverride", phone).await;
    for scheme in ["light", "dark"] {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.devtools("Emulation.setEmulatedMedia", media).await;
        for page in ["", "with problems", "thank-you", "enquiries"] {
            if page.contains(' ') {
                browser.goto(&site.url).await;
                let button = browser.client.find(Locator::Css("button")).await.expect("the button");
                button.click().await.expect("clicked");
                browser.wait_for(".summary").await;
            } else {
                browser.goto(&format!("{}{page}", site.url)).await;
            }
            let wide = "return [innerWidth, document.documentElement.scrollWidth]";
            assert_eq!(browser.script(wide).await, json!([360, 360]), "{page}");
            assert_eq!(browser.script(LOW_CONTRAST).await, json!([]), "{scheme}: {page}");
            let small = "return [...document.querySelectorAll('button, select, input[type=text]')]
                .filter(element => element.getBoundingClientRect().height < 44).length";
            assert_eq!(browser.script(small).await, 0, "a finger needs 44 pixels: {page}");
        }
    }
    browser.close().await;
    site.stop().await;
}

#[tokio::test]
async fn list_shows_the_state_of_each_enquiry() {
    let site = Site::start().await;
    let browser = Browser::open(&format!("{}enquiries", site.url)).await;
    assert!(browser.wait_for("main").await.contains("No enquiry yet"));
    site.post(&[("name", "Asha Rao"), ("phone", "9876543210"), ("consent", "yes")]).await;
    site.list_until("verified").await;
    // telecrm closes the connection after it has queued the lead, so the outcome of the action is
    // unknown.
    site.telecrm.set_faults(Faults::once(Fault::CloseAfterProcessing));
    site.post(&[("name", "Imran Khan"), ("phone", "9876543211"), ("consent", "yes")]).await;
    site.list_until("unconfirmed").await;
    browser.client.refresh().await.expect("the page");
    assert_eq!(states(&browser, "+919876543211").await, json!(["unconfirmed"]));
    assert_eq!(states(&browser, "+919876543210").await, json!(["verified"]));
    assert_eq!(browser.count("tbody tr").await, 2);
    assert!(browser.wait_for("tbody tr:first-child").await.contains("Imran Khan"));
    browser.close().await;
    site.stop().await;
}

/// Returns the states of the enquiries with this phone number on the page.
async fn states(browser: &Browser, phone: &str) -> Value {
    let script = format!(
        "return [...document.querySelectorAll('tbody tr')].filter(row => row.innerText.includes('{phone}'))
            .map(row => row.querySelector('.state').innerText)"
    );
    browser.script(&script).await
}

/// Takes the picture of the README. `WEB_FORM_PNG=docs/web-form.png` is its destination.
#[tokio::test]
async fn form_has_a_picture() {
    let site = Site::start().await;
    let browser = Browser::open(&site.url).await;
    let screen = json!({ "width": 760, "height": 1080, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    for (id, answer) in
        [("name", "Asha Rao"), ("phone", "098765 4321"), ("email", "asha.rao@example.com")]
    {
        let input = browser.client.find(Locator::Id(id)).await.expect(id);
        input.send_keys(answer).await.expect("typed");
    }
    let course = browser.client.find(Locator::Id("course")).await.expect("the field");
    course.select_by_label("NEET").await.expect("an option");
    browser
        .client
        .find(Locator::Id("consent"))
        .await
        .expect("the button")
        .click()
        .await
        .expect("clicked");
    browser
        .client
        .find(Locator::Css("button"))
        .await
        .expect("the button")
        .click()
        .await
        .expect("clicked");
    assert!(browser.wait_for(".summary h2").await.contains("one answer"));
    let png = browser.client.screenshot().await.expect("a picture");
    assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000, "{} bytes", png.len());
    if let Some(path) = env::var_os("WEB_FORM_PNG") {
        // Tests run in the folder of their package, but the path is relative to the workspace.
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::write(root.join(path), png).expect("the picture is written");
    }
    browser.close().await;
    site.stop().await;
}
