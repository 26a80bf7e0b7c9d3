//! A line to try, for a page on which nothing happened yet.

use serde_json::{Map, Value, json};
use telecrm_schema::FieldType;

use crate::{engine::Engine, tokens::ASYNC_TOKEN};

/// A curl line that posts a lead: the identifier, a name, and a mistake, if the workspace has a
/// field to make it in.
pub(crate) fn curl(engine: &Engine) -> String {
    let schema = &engine.settings.schema;
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
    let url = format!(
        "{}/enterprise/{}/autoupdatelead",
        engine.settings.url,
        percent_encoded(engine.enterprise_id())
    );
    format!(
        "curl -X POST {} \\\n  -H 'Authorization: Bearer {ASYNC_TOKEN}' \\\n  \
         -H 'Content-Type: application/json' \\\n  -d {}",
        shell(&url),
        shell(&body.to_string())
    )
}

/// One word of a shell's command line.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A path segment.
fn percent_encoded(segment: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    segment.bytes().map(encode).collect()
}
