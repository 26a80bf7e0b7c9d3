//! Any bytes as the body of a webhook. The fuzz target `webhook_bodies` uses the same check.

#[path = "any_body/check.rs"]
mod check;

use check::check;
use proptest::prelude::*;

const KEYS: &[&str] = &[
    "phone",
    "name",
    "email",
    "rating",
    "is_test",
    "google_key",
    "lead_id",
    "user_column_data",
    "column_id",
    "string_value",
    "PHONE_NUMBER",
    "FULL_NAME",
    "FIRST_NAME",
    "RESPONSE",
    "UNIQUE_QUERY_ID",
    "SENDER_MOBILE",
    "SENDER_NAME",
    "QUERY_MESSAGE",
    "utm",
];

const TEXTS: &[&str] = &[
    "+91-9999990082",
    "9999990080",
    "Asha",
    "asha@gmail",
    "{{name}}",
    "a<br>b",
    "PHONE_NUMBER",
    "FIRST_NAME",
    "",
    " ",
    "<test lead: dummy data for full_name>",
    "null",
    "true",
];

fn member() -> impl Strategy<Value = (String, serde_json::Value)> {
    let key = prop_oneof![
        8 => prop::sample::select(KEYS).prop_map(str::to_owned),
        1 => "\\PC{0,9}",
    ];
    (key, value())
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        8 => prop::sample::select(TEXTS).prop_map(serde_json::Value::from),
        1 => "\\PC{0,9}".prop_map(serde_json::Value::from),
        1 => any::<i64>().prop_map(serde_json::Value::from),
        1 => any::<bool>().prop_map(serde_json::Value::from),
        1 => Just(serde_json::Value::Null),
    ];
    scalar.prop_recursive(3, 32, 5, |inner| {
        let key = prop::sample::select(KEYS).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn d43_bytes_are_a_lead_or_a_held_body_or_a_test(
        bytes in prop::collection::vec(any::<u8>(), 0..200)
    ) {
        check(&bytes);
    }

    #[test]
    fn d43_json_is_a_lead_or_a_held_body_or_a_test(
        members in prop::collection::vec(member(), 0..9),
        cut in any::<prop::sample::Index>(),
    ) {
        let body = serde_json::Value::Object(members.into_iter().collect()).to_string();
        check(body.as_bytes());
        check(&body.as_bytes()[..cut.index(body.len())]);
    }
}

#[test]
fn held_body_contains_no_secret() {
    let body = br#"{"lead_id":"1","google_key":"s3cret","user_column_data":[]}"#;
    let held = web_form::webhook::redact(body);
    let held = std::str::from_utf8(&held).expect("UTF-8");
    assert!(!held.contains("s3cret") && held.contains("user_column_data"), "{held}");
}
