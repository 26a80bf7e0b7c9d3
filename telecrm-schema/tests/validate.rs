//! The validator alone: what its reasons say, that nothing disappears without one, and that its
//! advice holds.

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../telecrm-emulator/tests/schema.yaml");

#[path = "support/any_body.rs"]
mod any_body;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use telecrm_schema::Schema;
use telecrm_schema::validate::{Acceptance, DropRule, Json, Suggestion, Validator, Violation};

fn validator() -> Validator {
    Validator::new(&Schema::from_file(SCHEMA).expect("the schema is good"))
}

fn accept(body: &Value) -> Acceptance {
    validator().accept(body).expect("a request")
}

/// The only violation's reason holds all of `parts`.
fn says(mut body: Value, parts: &[&str]) {
    if body["fields"]["phone"].is_null() {
        body["fields"]["phone"] = "9999999999".into();
    }
    let violations = accept(&body).violations;
    let [drop] = &violations[..] else { panic!("one violation, not {violations:?}") };
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
    let date = json!(1_767_225_600_000_u64);
    field("preferred-date", &date, &[r#"the key "Preferred Date" would"#]);
    field("Deal Size", &json!("5"), &[r#"the key "deal_size" with the number 5 would"#]);
    field("dael_size", &json!(5), &["does not define it", r#"the key "deal_size" would"#]);
    field("Deal Size", &json!("x"), &[r#"the key "deal_size" with a value that fits would"#]);
}

#[test]
fn d19_sees_the_identifier_under_another_name() {
    let found = accept(&json!({ "fields": { "PHONE": "9999999999" } }));
    assert!(found.violations[0].reason.contains(r#"("PHONE" is another name)"#));
}

#[test]
fn d22_d23_name_the_full_code() {
    action(&json!({ "type": "1001" }), &[r#""ACTION_1001" would"#]);
    action(&json!({ "type": 1001 }), &[r#""ACTION_1001" would"#]);
    action(&json!({ "type": "Site visit" }), &[r#""ACTION_1001" would"#]);
    let whole = json!({ "type": "Payment", "status": "PENDING", "currency": "INR", "amount": "1" });
    action(&whole, &[r#""PAYMENT" would"#]);
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
    let workspace = Schema::from_file(SCHEMA).expect("the schema is good");
    let validator = Validator::new(&workspace);
    let names = workspace.fields.iter().map(|field| field.api_name.as_str());
    for name in names.filter(|name| *name != "phone").chain(["internal_score", "none", ""]) {
        for sent in values() {
            let body = json!({ "fields": { "phone": "9999999999", name: sent } });
            let found = validator.accept(&body).expect("a request");
            let path = format!("fields.{name}");
            assert!(found.violations.iter().all(|drop| drop.path == path), "{body}");
            let kept = found.lead.expect("a good identifier").fields.get(name).cloned();
            let completed = json!("919999999999");
            let as_sent = kept.as_ref() == Some(&sent)
                || (name == "alternate_phone" && kept == Some(completed));
            assert!(as_sent || !found.violations.is_empty(), "{body} became {kept:?}");
        }
    }
}

#[test]
fn an_action_is_kept_as_it_was_sent_or_there_is_a_drop() {
    let validator = validator();
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
        let found = validator.accept(&body).expect("a request");
        let kept = found.lead.expect("a good identifier").actions;
        assert!(kept == [sent] || !found.violations.is_empty(), "{body} became {kept:?}");
        assert!(found.violations.iter().all(|drop| drop.path.starts_with("actions[0].")), "{body}");
    }
}

#[test]
fn a_body_is_validated_whatever_it_is() {
    let validator = validator();
    for value in values() {
        assert_eq!(validator.accept(&value).is_ok(), value["fields"].is_object(), "{value}");
        let _ = validator
            .accept(&json!({ "fields": { "phone": value }, "actions": [value], "x": value }));
        let ok = validator.accept(&json!({ "fields": value })).is_ok();
        assert_eq!(ok, value.is_object(), "{value}");
        let ok = validator.accept(&json!({ "fields": {}, "actions": value })).is_ok();
        assert_eq!(ok, value.is_array(), "{value}");
    }
}

/// However it is asked, the validator says the same: with values kept, without, and stopping at
/// the first violation.
#[test]
fn one_walk_gives_one_answer_to_every_question() {
    let validator = validator();
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
        json!({ "type": "ACTION_1001", "fields": { "note": "x" }, "created_on": 1_767_225_600_000_u64 }),
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
    let mut valid = 0;
    for body in &bodies {
        let text = body.to_string();
        let json: Json<'_> = serde_json::from_str(&text).expect("JSON");
        let whole =
            validator.accept(body).map(|it| (it.lead.map(|it| it.identifier), it.violations));
        for found in [validator.validate(body), validator.validate(json.clone())] {
            assert_eq!(found.map(|it| (it.identifier, it.violations)), whole, "{body}");
        }
        let expected = whole.is_ok_and(|(_, violations)| violations.is_empty());
        valid += usize::from(expected);
        assert_eq!(
            (validator.is_valid(body), validator.is_valid(json)),
            (expected, expected),
            "{body}"
        );
    }
    assert!((50..bodies.len() - 50).contains(&valid), "both answers are seen: {valid}");
    // Of a repeated key the last value counts.
    for (text, expected) in [
        (r#"{"fields":{"phone":"9999999999","deal_size":1,"deal_size":"1"}}"#, false),
        (r#"{"fields":{"phone":"9999999999","deal_size":"1","deal_size":1}}"#, true),
        (r#"{"fields":{"phone":"9999999999"},"fields":{}}"#, false),
        (r#" {"fields":{"ph\u006fne":"9999999999"}} "#, true),
    ] {
        let json: Json<'_> = serde_json::from_str(text).expect("JSON");
        assert_eq!(validator.is_valid(json), expected, "{text}");
    }
}

#[test]
fn d37_an_instant_in_the_wrong_unit_is_told_its_unit() {
    let seconds = json!(1_769_904_000);
    let said = ["looks like Unix seconds", "the number 1769904000000 would have been kept"];
    field("follow_up_date", &seconds, &said);
    action(&json!({ "type": "ACTION_1001", "created_on": seconds }), &said);
    field("follow_up_date", &json!("1769904000"), &said);
    field("follow_up_date", &json!(45123), &["serial day of a spreadsheet", "1689465600000"]);
    field("follow_up_date", &json!(1_769_904_000_123_456_u64), &["microseconds", "1769904000123"]);
    field("follow_up_date", &json!(0), &["around 1 January 1970", "such as 1767225600000"]);
}

#[test]
fn d13_four_point_zero_is_four() {
    for rating in ["4.0", "4", "4e0"] {
        let body = format!(r#"{{"fields":{{"phone":"9999999999","rating":{rating}}}}}"#);
        assert_eq!(accept(&serde_json::from_str(&body).expect("JSON")).violations, []);
    }
}

#[test]
fn d04_no_phone_is_suggested_that_was_cut_or_joined() {
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
fn d07_d08_tags_with_commas_are_told_apart() {
    field("interests", &json!("VIP, Returning"), &[r#"the array ["VIP","Returning"] would"#]);
    field("interests", &json!(["VIP, Returning"]), &[r#"the tags "VIP", "Returning" would"#]);
    field("interests", &json!(["vip; Returning"]), &[r#"the tags "VIP", "Returning" would"#]);
    field("interests", &json!("Sales"), &[r#"an array such as ["VIP"]"#]);
    field("interests", &json!(["VIP, Sales"]), &[r#"one of "VIP", "Returning", "10+" would"#]);
}

#[test]
fn advice_about_a_key_holds_for_its_value_and_its_place() {
    let twice = json!({ "fields": { "name": "Jane", "Name": "Jane" } });
    says(twice, &[r#"the key "name", which was sent too, would"#]);
    says(json!({ "fields": { "name": "a" }, "Name": "Jane" }), &["the body without it would"]);
    says(json!({ "fields": {}, "rating": 9 }), &["a value that fits as `fields.rating` would"]);
    action(&json!({ "type": "payment" }), &[r#""PAYMENT" with status, currency and amount would"#]);
}

/// Changes a body as a suggestion says.
fn apply(body: &mut Value, violation: &Violation, suggestion: &Suggestion) {
    let path = &violation.path;
    match suggestion {
        Suggestion::Replace(value) => {
            let (object, key) = place(body, path);
            object.insert(key, value.clone());
        }
        Suggestion::ReplaceItem { .. } => unreachable!("applied for all items at once"),
        Suggestion::Move { to, value } => {
            let (object, key) = place(body, path);
            object.remove(&key);
            let (object, key) = place(body, to);
            object.insert(key, value.clone());
        }
        Suggestion::Remove => {
            let (object, key) = place(body, path);
            object.remove(&key);
        }
        other => panic!("a new kind of suggestion: {other:?}"),
    }
}

/// Changes the items of one array, the last one first, so that their places stay.
fn apply_to_items(body: &mut Value, path: &str, items: &[(usize, Vec<String>)]) {
    let (object, key) = place(body, path);
    let array = object[&key].as_array_mut().expect("tags");
    for (index, with) in items.iter().rev() {
        array.splice(*index..=*index, with.iter().map(|it| json!(it)));
    }
}

/// The object that a path leads to, and the key in it.
fn place<'v>(body: &'v mut Value, path: &str) -> (&'v mut Map<String, Value>, String) {
    let object = |value: &'v mut Value| value.as_object_mut().expect("an object");
    if let Some(name) = path.strip_prefix("fields.") {
        return (object(&mut body["fields"]), name.to_owned());
    }
    let Some((index, key)) = path.strip_prefix("actions[").and_then(|it| it.split_once("]."))
    else {
        return (object(body), path.to_owned());
    };
    let action = &mut body["actions"][index.parse::<usize>().expect("an index")];
    match key.strip_prefix("fields.") {
        Some(name) => {
            let fields = object(action).entry("fields").or_insert_with(|| json!({}));
            (object(fields), name.to_owned())
        }
        None => (object(action), key.to_owned()),
    }
}

/// Names, right and wrong, and values that fit somewhere, nearly fit, or fit nowhere.
fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        r"\+?[0-9 ()./+-]{0,20}",
        r" ?[a-zA-Z&+,; ]{0,12}",
        r"[0-9]{1,12}(\.[0-9]{1,2})?",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
        any::<String>(),
    ];
    let label = prop::sample::select(vec![
        "VIP",
        "vip",
        "Returning",
        "VIP, Returning",
        "vip;10+",
        "",
        " ",
        "a+",
        "A-",
        "R &amp; D",
        "Website ",
        "fresh",
        "Fresh",
        "Old Enquiry",
        "price too high",
        "interested",
        "Fees ",
    ]);
    let near = prop::sample::select(values());
    prop_oneof![
        text.prop_map(Value::from),
        label.clone().prop_map(Value::from),
        prop::collection::vec(label, 0..4).prop_map(|labels| json!(labels)),
        any::<i64>().prop_map(Value::from),
        (0..20_000_000_000_i64).prop_map(Value::from),
        (-1e10..2e12).prop_map(Value::from),
        near,
    ]
}

fn any_object(names: &'static [&'static str]) -> impl Strategy<Value = Map<String, Value>> {
    let entry = (prop::sample::select(names), any_value());
    prop::collection::vec(entry, 0..6)
        .prop_map(|entries| entries.into_iter().map(|(name, it)| (name.to_owned(), it)).collect())
}

fn any_body() -> impl Strategy<Value = Value> {
    const FIELDS: &[&str] = &[
        "phone",
        "Phone",
        "name",
        "NAME",
        "remark",
        "pin",
        "email",
        "e-mail",
        "alternate_phone",
        "deal_size",
        "Deal Size",
        "follow_up_date",
        "follow-up-date",
        "Preferred Date",
        "contact_source",
        "city",
        "interests",
        "Interests",
        "hobbies",
        "budget",
        "Budget",
        "website",
        "marksheet",
        "counsellor",
        "rating",
        "status",
        "lost_reason",
        "none",
        "नाम",
        "",
    ];
    const KEYS: &[&str] = &["created_on", "status", "currency", "amount", "note", "seats", "x"];
    const OWN: &[&str] =
        &["note", "Note", "outcome", "topics", "seats", "sent_to", "fee", "FEE", "x"];
    const TYPES: &[&str] = &[
        "ACTION_1001",
        "ACTION_1002",
        "PAYMENT",
        "payment",
        "1001",
        "site visit",
        "SYSTEM_NOTE",
        "",
    ];
    let action = (prop::sample::select(TYPES), any_object(KEYS), any_object(OWN), any::<bool>());
    let action = action.prop_map(|(code, mut action, own, has_fields)| {
        action.insert("type".to_owned(), code.into());
        if has_fields {
            action.insert("fields".to_owned(), own.into());
        }
        Value::from(action)
    });
    let actions = prop::collection::vec(action, 0..3);
    (any_object(FIELDS), actions, any_object(FIELDS)).prop_map(|(fields, actions, mut body)| {
        body.insert("fields".to_owned(), fields.into());
        body.insert("actions".to_owned(), actions.into());
        body.into()
    })
}

/// What is left of a violation when its place and its reason are forgotten.
fn without_advice(violations: &[Violation]) -> Vec<(&str, DropRule)> {
    let left = violations.iter().filter(|it| it.suggestion.is_none());
    left.map(|it| (it.path.as_str(), it.rule)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    /// Of two suggestions for one place (`Name` and `NAME` for `name`) the last one applied holds,
    /// so each is applied alone, too.
    #[test]
    fn advice_that_is_followed_leaves_nothing_to_say(body in any_body()) {
        thread_local!(static VALIDATOR: Validator = validator());
        let violations = |body: &Value| {
            VALIDATOR.with(|it| it.validate(body)).expect("a request").violations
        };
        let before = violations(&body);
        let mut all = body.clone();
        for violation in &before {
            let Some(suggestion) = &violation.suggestion else { continue };
            let mut alone = body.clone();
            match suggestion {
                Suggestion::ReplaceItem { index, with } => {
                    apply_to_items(&mut alone, &violation.path, &[(*index, with.clone())]);
                }
                other => {
                    apply(&mut alone, violation, other);
                    apply(&mut all, violation, other);
                }
            }
            let count = |list: &[Violation]| {
                list.iter().filter(|it| it.path == violation.path && it.rule == violation.rule).count()
            };
            let after = violations(&alone);
            prop_assert_eq!(count(&after) + 1, count(&before), "{:?} in {}: {:?}", violation, body, after);
            if let Suggestion::Move { to, .. } = suggestion {
                let at_new_place = after.iter().find(|it| it.path == *to);
                prop_assert_eq!(at_new_place, None, "{:?} in {}", violation, body);
            }
        }
        let mut paths: Vec<&str> = before.iter().map(|it| it.path.as_str()).collect();
        paths.dedup();
        for path in paths {
            let items = before.iter().filter(|it| it.path == path);
            let items: Vec<_> = items.filter_map(|it| match &it.suggestion {
                Some(Suggestion::ReplaceItem { index, with }) => Some((*index, with.clone())),
                _ => None,
            }).collect();
            if !items.is_empty() {
                apply_to_items(&mut all, path, &items);
            }
        }
        let after = violations(&all);
        let known = without_advice(&before);
        for violation in &after {
            let place = (violation.path.as_str(), violation.rule);
            // An action whose type was wrong is looked into only now.
            let hidden = before.iter().any(|it| {
                it.suggestion.is_some()
                    && it.path.strip_suffix(".type").is_some_and(|it| violation.path.starts_with(it))
            });
            prop_assert!(known.contains(&place) || hidden, "{:?} is new in {} from {}", violation, all, body);
        }
    }
}

#[test]
fn any_bytes_have_one_answer() {
    let validator = validator();
    for bytes in
        [&b""[..], b"{", b"[]", b"{\"fields\":1}", b"{\"fields\":{\"phone\":\"1\",\"phone\":2}}"]
    {
        any_body::check(&validator, bytes);
    }
    proptest!(|(fields in any_value(), actions in any_value(), stray in any_value())| {
        let body = json!({ "fields": fields, "actions": actions, "tags": stray });
        any_body::check(&validator, body.to_string().as_bytes());
        any_body::check(&validator, fields.to_string().as_bytes());
    });
}
