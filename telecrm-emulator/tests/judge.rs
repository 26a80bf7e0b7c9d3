//! The judge alone: what its reasons say, and that nothing disappears without one.

mod common;

use serde_json::{Value, json};
use telecrm_emulator::{Judge, Verdict};
use telecrm_schema::Schema;

fn judge(body: &Value) -> Verdict {
    let workspace = Schema::from_file(common::SCHEMA).expect("the schema is good");
    Judge::new(&workspace).judge(body).expect("a request")
}

/// The only drop's reason holds all of `parts`.
fn says(mut body: Value, parts: &[&str]) {
    if body["fields"]["phone"].is_null() {
        body["fields"]["phone"] = "9999999999".into();
    }
    let verdict = judge(&body);
    let [drop] = &verdict.drops[..] else { panic!("one drop, not {:?}", verdict.drops) };
    for part in parts {
        assert!(drop.reason.contains(part), "{part:?} is not in: {}", drop.reason);
    }
}

fn field(name: &str, value: &Value, parts: &[&str]) {
    says(json!({ "fields": { name: value } }), parts);
}

fn action(action: &Value, parts: &[&str]) {
    says(json!({ "fields": {}, "actions": [action] }), parts);
}

#[test]
fn d01_names_both_types_and_a_value_that_fits() {
    field("name", &json!(5), &["the number 5 was sent", "a text field", r#"the text "5" would"#]);
    field("deal_size", &json!(" 10"), &["a JSON number", "the number 10 would"]);
    field("deal_size", &json!("ten"), &["a number such as"]);
}

#[test]
fn d03_d04_d11_d12_show_what_was_probably_meant() {
    field("email", &json!(" a@b.de\n"), &[r#"the text "a@b.de" would"#]);
    field("alternate_phone", &json!("0 98765-43210"), &[r#"the text "9876543210" would"#]);
    field("alternate_phone", &json!("+91 98765 43210"), &[r#"the text "+919876543210" would"#]);
    field("alternate_phone", &json!("call 9876543210"), &[r#"such as "919999999999""#]);
    field("website", &json!("https://a.de "), &[r#"the text "https://a.de" would"#]);
    field("counsellor", &json!("Ravi"), &["the email of a team member"]);
}

#[test]
fn d06_d08_say_that_a_label_was_created_and_which_was_meant() {
    field("contact_source", &json!("r and d"), &["created a new option", r#""R & D" would"#]);
    field("contact_source", &json!("a-"), &[r#""A-" would"#]);
    field("interests", &json!(["vip"]), &["created a new tag", r#""VIP" would"#]);
    field("interests", &json!(["x"]), &[r#"one of "VIP", "Returning", "10+" would"#]);
}

#[test]
fn d07_d09_show_the_value_in_the_right_type() {
    field("interests", &json!("VIP"), &[r#"the array ["VIP"] would"#]);
    field("budget", &json!(1500.5), &["not a JSON number", r#"the text "1500.5" would"#]);
}

#[test]
fn d14_d15_d16_tell_archived_from_unknown() {
    field("status", &json!("Old Enquiry"), &["is archived"]);
    field("status", &json!("fresh"), &["no such status", r#""Fresh" would"#]);
    field("lost_reason", &json!("Lockdown"), &["is archived", r#""Price too high" would"#]);
    field("lost_reason", &json!("x"), &["no such lost reason"]);
}

#[test]
fn d18_names_the_right_name() {
    field("preferred-date", &json!(0), &[r#"the key "Preferred Date" would"#]);
}

#[test]
fn d19_sees_the_identifier_under_another_name() {
    let verdict = judge(&json!({ "fields": { "PHONE": "9999999999" } }));
    assert!(verdict.drops[0].reason.contains(r#"("PHONE" is another name)"#));
}

#[test]
fn d22_d23_name_the_full_code() {
    action(&json!({ "type": "1001" }), &[r#""ACTION_1001" would"#]);
    action(&json!({ "type": 1001 }), &[r#""ACTION_1001" would"#]);
    action(&json!({ "type": "Site visit" }), &[r#""ACTION_1001" would"#]);
    action(&json!({ "type": "Payment" }), &[r#""PAYMENT" would"#]);
    action(&json!({ "type": "ACTION_1" }), &[r#""ACTION_1001", "ACTION_1002", "PAYMENT""#]);
    action(&json!({ "type": "SYSTEM_NOTE" }), &["telecrm's own"]);
}

#[test]
fn d24_d25_name_the_action() {
    let sent = json!({ "type": "ACTION_1001", "fields": { "NOTE": "a" } });
    action(&sent, &["ACTION_1001 (Site Visit) does not define it", r#"the key "note" would"#]);
    action(&json!({ "type": "ACTION_1001", "note": "a" }), &["as `fields.note`"]);
    action(&json!({ "type": "ACTION_1002", "created_on": 0 }), &["may not be backdated"]);
}

#[test]
fn d27_d28_show_what_was_probably_meant() {
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
fn d29_says_where_a_stray_field_belongs() {
    says(json!({ "fields": {}, "Name": "Jane" }), &["the same as `fields.name` would"]);
    says(json!({ "fields": {}, "captcha": "x" }), &["the body without it"]);
}

/// Values that fit somewhere, nearly fit, or fit nowhere.
fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(6),
        json!(-1),
        json!(2.5),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.0e308),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("+"),
        json!("@"),
        json!("1"),
        json!("9999999999"),
        json!("31/12/2024"),
        json!("३१/१२/२०२४ "),
        json!("a@b.de"),
        json!("https://a.de"),
        json!("Website"),
        json!("Fresh"),
        json!("हिन्दी माध्यम"),
        json!("🎓".repeat(100)),
        json!([]),
        json!([""]),
        json!(["VIP"]),
        json!([["VIP"], {}]),
        json!({}),
        json!({ "type": "ACTION_1001" }),
    ]
}

#[test]
fn a_field_is_kept_as_it_was_sent_or_there_is_a_drop_at_its_path() {
    let workspace = Schema::from_file(common::SCHEMA).expect("the schema is good");
    let judge = Judge::new(&workspace);
    let names = workspace.fields.iter().map(|field| field.api_name.as_str());
    for name in names.filter(|name| *name != "phone").chain(["internal_score", "none", ""]) {
        for sent in values() {
            let body = json!({ "fields": { "phone": "9999999999", name: sent } });
            let verdict = judge.judge(&body).expect("a request");
            let path = format!("fields.{name}");
            assert!(verdict.drops.iter().all(|drop| drop.path == path), "{body}");
            let kept = verdict.lead.expect("a good identifier").fields.get(name).cloned();
            let completed = json!("919999999999");
            let as_sent = kept.as_ref() == Some(&sent)
                || (name == "alternate_phone" && kept == Some(completed));
            assert!(as_sent || !verdict.drops.is_empty(), "{body} became {kept:?}");
        }
    }
}

#[test]
fn an_action_is_kept_as_it_was_sent_or_there_is_a_drop() {
    let workspace = Schema::from_file(common::SCHEMA).expect("the schema is good");
    let judge = Judge::new(&workspace);
    let keys = ["type", "fields", "created_on", "status", "currency", "amount", "note", ""];
    let inner = ["note", "outcome", "topics", "seats", "sent_to", "fee", "none"];
    let mut sent = values();
    for value in values() {
        for base in ["ACTION_1001", "ACTION_1002", "PAYMENT"] {
            for key in keys {
                let mut action = json!({ "type": base, "status": "PENDING", "amount": "1" });
                action[key] = value.clone();
                sent.push(action);
            }
            sent.extend(inner.map(|key| json!({ "type": base, "fields": { key: value } })));
        }
    }
    for sent in sent {
        let body = json!({ "fields": { "phone": "9999999999" }, "actions": [sent] });
        let verdict = judge.judge(&body).expect("a request");
        let kept = verdict.lead.expect("a good identifier").actions;
        assert!(kept == [sent] || !verdict.drops.is_empty(), "{body} became {kept:?}");
        assert!(verdict.drops.iter().all(|drop| drop.path.starts_with("actions[0].")), "{body}");
    }
}

#[test]
fn a_body_is_judged_whatever_it_is() {
    let workspace = Schema::from_file(common::SCHEMA).expect("the schema is good");
    let judge = Judge::new(&workspace);
    for value in values() {
        assert_eq!(judge.judge(&value).is_ok(), value["fields"].is_object(), "{value}");
        let _ =
            judge.judge(&json!({ "fields": { "phone": value }, "actions": [value], "x": value }));
        let ok = judge.judge(&json!({ "fields": value })).is_ok();
        assert_eq!(ok, value.is_object(), "{value}");
        let ok = judge.judge(&json!({ "fields": {}, "actions": value })).is_ok();
        assert_eq!(ok, value.is_array(), "{value}");
    }
}

/// What is certain is true, and what is clean is certain: the quick answer is the judge's.
#[test]
fn the_quick_answer_agrees_with_the_judge() {
    let workspace = Schema::from_file(common::SCHEMA).expect("the schema is good");
    let judge = Judge::new(&workspace);
    let values = [
        json!("9999999999"),
        json!("a@b.de"),
        json!(" a@b.de"),
        json!(""),
        json!(" "),
        json!("R & D"),
        json!("https://a.de"),
        json!("1500.50"),
        json!("Fresh"),
        json!("Lockdown"),
        json!(5),
        json!(1.5),
        json!(null),
        json!(true),
        json!(["VIP"]),
        json!(["vip"]),
        json!({}),
    ];
    let actions = [
        json!({ "type": "ACTION_1001", "fields": { "note": "x" }, "created_on": 0 }),
        json!({ "type": "ACTION_1001", "fields": { "note": 1 } }),
        json!({ "type": "1001" }),
        json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "1" }),
        json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "0" }),
        json!(5),
    ];
    let names = ["phone", "name", "remark", "pin", "email", "deal_size", "follow_up_date"];
    let others = ["contact_source", "city", "interests", "budget", "website", "rating", "status"];
    let rest = ["lost_reason", "counsellor", "internal_score", "Name", "nothing"];
    let mut bodies = vec![
        json!({}),
        json!([]),
        json!(5),
        json!({ "fields": {} }),
        json!({ "fields": [] }),
        json!({ "fields": { "phone": "9999999999" }, "source": "x" }),
        json!({ "fields": { "phone": "9999999999" }, "actions": {} }),
        json!({ "fields": { "phone": "9999999999" }, "actions": [] }),
        json!({ "actions": [], "fields": { "phone": "9999999999" } }),
        json!({ "fields": { "name": "without" } }),
    ];
    for name in names.iter().chain(&others).chain(&rest) {
        for value in &values {
            let mut body = json!({ "fields": { "phone": "9999999999" } });
            body["fields"][*name] = value.clone();
            bodies.push(body);
        }
    }
    for action in &actions {
        for second in &actions {
            let fields = json!({ "phone": "9999999999" });
            bodies.push(json!({ "fields": fields, "actions": [action, second] }));
        }
    }
    let mut clean = 0;
    for body in &bodies {
        let losses = judge.losses(body);
        let expected = losses.is_ok_and(|it| it.identifier.is_some() && it.drops.is_empty());
        clean += usize::from(expected);
        assert_eq!(judge.is_clean(body.to_string().as_bytes()), expected, "{body}");
        let verdict = judge.judge(body).map(|it| (it.lead.map(|it| it.identifier), it.drops));
        let losses = judge.losses(body).map(|it| (it.identifier, it.drops));
        assert_eq!(verdict, losses, "{body}");
    }
    assert!((50..bodies.len() - 50).contains(&clean), "both answers are seen: {clean}");
    // Of a repeated key the last one counts; two bodies are not one; half a body is none.
    for text in [
        r#"{"fields":{"phone":"9999999999","deal_size":1,"deal_size":"1"}}"#,
        r#"{"fields":{"phone":"9999999999"},"fields":{}}"#,
        r#"{"fields":{"phone":"9999999999"}}{}"#,
        r#"{"fields":{"phone":"9999999999"}"#,
        "",
    ] {
        assert!(!judge.is_clean(text.as_bytes()), "{text}");
    }
    assert!(judge.is_clean(br#" {"fields":{"ph\u006fne":"9999999999"}} "#), "escapes are read");
}
