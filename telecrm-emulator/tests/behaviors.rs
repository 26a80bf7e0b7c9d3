//! Behaviors that no document confirms: the assumed value by default, and each other value.

mod common;

use std::slice;

use common::{SCHEMA, post, request, sync_post};
use serde_json::{Value, json};
use telecrm_emulator::{Behavior, Emulator, StartError};

const PHONE: &str = "919999999999";

async fn with(behavior: &str) -> Emulator {
    let builder = Emulator::builder().schema_file(SCHEMA);
    let builder = match behavior.split_once('=') {
        Some((name, value)) => builder.behavior(name, value),
        None => builder,
    };
    builder.start().await.expect(behavior)
}

/// Posts the fields of two bodies for one lead, and returns the stored value of a field.
async fn stored(behavior: &str, field: &str, values: &[Value]) -> Option<Value> {
    let telecrm = with(behavior).await;
    for value in values {
        post(&telecrm, &json!({ "fields": { "phone": PHONE, (field): value } })).await;
    }
    telecrm.leads().pop().and_then(|lead| lead.fields.get(field).cloned())
}

/// Posts actions, and returns those that are stored.
async fn actions(behavior: &str, sent: Value) -> Value {
    let telecrm = with(behavior).await;
    post(&telecrm, &json!({ "fields": { "phone": PHONE }, "actions": sent })).await;
    telecrm.leads().pop().expect("a lead").actions.into()
}

#[tokio::test]
async fn point_10_empty_text_and_null_keep_clear_or_store() {
    for (field, value) in [("name", "Jane"), ("email", "jane@example.com"), ("budget", "5")] {
        for (empty, behavior, expected) in [
            (json!(""), "default", Some(json!(value))),
            (json!(""), "empty_text=keep", Some(json!(value))),
            (json!(""), "empty_text=clear", None),
            (json!(""), "empty_text=store", Some(json!(""))),
            (Value::Null, "default", Some(json!(value))),
            (Value::Null, "null=clear", None),
            (Value::Null, "empty_text=clear", Some(json!(value))),
        ] {
            let found = stored(behavior, field, &[json!(value), empty.clone()]).await;
            assert_eq!(found, expected, "{field} {empty} {behavior}");
        }
    }
    // A new lead has no value to keep.
    assert_eq!(stored("default", "name", &[json!("")]).await, None);
    assert_eq!(stored("null=clear", "name", &[Value::Null]).await, None);
    // An empty text is not a date, and not an identifier.
    assert_eq!(stored("empty_text=store", "follow_up_date", &[json!("")]).await, None);
    let telecrm = with("empty_text=store").await;
    post(&telecrm, &json!({ "fields": { "phone": "" } })).await;
    telecrm.assert_dropped(&[("fields.phone", "D20")]);
}

#[tokio::test]
async fn point_10_tags_replace_or_are_added() {
    let sent = [json!(["VIP"]), json!([]), json!(["Returning", "VIP"])];
    assert_eq!(stored("default", "interests", &sent).await, Some(json!(["Returning", "VIP"])));
    assert_eq!(stored("default", "interests", &sent[..2]).await, Some(json!([])));
    assert_eq!(stored("tags=add", "interests", &sent).await, Some(json!(["VIP", "Returning"])));
}

#[tokio::test]
async fn point_10_unknown_labels_are_created_or_dropped() {
    for (field, sent, dropped) in [
        ("contact_source", json!("website"), None),
        // A field under `codegen: open`, too.
        ("city", json!("Nashik"), None),
        ("interests", json!(["vip"]), None),
        ("interests", json!(["vip", "VIP"]), Some(json!(["VIP"]))),
    ] {
        assert_eq!(stored("default", field, slice::from_ref(&sent)).await, Some(sent.clone()));
        let telecrm = with("unknown_label=drop").await;
        post(&telecrm, &json!({ "fields": { "phone": PHONE, (field): sent } })).await;
        assert_eq!(telecrm.leads()[0].fields.get(field), dropped.as_ref(), "{field} {sent}");
        let rule = if field == "interests" { "D08" } else { "D06" };
        telecrm.assert_dropped(&[(&format!("fields.{field}"), rule)]);
    }
}

#[tokio::test]
async fn point_10_long_text_and_phones_are_dropped_or_changed() {
    let long = [json!("நமஸ்தே!")];
    assert_eq!(stored("default", "remark", &long).await, None);
    assert_eq!(stored("long_text=cut", "remark", &long).await, Some(json!("நமஸ்த")));
    assert_eq!(stored("long_text=cut", "remark", &[json!("abc")]).await, Some(json!("abc")));

    let zero = [json!("09876543210")];
    assert_eq!(stored("default", "alternate_phone", &zero).await, None);
    let stripped = stored("trunk_zero=strip", "alternate_phone", &zero).await;
    assert_eq!(stripped, Some(json!("919876543210")));

    let plus = [json!("+919876543210")];
    assert_eq!(stored("default", "alternate_phone", &plus).await, Some(json!("919876543210")));
    assert_eq!(stored("plus_sign=keep", "alternate_phone", &plus).await, Some(plus[0].clone()));
}

#[tokio::test]
async fn point_10_identifier_with_plus_is_the_same_lead() {
    let telecrm = with("plus_sign=keep").await;
    for (phone, name) in [("+919999999999", "a"), ("9999999999", "b")] {
        post(&telecrm, &json!({ "fields": { "phone": phone, "name": name } })).await;
    }
    assert_eq!(telecrm.leads().len(), 1);
    let lead = telecrm.lead("919999999999").expect("the lead");
    assert_eq!(
        (&lead.fields["phone"], &lead.fields["name"]),
        (&json!("+919999999999"), &json!("b"))
    );
    for phone in ["919999999999", "+919999999999", "9999999999"] {
        let search = json!({ "fields": { "phone": phone } });
        let (_, found) = sync_post(&telecrm, "lead/search", &search).await;
        assert_eq!(found["total_count"], 1, "{phone}");
    }
}

#[tokio::test]
async fn point_10_actions_are_dropped_or_stored() {
    let bad = json!([{ "type": "ACTION_1001", "fields": { "note": "a", "seats": "b" } }]);
    let kept = json!([{ "type": "ACTION_1001", "fields": { "note": "a" } }]);
    assert_eq!(actions("default", bad.clone()).await, kept);
    assert_eq!(actions("bad_action_field=drop_action", bad).await, json!([]));
    assert_eq!(actions("bad_action_field=drop_action", kept.clone()).await, kept);

    for dated in [
        json!({ "type": "ACTION_1002", "created_on": 1_700_000_000_000_u64 }),
        json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "1",
                "created_on": 1_700_000_000_000_u64 }),
    ] {
        let mut stamped = dated.clone();
        stamped.as_object_mut().expect("an action").remove("created_on");
        assert_eq!(actions("default", json!([dated])).await, json!([]));
        assert_eq!(actions("backdated_action=stamp_now", json!([dated])).await, json!([stamped]));
    }

    let note = json!([{ "type": "SYSTEM_NOTE", "fields": { "note": "a" } }]);
    assert_eq!(actions("default", note.clone()).await, json!([]));
    assert_eq!(actions("system_note=store", note.clone()).await, note);
    assert_eq!(actions("system_note=store", json!([{ "type": "OUTGOING_CALL" }])).await, json!([]));

    let bare = json!([{ "type": "1002" }, { "type": 1002 }, { "type": "9" }]);
    let full = json!([{ "type": "ACTION_1002" }, { "type": "ACTION_1002" }]);
    assert_eq!(actions("default", bare.clone()).await, json!([]));
    assert_eq!(actions("unprefixed_action=store", bare).await, full);
}

#[tokio::test]
async fn point_10_locked_field_keeps_its_value_or_changes() {
    let sent = [json!("E-1"), json!("E-2")];
    assert_eq!(stored("default", "enquiry_id", &sent).await, Some(json!("E-1")));
    assert_eq!(stored("locked_field=apply", "enquiry_id", &sent).await, Some(json!("E-2")));
}

#[tokio::test]
async fn point_10_each_value_starts_an_emulator_and_unknown_ones_do_not() {
    for behavior in Behavior::ALL {
        for value in behavior.values {
            let telecrm = with(&format!("{}={value}", behavior.name)).await;
            let sent = request(&telecrm).json(&json!({ "fields": { "phone": PHONE } }));
            assert_eq!(sent.send().await.expect("a response").status(), 200);
        }
    }
    let start = |name: &'static str, value: &'static str| {
        Emulator::builder().schema_file(SCHEMA).behavior(name, value).start()
    };
    for (name, value, near) in
        [("empty_texts", "keep", "`empty_text`"), ("empty_text", "clean", "`clear`")]
    {
        let error = start(name, value).await.expect_err("unknown");
        assert!(matches!(error, StartError::Behavior(_)), "{error}");
        assert!(error.to_string().contains(&format!("did you mean {near}")), "{error}");
    }
}
