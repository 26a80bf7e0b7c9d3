//! JSON Schema (draft 2020-12) of a request body.

use serde_json::{Map, Value, json};

use crate::field_type::{FieldType, Label, Options};
use crate::schema::{Action, Field, Pipeline, Schema, SkippedField};
use crate::validate::{PAYMENT, PAYMENT_CURRENCIES, PAYMENT_STATUSES};

const EMAIL: &str = r"^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_{|}~`-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~`-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$";
const PHONE: &str = r"^\+?[1-9][0-9]{7,14}$";
const MONEY: &str = r"^-?[0-9]+(\.[0-9]+)?$";
const AMOUNT: &str = r"^(?=.*[1-9])[0-9]+(\.[0-9]+)?$";
/// Scheme, optional user information, a host that does not start with `:`, and the rest.
const URL: &str = r#"^https?://([!"$-.0->@-~]*@)?[!"$-.0-9;->A-~][!"$-.0->A-~]*([/?#][!-~]*)?$"#;
/// An existing day as `dd/MM/yyyy`, optionally with ` HH:mm:ss`.
const DAY: &str = r"^(?!.{6}0000)((0[1-9]|1[0-9]|2[0-8])/(0[1-9]|1[0-2])/[0-9]{4}|(29|30)/(0[13-9]|1[0-2])/[0-9]{4}|31/(0[13578]|1[02])/[0-9]{4}|29/02/([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00))( ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?$";
/// A character other than a space.
const NOT_BLANK: &str = r"\S";

/// Returns the JSON Schema of a request body.
#[must_use]
pub fn json_schema(schema: &Schema) -> Value {
    let of_workspace = match &schema.enterprise_name {
        Some(name) => format!(" of {name}"),
        None => String::new(),
    };
    let mut fields = object(
        &properties(&schema.fields, &schema.skipped, &schema.pipeline),
        &[&schema.identifier().api_name],
    );
    let identifier = schema.identifier();
    if matches!(identifier.field_type, FieldType::Text(_)) {
        fields["properties"][&identifier.api_name]["pattern"] = NOT_BLANK.into();
    }
    let custom = schema.actions.iter().map(|action| custom(action, &schema.pipeline));
    let actions: Vec<Value> = custom.chain([payment()]).collect();
    let mut body = Map::from_iter([
        ("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into()),
        ("title".to_owned(), format!("Lead{of_workspace}").into()),
        (
            "description".to_owned(),
            "Body of telecrm's Async API. telecrm responds with 200 to any other body, and silently drops it."
                .into(),
        ),
    ]);
    let parts = Map::from_iter([
        ("fields".to_owned(), fields),
        ("actions".to_owned(), json!({ "type": "array", "items": { "oneOf": actions } })),
    ]);
    if let Value::Object(rest) = object(&parts, &["fields"]) {
        body.extend(rest);
    }
    body.into()
}

fn object(properties: &Map<String, Value>, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn properties(
    fields: &[Field],
    skipped: &[SkippedField],
    pipeline: &Pipeline,
) -> Map<String, Value> {
    let known = fields.iter().map(|field| (field.api_name.clone(), property(field, pipeline)));
    // The type of a skipped field may be unknown, so every value is valid.
    let skipped = skipped.iter().map(|field| (field.api_name.clone(), json!({})));
    known.chain(skipped).collect()
}

fn property(field: &Field, pipeline: &Pipeline) -> Value {
    let mut property = value(&field.field_type, pipeline);
    if let Some(name) = &field.display_name {
        property["title"] = name.as_str().into();
    }
    if let Some(description) = &field.description {
        property["description"] = description.as_str().into();
    }
    property
}

fn custom(action: &Action, pipeline: &Pipeline) -> Value {
    let fields = object(&properties(&action.fields, &action.skipped, pipeline), &[]);
    let mut keys = Map::from_iter([
        ("type".to_owned(), json!({ "const": action.code })),
        ("fields".to_owned(), fields),
    ]);
    if action.backdatable {
        keys.insert("created_on".to_owned(), date());
    }
    let mut custom = object(&keys, &["type"]);
    custom["title"] = action.display_name.as_str().into();
    custom
}

fn payment() -> Value {
    let keys = Map::from_iter([
        ("type".to_owned(), json!({ "const": PAYMENT })),
        ("status".to_owned(), json!({ "enum": PAYMENT_STATUSES })),
        ("currency".to_owned(), json!({ "enum": PAYMENT_CURRENCIES })),
        ("amount".to_owned(), text(AMOUNT, 32)),
    ]);
    object(&keys, &["type", "status", "currency", "amount"])
}

fn text(pattern: &str, max: u32) -> Value {
    json!({ "type": "string", "pattern": pattern, "maxLength": max })
}

fn value(field_type: &FieldType, pipeline: &Pipeline) -> Value {
    match field_type {
        FieldType::Text(length) => {
            let mut text = json!({ "type": "string" });
            if let Some(min) = length.min {
                text["minLength"] = min.into();
            }
            if let Some(max) = length.max {
                text["maxLength"] = max.into();
            }
            text
        }
        FieldType::Email | FieldType::ActiveUsers => text(EMAIL, 254),
        FieldType::Phone => text(PHONE, 16),
        FieldType::Number => json!({ "type": "number" }),
        FieldType::Date => date(),
        FieldType::Dropdown(options) => label(options),
        FieldType::Tags(options) => json!({ "type": "array", "items": label(options) }),
        FieldType::Money => text(MONEY, 32),
        FieldType::Website | FieldType::MediaLink => text(URL, 2048),
        FieldType::Rating => json!({ "type": "integer", "minimum": 1, "maximum": 5 }),
        FieldType::Status => one_of(pipeline.statuses.iter().map(|status| &status.label)),
        FieldType::LostReason => one_of(&pipeline.lost_reasons),
    }
}

/// Returns the schema of a date.
///
/// Numbers within four months of 1 January 1970 are invalid, because their unit is wrong (D37).
fn date() -> Value {
    let millis = |minimum: i64, maximum: i64| json!({ "type": "integer", "minimum": minimum, "maximum": maximum });
    json!({
        "description": "Unix milliseconds, or a day as dd/MM/yyyy",
        "anyOf": [
            millis(10_000_000_000, 253_402_300_799_999),
            millis(-62_135_596_800_000, -10_000_000_000),
            { "type": "string", "pattern": DAY },
        ],
    })
}

fn label(options: &Options) -> Value {
    if options.open {
        let known: Vec<&str> = options.labels.iter().map(|label| label.text.as_str()).collect();
        return json!({ "type": "string", "pattern": NOT_BLANK, "examples": known });
    }
    one_of(&options.labels)
}

fn one_of<'l>(labels: impl IntoIterator<Item = &'l Label>) -> Value {
    json!({ "enum": labels.into_iter().map(|label| label.text.as_str()).collect::<Vec<_>>() })
}
