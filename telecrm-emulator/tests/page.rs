//! HTML of the inspector page. `tests/browser` tests the page in a browser.

mod common;

use common::{client, emulator, post, request};
use serde_json::{Value, json};
use telecrm_emulator::Emulator;

async fn page(telecrm: &Emulator, query: &str) -> String {
    let answer = client().get(format!("{}/{query}", telecrm.url())).send().await.expect("a page");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    answer.text().await.expect("a page")
}

/// Returns the text between the first `from` and the next `to`.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from:?} in {text}")) + from.len();
    let end = text[start..].find(to).unwrap_or_else(|| panic!("no {to:?} after {from:?}"));
    &text[start..start + end]
}

#[tokio::test]
async fn empty_page_shows_a_command_that_works() {
    let telecrm = emulator().await;
    let html = page(&telecrm, "").await;
    let line =
        between(&html, "<pre tabindex=\"0\" aria-label=\"A curl command to try\">", "</pre>")
            .replace("&#39;", "'")
            .replace("&#34;", "\"");
    let words: Vec<&str> = line.split('\'').skip(1).step_by(2).collect();
    let [url, authorization, content_type, body] = words[..] else { panic!("{words:?}") };
    let mut send = client().post(url).body(body.to_owned());
    for header in [authorization, content_type] {
        let (name, value) = header.split_once(": ").expect("a header");
        send = send.header(name, value);
    }
    let answer: Value = send.send().await.expect("sent").json().await.expect("JSON");
    assert_eq!(answer, json!({ "status": "QUEUED" }));
    telecrm.assert_dropped(&[("fields.deal_size", "D01")]);
    let html = page(&telecrm, "").await;
    assert!(!html.contains("A curl command to try"));
    assert!(html.contains("stored, with 1 drop"));
}

#[tokio::test]
async fn external_text_is_escaped() {
    const EVIL: &str = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'";
    let telecrm = Emulator::builder()
        .schema_file(common::SCHEMA)
        .enterprise_id(EVIL)
        .start()
        .await
        .expect("the schema is valid");
    // The name of the enterprise is not always valid in a URL, so no lead is posted here.
    page(&telecrm, "").await;
    let telecrm = emulator().await;
    let body = json!({
        "fields": { "phone": "9999999999", "name": EVIL, EVIL: EVIL, "contact_source": EVIL, "email": EVIL },
        "actions": [{ "type": EVIL }, { "type": "ACTION_1001", "fields": { "note": EVIL, EVIL: 1 } }],
        EVIL: [EVIL],
    });
    post(&telecrm, &body).await;
    for raw in [EVIL.to_owned(), json!(EVIL).to_string(), format!("{{{EVIL}")] {
        let send = request(&telecrm).header("content-type", "application/json").body(raw);
        send.send().await.expect("a response");
    }
    for query in ["", "?drop=D17", "?drop=%3Cscript%3Ealert(3)%3C%2Fscript%3E%22%27"] {
        let html = page(&telecrm, query).await;
        assert!(html.contains("alert(1)"), "the lead is shown");
        assert_eq!(html.matches("<script").count(), 1, "only the script of the page");
        assert!(!html.contains("<img") && !html.contains("onerror=alert(2)>\""), "{html}");
    }
}

#[tokio::test]
async fn filter_shows_the_deliveries_with_one_id() {
    let telecrm = emulator().await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999991", "rating": 9 } })).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999992", "no": 1 } })).await;
    post(&telecrm, &json!({ "fields": { "phone": "9999999993" } })).await;
    let shown = async |query: &str| {
        page(&telecrm, query).await.matches("<article class=\"card").count() - 3
    };
    assert_eq!(shown("").await, 3);
    assert_eq!(shown("?drop=").await, 3);
    assert_eq!(shown("?drop=D13").await, 1);
    assert_eq!(shown("?drop=any").await, 2);
    assert_eq!(shown("?drop=D01").await, 0);
    assert!(page(&telecrm, "?drop=D01").await.contains("No delivery with D01 so far."));
}

#[tokio::test]
async fn leads_and_deliveries_are_found_by_phone_or_name() {
    let telecrm = emulator().await;
    for (phone, name) in [("9999999991", "Asha Rao"), ("9999999992", "Imran Khan")] {
        post(&telecrm, &json!({ "fields": { "phone": phone, "name": name } })).await;
    }
    let cards =
        async |query: &str| page(&telecrm, query).await.matches("<article class=\"card").count();
    assert_eq!(cards("").await, 4);
    assert_eq!(cards("?find=asha").await, 2);
    assert_eq!(cards("?find=99999%2099992").await, 2);
    assert_eq!(cards("?find=nobody").await, 0);
    assert_eq!(cards("?find=asha&drop=any").await, 1, "the lead; no delivery has a drop");
    let html = page(&telecrm, "?find=%22%3E%3Cscript%3E").await;
    assert_eq!(html.matches("<script").count(), 1);
}

#[tokio::test]
async fn delivery_is_copied_as_a_curl_command_that_repeats_it() {
    let telecrm = emulator().await;
    let body = r#"{"fields":{"phone":"9999999999","name":"O'Hara $HOME `id` \n \\"}}"#;
    let sent = request(&telecrm).header("content-type", "application/json").body(body);
    assert_eq!(sent.send().await.expect("a response").status(), 200);
    let html = page(&telecrm, "").await;
    assert!(html.contains("href=\"/emulator/deliveries/1/curl\""));
    let line = client().get(format!("{}/emulator/deliveries/1/curl", telecrm.url())).send().await;
    let line = line.expect("a line").text().await.expect("text");
    // A shell parses the command as intended.
    let shown = std::process::Command::new("sh")
        .args(["-c", &line.replacen("curl", "printf '%s\\n'", 1)])
        .output()
        .expect("there is a shell");
    let words = String::from_utf8(shown.stdout).expect("UTF-8");
    let words: Vec<&str> = words.lines().collect();
    assert_eq!(words[..2], ["-X", "POST"]);
    assert_eq!(words.last(), Some(&body));
    assert_eq!(words[words.len() - 2], "--data-raw");

    let large = json!({ "fields": { "phone": "9999999999", "name": "x".repeat(100_000) } });
    post(&telecrm, &large).await;
    for (number, status) in [("2", 409), ("3", 404), ("x", 404)] {
        let url = format!("{}/emulator/deliveries/{number}/curl", telecrm.url());
        assert_eq!(client().get(url).send().await.expect("a response").status(), status);
    }
}

#[tokio::test]
async fn refusal_shows_its_reason() {
    let telecrm = emulator().await;
    request(&telecrm).json(&json!([])).send().await.expect("a response");
    let html = page(&telecrm, "").await;
    assert!(html.contains("<p class=\"message\">the body must be a JSON object</p>"), "{html}");
}

#[tokio::test]
async fn page_loads_nothing_from_other_servers() {
    let telecrm = emulator().await;
    let html = page(&telecrm, "").await;
    let loaded: Vec<&str> = html
        .split(['"', '\''])
        .filter(|url| url.starts_with("http") || url.starts_with("//"))
        .collect();
    assert_eq!(loaded, ["http://www.w3.org/2000/svg"], "only the name of a format");
    for (path, kind) in [("emulator/page.css", "text/css"), ("emulator/page.js", "text/javascript")]
    {
        assert!(html.contains(&format!("\"/{path}\"")));
        let answer = client().get(format!("{}/{path}", telecrm.url())).send().await.expect("it");
        assert!(answer.headers()["content-type"].to_str().expect("text").starts_with(kind));
        let text = answer.text().await.expect("text");
        assert!(!text.contains("http") && !text.contains("@import") && !text.contains("url("));
    }
}

#[tokio::test]
async fn reference_lists_fields_options_actions_and_archived_labels() {
    let html = page(&emulator().await, "").await;
    for part in
        ["Preferred Date", "₹5–10 Lakh", "ACTION_1001", "Old Enquiry", "Lockdown", "identifier"]
    {
        assert!(html.contains(part), "{part}");
    }
}

#[tokio::test]
async fn event_stream_reports_changes() {
    let telecrm = emulator().await;
    let url = format!("{}/emulator/events", telecrm.url());
    let mut answer = client().get(url).send().await.expect("a stream");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let first = answer.chunk().await.expect("open").expect("an event");
    assert_eq!(first, "retry: 1000\nevent: change\ndata: 0\n\n");
    post(&telecrm, &json!({ "fields": { "phone": "9999999999" } })).await;
    let second = answer.chunk().await.expect("open").expect("an event");
    assert_eq!(second, "retry: 1000\nevent: change\ndata: 1\n\n");
}
