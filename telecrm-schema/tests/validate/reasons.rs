//! Reasons of violations: each contains the sent value, the rule, and a valid value.

use serde_json::{Value, json};

use super::accept;

/// Asserts that the reason of the only violation contains all of `parts`.
#[track_caller]
fn assert_reason(mut body: Value, parts: &[&str]) {
    if body["fields"]["phone"].is_null() {
        body["fields"]["phone"] = "9999999999".into();
    }
    let violations = accept(&body).violations;
    let [violation] = &violations[..] else { panic!("one violation, not {violations:?}") };
    for part in parts {
        assert!(violation.reason.contains(part), "{part:?} is not in: {}", violation.reason);
    }
}

#[track_caller]
fn field(name: &str, value: &Value, parts: &[&str]) {
    assert_reason(json!({ "fields": { name: value } }), parts);
}

#[track_caller]
fn action(action: &Value, parts: &[&str]) {
    assert_reason(json!({ "fields": {}, "actions": [action] }), parts);
}

#[test]
fn d01_reason_contains_both_types_and_a_value_that_fits() {
    field("name", &json!(5), &["the number 5 was sent", "a text field", r#"the text "5" would"#]);
    field("deal_size", &json!(" 10"), &["a JSON number", "the number 10 would"]);
    field("deal_size", &json!("ten"), &["a number such as"]);
}

#[test]
fn d03_d04_d11_d12_reasons_contain_the_probable_value() {
    field("email", &json!(" a@b.de\n"), &[r#"the text "a@b.de" would"#]);
    field("alternate_phone", &json!("0 98765-43210"), &[r#"the text "9876543210" would"#]);
    field("alternate_phone", &json!("+91 98765 43210"), &[r#"the text "+919876543210" would"#]);
    field("alternate_phone", &json!("call 9876543210"), &[r#"such as "919999999999""#]);
    field("website", &json!("https://a.de "), &[r#"the text "https://a.de" would"#]);
    field("counsellor", &json!("Ravi"), &["the email of a team member"]);
}

#[test]
fn d06_d08_reasons_contain_the_created_label_and_the_probable_one() {
    field("contact_source", &json!("r and d"), &["created a new option", r#""R & D" would"#]);
    field("contact_source", &json!("a-"), &[r#""A-" would"#]);
    field("interests", &json!(["vip"]), &["created a new tag", r#""VIP" would"#]);
    field("interests", &json!(["x"]), &[r#"one of "VIP", "Returning", "10+" would"#]);
}

#[test]
fn d07_d09_reasons_contain_the_value_in_the_right_type() {
    field("interests", &json!("VIP"), &[r#"the array ["VIP"] would"#]);
    field("budget", &json!(1500.5), &["not a JSON number", r#"the text "1500.5" would"#]);
}

#[test]
fn d14_d15_d16_reasons_distinguish_archived_from_unknown() {
    field("status", &json!("Old Enquiry"), &["is archived"]);
    field("status", &json!("fresh"), &["no such status", r#""Fresh" would"#]);
    field("lost_reason", &json!("Lockdown"), &["is archived", r#""Price too high" would"#]);
    field("lost_reason", &json!("x"), &["no such lost reason"]);
}

#[test]
fn d18_reason_contains_the_right_name() {
    let date = json!(1_767_225_600_000_u64);
    field("preferred-date", &date, &[r#"the key "Preferred Date" would"#]);
    field("Deal Size", &json!("5"), &[r#"the key "deal_size" with the number 5 would"#]);
    field("dael_size", &json!(5), &["does not define it", r#"the key "deal_size" would"#]);
    field("Deal Size", &json!("x"), &[r#"the key "deal_size" with a value that fits would"#]);
}

#[test]
fn d19_reason_contains_the_misspelled_identifier() {
    let found = accept(&json!({ "fields": { "PHONE": "9999999999" } }));
    assert!(found.violations[0].reason.contains(r#"("PHONE" is a different name)"#));
}

#[test]
fn d22_d23_reasons_contain_the_full_code() {
    action(&json!({ "type": "1001" }), &[r#""ACTION_1001" would"#]);
    action(&json!({ "type": 1001 }), &[r#""ACTION_1001" would"#]);
    action(&json!({ "type": "Site visit" }), &[r#""ACTION_1001" would"#]);
    let whole = json!({ "type": "Payment", "status": "PENDING", "currency": "INR", "amount": "1" });
    action(&whole, &[r#""PAYMENT" would"#]);
    action(&json!({ "type": "ACTION_1" }), &[r#""ACTION_1001", "ACTION_1002", "PAYMENT""#]);
    action(&json!({ "type": "SYSTEM_NOTE" }), &["predefined by telecrm"]);
}

#[test]
fn d24_d25_reasons_contain_the_action() {
    let sent = json!({ "type": "ACTION_1001", "fields": { "NOTE": "a" } });
    action(&sent, &["ACTION_1001 (Site Visit) does not define it", r#"the key "note" would"#]);
    action(&json!({ "type": "ACTION_1001", "note": "a" }), &["as `fields.note`"]);
    action(&json!({ "type": "ACTION_1002", "created_on": 0 }), &["may not be backdated"]);
}

#[test]
fn d27_d28_reasons_contain_the_probable_value() {
    let payment = |key: &str, value: Value| {
        let mut payment =
            json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "1" });
        payment[key] = value;
        payment
    };
    action(&payment("amount", json!(5000)), &[r#"the text "5000" would"#]);
    action(&payment("status", json!("completed")), &[r#""COMPLETED" would"#]);
    action(&payment("currency", json!("EUR")), &["one of INR, USD"]);
}

#[test]
fn d29_reason_contains_the_right_place_of_a_field() {
    assert_reason(
        json!({ "fields": {}, "Name": "Jane" }),
        &["the same value as `fields.name` would"],
    );
    assert_reason(json!({ "fields": {}, "captcha": "x" }), &["the body without it"]);
}

#[test]
fn d37_reason_contains_the_probable_unit() {
    let seconds = json!(1_769_904_000);
    let parts = ["looks like Unix seconds", "the number 1769904000000 would have been kept"];
    field("follow_up_date", &seconds, &parts);
    action(&json!({ "type": "ACTION_1001", "created_on": seconds }), &parts);
    field("follow_up_date", &json!("1769904000"), &parts);
    field("follow_up_date", &json!(45123), &["serial day of a spreadsheet", "1689465600000"]);
    field("follow_up_date", &json!(1_769_904_000_123_456_u64), &["microseconds", "1769904000123"]);
    field("follow_up_date", &json!(0), &["around 1 January 1970", "such as 1767225600000"]);
}

#[test]
fn d04_truncated_and_joined_phones_get_no_suggestion() {
    for phone in [
        "9876543210.0",
        "919876543210.0",
        "+91 +91 98765 43210",
        "9.19876543210E+11",
        "9198765432109198765",
        "98765 43210 / 98765 43211",
    ] {
        let sent = json!(phone);
        field("alternate_phone", &sent, &[r#"such as "919999999999""#]);
        let found = accept(&json!({ "fields": { "phone": phone } }));
        assert_eq!(found.violations[0].suggestion, None, "{phone}");
    }
    field("alternate_phone", &json!("0919876543210"), &[r#"the text "919876543210" would"#]);
    field("alternate_phone", &json!(9_876_543_210_u64), &[r#"the text "9876543210" would"#]);
    field("alternate_phone", &json!(98_765_432_100_u64), &[r#"such as "919999999999""#]);
}

#[test]
fn d07_d08_reasons_split_tags_at_commas() {
    field("interests", &json!("VIP, Returning"), &[r#"the array ["VIP","Returning"] would"#]);
    field("interests", &json!(["VIP, Returning"]), &[r#"the tags "VIP", "Returning" would"#]);
    field("interests", &json!(["vip; Returning"]), &[r#"the tags "VIP", "Returning" would"#]);
    field("interests", &json!("Sales"), &[r#"an array such as ["VIP"]"#]);
    field("interests", &json!(["VIP, Sales"]), &[r#"one of "VIP", "Returning", "10+" would"#]);
}

#[test]
fn advice_about_a_key_fits_its_value_and_its_siblings() {
    let twice = json!({ "fields": { "name": "Jane", "Name": "Jane" } });
    assert_reason(twice, &[r#"the key "name", which was sent too, would"#]);
    assert_reason(
        json!({ "fields": { "name": "a" }, "Name": "Jane" }),
        &["the body without it would"],
    );
    assert_reason(
        json!({ "fields": {}, "rating": 9 }),
        &["a value that fits as `fields.rating` would"],
    );
    action(&json!({ "type": "payment" }), &[r#""PAYMENT" with status, currency and amount would"#]);
}

#[test]
fn point_12_limit_of_this_library_is_described_as_such() {
    let domain = format!("{}com", "a.".repeat(130));
    let url = format!("https://example.com/{}", "a".repeat(2_048));
    for (name, sent, limit) in [
        ("email", format!("a@{domain}"), "at most 254 characters"),
        ("counsellor", format!("a@{domain}"), "at most 254 characters"),
        ("alternate_phone", "9198765".to_owned(), "8 to 15 digits"),
        ("alternate_phone", "+9198765432101234".to_owned(), "8 to 15 digits"),
        ("budget", "1".repeat(33), "at most 32 characters"),
        ("website", url.clone(), "at most 2,048 characters"),
        ("marksheet", url, "at most 2,048 characters"),
    ] {
        let expected = format!("; telecrm documents no limit; this library accepts {limit}; ");
        field(name, &json!(sent), &[&expected]);
    }
    let sent = json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "1".repeat(33) });
    action(&sent, &["telecrm documents no limit; this library accepts at most 32 characters"]);
    // A limit of the schema is telecrm's.
    let body = json!({ "fields": { "phone": "9999999999", "remark": "too long" } });
    let reason = &accept(&body).violations[0].reason;
    assert!(!reason.contains("this library"), "{reason}");
}
