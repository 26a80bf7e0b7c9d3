//! The rules of a workspace as JSON Schema, as far as JSON Schema can express them.

use serde_json::{Map, Value, json};
use telecrm_schema::{Field, FieldType, Pipeline, Schema};

const EMAIL: &str = r"^[A-Za-z0-9!#$%&'*+/=?^_{|}~`-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~`-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$";
const PHONE: &str = r"^\+?[1-9][0-9]{7,14}$";
const MONEY: &str = r"^-?[0-9]+(\.[0-9]+)?$";
const AMOUNT: &str = r"^[0-9]*[1-9][0-9]*(\.[0-9]+)?$|^[0-9]+\.[0-9]*[1-9][0-9]*$";
const URL: &str = r"^https?://[^\s/?#:][!-~]*$";
const DATE: &str = r"^[0-3][0-9]/[01][0-9]/[0-9]{4}( [0-2][0-9]:[0-5][0-9]:[0-5][0-9])?$";

/// The schema of one request body.
pub fn of(workspace: &Schema) -> Value {
    let actions: Vec<Value> = workspace
        .actions
        .iter()
        .map(|action| {
            let mut keys = json!({
                "type": { "const": action.code },
                "fields": fields(&action.fields, &workspace.pipeline),
            });
            if action.backdatable {
                keys["created_on"] = kind(&FieldType::Date, &workspace.pipeline);
            }
            object(keys, &json!(["type"]))
        })
        .chain([payment()])
        .collect();
    let mut lead = fields(&workspace.fields, &workspace.pipeline);
    lead["required"] = json!([workspace.identifier().api_name]);
    let actions = json!({ "type": "array", "items": { "oneOf": actions } });
    object(json!({ "fields": lead, "actions": actions }), &json!(["fields"]))
}

fn object(properties: Value, required: &Value) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn fields(fields: &[Field], pipeline: &Pipeline) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| (field.api_name.clone(), kind(&field.field_type, pipeline)))
        .collect();
    object(properties.into(), &json!([]))
}

fn payment() -> Value {
    object(
        json!({
            "type": { "const": "PAYMENT" },
            "status": {
                "enum": ["PENDING", "COMPLETED", "FAILED", "REFUNDED", "CANCELLED", "PROCESSING"],
            },
            "currency": {
                "enum": ["INR", "USD", "PKR", "AED", "QAR", "SAR", "MYR", "AUD", "CAD", "SGD", "XOF"],
            },
            "amount": { "type": "string", "pattern": AMOUNT, "maxLength": 32 },
        }),
        &json!(["type", "status", "currency", "amount"]),
    )
}

fn kind(kind: &FieldType, pipeline: &Pipeline) -> Value {
    let text =
        |pattern: &str, max: u32| json!({ "type": "string", "pattern": pattern, "maxLength": max });
    match kind {
        FieldType::Text(length) => {
            let mut schema = json!({ "type": "string" });
            if let Some(min) = length.min {
                schema["minLength"] = min.into();
            }
            if let Some(max) = length.max {
                schema["maxLength"] = max.into();
            }
            schema
        }
        FieldType::Email | FieldType::ActiveUsers => text(EMAIL, 254),
        FieldType::Phone => text(PHONE, 16),
        FieldType::Number => json!({ "type": "number" }),
        FieldType::Date => json!({ "anyOf": [
            { "type": "integer", "minimum": -62_135_596_800_000_i64, "maximum": 253_402_300_799_999_i64 },
            { "type": "string", "pattern": DATE },
        ] }),
        FieldType::Dropdown(options) => {
            json!({ "enum": options.labels.iter().map(|label| &label.text).collect::<Vec<_>>() })
        }
        FieldType::Tags(options) => json!({
            "type": "array",
            "items": { "enum": options.labels.iter().map(|label| &label.text).collect::<Vec<_>>() },
        }),
        FieldType::Money => text(MONEY, 32),
        FieldType::Website | FieldType::MediaLink => text(URL, 2048),
        FieldType::Rating => json!({ "type": "integer", "minimum": 1, "maximum": 5 }),
        FieldType::Status => {
            json!({ "enum": pipeline.statuses.iter().map(|status| &status.label.text).collect::<Vec<_>>() })
        }
        FieldType::LostReason => {
            json!({ "enum": pipeline.lost_reasons.iter().map(|reason| &reason.text).collect::<Vec<_>>() })
        }
    }
}
