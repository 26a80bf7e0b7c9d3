//! curl lines that post a lead: a sample, and a delivery once more.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use telecrm_schema::FieldType;

use crate::{delivery::Delivery, engine::Engine, tokens::ASYNC_TOKEN};

/// A curl line that posts a lead: the identifier, a name, and a mistake, if the workspace has a
/// field to make it in.
pub(crate) fn sample(engine: &Engine) -> String {
    let loaded = engine.schema();
    let schema = &loaded.schema;
    let mut fields = Map::new();
    let identifier = schema.identifier();
    let value = match identifier.field_type {
        FieldType::Email => "jane.doe@example.com",
        FieldType::Phone => "919999999999",
        _ => "JANE-1",
    };
    fields.insert(identifier.api_name.clone(), value.into());
    if identifier.api_name != "name" && schema.field("name").is_some() {
        fields.insert("name".to_owned(), "Jane Doe".into());
    }
    let number = schema.fields.iter().find(|field| matches!(field.field_type, FieldType::Number));
    if let Some(number) = number {
        fields.insert(number.api_name.clone(), "1000".into());
    } else {
        fields.insert("no_such_field".to_owned(), "1000".into());
    }
    let body: Value = json!({ "fields": fields });
    post(engine, &body.to_string())
}

/// A curl line that sends a delivery's body once more. `None` where the body is not known to the
/// byte: it was cut, or is not text.
pub(crate) fn again(engine: &Engine, delivery: &Delivery) -> Option<String> {
    let exact = delivery.body.len() == delivery.body_bytes && !delivery.body.contains('\0');
    exact.then(|| post(engine, &delivery.body))
}

fn post(engine: &Engine, body: &str) -> String {
    let url = format!(
        "{}/enterprise/{}/autoupdatelead",
        engine.settings.url,
        percent_encoded(engine.enterprise_id())
    );
    // `--data` would read a file where the body begins with `@`.
    format!(
        "curl -X POST {} \\\n  -H 'Authorization: Bearer {ASYNC_TOKEN}' \\\n  \
         -H 'Content-Type: application/json' \\\n  --data-raw {}",
        shell(&url),
        shell(body)
    )
}

/// One word of a shell's command line.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A path segment, or a value of a query.
pub(super) fn percent_encoded(text: &str) -> impl fmt::Display {
    const UNRESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(text, UNRESERVED)
}
