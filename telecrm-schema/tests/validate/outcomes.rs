//! Properties of outcomes: every lost value has a violation, and all methods agree.

use proptest::prelude::*;
use serde_json::json;
use telecrm_schema::Schema;
use telecrm_schema::validate::{Behavior, Behaviors, Json, Validator};

use super::values::{any_value, values};
use super::{SCHEMA, any_body, validator};

#[test]
fn field_that_is_not_kept_as_sent_has_a_violation_at_its_path() {
    let workspace = Schema::from_file(SCHEMA).expect("the schema is good");
    let validator = Validator::new(&workspace);
    let names = workspace.fields.iter().map(|field| field.api_name.as_str());
    for name in names.filter(|name| *name != "phone").chain(["internal_score", "none", ""]) {
        for sent in values() {
            let body = json!({ "fields": { "phone": "9999999999", name: sent } });
            let found = validator.accept(&body).expect("a request");
            let path = format!("fields.{name}");
            assert!(found.violations.iter().all(|violation| violation.path == path), "{body}");
            let kept = found.lead.expect("a good identifier").fields.get(name).cloned();
            let is_phone = name == "alternate_phone" && sent == "9999999999";
            let stored = if is_phone { json!("919999999999") } else { sent };
            if kept.as_ref() != Some(&stored) {
                assert!(!found.violations.is_empty(), "{body} became {kept:?}");
            }
        }
    }
}

#[test]
fn action_that_is_not_kept_as_sent_has_a_violation() {
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
        if kept != [sent] {
            assert!(!found.violations.is_empty(), "{body} became {kept:?}");
        }
        assert!(
            found.violations.iter().all(|violation| violation.path.starts_with("actions[0].")),
            "{body}"
        );
    }
}

#[test]
fn every_json_value_has_an_outcome() {
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

/// `accept` keeps values, `validate` does not, and `is_valid` stops at the first violation.
#[test]
fn all_methods_of_the_validator_agree() {
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
    let labels = ["contact_source", "city", "interests", "budget", "website", "rating", "status"];
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
    for name in names.iter().chain(&labels).chain(&rest) {
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
        let whole = validator
            .accept(body)
            .map(|found| (found.lead.map(|lead| lead.identifier), found.violations));
        for found in [validator.validate(body), validator.validate(json.clone())] {
            assert_eq!(found.map(|found| (found.identifier, found.violations)), whole, "{body}");
        }
        let expected = whole.is_ok_and(|(_, violations)| violations.is_empty());
        valid += usize::from(expected);
        assert_eq!(
            (validator.is_valid(body), validator.is_valid(json)),
            (expected, expected),
            "{body}"
        );
    }
    assert!((50..bodies.len() - 50).contains(&valid), "both results occur: {valid}");
    // A repeated key has its last value.
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

fn any_behaviors() -> impl Strategy<Value = Behaviors> {
    prop::collection::vec(any::<prop::sample::Index>(), Behavior::ALL.len()).prop_map(|indices| {
        let mut behaviors = Behaviors::default();
        for (behavior, index) in Behavior::ALL.iter().zip(indices) {
            behaviors.set(behavior.name, index.get::<&str>(behavior.values)).expect("a value");
        }
        behaviors
    })
}

#[test]
fn all_methods_agree_on_any_bytes() {
    let validator = validator();
    for bytes in
        [&b""[..], b"{", b"[]", b"{\"fields\":1}", b"{\"fields\":{\"phone\":\"1\",\"phone\":2}}"]
    {
        any_body::check(&validator, bytes);
    }
    proptest!(|(
        fields in any_value(),
        actions in any_value(),
        stray in any_value(),
        behaviors in any_behaviors(),
    )| {
        let validator = validator.clone().with_behaviors(behaviors);
        let body = json!({ "fields": fields, "actions": actions, "tags": stray });
        any_body::check(&validator, body.to_string().as_bytes());
        any_body::check(&validator, fields.to_string().as_bytes());
    });
}
