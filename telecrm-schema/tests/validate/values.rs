//! Values and bodies of all kinds, for the properties of the validator.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Returns values that are valid, nearly valid, or invalid for some field types.
pub(super) fn values() -> Vec<Value> {
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

/// Generates values that are valid, nearly valid, or invalid for some field types.
pub(super) fn any_value() -> impl Strategy<Value = Value> {
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
    prop::collection::vec(entry, 0..6).prop_map(|entries| {
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

pub(super) fn any_body() -> impl Strategy<Value = Value> {
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
