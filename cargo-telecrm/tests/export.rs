//! `cargo telecrm export`, compared with the validator, and with `tsc` if it is available.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use telecrm_schema::export::{json_schema, typescript};
use telecrm_schema::validate::Validator;
use telecrm_schema::{FieldType, Schema};
use test_support::random_cases;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/workspace.yaml");
/// A schema with odd names and labels, skipped fields and open lists.
const ODD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../telecrm-emulator/tests/schema.yaml");

fn schema(path: &str) -> Schema {
    Schema::from_file(path).expect("the schema is good")
}

fn export(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-telecrm"));
    command.args(["telecrm", "export"]).args(arguments).env("NO_COLOR", "1");
    command.output().expect("the binary is built")
}

#[test]
fn exit_codes_are_documented() {
    let folder = tempfile::tempdir().expect("a folder");
    for (language, name) in [("json-schema", "lead.schema.json"), ("typescript", "lead.ts")] {
        let out = folder.path().join(name);
        let out = out.to_str().expect("UTF-8");
        let check = [language, DEMO, "--out", out, "--check"];
        assert_eq!(export(&check).status.code(), Some(1), "there is no file yet");
        assert_eq!(export(&check[..4]).status.code(), Some(0));
        assert_eq!(export(&check).status.code(), Some(0), "up to date");
        let printed = export(&[language, DEMO]);
        assert_eq!(printed.stdout, std::fs::read(out).expect("written"));
        let text = String::from_utf8(printed.stdout).expect("UTF-8").replace('\n', "\r\n");
        std::fs::write(out, text).expect("written");
        assert_eq!(export(&check).status.code(), Some(0), "CRLF");
        std::fs::write(out, "stale").expect("written");
        assert_eq!(export(&check).status.code(), Some(1), "stale");
    }
    assert_eq!(export(&["json-schema", "gone.yaml"]).status.code(), Some(2));
    assert_eq!(export(&["cobol", DEMO]).status.code(), Some(2));
}

#[test]
fn json_schema_is_valid_draft_2020_12() {
    for path in [DEMO, ODD] {
        let exported = json_schema(&schema(path));
        assert_eq!(exported["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(jsonschema::meta::is_valid(&exported), "{path}");
    }
}

/// Values that are valid in some field, almost valid, or never valid.
fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("919999999999".to_owned()),
        r"\+?[0-9]{7,16}",
        r"[a-z.!]{1,6}@[a-z-]{1,5}(\.[a-z-]{1,4}){0,2}",
        r"https?:/?/?[a-z:@!.]{0,6}[/?#]?[a-z #]{0,4}",
        r"-?[0-9]{1,20}(\.[0-9]{0,14})?",
        r"[0-3][0-9]/[01][0-9]/(0000|2023|2024|1900|2000)( [0-2][0-9]:[0-6][0-9]:[0-6][0-9])?",
        r"29/02/[0-2][0-9]{3}",
        r"[ a-zA-Z]{0,6}",
        Just("a".repeat(65) + "@b.de"),
    ];
    let label = prop::sample::select(vec![
        "VIP",
        "vip",
        "Returning",
        "10+",
        "",
        " ",
        "A+",
        "R & D",
        "Website",
        "Fresh",
        "fresh",
        "Old Enquiry",
        "Price too high",
        "Interested",
        "Fees",
        "Pune",
        "Nashik",
        "Chess",
    ]);
    prop_oneof![
        3 => text.prop_map(Value::from),
        2 => label.clone().prop_map(Value::from),
        2 => prop::collection::vec(label, 0..3).prop_map(|labels| json!(labels)),
        1 => (-2..8_i64).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => (9_999_999_990..10_000_000_010_i64).prop_map(Value::from),
        1 => (-1e10..2e12).prop_map(Value::from),
        1 => Just(json!(4.0)),
        1 => prop::sample::select(vec![json!(null), json!(true), json!([]), json!({}), json!([5])]),
    ]
}

fn any_object(
    names: &'static [&'static str],
    max: usize,
) -> impl Strategy<Value = Map<String, Value>> {
    let entry = (prop::sample::select(names), any_value());
    prop::collection::vec(entry, 0..max).prop_map(|entries| {
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

fn any_body() -> impl Strategy<Value = Value> {
    const FIELDS: &[&str] = &[
        "name",
        "remark",
        "pin",
        "email",
        "alternate_phone",
        "deal_size",
        "follow_up_date",
        "contact_source",
        "city",
        "interests",
        "hobbies",
        "budget",
        "website",
        "marksheet",
        "counsellor",
        "rating",
        "status",
        "lost_reason",
        "internal_score",
        "none",
        "Name",
    ];
    const KEYS: &[&str] = &["created_on", "status", "currency", "amount", "note"];
    const OWN: &[&str] = &["note", "outcome", "topics", "seats", "sent_to", "fee", "held_on", "x"];
    let code = prop::sample::select(vec!["ACTION_1001", "ACTION_1002", "PAYMENT", "1001", ""]);
    let action = (code, any_object(KEYS, 2), any_object(OWN, 3), any::<bool>());
    let action = action.prop_map(|(code, mut action, own, is_whole)| {
        action.insert("type".to_owned(), code.into());
        if code == "PAYMENT" && is_whole {
            for (key, value) in [("status", "PENDING"), ("currency", "INR"), ("amount", "1.50")] {
                action.entry(key).or_insert_with(|| value.into());
            }
        } else if is_whole {
            action.insert("fields".to_owned(), own.into());
        }
        Value::from(action)
    });
    let phone = prop_oneof![4 => Just(json!("919999999999")), 1 => any_value()];
    let actions = prop::collection::vec(action, 0..2);
    (phone, any_object(FIELDS, 3), actions, prop::option::weighted(0.1, any_value())).prop_map(
        |(phone, mut fields, actions, stray)| {
            fields.insert("phone".to_owned(), phone);
            let mut body = json!({ "fields": fields, "actions": actions });
            if let Some(stray) = stray {
                body["stray"] = stray;
            }
            body
        },
    )
}

/// Values at the limits of a type, and a few of other types.
fn near(field_type: &FieldType) -> BoxedStrategy<Value> {
    let text = |pattern: &'static str| pattern.prop_map(Value::from).boxed();
    let own = match field_type {
        FieldType::Text(_) => text("[a-zहि🎓 ]{0,9}"),
        FieldType::Email | FieldType::ActiveUsers => prop_oneof![
            text(r"[a-z.!+]{1,4}@[a-z-]{1,4}(\.[a-z-]{1,3}){0,2}"),
            text(r"a{62,66}@b\.de"),
            text(r"a@b{61,65}\.de"),
            text(r"a{60}@(b{60}\.){3}[a-z]{7,13}"),
        ]
        .boxed(),
        FieldType::Phone => text(r"\+?[0-9]{6,17}"),
        FieldType::Number => {
            prop_oneof![any::<i64>().prop_map(Value::from), (-1e9..1e9).prop_map(Value::from)]
                .boxed()
        }
        FieldType::Date => prop_oneof![
            text(r"[0-3][0-9]/[01][0-9]/(0000|0001|1900|2000|2023|2024)"),
            text(r"(28|29|30|31)/(02|04|12)/[0-9]{4}"),
            text(r"01/01/2024 [0-2][0-9]:[0-6][0-9]:[0-6][0-9]"),
            (-3..3_i64, prop::sample::select(vec![0, 10_000_000_000, 253_402_300_799_999]))
                .prop_flat_map(|(off, edge)| prop::sample::select(vec![edge + off, off - edge]))
                .prop_map(Value::from),
            (1e9..2e12).prop_map(Value::from),
        ]
        .boxed(),
        FieldType::Money => text(r"-?[0-9]{1,3}(\.[0-9]{0,2})?|[0-9]{30,34}|[0-9]{25}\.[0-9]{4,8}"),
        FieldType::Website | FieldType::MediaLink => prop_oneof![
            text(r#"https?:/{1,3}[a-z:@!.]{0,5}[/?#]?[a-z #"@/]{0,4}"#),
            text(r"https://a/b{2036,2040}"),
        ]
        .boxed(),
        FieldType::Rating => prop_oneof![
            (-1..8_i64).prop_map(Value::from),
            prop::sample::select(vec![0.5, 1.0, 4.0, 4.5, 5.0, 6.0]).prop_map(Value::from),
        ]
        .boxed(),
        FieldType::Dropdown(_) | FieldType::Tags(_) | FieldType::Status | FieldType::LostReason => {
            any_value().boxed()
        }
    };
    prop_oneof![4 => own, 1 => any_value()].boxed()
}

/// Bodies with one value that may be wrong, in a field, in an action or in a payment.
fn one_value() -> impl Strategy<Value = Value> {
    let schema = schema(ODD);
    let body = |fields: Value, actions: Value| {
        let mut body = json!({ "fields": { "phone": "919999999999" } });
        for (name, value) in fields.as_object().into_iter().flatten() {
            body["fields"][name] = value.clone();
        }
        if actions != json!([]) {
            body["actions"] = actions;
        }
        body
    };
    let mut strategies: Vec<BoxedStrategy<Value>> = Vec::new();
    for field in schema.fields {
        let name = field.api_name;
        strategies.push(
            near(&field.field_type)
                .prop_map(move |value| body(json!({ &name: value }), json!([])))
                .boxed(),
        );
    }
    for action in schema.actions {
        let code = action.code;
        for field in action.fields {
            let (code, name) = (code.clone(), field.api_name);
            let action = move |value| json!([{ "type": code, "fields": { &name: value } }]);
            strategies.push(
                near(&field.field_type)
                    .prop_map(move |value| body(json!({}), action(value)))
                    .boxed(),
            );
        }
        let backdated = move |value| json!([{ "type": code, "created_on": value }]);
        strategies.push(
            near(&FieldType::Date).prop_map(move |value| body(json!({}), backdated(value))).boxed(),
        );
    }
    let amount =
        prop_oneof![near(&FieldType::Money), r"[0.]{1,5}1?|[0-9]{30,34}".prop_map(Value::from)];
    strategies.push(
        amount
            .prop_map(move |amount| {
                body(
                    json!({}),
                    json!([
                        { "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": amount }
                    ]),
                )
            })
            .boxed(),
    );
    prop::strategy::Union::new(strategies)
}

static VALIDATORS: LazyLock<(Validator, jsonschema::Validator)> = LazyLock::new(|| {
    let schema = schema(ODD);
    let exported = jsonschema::validator_for(&json_schema(&schema)).expect("a schema");
    (Validator::new(&schema), exported)
});

/// Checks that both accept or both refuse a body. They may differ only for invisible labels of open lists,
/// which these bodies do not contain.
fn agree(body: &Value) -> Result<(), TestCaseError> {
    let (validator, json_schema) = &*VALIDATORS;
    let found = validator.validate(body).map(|validation| validation.violations);
    prop_assert_eq!(json_schema.is_valid(body), validator.is_valid(body), "{}: {:?}", body, found);
    Ok(())
}

proptest! {
    #![proptest_config(random_cases(2_000))]

    #[test]
    fn json_schema_and_validator_agree_about_any_value(body in one_value()) {
        agree(&body)?;
    }
}

proptest! {
    #![proptest_config(random_cases(1_000))]

    #[test]
    fn json_schema_and_validator_agree_about_any_body(body in any_body()) {
        agree(&body)?;
    }
}

/// Limits that random values rarely reach, and every leap day.
#[test]
fn d05_d37_dates_have_the_same_limits_in_both() {
    let agree = |sent: Value| {
        let body = json!({ "fields": { "phone": "919999999999", "follow_up_date": sent } });
        assert_eq!(VALIDATORS.1.is_valid(&body), VALIDATORS.0.is_valid(&body), "{body}");
    };
    for edge in [10_000_000_000, -10_000_000_000, 253_402_300_799_999, -62_135_596_800_000_i64] {
        for millis in [edge - 1, edge, edge + 1] {
            agree(millis.into());
        }
    }
    for year in 0..10_000 {
        agree(format!("29/02/{year:04}").into());
    }
    for (day, month) in (0..33).flat_map(|day| (0..14).map(move |month| (day, month))) {
        agree(format!("{day:02}/{month:02}/2023").into());
    }
}

#[test]
fn identifiers_of_text_and_email_are_required_and_visible() {
    for (kind, good, bad) in [("TEXT", "T-1", " "), ("EMAIL", "a@b.de", "a@b")] {
        let yaml = format!("customFields:\n  - {{ apiName: id, type: {kind}, isLeadid: true }}\n");
        let schema = Schema::from_yaml(&yaml).expect("good");
        let exported = jsonschema::validator_for(&json_schema(&schema)).expect("a schema");
        let validator = Validator::new(&schema);
        for (body, expected) in [
            (json!({ "fields": { "id": good } }), true),
            (json!({ "fields": { "id": bad } }), false),
            (json!({ "fields": {} }), false),
            (json!({}), false),
        ] {
            assert_eq!(
                (exported.is_valid(&body), validator.is_valid(&body)),
                (expected, expected),
                "{body}"
            );
        }
    }
}

#[test]
fn display_name_of_a_field_is_exported() {
    let yaml = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true, displayName: phone }\n  \
                - { apiName: src, type: TEXT, displayName: Source */ of the lead }\n";
    let schema = Schema::from_yaml(yaml).expect("good");
    let code = typescript(&schema);
    assert!(code.contains("Source * / of the lead"), "{code}");
    assert!(!code.contains(" phone "), "the API name is not repeated: {code}");
    let property = &json_schema(&schema)["properties"]["fields"]["properties"]["src"];
    assert_eq!(property["title"], "Source */ of the lead");
}

#[test]
fn typescript_escapes_deceptive_characters() {
    let yaml = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n  - apiName: s\n    \
                type: DROPDOWN\n    description: \"ends here */ alert(1) /*\\u202e\"\n    \
                options: [\"a\\\"b\", \"x\\u202ey\", \"\\\\\"]\n";
    let code = typescript(&Schema::from_yaml(yaml).expect("good"));
    assert!(code.contains(r#""s"?: "a\"b" | "x\u202ey" | "\\";"#), "{code}");
    assert!(code.contains("ends here * / alert(1) /*\\u202e"), "{code}");
    assert!(code.contains("\"phone\": string;"), "{code}");
}

/// Bodies that TypeScript must accept.
const RIGHT: &[&str] = &[
    r#"{ fields: { phone: "919999999999" } }"#,
    r#"{ fields: { phone: "919999999999", "Preferred Date": "31/12/2024 10:00:00", rating: 5 }, actions: [] }"#,
    r#"{ fields: { phone: "1", contact_source: "R & D", interests: ["VIP", "10+"], city: "Nashik", follow_up_date: 1767225600000 } }"#,
    r#"{ fields: { phone: "1", internal_score: { any: [null] } }, actions: [{ type: "ACTION_1001", fields: { outcome: "Interested", seats: 2 }, created_on: 1767225600000 }, { type: "ACTION_1002" }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "PAYMENT", status: "PENDING", currency: "INR", amount: "5" }] }"#,
];

/// Bodies that TypeScript must refuse.
const WRONG: &[&str] = &[
    r"{ fields: {} }",
    r"{ fields: { phone: 919999999999 } }",
    r#"{ fields: { phone: "1", deal_size: "5" } }"#,
    r#"{ fields: { phone: "1", budget: 5 } }"#,
    r#"{ fields: { phone: "1", contact_source: "website" } }"#,
    r#"{ fields: { phone: "1", interests: "VIP" } }"#,
    r#"{ fields: { phone: "1", interests: ["vip"] } }"#,
    r#"{ fields: { phone: "1", status: "Old Enquiry" } }"#,
    r#"{ fields: { phone: "1", rating: 6 } }"#,
    r#"{ fields: { phone: "1", follow_up_date: "2024-12-31" } }"#,
    r#"{ fields: { phone: "1", Name: "Jane" } }"#,
    r#"{ fields: { phone: "1" }, source: "web" }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "1001" }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "SYSTEM_NOTE" }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "ACTION_1001", fields: { seats: "2" } }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "ACTION_1001", fields: { nothing: 2 } }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "ACTION_1002", fields: { note: "x" } }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "ACTION_1002", created_on: 1767225600000 }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "PAYMENT", status: "PENDING", currency: "INR" }] }"#,
    r#"{ fields: { phone: "1" }, actions: [{ type: "PAYMENT", status: "paid", currency: "INR", amount: "5" }] }"#,
];

/// The errors of `tsc --strict` in a file of this text, next to the exported file.
fn tsc(tsc: &str, folder: &Path, text: &str) -> String {
    std::fs::write(folder.join("use.ts"), text).expect("written");
    let mut command = Command::new(tsc);
    command.args(["--strict", "--noEmit", "--target", "es2022", "use.ts"]).current_dir(folder);
    let output = command.output().expect("TELECRM_TSC is the path of a tsc");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs if `TELECRM_TSC` is the path of a `tsc` (`npm install --prefix target/tsc typescript`, then
/// `target/tsc/node_modules/.bin/tsc`).
#[test]
fn tsc_accepts_right_bodies_and_refuses_wrong_bodies() {
    let Ok(compiler) = std::env::var("TELECRM_TSC") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let code = typescript(&schema(ODD));
    std::fs::write(folder.path().join("telecrm.ts"), code).expect("written");
    let mut text = "import type { Lead } from \"./telecrm\";\n".to_owned();
    for (index, body) in RIGHT.iter().enumerate() {
        let _ = writeln!(text, "export const right{index}: Lead = {body};");
    }
    assert_eq!(tsc(&compiler, folder.path(), &text), "");
    let mut text = "import type { Lead } from \"./telecrm\";\n".to_owned();
    for (index, body) in WRONG.iter().enumerate() {
        let _ = writeln!(text, "export const wrong{index}: Lead = {body};");
    }
    let errors = tsc(&compiler, folder.path(), &text);
    for (index, body) in WRONG.iter().enumerate() {
        assert!(errors.contains(&format!("use.ts({},", index + 2)), "{body} is accepted: {errors}");
    }
}
