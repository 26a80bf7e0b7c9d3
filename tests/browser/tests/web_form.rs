//! `examples/web-form` in headless Chromium: by keyboard, without scripts, on a phone.

#[allow(dead_code, reason = "the tests of the form itself need more")]
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

/// Presses keys where the focus is.
async fn press(browser: &Browser, keys: &str) {
    let focused = browser.client.active_element().await.expect("a focus");
    focused.send_keys(keys).await.expect("keys");
}

/// The focused element: its id, else its class or tag.
async fn focus(browser: &Browser) -> String {
    let script = "const it = document.activeElement; return it.id || it.className || it.localName";
    browser.script(script).await.as_str().expect("a name").to_owned()
}

async fn value(browser: &Browser, id: &str) -> String {
    let input = browser.client.find(Locator::Id(id)).await.expect(id);
    input.prop("value").await.expect("a property").unwrap_or_default()
}

/// The visible texts that a screen reader reads for an input, by `aria-describedby`.
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
async fn an_enquiry_goes_in_by_keyboard_alone_and_without_scripts() {
    let site = Site::start().await;
    let browser = Browser::open("about:blank").await;
    without_scripts(&browser).await;
    browser.goto(&site.url).await;

    // In the order of the page. A date has parts that Tab stops at, too.
    let mut order = Vec::new();
    for _ in 0..12 {
        let body = browser.client.active_element().await.expect("a focus");
        body.send_keys(TAB).await.expect("tab");
        order.push(focus(&browser).await);
        if order.last().is_some_and(|it| it == "button") {
            break;
        }
    }
    order.dedup();
    assert_eq!(order, ["name", "phone", "email", "follow_up_date", "course", "consent", "button"]);

    // Enter in a text field submits; the answer is a page that says what is wrong.
    let phone = browser.client.find(Locator::Id("phone")).await.expect("the field");
    phone.send_keys("098765").await.expect("typed");
    phone.send_keys(ENTER).await.expect("enter");
    assert!(browser.wait_for(".summary h2").await.contains("3 answers"));
    assert_eq!(
        browser.client.title().await.expect("a title"),
        "Please correct your enquiry · Sunrise Coaching Institute"
    );
    assert_eq!(focus(&browser).await, "summary", "the focus is on what is wrong");
    assert_eq!(value(&browser, "phone").await, "098765", "what was typed stays");
    let said = described(&browser, "phone").await;
    assert!(said.contains("country code") && said.contains("10 digits"), "{said}");

    // From the summary straight to the field, and on from there.
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
async fn what_is_wrong_is_linked_to_its_field_and_every_answer_stays() {
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
    browser.client.find(Locator::Css("button")).await.expect("it").click().await.expect("clicked");
    browser.wait_for(".summary").await;

    for (id, answer) in answers {
        assert_eq!(value(&browser, id).await, answer);
    }
    assert_eq!(value(&browser, "follow_up_date").await, "2031-01-31");
    assert_eq!(value(&browser, "course").await, "R & D");
    assert_eq!(browser.script("return window.hacked || 0").await, 0);
    for (id, says) in [("phone", "10 digits"), ("email", "after the @"), ("consent", "agree")] {
        let said = described(&browser, id).await;
        assert!(said.contains(says), "{id}: {said}");
        assert_eq!(browser.count(&format!("#{id}[aria-invalid=true]")).await, 1);
        // Beside the field: nothing else between the two.
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

/// Each pair of text and background on the page whose contrast is under 4.5 (WCAG 2, AA).
const LOW_CONTRAST: &str = "
    const channel = it => (it /= 255) <= .04045 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4;
    const luminance = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
        return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b) };
    const background = it => { for (; it; it = it.parentElement) {
        const color = getComputedStyle(it).backgroundColor;
        if (color !== 'rgba(0, 0, 0, 0)') return color } return 'rgb(255, 255, 255)' };
    const low = [];
    for (const it of document.querySelectorAll('body *')) {
        if (![...it.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
        const pair = [getComputedStyle(it).color, background(it)].map(luminance).sort((a, b) => b - a);
        const contrast = (pair[0] + .05) / (pair[1] + .05);
        if (contrast < 4.5) low.push(`${it.localName}.${it.className}: ${contrast}`) }
    return low";

#[tokio::test]
async fn a_phone_needs_no_sideways_scrolling_and_no_text_is_faint() {
    let site = Site::start().await;
    let long = "Venkatanarasimharajuvaripeta".repeat(4);
    let enquiry = [("name", long.as_str()), ("phone", "9876543210"), ("consent", "yes")];
    site.telecrm.set_faults(Faults::once(Fault::CloseAfterProcessing));
    let page = site.post(&enquiry).await.text().await.expect("a page");
    assert!(page.contains("Thank you"));
    let browser = Browser::open(&site.url).await;
    let phone = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
    browser.devtools("Emulation.setDeviceMetricsOverride", phone).await;
    for scheme in ["light", "dark"] {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.devtools("Emulation.setEmulatedMedia", media).await;
        for page in ["", "with what is wrong", "thank-you", "enquiries"] {
            if page.contains(' ') {
                browser.goto(&site.url).await;
                let button = browser.client.find(Locator::Css("button")).await.expect("it");
                button.click().await.expect("clicked");
                browser.wait_for(".summary").await;
            } else {
                browser.goto(&format!("{}{page}", site.url)).await;
            }
            let wide = "return [innerWidth, document.documentElement.scrollWidth]";
            assert_eq!(browser.script(wide).await, json!([360, 360]), "{page}");
            assert_eq!(browser.script(LOW_CONTRAST).await, json!([]), "{scheme}: {page}");
            let small = "return [...document.querySelectorAll('button, select, input[type=text]')]
                .filter(it => it.getBoundingClientRect().height < 44).length";
            assert_eq!(browser.script(small).await, 0, "a finger needs 44 pixels: {page}");
        }
    }
    browser.close().await;
    site.stop().await;
}

#[tokio::test]
async fn the_list_says_what_became_of_each_enquiry() {
    let site = Site::start().await;
    let browser = Browser::open(&format!("{}enquiries", site.url)).await;
    assert!(browser.wait_for("main").await.contains("No enquiry yet"));
    site.post(&[("name", "Asha Rao"), ("phone", "9876543210"), ("consent", "yes")]).await;
    site.list_until("verified").await;
    // telecrm closes the connection after it has taken the lead: nobody knows of the action.
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

/// The states of the enquiries of a phone on the page.
async fn states(browser: &Browser, phone: &str) -> Value {
    let script = format!(
        "return [...document.querySelectorAll('tbody tr')].filter(row => row.innerText.includes('{phone}'))
            .map(row => row.querySelector('.state').innerText)"
    );
    browser.script(&script).await
}

/// The picture of the README: `WEB_FORM_PNG=docs/web-form.png` says where it goes.
#[tokio::test]
async fn a_picture_of_the_form() {
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
    browser.client.find(Locator::Id("consent")).await.expect("it").click().await.expect("clicked");
    browser.client.find(Locator::Css("button")).await.expect("it").click().await.expect("clicked");
    assert!(browser.wait_for(".summary h2").await.contains("one answer"));
    let png = browser.client.screenshot().await.expect("a picture");
    assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000, "{} bytes", png.len());
    if let Some(path) = env::var_os("WEB_FORM_PNG") {
        // Tests run in their package's folder; the path is meant from the workspace's.
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::write(root.join(path), png).expect("the picture is written");
    }
    browser.close().await;
    site.stop().await;
}
